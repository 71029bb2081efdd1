"""Finds pairs of the bank that ask the same, with one answer or with two that contradict each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kingpost.language.evidence import unsupported
from kingpost.language.normalise import normalise, stems
from kingpost.language.quantities import quantities
from kingpost.language.slots import Slots, differences, slots
from kingpost.ports import SearchIndex
from kingpost.retrieval.locating import plain_words
from kingpost.retrieval.pairs import wording_of
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.questions import BankProblem, KnownQuestion, PairState, ProblemKind
from kingpost.types.search import QUESTIONS

_NEIGHBOURS = 12
"""Nearest phrasings of other pairs that are looked at, for each question."""
_VERIFIED = 3
"""Most of them that are put to the verifier: the nearest whose slots agree."""
_WORTH_VERIFYING = 0.6
"""Cosine below which no two questions are taken for the same."""
_BLOCK = 512
"""Questions whose neighbours are found at once."""
_COMMON = 0.5
"""Share of the words of the shorter answer that the other must hold for the two to say the same."""

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankChecker:
    """Compares pairs that may be served today.

    ``same(question, question)`` is the verifier's score of two questions whose slots agree, ``threshold()`` the score
    from which they are one question.
    """

    bank: QuestionBank
    index: SearchIndex
    same: Callable[[str, str], float]
    threshold: Callable[[], float]

    def problems(
        self, ids: Sequence[str] | None = None, *, on_progress: Progress | None = None
    ) -> tuple[BankProblem, ...]:
        """Duplicates and contradictions, contradictions first; with ``ids`` only those in which one of these stands."""
        pairs = [pair for pair in self.bank.pairs() if self.bank.state(pair) is PairState.CURRENT]
        wanted = frozenset(pair.id for pair in pairs) if ids is None else frozenset(ids)
        found = _Found()
        for first, second, wording in _of_one_wording(pairs):
            if wanted & {first.id, second.id}:
                found.add(first, second, 1.0, f"both know the wording: {wording}")
        asked = [pair for pair in pairs if pair.id in wanted]
        if asked:
            self._compare(asked, pairs, found, on_progress)
        return found.sorted()

    def _compare(
        self, asked: Sequence[KnownQuestion], pairs: Sequence[KnownQuestion], found: "_Found", progress: Progress | None
    ) -> None:
        """Put each question beside the nearest phrasings of other pairs."""
        entries = [(f"{pair.id}#{n}", pair, text) for pair in pairs for n, text in enumerate(_wordings(pair))]
        vectors = self.index.vectors(QUESTIONS, [entry for entry, _, _ in entries])
        entries = [entry for entry in entries if entry[0] in vectors]
        asked = [pair for pair in asked if f"{pair.id}#0" in vectors]
        if not entries or not asked:
            return
        matrix = np.asarray([vectors[entry] for entry, _, _ in entries], dtype=np.float32)
        knows = _Slots()
        for start in range(0, len(asked), _BLOCK):
            block = asked[start : start + _BLOCK]
            questions = np.asarray([vectors[f"{pair.id}#0"] for pair in block], dtype=np.float32)
            for number, (pair, nearest) in enumerate(zip(block, _nearest(questions, matrix), strict=True), start=start):
                near = [(entries[at][1], entries[at][2]) for at in nearest]
                self._verify(pair, near, knows, found)
                if progress:
                    progress(number + 1, len(asked))

    def _verify(
        self, pair: KnownQuestion, near: Sequence[tuple[KnownQuestion, str]], knows: "_Slots", found: "_Found"
    ) -> None:
        """The verifier on the nearest phrasings whose slots agree, one of each pair."""
        others: dict[str, tuple[KnownQuestion, str]] = {}
        for other, phrasing in near:
            is_new = other.id not in others and found.is_new(pair, other) and _meet(pair, other)
            if is_new and not differences(knows.of(phrasing), knows.of(pair.question)):
                others[other.id] = (other, phrasing)
        for other, phrasing in list(others.values())[:_VERIFIED]:
            score = self.same(phrasing, pair.question)
            found.compared.add(_key(pair, other))
            if score >= self.threshold():
                found.add(pair, other, score, f"verified at {score:.2f}")


@dataclass(slots=True, kw_only=True)
class _Found:
    """What has been found so far, and which pairs have been compared."""

    problems: dict[tuple[str, str], BankProblem] = field(default_factory=dict)
    compared: set[tuple[str, str]] = field(default_factory=set)

    def is_new(self, first: KnownQuestion, second: KnownQuestion) -> bool:
        return first.id != second.id and _key(first, second) not in self.compared

    def add(self, first: KnownQuestion, second: KnownQuestion, score: float, why: str) -> None:
        if first.id > second.id:
            first, second = second, first
        differs = difference(first.answer, second.answer)
        self.compared.add(_key(first, second))
        self.problems[_key(first, second)] = BankProblem(
            kind=ProblemKind.CONTRADICTION if differs else ProblemKind.DUPLICATE,
            pair_ids=(first.id, second.id),
            questions=(first.question, second.question),
            answers=(first.answer, second.answer),
            score=round(score, 4),
            why=f"{why}; {differs}" if differs else why,
        )

    def sorted(self) -> tuple[BankProblem, ...]:
        return tuple(
            sorted(
                self.problems.values(),
                key=lambda problem: (problem.kind is ProblemKind.DUPLICATE, -problem.score, problem.pair_ids),
            )
        )


class _Slots:
    """Slots of questions, each taken apart once."""

    def __init__(self) -> None:
        self._known: dict[str, Slots] = {}

    def of(self, question: str) -> Slots:
        if question not in self._known:
            self._known[question] = slots(question)
        return self._known[question]


def difference(first: str, second: str) -> str:
    """In what two answers differ, in words; empty when they say the same.

    They do when neither states a number, name or negation that the other lacks, and the shorter one's words are
    mostly in the other.
    """
    if normalise(first) == normalise(second):
        return ""
    stated = [*unsupported(first, [second]), *unsupported(second, [first])]
    if stated:
        return f"only one answer says: {', '.join(dict.fromkeys(stated))}"
    left, right = _words(first), _words(second)
    common = len(left & right)
    if left and right and common < _COMMON * min(len(left), len(right)):
        return "the answers have few words in common"
    return ""


def _words(answer: str) -> frozenset[str]:
    """Stems of an answer; without numbers and their units, which ``unsupported`` compares."""
    return frozenset(plain_words(answer) if quantities(answer) else stems(answer))


def _of_one_wording(pairs: Sequence[KnownQuestion]) -> Iterator[tuple[KnownQuestion, KnownQuestion, str]]:
    """Pairs that know the very same wording."""
    known: dict[str, list[KnownQuestion]] = {}
    for pair in pairs:
        for wording in dict.fromkeys(wording_of(text) for text in _wordings(pair)):
            for other in known.setdefault(wording, []):
                if _meet(pair, other):
                    yield other, pair, wording
            known[wording].append(pair)


def _nearest(questions: Matrix, matrix: Matrix) -> list[list[int]]:
    """For each question the positions of the most similar entries, its own among them, most similar first."""
    similarities = questions @ matrix.T
    count = min(_NEIGHBOURS + 1, similarities.shape[1])
    leading = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
    rows = []
    for scores, positions in zip(similarities, leading, strict=True):
        ordered = sorted(positions.tolist(), key=lambda at: (-scores[at], at))
        rows.append([at for at in ordered if scores[at] >= _WORTH_VERIFYING])
    return rows


def _meet(first: KnownQuestion, second: KnownQuestion) -> bool:
    """Whether somebody could be served either."""
    return bool(frozenset(first.groups) & frozenset(second.groups))


def _key(first: KnownQuestion, second: KnownQuestion) -> tuple[str, str]:
    return (first.id, second.id) if first.id < second.id else (second.id, first.id)


def _wordings(pair: KnownQuestion) -> tuple[str, ...]:
    return (pair.question, *pair.phrasings)
