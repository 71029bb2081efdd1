"""Lays two questions side by side: what is left of each without what the other lacks, and what was exchanged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kingpost.language.normalise import STOP_WORDS, normalise, stems

_WORD = re.compile(r"[^\W_](?:[\w./'-]*\w)?")
_CONTEXT_WORDS = 1
"""Shared words kept on each side of an exchanged phrase: ``rotor windings`` says more than ``rotor``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Texts whose meaning tells how far two questions agree, all normalised.

    ``known_kept`` is the known question without the content words that the other lacks, ``asked_kept``
    likewise. ``exchanges`` are phrases that stand for each other in the two, in a word of context.
    """

    known: str
    asked: str
    known_kept: str
    asked_kept: str
    exchanges: tuple[tuple[str, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts, each once."""
        phrases = [phrase for pair in self.exchanges for phrase in pair]
        return tuple(dict.fromkeys((self.known, self.asked, self.known_kept, self.asked_kept, *phrases)))


def compare(known: str, asked: str) -> Comparison:
    """Lay two questions side by side."""
    left, right = _content(known), _content(asked)
    return Comparison(
        known=normalise(known),
        asked=normalise(asked),
        known_kept=_kept(known, frozenset(stem for _, stem in right)),
        asked_kept=_kept(asked, frozenset(stem for _, stem in left)),
        exchanges=_exchanges(left, right),
    )


def _content(text: str) -> list[tuple[str, str]]:
    """Content words in order, with their stems."""
    words = (word for token in _WORD.findall(normalise(text)) for word in _parts(token))
    return [(word, _stem(word)) for word in words if word not in STOP_WORDS]


def _parts(token: str) -> list[str]:
    plain = token.replace("'s", "")
    return [plain] if re.search(r"[\d_]", plain) else [part for part in re.split(r"[-/]", plain) if part]


def _stem(word: str) -> str:
    found = stems(word)
    return found[0] if found else word


def _kept(text: str, shared: frozenset[str]) -> str:
    kept = []
    for token in normalise(text).split():
        word = re.sub(r"[^\w-]", "", token)
        if word in STOP_WORDS or _stem(word) in shared:
            kept.append(token)
    return " ".join(kept)


def _exchanges(left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    matcher = SequenceMatcher(None, [stem for _, stem in left], [stem for _, stem in right], autojunk=False)
    return tuple(
        (_phrase(left, start, end), _phrase(right, other_start, other_end))
        for kind, start, end, other_start, other_end in matcher.get_opcodes()
        if kind == "replace"
    )


def _phrase(words: Sequence[tuple[str, str]], start: int, end: int) -> str:
    return " ".join(word for word, _ in words[max(0, start - _CONTEXT_WORDS) : end + _CONTEXT_WORDS])
