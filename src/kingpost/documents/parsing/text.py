"""Reads plain text: paragraphs by blank lines, numbered clauses by their numbers."""

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.flow import Flow
from kingpost.types.documents import Original, ParsedDocument

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")


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


def decoded(content: bytes) -> str:
    """The text in the first encoding that fits; UTF-16 by its byte order mark."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    for encoding in ENCODINGS[:-1]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode(ENCODINGS[-1])
