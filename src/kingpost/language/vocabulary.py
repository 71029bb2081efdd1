"""What the documents that may be read call things, merged: which names are siblings, what abbreviations mean."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kingpost.language.normalise import STOP_WORDS, normalise, stem_of
from kingpost.types.terms import Terms

MOST_WORDS = 6
MOST_ENTRIES = 60_000
_WORD = re.compile(r"[^\W_](?:[\w.'-]*\w)?")
_MOST_REMEMBERED = 20_000
_SAME_FRAME = 0.5
"""Share of the other words in common from which one name was exchanged for the other in one question."""

Phrase = tuple[str, ...]
"""Stems of the words of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Where siblings stand: ``title`` is what they are, ``document`` the name of the document."""

    title: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A name as a question says it, and the families that it is of (numbers into ``Vocabulary.families``)."""

    text: str
    phrase: Phrase
    families: tuple[int, ...]

    @property
    def stems(self) -> frozenset[str]:
        """Without small words."""
        return frozenset(stem for stem in self.phrase if stem not in STOP_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was found in a question with its abbreviations written out."""

    terms: tuple[Term, ...]
    words: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Looked up by runs of words, so that its size does not matter to a question."""

    families: tuple[Family, ...] = ()
    entries: Mapping[Phrase, tuple[int, ...]] = field(default_factory=dict)
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Short form, casefolded, -> long form."""
    _read: dict[str, _Read] = field(default_factory=dict, compare=False, repr=False)

    def terms(self, question: str) -> tuple[Term, ...]:
        """Names of things in a question, the longest at each place, in order."""
        words = _WORD.findall(normalise(question))
        stems = [stem_of(word) for word in words]
        found, at = [], 0
        while at < len(words):
            size = next((size for size in _sizes(len(words) - at) if tuple(stems[at : at + size]) in self.entries), 0)
            if size:
                phrase = tuple(stems[at : at + size])
                found.append(Term(text=" ".join(words[at : at + size]), phrase=phrase, families=self.entries[phrase]))
            at += size or 1
        return tuple(found)

    def expand(self, question: str) -> str:
        """The question with the abbreviations of the glossaries written out."""
        if not self.abbreviations:
            return question
        return _WORD.sub(lambda found: self._long_form(found[0]), question)

    def sibling_differences(self, known: str, asked: str) -> tuple[str, ...]:
        """Where one question names a thing and the other, for it, a sibling of that thing; in words."""
        if not self.entries:
            return ()
        there, here = self._of(known), self._of(asked)
        missing = [term for term in there.terms if not term.stems <= here.words]
        extra = [term for term in here.terms if not term.stems <= there.words]
        return tuple(dict.fromkeys(self._exchanges(missing, extra, there.words, here.words)))

    def _of(self, question: str) -> _Read:
        """Known questions are asked for again and again, the asked one for every candidate."""
        found = self._read.get(question)
        if found is None:
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            written = self.expand(question)
            found = self._read[question] = _Read(terms=self.terms(written), words=_words(written))
        return found

    def _exchanges(
        self, missing: Sequence[Term], extra: Sequence[Term], known: frozenset[str], asked: frozenset[str]
    ) -> Iterator[str]:
        for one in missing:
            for other in extra:
                shared = next((number for number in one.families if number in other.families), None)
                if shared is not None and _one_frame(known - set(one.phrase), asked - set(other.phrase)):
                    family = self.families[shared]
                    place = " of ".join(
                        part for part in (f'"{family.title}"' if family.title else "", family.document) if part
                    )
                    yield f"another name: {other.text} instead of {one.text} (both in {place})"

    def _long_form(self, word: str) -> str:
        if not word[:2].isupper() and word.casefold() not in self.abbreviations:
            return word
        return self.abbreviations.get(word.removesuffix("s").casefold(), word)


EMPTY = Vocabulary()


def vocabulary(documents: Iterable[tuple[str, Terms]]) -> Vocabulary:
    """Merge what documents (by name) call things; what goes beyond the bound is left out, the first ones stay."""
    families: list[Family] = []
    entries: dict[Phrase, list[int]] = {}
    meanings: dict[str, dict[str, str]] = {}
    for name, terms in documents:
        for siblings in terms.siblings:
            families.append(Family(title=siblings.title, document=name))
            for member in siblings.members:
                phrase = _phrase(member)
                if phrase and (phrase in entries or len(entries) < MOST_ENTRIES):
                    entries.setdefault(phrase, []).append(len(families) - 1)
        for short, long in terms.abbreviations.items():
            meanings.setdefault(short.casefold(), {}).setdefault(" ".join(_phrase(long)), long)
    return Vocabulary(
        families=tuple(families),
        entries={phrase: tuple(dict.fromkeys(numbers)) for phrase, numbers in entries.items()},
        abbreviations={short: next(iter(longs.values())) for short, longs in meanings.items() if len(longs) == 1},
    )


def _phrase(name: str) -> Phrase:
    words = _WORD.findall(normalise(name))
    if len(words) > MOST_WORDS or all(word in STOP_WORDS for word in words):
        return ()
    return tuple(stem_of(word) for word in words)


def _sizes(room: int) -> range:
    return range(min(MOST_WORDS, room), 0, -1)


def _words(question: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in _WORD.findall(normalise(question)) if word not in STOP_WORDS)


def _one_frame(known: frozenset[str], asked: frozenset[str]) -> bool:
    return len(known & asked) >= _SAME_FRAME * len(known | asked)
