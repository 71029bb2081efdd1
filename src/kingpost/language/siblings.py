"""Finds words that stand in each other's place: in one column or list, or where like questions differ."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kingpost.language.normalise import STOP_WORDS

_WORD = re.compile(r"[^\W_](?:[\w./'&-]*\w)?|--?[A-Za-z][\w-]*")
_PLAIN = re.compile(r"[a-z]{4,}")
LONGEST = 3
"""Words of a phrase that is exchanged, at most."""
MOST = 40
"""Siblings that are kept of one phrase."""
FEWEST_AROUND = 3
"""Words that two questions must share around what differs, to be like each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """Phrases, casefolded, with those that can stand in their place, worded as they were found."""

    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    between: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Words of content that questions have between two words, for where nothing better is known: ``the ... of``."""

    @classmethod
    def found(cls, questions: Iterable[str], groups: Iterable[Sequence[str]] = ()) -> "Siblings":
        """Of questions that differ in one phrase, and of groups of values (a column, a list, headings of one level)."""
        questions = list(dict.fromkeys(questions))
        members: dict[str, dict[str, str]] = defaultdict(dict)
        for phrases in (*_places(questions), *groups):
            short = {phrase.casefold(): phrase for phrase in phrases if 0 < len(phrase.split()) <= LONGEST}
            for folded in short:
                if len(members[folded]) < MOST:
                    members[folded].update({name: written for name, written in short.items() if name != folded})
        of = {folded: tuple(list(others.values())[:MOST]) for folded, others in members.items() if others}
        return cls(of=of, between=_between(questions))

    def alike(self, question: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Single words with others that stand between the same two words elsewhere: start, end, and those others."""
        for at, _, around in _contents(question):
            word = question[slice(*at)]
            others = tuple(other for other in self.between.get(around, ()) if other != word)
            if others and word.casefold() not in self.of:
                yield *at, others

    def within(self, question: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Stretches of the question that have siblings, the longer ones first: start, end, and the siblings."""
        words = list(_WORD.finditer(question))
        for size in range(LONGEST, 0, -1):
            for first, last in zip(words, words[size - 1 :], strict=False):
                phrase = question[first.start() : last.end()]
                others = self.of.get(phrase.casefold())
                if others and (len(phrase) > 1 or _marks(phrase)):
                    yield first.start(), last.end(), others


NONE = Siblings()


def _between(questions: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for question in questions:
        for _, word, around in _contents(question):
            if len(found[around]) < MOST:
                found[around].setdefault(word)
    return {around: tuple(words) for around, words in found.items() if len(words) > 1}


def _contents(question: str) -> Iterator[tuple[tuple[int, int], str, tuple[str, str]]]:
    """Plain words of content with the function word before and the word behind, or nothing at the end."""
    words = list(_WORD.finditer(question))
    for at, word in enumerate(words[1:], start=1):
        before = words[at - 1][0].casefold()
        behind = words[at + 1][0].casefold() if at + 1 < len(words) else ""
        alone = before in STOP_WORDS and (not behind or behind in STOP_WORDS)
        if alone and _PLAIN.fullmatch(word[0]) and word[0] not in STOP_WORDS:
            yield word.span(), word[0], (before, behind)


def _places(questions: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """What fills the one place in which questions of the same wording around it differ."""
    fillers: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for question in questions:
        words = list(_WORD.finditer(question))
        folded = [word[0].casefold() for word in words]
        for size in range(1, LONGEST + 1):
            for at in range(len(words) - size + 1):
                if len(words) - size < FEWEST_AROUND or not _carries([word[0] for word in words[at : at + size]]):
                    continue
                around = (" ".join(folded[:at]), " ".join(folded[at + size :]))
                phrase = question[words[at].start() : words[at + size - 1].end()]
                fillers[around].setdefault(phrase.casefold(), phrase)
    return (tuple(phrases.values()) for phrases in fillers.values() if len(phrases) > 1)


def _carries(words: Sequence[str]) -> bool:
    """Only words of content, and letters that mark (``zone A``): what function words fill is no name of a thing."""
    return all(_marks(word) if len(word) == 1 else word.casefold() not in STOP_WORDS for word in words)


def _marks(letter: str) -> bool:
    return letter.isdigit() or (letter.isupper() and letter != "I")
