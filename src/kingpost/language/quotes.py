"""Finds a quote in the text it was taken from, whatever case, spaces and dashes became of it."""

import re
from difflib import SequenceMatcher

from kingpost.language.normalise import one_form

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:_[^\W_]+)*|[%\u00b0\u20ac$\u00a3<>\u2264\u2265\u00b1]", re.UNICODE)
_BROKEN_WORD = re.compile(r"(?<=[a-z])[-\u2010\u00ad]\s*\n\s*(?=[a-z])")
_SHARE = 0.5


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """The span of ``quote`` in ``text`` (code points of ``text``), or None.

    The whole quote counts wherever it stands first. Else the longest run of its words counts, if that is at
    least half of them and stands once only.
    """
    wanted, spans = [word for word, _, _ in _tokens(quote)], _tokens(text)
    words = [word for word, _, _ in spans]
    if not wanted or not words:
        return None
    starts = _occurrences(wanted, words)
    size = len(wanted)
    if not starts:
        match = SequenceMatcher(None, wanted, words, autojunk=False).find_longest_match()
        if match.size < max(2, _SHARE * len(wanted)):
            return None
        starts, size = _occurrences(wanted[match.a : match.a + match.size], words), match.size
        if len(starts) != 1:
            return None
    return spans[starts[0]][1], spans[starts[0] + size - 1][2]


def words_of(text: str) -> list[str]:
    """The words of a text as quotes are compared: case, spaces, dashes and punctuation do not count."""
    return [word for word, _, _ in _tokens(text)]


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Comparable words with their spans; a word broken over two lines is one token."""
    found: list[tuple[str, int, int]] = []
    joints = {match.start(): match.end() for match in _BROKEN_WORD.finditer(text)}
    glue = -1
    for match in _TOKEN.finditer(text):
        word = re.sub(r"(?<=\d),(?=\d{3})", "", one_form(match[0]).casefold())
        if match.start() == glue and found:
            before, start, _ = found.pop()
            found.append((before + word, start, match.end()))
        else:
            found.append((word, match.start(), match.end()))
        glue = joints.get(match.end(), -1)
    return found


def _occurrences(wanted: list[str], words: list[str]) -> list[int]:
    size = len(wanted)
    return [at for at in range(len(words) - size + 1) if words[at] == wanted[0] and words[at : at + size] == wanted]
