"""Decides which documents a question means where documents are alike: by names, periods, and what only one writes of.

Only documents that are alike are told apart here. A document that is like no other stays in the search: a wrong scope
is worse than none.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from kingpost.language.dates import dates, without_dates
from kingpost.language.identifiers import identifiers
from kingpost.language.normalise import STOP_WORDS, normalise, one_form
from kingpost.language.periods import spans
from kingpost.language.profiles import name_parts
from kingpost.retrieval.analysis import Analysis
from kingpost.retrieval.periods import Asked, asked_periods, covering, series
from kingpost.types.documents import Document, Profile

COMMON = 0.15
"""Of the rate at which the document that is named writes of a name: from it on, others write of it too."""
DOMINANT = 0.05
"""Share of a document's chunks from which a name in them is one of its subjects."""
OFTEN = 5
"""Chunks with a name from which it is one of a long document's subjects."""
ELSEWHERE = 0.1
"""Of the highest rate of a subject: up to it, the others do not write of it."""
_WORD = re.compile(r"[^\W_]+")
_INITIAL = re.compile(r"\b[A-Z](?=[a-z])")
_ORDINARY_TEXT = """
inc corp corporation company co ltd limited llc plc gmbh ag sa group holdings report form document file manual
handbook guide page table section item note notes appendix part quarter quarterly annual fiscal year years month
months period
"""
_ORDINARY = frozenset(_ORDINARY_TEXT.split()) | STOP_WORDS
_SEVERAL = (
    r"quarters|periods|reports|filings|10-[qk]s|documents|editions|versions|years|manuals|sites|plans|products|models"
    r"|revisions|companies"
)
_ONE_OF_EACH = (
    r"quarter|period|report|filing|document|edition|version|year|manual|site|plan|product|model|revision|company"
)
_TOGETHER = re.compile(
    r"\bover (?:time|the (?:years|quarters|months|(?:last|past|report\w*|cover\w*) \w+))\b"
    r"|\b(?:trends?|year[- ]over[- ]year|quarter[- ]over[- ]quarter|across|versus|vs)\b"
    r"|\b(?:compar(?:e[ds]?|ing|isons?)|differ(?:s|ed|ences?|ent)?)\b"
    r"|\b(?:these|those|all|both|each|every|several|different|various|reported|the)\s+"
    rf"(?:[\w'-]+\s+){{0,2}}?(?:{_SEVERAL})\b"
    rf"|\b(?:each|every|all|both)\s+(?:[\w'-]+\s+){{0,2}}?(?:{_ONE_OF_EACH})\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a question means of the documents searched.

    ``kept`` is ``searched`` without those that are like a document that is meant, but are not; ``named`` the documents
    that are meant, where that is certain. ``together`` are documents that are asked about at once; ``first`` the one
    of them that the question is about before the others. ``undecided`` are groups of documents that are alike, and
    between which the question does not decide. ``kinds`` are identifiers of the question that only say what kind of
    document is meant: they stand in the heads of all that are alike.
    """

    kept: tuple[Document, ...]
    named: tuple[Document, ...] = ()
    together: tuple[Document, ...] = ()
    first: Document | None = None
    undecided: tuple[tuple[Document, ...], ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What of a question can tell documents apart."""

    words: tuple[str, ...]
    heads: tuple[str, ...]
    """Words, identifiers and days that head matter may hold."""
    keys: tuple[str, ...]
    periods: Asked
    together: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """Of one family: those that are meant, and by what."""

    documents: tuple[Document, ...]
    by_name: bool = False
    by_period: bool = False
    by_words: bool = False
    several: bool = False
    ordered: bool = False
    """Whether the question is about the first one before the others."""
    open: bool = False
    """Whether the question names a period that none of them has."""

    @property
    def told(self) -> bool:
        return self.by_name or self.by_period or self.by_words


def meant(
    question: str,
    searched: Sequence[Document],
    families: Sequence[Sequence[Document]],
    profiles: Mapping[str, Profile],
) -> Meant:
    """Decide within each family of documents that are alike; ``profiles`` are by document id."""
    asked = _asked(question)
    decided = [(family, _decide(asked, family, profiles)) for family in families]
    told = [(family, decision) for family, decision in decided if decision.told]
    named = tuple(document for _, decision in told for document in decision.documents)
    left_out = {document.id for family, _ in told for document in family} - {document.id for document in named}
    kept = tuple(document for document in searched if document.id not in left_out)
    together = [
        decision for _, decision in told if len(decision.documents) > 1 and (asked.together or decision.several)
    ]
    return Meant(
        kept=kept,
        named=_certain(named, kept, [decision for _, decision in told]),
        together=tuple(document for decision in together for document in decision.documents),
        first=together[0].documents[0] if len(together) == 1 and together[0].ordered else None,
        undecided=tuple(
            decision.documents
            for _, decision in decided
            if len(decision.documents) > 1 and not (decision.several or decision.open or asked.together)
        ),
        kinds=tuple(key for key in asked.keys if any(_in_all_heads(key, family, profiles) for family, _ in told)),
    )


def without_keys(analysis: Analysis, keys: Collection[str]) -> Analysis:
    """The analysis without identifiers that have only said which documents are meant."""
    kept = tuple(key for key in analysis.identifiers if key not in keys)
    return analysis if len(kept) == len(analysis.identifiers) else replace(analysis, identifiers=kept)


def _certain(
    named: tuple[Document, ...], kept: Sequence[Document], told: Sequence["_Decision"]
) -> tuple[Document, ...]:
    """The documents that are meant, if the question names them by name and period, or if no others are left."""
    both = [decision for decision in told if decision.by_name and decision.by_period]
    if len(both) == 1:
        return both[0].documents
    return named if len(named) == len(kept) else ()


def _in_all_heads(key: str, family: Sequence[Document], profiles: Mapping[str, Profile]) -> bool:
    """The key, or what it is the plural of: "in these SR-4s"."""
    return all({key, key.removesuffix("s")} & set(profiles[document.id].head) for document in family)


def _asked(question: str) -> _Asked:
    plain = one_form(question)
    bare = without_dates(plain)
    capitals = [part for part in name_parts(bare) if part not in _ORDINARY]
    figures = [word for word in _WORD.findall(normalise(bare)) if _is_figure(word)]
    caseless = plain[1:] == plain[1:].lower()
    plain_words = [word for word in _WORD.findall(normalise(bare)) if caseless and word not in _ORDINARY]
    days = [form for date in dates(plain) for form in sorted(date.forms)]
    return _Asked(
        words=tuple(dict.fromkeys([*capitals, *figures, *plain_words])),
        keys=identifiers(plain),
        heads=tuple(dict.fromkeys([*capitals, *days, *identifiers(plain)])),
        periods=asked_periods(plain),
        together=_TOGETHER.search(plain) is not None,
    )


def _is_figure(word: str) -> bool:
    """A word that holds a digit and is no period: ``737``, ``x200``."""
    return any(sign.isdigit() for sign in word) and len(word) > 1 and not spans(word)


def _decide(asked: _Asked, family: Sequence[Document], profiles: Mapping[str, Profile]) -> _Decision:
    """By names of the documents and subjects of their series, by periods, and by what only some of the rest hold."""
    pool, several = _narrowed(family, _named_by_words(asked, family, profiles))
    if not several:
        subjects = [ids for ids in _written_of(asked, pool, profiles) if _keeps_series_whole(ids, pool)]
        pool, _ = _narrowed(pool, subjects)
    by_name = several or len(pool) < len(family)
    covered = covering(asked.periods, pool, profiles)
    by_period = covered is not None and 0 < len(covered.documents) < len(pool)
    if covered is not None and covered.documents:
        pool, several = list(covered.documents), several or covered.several
    by_words = False
    if not asked.together and not several and len(pool) > 1:
        left, _ = _narrowed(pool, _written_of(asked, pool, profiles))
        by_words, pool = len(left) < len(pool), left
    return _Decision(
        documents=tuple(pool),
        by_name=by_name,
        by_period=by_period,
        by_words=by_words,
        several=several,
        ordered=by_period and several,
        open=bool(asked.periods.spans) and not by_period,
    )


def _keeps_series_whole(ids: frozenset[str], pool: Sequence[Document]) -> bool:
    """Whether what only these documents write of is not just news in one issue of a series."""
    inside = {series(document) for document in pool if document.id in ids}
    return inside.isdisjoint(series(document) for document in pool if document.id not in ids)


def _narrowed(documents: Sequence[Document], told: Iterable[frozenset[str]]) -> tuple[list[Document], bool]:
    """What all names have in common; names that have nothing in common are asked for side by side."""
    ids: frozenset[str] | None = None
    several = False
    for named in told:
        if ids is None or ids & named:
            ids = named if ids is None else ids & named
        else:
            ids, several = ids | named, True
    return [document for document in documents if ids is None or document.id in ids], several


def _named_by_words(
    asked: _Asked, family: Sequence[Document], profiles: Mapping[str, Profile]
) -> Iterator[frozenset[str]]:
    """For each word that is in the name of some of the documents: those, and others that write of it as much."""
    for word in asked.words:
        own = {document.id for document in family if word in own_words(document)}
        if not own:
            continue
        rates = {document.id: _rate(word, profiles[document.id]) for document in family}
        least = COMMON * min(rates[id] for id in own)
        named = frozenset(own | {id for id, rate in rates.items() if rate and rate >= least})
        if len(named) < len(family):
            yield named


def _written_of(asked: _Asked, pool: Sequence[Document], profiles: Mapping[str, Profile]) -> Iterator[frozenset[str]]:
    """For each name that is a subject of some of the documents, or in their head, and that the others do not hold."""
    for word in asked.heads:
        rates = {document.id: _rate(word, profiles[document.id]) for document in pool}
        heads = {document.id for document in pool if word in profiles[document.id].head}
        most = max(rates.values())
        is_subject = most >= DOMINANT or max(profiles[d.id].names.get(word, 0) for d in pool) >= OFTEN
        if is_subject:
            named = {id for id, rate in rates.items() if rate > ELSEWHERE * most}
        else:
            named = heads | {id for id, rate in rates.items() if rate}
        if named and len(named) < len(pool) and (heads or is_subject):
            yield frozenset(named | heads)


def _rate(word: str, profile: Profile) -> float:
    return profile.names.get(word, 0) / max(profile.chunks, 1)


@lru_cache(maxsize=20_000)
def own_words(document: Document) -> frozenset[str]:
    """The words of a document's title, file name and number that can name it, and the initials of its title."""
    stem = PurePosixPath(document.name).stem
    words = frozenset(_WORD.findall(normalise(f"{document.title} {stem} {document.number}".replace("_", " "))))
    initials = "".join(_INITIAL.findall(one_form(document.title))).casefold()
    told = {initials} if len(initials) > 1 else set()
    return frozenset(word for word in words - _ORDINARY if len(word) > 1 or word.isdigit()) | told
