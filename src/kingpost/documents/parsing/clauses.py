"""Clause numbers at the start of headings and paragraphs, and whether a number fits where it stands."""

import re
from dataclasses import dataclass, field, replace

DOTTED = re.compile(
    r"^(?:§+\s*)?(?P<number>(?:[A-Z]{1,4}[.\-])?\d{1,4}(?:[.\-]\d{1,3}){0,7}(?:\.[a-z](?=[\s.]))?)(?P<end>[.)]?)(?:\s+|$)(?P<rest>.*)$",
    re.DOTALL,
)
WORDED = re.compile(
    r"^(?P<word>task|section|appendix|annex|chapter|part|article|rule|schedule|clause|attachment|exhibit|enclosure)\s+"
    r"(?P<number>[A-Z]{1,2}\b(?!\s+[a-z])|[IVX]{1,6}\b|\d{1,4}(?:\.\d{1,3})*)(?P<end>[.:)]?)(?:\s*[-–—:]\s*|\s+|$)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
LEADERS = re.compile(r"(?:\.\s?){4,}\s*[A-Za-z\-]{0,4}[\d.]*\s*$|…{2,}\s*\d*\s*$|_{4,}\s*\d+\s*$")
UNIT_FOLLOWS = re.compile(
    r"^(?:%|°|mm|cm|km|m|in|ft|kg|g|t|lb|lbs|kN|MPa|kPa|Pa|kW|Hz|min|ms|bar|psi|million|billion|and|or|to|of|the|in|for|is|are|was|were|shall|through|above|below)\b"
)
MONTH = re.compile(r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d|,|$)", re.IGNORECASE)
RUN_IN_TITLE = re.compile(r"^([A-Z][^.:!?]{1,119}?(?:\([^)]*\))?)[.:]\s+(?=[A-Z\"“(\[])")
BEGINS_ANEW = frozenset({"appendix", "annex", "attachment", "enclosure", "exhibit", "schedule"})
STEM = re.compile(r"(?:\b(?:shall|must|should|may|following)|:)$", re.IGNORECASE)
"""The end of a sentence that items complete: no title ends so."""
BIGGEST_STEP = 12
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseStart:
    """A number as it stands at the start of a text, its parts, and the text after it."""

    number: str
    parts: tuple[str, ...]
    rest: str
    worded: bool = False

    @property
    def bare(self) -> bool:
        """A single whole number, which may as well be an item of a list."""
        return not self.worded and len(self.parts) == 1


def clause_start(text: str) -> ClauseStart | None:
    """The clause number that the text starts with, if it starts with one."""
    worded = WORDED.match(text)
    if worded:
        number = worded["number"]
        return ClauseStart(
            number=f"{worded['word']} {number}", parts=tuple(number.split(".")), rest=worded["rest"], worded=True
        )
    dotted = DOTTED.match(text)
    if not dotted or (dotted["end"] == ")" and "." not in dotted["number"]):
        return None
    number = dotted["number"]
    return ClauseStart(number=number, parts=tuple(re.split(r"[.\-]", number)), rest=dotted["rest"])


def heading_number(text: str) -> str:
    """The clause number of a heading, or empty. Years and quantities at the start are no numbers of clauses."""
    start = clause_start(text)
    if start is None or (not start.rest and start.bare) or MONTH.match(start.rest):
        return ""
    if start.bare and (len(start.number) > 2 or not start.rest[:1].isupper()):
        return ""
    return start.number


def is_contents_line(text: str) -> bool:
    """Whether the line is one of a table of contents: dot leaders, or a page number after them."""
    return bool(LEADERS.search(text))


def run_in_title(rest: str) -> str:
    """The title of a clause whose text goes on in the same line: ``Scope. This standard ...`` -> ``Scope``."""
    match = RUN_IN_TITLE.match(rest)
    if not match:
        return ""
    title = match[1].strip()
    return title if len(title.split()) <= 14 and not re.search(r"\b(?:shall|must|should|will|is|are)\b", title) else ""


@dataclass
class ClauseSequence:
    """Follows the numbers of a document and says whether the next one belongs to them."""

    last: tuple[str, ...] = ()
    seen: set[tuple[str, ...]] = field(default_factory=set)
    appendix: ClauseStart | None = None
    """The appendix that the document has come to, in which numbers may begin anew."""
    _before: set[tuple[str, ...]] | None = None
    """What was seen before they did."""

    def accepts(self, start: ClauseStart, *, heading: bool, starts_block: bool, loud: bool = False) -> bool:
        """Whether ``start`` is a clause here. ``heading``: its line looks like one; ``loud``: and it is set as one."""
        if is_contents_line(start.rest) or ("-" in start.number and not start.rest):
            return False
        if start.worded:
            return heading and starts_block
        if MONTH.match(start.rest):
            return False
        if self._begins_anew(start, loud=loud):
            return starts_block
        if start.bare:
            return heading and len(start.number) <= 3 and start.rest[:1].isupper() and self._advances(start.parts)
        if start.parts in self.seen or (not start.rest and not heading):
            return False
        follows = self.follows(start.parts)
        if UNIT_FOLLOWS.match(start.rest) and not (heading or (follows and starts_block)):
            return False
        if follows:
            return starts_block or not start.rest or start.rest[0].isupper() or start.rest[0] in '"“[('
        return starts_block and (heading or start.rest[:1].isupper()) and self._advances(start.parts)

    def take(self, start: ClauseStart) -> None:
        """Remember an accepted number; one that was seen already begins anew in its appendix."""
        if start.worded:
            self.seen |= self._before or set()
            self._before = None
            self.appendix = start if start.number.split()[0].lower() in BEGINS_ANEW else None
        elif start.parts in self.seen:
            self._before, self.seen = self.seen, set()
        self.last = start.parts
        self.seen.add(start.parts)

    def scoped(self, start: ClauseStart) -> ClauseStart:
        """The number as it is unique: with its appendix in front where numbers began anew."""
        if self.appendix is None or self._before is None or start.worded or start.parts[0] == self.appendix.parts[0]:
            return start
        number = f"{self.appendix.number} {start.number}"
        return replace(start, number=number, parts=(*self.appendix.parts, *start.parts))

    def _begins_anew(self, start: ClauseStart, *, loud: bool) -> bool:
        if self.appendix is None or self._before is not None or start.parts not in self.seen:
            return False
        first = len(start.parts) <= 2 and set(start.parts) <= {"0", "1"} and start.rest[:1].isupper()
        return first and (loud or (not start.bare and self.last == self.appendix.parts))

    def follows(self, parts: tuple[str, ...]) -> bool:
        """Whether ``parts`` is the first child of the last clause, or the next on its own or any outer level."""
        if not self.last:
            return False
        if parts[:-1] == self.last and parts[-1] in {"0", "1", "01", "a", "A"}:
            return True
        depth = len(parts)
        return (
            depth <= len(self.last)
            and parts[:-1] == self.last[: depth - 1]
            and 0 < _step(self.last[depth - 1], parts[-1]) <= 3
        )

    def _advances(self, parts: tuple[str, ...]) -> bool:
        """Weaker: under a known parent or at the start of a new top level, and not backwards."""
        if parts in self.seen:
            return False
        siblings = [other for other in self.seen if len(other) == len(parts) and other[:-1] == parts[:-1]]
        if siblings:
            steps = [_step(other[-1], parts[-1]) for other in siblings]
            return min(steps) > 0 and min(steps) <= BIGGEST_STEP
        if len(parts) == 1:
            return parts[0] in {"0", "1", "2"} or not self.seen
        return parts[:-1] in self.seen or _step("0", parts[-1]) <= BIGGEST_STEP


def _step(before: str, after: str) -> int:
    if before.isdigit() and after.isdigit():
        return int(after) - int(before)
    if len(before) == len(after) == 1 and before.isalpha() and after.isalpha():
        return ord(after.lower()) - ord(before.lower())
    return 0
