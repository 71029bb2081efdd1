"""Writes number words as digits: ``twenty-five doors`` is ``25 doors``, ``two thousand`` is ``2 thousand``."""

import re

_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
)
_ONES = {word: value for value, word in enumerate(_SMALL.split(), start=2)}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_DIGITS = "one " + " ".join(_SMALL.split()[:8])
_ORDINALS = {
    word: f"{value}th" for value, word in enumerate("fourth fifth sixth seventh eighth ninth tenth".split(), 4)
}
_WORDS = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<digit>{'|'.join(_DIGITS.split())}))?|(?P<ones>{'|'.join(_ONES)})"
    rf"|(?P<hundred>(?:one|an?) (?=hundred\b|thousand\b|million\b))|(?P<ordinal>{'|'.join(_ORDINALS)}))\b",
    re.IGNORECASE,
)


def numerals(text: str) -> str:
    """The text with number words as digits. A lone "one" stays: it is rarely a number. So do "first" and "second"."""
    return _WORDS.sub(_numeral, text)


def _numeral(found: re.Match[str]) -> str:
    if found["hundred"]:
        return "1 "
    if found["ordinal"]:
        return _ORDINALS[found["ordinal"].casefold()]
    if found["ones"]:
        return str(_ONES[found["ones"].casefold()])
    digit = (found["digit"] or "").casefold()
    return str(_TENS[found["tens"].casefold()] + (1 if digit == "one" else _ONES.get(digit, 0)))
