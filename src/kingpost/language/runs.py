"""Cuts a text into runs of letters and of digits, by which ``E204A``, ``E-204 A`` and ``E-204A`` are one thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_MOST_WORDS_ABBREVIATED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs of a text, casefolded, in order; ``glued`` says of each whether it hangs on the one before it."""

    texts: tuple[str, ...]
    glued: tuple[bool, ...]

    def hold(self, key: str) -> bool:
        """Whether the runs of an identifier stand here as a whole: ``e-204`` does not in ``E-204A`` or ``E-204-3``."""
        wanted = tuple(_RUN.findall(key))
        return bool(wanted) and (any(self._ends_at(end, wanted) for end in self._ends(wanted)))

    def _ends(self, wanted: tuple[str, ...]) -> Iterator[int]:
        last, size = wanted[-1], len(wanted)
        for at, text in enumerate(self.texts):
            if text == last and at + 1 >= size and self.texts[at + 1 - size : at + 1] == wanted:
                yield at + 1

    def _ends_at(self, end: int, wanted: tuple[str, ...]) -> bool:
        start = end - len(wanted)
        if not any(run[0].isdigit() for run in wanted):
            return not self.glued[start] and not (end < len(self.texts) and self.glued[end])
        behind = self.texts[end] if end < len(self.texts) and self.glued[end] else ""
        goes_on = behind.isdigit() or len(behind) == 1
        begun = self.glued[start] and not wanted[0][0].isdigit() and self.texts[start - 1][0].isdigit()
        return not goes_on and not begun

    def abbreviated(self, key: str) -> bool:
        """Whether an abbreviation with a number, such as ``cet1``, stands here in words: ``common equity tier 1``."""
        found = re.fullmatch(r"([a-z]{1,4})-?(\d{1,4})", key)
        if found is None:
            return False
        letters, number = found.groups()
        return any(
            text == number and _spells(letters, self.texts[max(0, at - _MOST_WORDS_ABBREVIATED) : at])
            for at, text in enumerate(self.texts)
        )


def _spells(letters: str, words: tuple[str, ...]) -> bool:
    """Whether the letters are the first ones of the last words, or of parts of the last word (``bh``: borehole)."""
    if not words or words[-1][0].isdigit():
        return False
    if letters[0] == words[-1][0] and _in_order(letters, words[-1]) and len(words[-1]) > len(letters):
        return True
    initials = "".join(word[0] for word in words)
    return len(letters) > 1 and _in_order(letters, initials)


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def runs(text: str) -> Runs:
    """Of a text in one form."""
    plain = _THOUSANDS.sub("", text).casefold()
    texts, glued, end = [], [], -1
    for found in _RUN.finditer(plain):
        texts.append(found[0])
        glued.append(end >= 0 and not plain[end : found.start()].strip("-./_:") and found.start() - end <= 1)
        end = found.end()
    return Runs(texts=tuple(texts), glued=tuple(glued))
