"""Says how well a question names a column: by the words of its header, by words that mean the same, or by its kind."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from kingpost.answering.tables.cues import ROWS, Asked, Cue, Request
from kingpost.answering.tables.model import Column, Kind
from kingpost.answering.tables.values import read, tokens

Meaning = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]]
"""How near in meaning names are to texts: for each text its cosine with each name."""

_BRACKETS = re.compile(r"[\[(][^\])]*[\])]")
IMPLIED, IMPLIED_BY_HEAD = 0.7, 0.6
"""What it counts that the question word, or what it asks for, stands for a column."""
SOFT = 0.6
"""What a header that only means the same counts, against one that is named."""
NEAR, FAR = 0.55, 0.2
"""Cosines from which a header means the same, and below which it does not."""
ALIKE, SAME = 0.62, 0.78
"""Cosines of two words from which one may stand for the other, and from which it does."""
LEAST_ALIKE = 0.5
SYNONYM = 0.9
"""What a word that stands for another one counts at most."""
NOUN = 2.0
"""How much more the noun of a header tells than what is said of it: "beds" of "hospital beds"."""
UNSAID = frozenset({"name", "column", "item", "s"})
"""Words of headers that questions leave out."""
MOST_COMPARED = 48
"""Headers whose meaning is compared with the question's; the others are known by their words only."""
_KIND_STEMS = {Kind.MOMENT: ("year", "date", "day", "month", "when"), Kind.NUMBER: (), Kind.TEXT: ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLink:
    """How a column is named by the question: by which words, and how well (0..1)."""

    column: int
    positions: frozenset[int]
    score: float
    lexical: float
    implied: bool = False
    """Whether an adjective of the question measures it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """What means the same in other words. ``columns``: cosine of the question with each column name.

    ``words``: by stem of the question, stems of headers that it may stand for, and how well (0..1).
    """

    columns: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def nearness(request: Request, columns: Iterable[Column], meaning: Meaning) -> Nearness:
    """Compares the question with whole headers, and its words with the words of headers.

    Of very many columns the first ones are compared: to find out what words mean takes most of the time.
    """
    headers = {column.header: column.name for column in columns if column.name}
    headers = dict(list(headers.items())[:MOST_COMPARED])
    names = list(dict.fromkeys(headers.values()))
    cued = frozenset(at for cue in request.cues for at in cue.positions)
    free = [token for at, token in enumerate(request.tokens) if token.content and at not in cued]
    spoken = {token.stem: token.text.casefold() for token in free if token.text.isalpha()}
    written = {
        token.stem: token.text.casefold()
        for header in headers
        for token in tokens(_BRACKETS.sub(" ", header[-1]))
        if token.content and token.text.isalpha() and len(token.text) > 1 and read(token.text).moment is None
    }
    other = {stem: text for stem, text in spoken.items() if stem not in written}
    cosines = meaning([request.text, *other.values()], [*names, *written.values()])
    return Nearness(
        columns=dict(zip(names, cosines[0][: len(names)], strict=True)),
        words={stem: _alike(written, row[len(names) :]) for stem, row in zip(other, cosines[1:], strict=True)},
    )


def _alike(written: Iterable[str], cosines: Sequence[float]) -> dict[str, float]:
    return {
        stem: SYNONYM * min(1.0, (cosine - LEAST_ALIKE) / (SAME - LEAST_ALIKE))
        for stem, cosine in zip(written, cosines, strict=True)
        if cosine >= ALIKE
    }


@lru_cache(maxsize=8192)
def header_stems(header: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stems of the whole path, and of its last part, without units in brackets."""
    parts = [tuple(t.stem for t in tokens(_BRACKETS.sub(" ", part)) if t.content) for part in header]
    if not any(parts):
        parts = [tuple(t.stem for t in tokens(part) if t.content) for part in header]
    return tuple(stem for part in parts for stem in part), (parts[-1] if parts else ())


def named(request: Request, column: Column, taken: frozenset[int], near: Nearness) -> HeaderLink:
    """How well the question names a column; words at the positions ``taken`` say something else."""
    whole, last = header_stems(column.header)
    free = [
        at for at, token in enumerate(request.tokens) if token.content and at not in taken and not _is_rows(request, at)
    ]
    said: dict[str, float] = {}
    positions: set[int] = set()
    compounds = _compounds(request, free, whole)
    for at in free:
        stem = request.tokens[at].stem
        meant = {stem: 1.0} if stem in whole else {s: w for s, w in near.words.get(stem, {}).items() if s in whole}
        meant = meant or compounds.get(at, {})
        positions |= {at} if meant else set()
        for one, weight in meant.items():
            said[one] = max(said.get(one, 0.0), weight)
    lexical = _share(last, said, column.header) * 0.6 + _share(whole, said, ()) * 0.4
    if lexical and request.head and not positions & request.head:
        lexical *= 0.9
    cosine = near.columns.get(column.name, 0.0)
    soft = SOFT * min(1.0, max(0.0, (cosine - FAR) / (NEAR - FAR)))
    return HeaderLink(
        column=column.index,
        positions=frozenset(positions),
        score=max(lexical, soft, _implied(request, column)),
        lexical=lexical,
        implied=bool(request.implied & set(whole)),
    )


def _compounds(request: Request, free: Sequence[int], header: tuple[str, ...]) -> dict[int, dict[str, float]]:
    """By position, what a compound says that the header writes in one word, or in two: "sub-item" and "subitem"."""
    found: dict[int, dict[str, float]] = {}
    stems = {at: request.tokens[at].stem for at in free}
    for at, stem in stems.items():
        joined = stem + stems.get(at + 1, "")
        if joined != stem and joined in header:
            found[at] = found[at + 1] = {joined: 1.0}
        parts = next((pair for pair in pairwise(header) if "".join(pair) == stem), ())
        if parts:
            found[at] = dict.fromkeys(parts, 1.0)
    return found


def _is_rows(request: Request, at: int) -> bool:
    return request.tokens[at].stem in ROWS and at in request.head and bool(request.of(Cue.COUNT))


def _share(wanted: Sequence[str], said: Mapping[str, float], header: Sequence[str]) -> float:
    """Share of a header's words that are said; "name" need not be; the noun, which stands last, counts more."""
    telling = [stem for stem in wanted if stem not in UNSAID] or list(wanted)
    if not telling:
        return 0.0
    compound = bool(header) and not re.search(r"\b(?:of|for|in|per|to|by)\b", header[-1], re.IGNORECASE)
    weights = [NOUN if compound and at == len(telling) - 1 else 1.0 for at in range(len(telling))]
    return sum(w * said.get(stem, 0.0) for w, stem in zip(weights, telling, strict=True)) / sum(weights)


def _implied(request: Request, column: Column) -> float:
    """A column of dates is what "when" and "which year" ask for, whatever it is called."""
    if request.implied & set(header_stems(column.header)[0]):
        return IMPLIED
    if request.asked is Asked.MOMENT and column.kind is Kind.MOMENT:
        return IMPLIED
    heading = {request.tokens[at].stem for at in request.head}
    return IMPLIED_BY_HEAD if column.kind is Kind.MOMENT and heading & set(_KIND_STEMS[Kind.MOMENT]) else 0.0
