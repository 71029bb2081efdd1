"""Documents: originals, revisions, blocks with their locations, chunks with their identity."""

from dataclasses import dataclass, field
from enum import StrEnum

EVERYONE = ("everyone",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLocation:
    """A place on a page: pages count from 1; rectangles are (x0, y0, x1, y1) fractions, origin top left."""

    page: int
    rects: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLocation:
    """A cell range in a workbook, such as ``B5:C5``, with the header path that governs it."""

    sheet: str
    range: str
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLocation:
    """A heading path and a span in code points of the parsed text."""

    section: tuple[str, ...]
    span: tuple[int, int]


Location = PageLocation | SheetLocation | SectionLocation


FOOTNOTE = "Footnote"
"""What the label of a note at the foot of a page begins with, before its mark."""


class BlockKind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    FIGURE = "figure"
    FORM_FIELD = "form_field"
    CODE = "code"


class ChunkKind(StrEnum):
    """What a chunk holds: a clause's text, loose text, a table row, a form field, a table's overview, a figure."""

    CLAUSE = "clause"
    TEXT = "text"
    ROW = "row"
    FIELD = "field"
    OVERVIEW = "overview"
    FIGURE = "figure"
    CODE = "code"


class RevisionStatus(StrEnum):
    """Whether a revision is in force: ``upcoming`` will be, from its effective date on."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    DRAFT = "draft"
    UPCOMING = "upcoming"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalReference:
    """One original as its source lists it, before its bytes are read."""

    uri: str
    name: str
    """Relative path inside its source, with forward slashes."""
    media_type: str
    size: int
    """In bytes; 0 where the source does not tell before reading."""
    groups: tuple[str, ...] = EVERYONE
    """Who may read it."""
    stamp: str = ""
    """As long as a source gives the same stamp for a URI, the bytes are the same; empty: it cannot tell."""
    refused: str = ""
    """Why it cannot be read: what is wrong with the permissions that its source has for it, or with its archive."""
    refusal: str = "permissions"
    """The reason code that goes with ``refused``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainedFile:
    """A file in an archive or mail; ``reason`` and ``message`` where it cannot be taken out."""

    name: str
    size: int
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerListing:
    """What was in an archive or mail with this stamp, so that it need not be opened while it is the same."""

    uri: str
    stamp: str
    files: tuple[ContainedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page of a web source as it was last fetched, so that it need not be fetched again while it is the same."""

    url: str
    media_type: str
    name: str
    size: int
    digest: str
    etag: str = ""
    modified: str = ""
    """As the server said, word for word."""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Bytes as a source handed them over."""

    uri: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A span of a text (code points) and where it stands in the document."""

    start: int
    end: int
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table: its text as shown, and where it stands.

    ``merged``: it only repeats a merged neighbour. ``rows`` and ``columns`` are how far it reaches. ``flags``
    are what a reader should know of it: ``hidden`` (row, column or sheet), ``uncomputed`` (a formula without a
    value), ``computed`` (its value was computed when read), ``inserted``, ``deleted`` (tracked changes).
    """

    text: str
    location: Location
    merged: bool = False
    rows: int = 1
    columns: int = 1
    comment: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with its headers bound to every cell.

    ``headers[c]`` is the header path of column ``c``, outermost first, units included as written;
    ``units[c]`` is the column's unit from header or number format, or empty. ``head`` are the header rows as
    they stand. ``rows[r][c]`` is a cell; merged cells are repeated (``Cell.merged``). ``label_columns`` counts
    the leading columns that name a row.
    """

    caption: str = ""
    headers: tuple[tuple[str, ...], ...] = ()
    units: tuple[str, ...] = ()
    head: tuple[tuple[Cell, ...], ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    label_columns: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One parsed piece of a document.

    ``section`` is the heading path above the block (for a heading: including itself); ``number`` is a
    heading's clause number ("3.2.1"); ``label`` is a form field's name, its value being ``text``, or a
    figure's number ("Figure 3"), its caption and the text in it being ``text``. ``flags`` are as for a
    ``Cell``; ``ocr`` marks text that was read from an image.
    ``parts`` places spans of ``text`` more finely than ``location`` does (a line each), where known.
    """

    kind: BlockKind
    text: str
    location: Location
    section: tuple[str, ...] = ()
    level: int = 0
    number: str = ""
    label: str = ""
    grid: Grid | None = None
    parts: tuple[Part, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """What a parser read: title, blocks in reading order, properties, and what to warn about.

    ``coverage`` is the share of all words of the file, as the simplest reader finds them, that the blocks hold.
    ``ocr_pages`` were read from their images.
    """

    title: str
    blocks: tuple[Block, ...]
    properties: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    pages: int = 0
    coverage: float = 1.0
    ocr_pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When a kept revision is in force: from ``starts`` on, until the day before ``ends`` (ISO dates; empty: open).

    ``declared`` is what the revision says of itself, ``status`` what it was when the chains were last settled.
    ``never``: a draft beside what is in force.
    """

    revision: str
    mark: str = ""
    starts: str = ""
    ends: str = ""
    never: bool = False
    declared: RevisionStatus = RevisionStatus.CURRENT
    status: RevisionStatus = RevisionStatus.CURRENT

    def covers(self, day: str) -> bool:
        return not self.never and self.starts <= day and (not self.ends or day < self.ends)

    def status_on(self, day: str) -> RevisionStatus:
        """Its status as seen from a day: that of the question, or of today."""
        if self.declared is RevisionStatus.DRAFT:
            return RevisionStatus.DRAFT
        if self.covers(day):
            return RevisionStatus.CURRENT
        if self.starts > day and (not self.ends or self.ends > self.starts):
            return RevisionStatus.UPCOMING
        return RevisionStatus.WITHDRAWN if self.declared is RevisionStatus.WITHDRAWN else RevisionStatus.SUPERSEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document, with an id for life, and which of its revisions was read last."""

    id: str
    name: str
    """Relative path inside its source."""
    uri: str
    source: str
    title: str
    media_type: str
    current_revision: str
    groups: tuple[str, ...] = EVERYONE
    status: RevisionStatus = RevisionStatus.CURRENT
    number: str = ""
    """Document number, such as ``WDS-100``, that revisions in separate files share."""
    mark: str = ""
    """Revision mark, such as ``B``."""
    superseded_by: str = ""
    """Id of the document that replaces this one (or will, when its own effective date has come), or empty."""
    effective_date: str = ""
    """ISO date from which it is in force, as it says itself, or empty."""
    supersedes: tuple[str, ...] = ()
    """What it says it replaces: keys of numbers, each with a mark after a space where one is named."""
    periods: tuple[Period, ...] = ()
    """Of all kept revisions, in the order in which they were read; the last one is the current revision's."""
    conflicts: tuple[str, ...] = ()
    """Ids of documents with the same number of which nothing tells which is the later one."""
    duplicate_of: str = ""
    """Id of the document that says the same, which is searched instead, or empty."""
    corrected: tuple[str, ...] = ()
    """Fields that were corrected by hand."""
    stamp: str = ""
    """What its source said of the original when it was last read (see ``OriginalReference.stamp``)."""

    @property
    def is_settled(self) -> bool:
        """Whether ``periods`` tell of the current revision: not between a commit and the end of its run."""
        return bool(self.periods) and self.periods[-1].revision == self.current_revision

    def period_on(self, day: str) -> Period | None:
        """Of the revision in force on a day, or None."""
        if not self.is_settled:
            in_force = self.status in (RevisionStatus.CURRENT, RevisionStatus.DRAFT)
            return Period(revision=self.current_revision, mark=self.mark, declared=self.status) if in_force else None
        return next((period for period in reversed(self.periods) if period.covers(day)), None)

    def status_of(self, revision: str, day: str) -> RevisionStatus:
        """Of one of its revisions as seen from a day; what is not known of is superseded."""
        if not self.is_settled:
            return self.status if revision == self.current_revision else RevisionStatus.SUPERSEDED
        told = [period.status_on(day) for period in self.periods if period.revision == revision]
        if RevisionStatus.CURRENT in told:
            return RevisionStatus.CURRENT
        return told[-1] if told else RevisionStatus.SUPERSEDED

    def facet_of(self, revision: str) -> str:
        """The status that the index has of a revision's entries: as last settled, or ``duplicate``."""
        if self.duplicate_of:
            return "duplicate"
        told = [period.status for period in self.periods if period.revision == revision]
        if told:
            return RevisionStatus.CURRENT.value if RevisionStatus.CURRENT in told else told[-1].value
        return self.status.value if revision == self.current_revision else RevisionStatus.SUPERSEDED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of a document: content hash, when it was read, and how it went."""

    id: str
    document_id: str
    digest: str
    object_key: str
    indexed_at: str
    fingerprint: str
    chunks: int
    pages: int = 0
    warnings: tuple[str, ...] = ()
    number: str = ""
    mark: str = ""
    effective_date: str = ""
    declared: RevisionStatus = RevisionStatus.CURRENT
    """What it says of itself."""
    supersedes: tuple[str, ...] = ()
    numbered: bool = False
    """Whether its number is labelled as one of a document."""
    text_digest: str = ""
    """Of its text without spaces and layout."""
    read_at: tuple[str, ...] = ()
    """When the file was first found with these bytes, and when again after it had had others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkCell:
    """A cell of a row chunk: header path, text, place, and the hash that tells whether it changed."""

    header: tuple[str, ...]
    text: str
    location: Location
    content_hash: str
    label: bool = False
    """Whether the cell names the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What is embedded and searched.

    ``text`` is quoted as it stands; ``context`` is the identity put in front of it for search (document,
    heading path, table caption and header). ``parts`` cover ``text``. ``content_hash`` is of the
    normalised text and header path, without location. ``hashes`` has it and those of the cells.
    """

    id: str
    document_id: str
    revision_id: str
    ordinal: int
    kind: ChunkKind
    text: str
    context: str
    section: tuple[str, ...]
    location: Location
    content_hash: str
    number: str = ""
    """Clause number, for a clause."""
    label: str = ""
    """Field name of a form field; row label of a row."""
    keys: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    cells: tuple[ChunkCell, ...] = ()
    table: str = ""
    """Id of the table the row belongs to: rows of one table share it. Empty where there is none."""
    groups: tuple[str, ...] = EVERYONE

    @property
    def hashes(self) -> tuple[str, ...]:
        return (self.content_hash, *(cell.content_hash for cell in self.cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one revision of a document is about, for telling the document from its like.

    ``names`` counts, by capitalised word (casefolded), the chunks that hold it; ``head`` are the words, identifiers
    and days of its first chunks; ``shape`` are hashes of its headings and labels without figures: documents of one
    series share most of them. ``period_end`` is the day on which the period that it reports on ends, ``months`` how
    long that is (0: not told), ``quarter`` which one of its fiscal year (0: not told).
    """

    chunks: int
    names: dict[str, int] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    period_end: str = ""
    months: int = 0
    quarter: int = 0


class FileState(StrEnum):
    """How a file of an ingest run ended."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One line of an ingest report; ``reason`` is a code, ``hint`` what to do."""

    name: str
    state: FileState
    document_id: str = ""
    reason: str = ""
    hint: str = ""
    chunks: int = 0
    pages: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    coverage: float = 1.0
    ocr_pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """All files of one ingest run, in the order they ended."""

    source: str
    files: tuple[FileReport, ...]
    seconds: float
    conflicts: tuple[tuple[str, ...], ...] = ()
    """Names of documents that share a number, and nothing tells which is the later one."""
    notes: tuple[str, ...] = ()
    """What the source said of its listing: links not followed, limits reached, folders that cannot be listed."""
    id: str = ""
    """Under which the report is kept: when the run began, so that ids sort by time."""
    begun_at: str = ""
    stopped: bool = False
    """Whether the run ended before all files were done."""
    stale_questions: int = 0
    """Known questions that wait for a review since this run: what they stood on stands no more. Not counted of a run
    that was stopped."""

    def count(self, state: FileState) -> int:
        return sum(report.state is state for report in self.files)
