"""Reads plain text: paragraphs by blank lines, numbered clauses by their numbers."""

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.flow import Flow
from kingpost.types.documents import Original, ParsedDocument

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
SAMPLE = 400


def parse(original: Original) -> ParsedDocument:
    """Paragraphs and clauses, in order."""
    flow = Flow()
    sequence = ClauseSequence()
    text = decoded(original.content).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    for paragraph in text.split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if not lines or is_contents_line(lines[0]):
            continue
        start = clause_start(lines[0])
        short = len(lines) == 1 and len(lines[0]) <= 100 and not lines[0].endswith((".", ";", ","))
        if start and sequence.accepts(start, heading=short, starts_block=True):
            sequence.take(start)
            flow.clause(" ".join(lines), start)
        else:
            flow.paragraph(" ".join(lines))
    return flow.document()


def decoded(content: bytes, *, declared: str = "") -> str:
    """The text by its byte order mark, else in the encoding it declares, else in the first that fits."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    if content[:SAMPLE].count(0) > len(content[:SAMPLE]) // 4:
        return content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be", "replace")
    for encoding in (_named(declared), *ENCODINGS[:-1]):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            if encoding == ENCODINGS[0] and _is_damaged(content):
                return content.decode("utf-8", "replace")
    return content.decode(ENCODINGS[-1])


def _named(declared: str) -> str:
    """As browsers take it: what is called Latin-1 is what Windows makes of it; a page of bytes is no UTF-16."""
    name = declared.casefold()
    if name in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}:
        return ENCODINGS[1]
    return ENCODINGS[0] if not name or name.startswith(("utf-16", "utf16", "unicode", "utf-8", "utf8")) else name


def _is_damaged(content: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 < sum(not sign.isascii() for sign in text) - broken
