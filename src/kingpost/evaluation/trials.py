"""Puts a bank's own questions to the router, reworded and changed by a program, and keeps what the verifier said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kingpost.answering.routing import RouteDecision
from kingpost.evaluation import statistics
from kingpost.language import changes, rewordings
from kingpost.language.normalise import normalise
from kingpost.language.siblings import NONE, Siblings
from kingpost.retrieval.pairs import wording_of
from kingpost.types.answers import ConsideredQuestion, Question
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import KnownQuestion

REWORDINGS, CHANGES = 4, 6
"""Most of each that are made of one known question."""
NEARBY = 0.7
"""Cosine from which another known question counts as lying near the one asked."""
ANOTHER = "another known question"
EXACT = "exact"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One asked text beside one known question: ``label`` 1 when they are the same.

    ``score`` is the verifier's; 0 where the guard or the candidates parted them, 1 for the very wording. ``question``
    names what the text was made from: trials of one question are not torn apart. ``known`` is the
    wording of the known one.
    """

    question: str
    kind: str
    label: int
    text: str
    score: float
    known: str = ""


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Makes trials of known questions: asks ``route`` as users do, for all ``groups``, and looks at what it considered.

    ``siblings`` and ``glossary`` are what changes and rewordings are made with. ``asks`` says which known questions
    may be asked: not those that the verifier was taught.
    """

    route: Callable[[Question], RouteDecision]
    pairs: Sequence[KnownQuestion]
    siblings: Siblings = NONE
    glossary: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = EVERYONE
    asks: Callable[[KnownQuestion], bool] = lambda _: True
    seed: int = statistics.SEED

    def of(self, limit: int, *, on_progress: Progress | None = None) -> list[Trial]:
        """Of at most so many known questions, drawn at random and always the same ones."""
        pairs = [pair for pair in self.pairs if self.asks(pair)]
        drawn = np.random.default_rng(self.seed).permutation(len(pairs))[:limit].tolist()
        found: list[Trial] = []
        for done, at in enumerate(drawn, start=1):
            found += self._of(pairs[at])
            if on_progress is not None:
                on_progress(done, len(drawn))
        return found

    def _of(self, pair: KnownQuestion) -> Iterator[Trial]:
        for rewording in rewordings.sample(pair.question, glossary=self.glossary, seed=self.seed, most=REWORDINGS):
            considered = self._considered(rewording.text)
            yield self._trial(pair, rewording.kind, 1, rewording.text, considered)
            yield from self._near(pair, rewording.text, considered)
        made = changes.sample(pair.question, siblings=self.siblings, seed=self.seed, most=CHANGES)
        for number, change in enumerate(made):
            text = self._reworded(change.text) if number % 2 else change.text
            if wording_of(change.text) not in self._wordings and wording_of(text) not in self._wordings:
                yield self._trial(pair, change.kind, 0, text, self._considered(text))

    @cached_property
    def _wordings(self) -> frozenset[str]:
        return frozenset(wording_of(text) for pair in self.pairs for text in (pair.question, *pair.phrasings))

    @cached_property
    def _answers(self) -> dict[str, str]:
        return {pair.id: normalise(pair.answer) for pair in self.pairs}

    def _reworded(self, text: str) -> str:
        """In other words too: near misses are not asked in the known question's own words alone."""
        found = rewordings.sample(text, glossary=self.glossary, seed=self.seed, most=1)
        return found[0].text if found else text

    def _considered(self, text: str) -> tuple[ConsideredQuestion, ...]:
        return self.route(Question(text=text, groups=self.groups)).considered

    def _trial(
        self, pair: KnownQuestion, kind: str, label: int, text: str, considered: Sequence[ConsideredQuestion]
    ) -> Trial:
        score = max((_score(one) for one in considered if one.pair_id == pair.id), default=0.0)
        return Trial(question=pair.id, kind=kind, label=label, text=text, score=score, known=pair.question)

    def _near(self, pair: KnownQuestion, text: str, considered: Sequence[ConsideredQuestion]) -> Iterator[Trial]:
        """The nearest other known question with another answer, as the reworded one would be taken for it."""
        others = [
            one
            for one in considered
            if one.similarity >= NEARBY and self._answers.get(one.pair_id, "") not in ("", self._answers[pair.id])
        ]
        if others:
            nearest = max(others, key=_score)
            yield Trial(
                question=pair.id, kind=ANOTHER, label=0, text=text, score=_score(nearest), known=nearest.question
            )


def _score(one: ConsideredQuestion) -> float:
    """What the verifier gave; the very wording needs no verifier. Nothing where guard or candidates parted them."""
    if one.stage == EXACT:
        return 1.0
    return one.score if one.threshold_source else 0.0
