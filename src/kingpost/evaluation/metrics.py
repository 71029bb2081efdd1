"""How one answer compares with its references: pure functions on text, and the one rule for "right"."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from kingpost.language.quantities import Quantity, quantities, same

ARTICLES = frozenset({"a", "an", "the"})
RIGHT_F1 = 0.6
LONG_REFERENCE_WORDS = 25
RIGHT_F1_OF_LONG = 0.35
SHORT_REFERENCE_WORDS = 8
SHORT_ANSWER_WORDS = 40


def words(text: str) -> list[str]:
    """Words as SQuAD compares them: lower case, no punctuation, no articles.

    Unlike SQuAD's script it keeps decimal points and leading minus signs (1.5 is not 15, -5 is not 5), and a text
    of punctuation and articles only is compared as it stands.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\N{MINUS SIGN}", "-")
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    kept = [part for part in _without_punctuation(plain).split() if part not in ARTICLES]
    return kept or plain.split()


def _without_punctuation(text: str) -> str:
    marked = re.sub(r"(?<=\d)\.(?=\d)", "\x00", re.sub(r"(?<![^\s(\[:=])-(?=[\d.]*\d)", "\x01", text))
    kept = "".join(character for character in marked if unicodedata.category(character)[0] not in "PS")
    return kept.replace("\x00", ".").replace("\x01", "-")


def exact_match(answer: str, references: Sequence[str]) -> float:
    """1 when the answer's words are those of a reference, in order."""
    given = words(answer)
    return float(any(given == words(reference) for reference in references))


def token_f1(answer: str, references: Sequence[str]) -> float:
    """F1 of the words in common with the best reference, as SQuAD computes it."""
    given = words(answer)
    return max((_f1(given, words(reference)) for reference in references), default=0.0)


def _f1(given: list[str], expected: list[str]) -> float:
    common = sum((Counter(given) & Counter(expected)).values())
    return 2 * common / (len(given) + len(expected)) if common else 0.0


def rouge_l(answer: str, references: Sequence[str]) -> float:
    """ROUGE-L F1 (Lin 2004) with the best reference: longest common subsequence of words."""
    given = words(answer)
    return max((_lcs_f1(given, words(reference)) for reference in references), default=0.0)


def _lcs_f1(given: list[str], expected: list[str]) -> float:
    common = _common_subsequence(given, expected)
    return 2 * common / (len(given) + len(expected)) if common else 0.0


def _common_subsequence(first: list[str], second: list[str]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyro 2004)."""
    places: dict[str, int] = {}
    for position, word in enumerate(first):
        places[word] = places.get(word, 0) | (1 << position)
    everything = (1 << len(first)) - 1
    row = everything
    for word in second:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & everything
    return len(first) - row.bit_count()


def number_accuracy(answer: str, references: Sequence[str]) -> float | None:
    """1 when the answer holds all numbers of a reference, units converted; None when no reference has numbers."""
    expected = [found for found in map(quantities, references) if found]
    if not expected:
        return None
    given = quantities(answer)
    return float(any(all(_among(number, given) for number in numbers) for numbers in expected))


def _among(number: Quantity, given: Sequence[Quantity]) -> bool:
    return any(agree(number, other) for other in given)


def agree(first: Quantity, second: Quantity) -> bool:
    """Equal after unit conversion; where only one side names a unit, the values decide."""
    if first.unit and second.unit:
        return same(first, second)
    return abs(first.value - second.value) <= 1e-9 * max(1.0, abs(first.value))


def is_right(answer: str, references: Sequence[str], *, answerable: bool, abstained: bool) -> bool:
    """The one rule for "right", used for calibration and for comparing runs.

    A question that cannot be answered is answered rightly by abstaining only; one that can, never by abstaining.
    Else an answer is right for a reference when the words are the same, or token F1 is at least 0.6 (0.35 where the
    reference is a text of its own, over 25 words, that no quote repeats word for word), or the reference is short
    (8 words at most) and the answer, of 40 words at most, holds it: its words in a row, or all of its numbers with
    their units.
    """
    if abstained or not answerable:
        return abstained and not answerable
    return any(_right_for(answer, reference) for reference in references)


def _right_for(answer: str, reference: str) -> bool:
    given, expected = words(answer), words(reference)
    enough = RIGHT_F1 if len(expected) <= LONG_REFERENCE_WORDS else RIGHT_F1_OF_LONG
    if given == expected or _f1(given, expected) >= enough:
        return True
    if len(expected) > SHORT_REFERENCE_WORDS or len(given) > SHORT_ANSWER_WORDS:
        return False
    return _stands_in(expected, given) or number_accuracy(answer, [reference]) == 1


def _stands_in(expected: list[str], given: list[str]) -> bool:
    size = len(expected)
    return size > 0 and any(given[start : start + size] == expected for start in range(len(given) - size + 1))
