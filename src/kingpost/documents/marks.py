"""Revision marks: finds them after their words and in file names, and tells which of two is the later one."""

import re

from kingpost.language.identifiers import key

DATE = r"(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?"
MARK_FORM = rf"{DATE}|[PC]\d{{2}}(?:\.\d{{1,2}})?|[A-Z]{{1,2}}\d?|(?:19|20)\d\d|\d{{1,3}}(?:\.\d{{1,3}}){{0,2}}"
"""B, AA, A1, 3, 1.2, P01, C02, 2015, 2024-03-01."""
WORD = r"(?:rev(?:ision)?|issue|iss|version|ver|edition)"
MARK = re.compile(
    rf"\b{WORD}\b\.?\s*(?:(?:no|mark|index)\.?\s*)?:?\s*(?P<mark>{MARK_FORM})\b(?![\w-]|\.\d)", re.IGNORECASE
)
MARK_IN_NAME = re.compile(
    r"(?:^|[\s_\-.(])(?:rev(?:ision)?|issue|iss|v|ver|version|ed|edition)[\s_\-.]*"
    r"(?P<mark>(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?|[PC]\d{2}|[A-Z]\d?|(?:19|20)\d\d|\d{1,3}(?:\.\d{1,2})?)"
    r"(?=$|[\s_\-.)])",
    re.IGNORECASE,
)
"""A date alone in a name is no mark: minutes and reports of several days are not revisions of each other."""
WHOLE_MARK = re.compile(
    rf"(?:{WORD}\b\.?\s*)?(?:(?:no|mark)\.?\s*)?:?\s*(?P<mark>{MARK_FORM})(?![\w-]|\.\d)", re.IGNORECASE
)
"""The value of a field for the mark."""
NUMBER_WITH_LETTER = re.compile(r"^(?P<base>.*\d)(?P<mark>[A-Z])$")
NUMBER_WITH_YEAR = re.compile(r"^(?P<base>.*\d):(?P<mark>(?:19|20)\d\d)$")
"""``EN 12845:2015`` is the edition of 2015 of EN 12845."""
NOT_A_MARK = frozenset({"of", "to", "on", "by", "in", "is", "as", "no", "or", "it", "if", "an", "at", "be", "do", "we"})

Rank = tuple[int, int, int, int]


def rank(mark: str) -> Rank | None:
    """Order of marks: numbers, letters (Z before AA, A before A1), years, dates, P01 before C01; each among its kind.

    The first of the four is the kind: marks of different kinds have no order. None: no mark that has one.
    """
    if re.fullmatch(r"(?:19|20)\d\d", mark):
        return (2, int(mark), 0, 0)
    if found := re.fullmatch(r"(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?", mark):
        return (0, int(found[1]), int(found[2] or 0), int(found[3] or 0))
    if found := re.fullmatch(r"([PC])(\d\d)(?:\.(\d{1,2}))?", mark):
        return (4, int(found[1] == "C"), int(found[2]), int(found[3] or 0))
    if found := re.fullmatch(r"([A-Z]{1,2})(\d?)", mark):
        place = 0
        for letter in found[1]:
            place = place * 26 + ord(letter) - ord("A") + 1
        return (1, place, int(found[2] or 0), 0)
    if found := re.fullmatch(r"((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?", mark):
        return (3, int(found[1]), int(found[2]), int(found[3] or 0))
    return None


def mark_of_name(stem: str) -> str:
    """The mark that a file's name carries, or empty."""
    found = MARK_IN_NAME.search(stem)
    return found["mark"].upper() if found else ""


def name_without_mark(stem: str) -> str:
    """The file's name apart from its mark, in one form."""
    return re.sub(r"[\W_]+", " ", MARK_IN_NAME.sub(" ", stem, count=1)).strip().casefold()


def base_number(number: str, mark: str) -> str:
    """The key that revisions of one document share: the number without the mark at its end."""
    for pattern in (NUMBER_WITH_LETTER, NUMBER_WITH_YEAR):
        ending = pattern.match(number)
        if ending and ending["mark"] == mark:
            return key(ending["base"])
    return key(number)
