"""Reads from when a document is in force and what it says of its status; a date that may be two is left out."""

import re
from collections.abc import Iterable
from datetime import date

from kingpost.documents.marks import MARK
from kingpost.language.dates import dates
from kingpost.types.documents import RevisionStatus

_SAID = re.compile(
    r"\b(?:effective(?:\s+date)?(?:\s+(?:from|as\s+of|on))?|valid\s+(?:from|as\s+of|since)"
    r"|in\s+force\s+(?:from|since|as\s+of)|(?:comes?|came|enters?|entered)\s+into\s+(?:force|effect)(?:\s+on)?"
    r"|takes\s+effect(?:\s+(?:on|from))?|appl(?:ies|icable)\s+from)\s*[:\u2013-]?\s*(?P<date>[\dA-Z].{5,28})",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"\bthis\s+(?:document|standard|specification|procedure|revision|issue|edition|version|manual|instruction)\b",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:19|20)\d\d(?![\d/])")
_DAY_FIRST = re.compile(r"\bdd?\s?[/.-]\s?mm?\s?[/.-]\s?yy", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\bmm?\s?[/.-]\s?dd?\s?[/.-]\s?yy", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d)[/.]([01]?\d)[/.]([0-3]?\d)\b")
_WORDED = re.compile(r"\b(\d{1,2})[-./]([A-Za-z]{3,9})[-./]((?:19|20)\d\d)\b")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.-](?:\d{1,2}|[A-Za-z]{3})[/.-]\d\d(?!\d)")

_GONE = r"(?P<superseded>superseded|replaced)|(?P<withdrawn>withdrawn|obsolete|cancelled|canceled|revoked|void)"
_STATUS = re.compile(
    rf"\b(?:{_GONE}|(?P<draft>draft|preliminary|work in progress|in review|under review|for (?:review|comments?)))\b",
    re.IGNORECASE,
)
_STAMP = re.compile(rf"(?:^|[-\u2013(:\[]\s*)(?:{_GONE})\b", re.IGNORECASE)
"""In a title or running head: at the beginning, or set off."""
_DRAFT_STAMP = re.compile(
    r"^\W*(?:(?i:(?:working |first |final )?draft)\W*(?:\d.*)?$|DRAFT\b)|[(\[](?i:draft)\b|\bDRAFT\b"
)


def day_order(texts: Iterable[str]) -> str:
    """``day`` or ``month``: which stands first in dates such as 03/04/2024, as others of the text show; or empty."""
    text = "\n".join(texts)
    pairs = [(int(first), int(second)) for first, second in _SLASHED.findall(text)]
    day = any(first > 12 for first, _ in pairs) or _DAY_FIRST.search(text) is not None
    month = any(second > 12 for _, second in pairs) or _MONTH_FIRST.search(text) is not None
    return "" if day == month else ("day" if day else "month")


def iso_date(text: str, order: str) -> tuple[str, bool]:
    """The first date of a text (a month counts from its first day), and whether there is one that may be two."""
    plain = _WORDED.sub(r"\1 \2 \3", _YEAR_FIRST.sub(r"\1-\2-\3", text))
    for found in dates(plain):
        forms = sorted(form for form in found.forms if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", form))
        if len(forms) == 1:
            return _real(forms[0] if len(forms[0]) == 10 else f"{forms[0]}-01"), False
        if len(forms) == 2:
            first, second, year = found.text.split("/")
            if not order:
                return "", True
            day, month = (first, second) if order == "day" else (second, first)
            return _real(f"{year}-{int(month):02}-{int(day):02}"), False
    return "", _SHORT_YEAR.search(plain) is not None


def said_effective(lines: Iterable[str]) -> str:
    """What follows "valid from" or the like where a document says it of itself."""
    for line in lines:
        found = _SAID.search(line)
        if not found:
            continue
        of_itself = not line[: found.start()].strip(" -*|(") or _OF_ITSELF.search(line) or MARK.search(line)
        if of_itself and re.match(r"\d|[A-Z][a-z]{2}", found["date"]):
            return found["date"]
    return ""


def declared(status: str, stamps: Iterable[str]) -> RevisionStatus:
    """The status in the status field, else as stamped on the title or a running head; else current."""
    if status:
        return _named(_STATUS.search(status))
    for stamp in stamps:
        if found := _STAMP.search(stamp):
            return _named(found)
        if _DRAFT_STAMP.search(stamp):
            return RevisionStatus.DRAFT
    return RevisionStatus.CURRENT


def _named(found: re.Match[str] | None) -> RevisionStatus:
    if found is None:
        return RevisionStatus.CURRENT
    return RevisionStatus(next(name for name, value in found.groupdict().items() if value))


def _real(iso: str) -> str:
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        return ""
