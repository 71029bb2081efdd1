"""The bytes a parsed document is kept and sent as, and how far they may grow again."""

import zlib
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from kingpost.errors import DocumentError
from kingpost.types.documents import ParsedDocument

PIECE = 1 << 20


def packed(parsed: ParsedDocument, *, name: str = "", most_bytes: int | None = None) -> bytes:
    """JSON, compressed. Raises ``DocumentError`` (``too_large``) where the JSON has more than ``most_bytes``."""
    plain = _codec().dump_json(parsed)
    if most_bytes is not None and len(plain) > most_bytes:
        raise too_much(name, most_bytes)
    return zlib.compress(plain, level=1)


def unpacked(content: bytes) -> ParsedDocument:
    """The document again, as it was. Raises ``DocumentError`` (``crashed``) for anything else."""
    try:
        return _codec().validate_json(zlib.decompress(content))
    except (zlib.error, ValidationError) as error:
        raise _not_ours() from error


def check_growth(content: bytes, *, name: str, most_bytes: int) -> None:
    """Inflate without keeping, to see that it ends. Raises ``DocumentError`` (``too_large``, ``crashed``)."""
    inflating, total = zlib.decompressobj(), 0
    try:
        while content and not inflating.eof:
            total += len(inflating.decompress(content, PIECE))
            content = inflating.unconsumed_tail
            if total > most_bytes:
                raise too_much(name, most_bytes)
    except zlib.error as error:
        raise _not_ours() from error


def too_much(name: str, most_bytes: int) -> DocumentError:
    """The error for a file that gives more than may come of one."""
    return DocumentError(
        f"{name} gives more than documents.parsed_megabytes ({most_bytes >> 20})",
        reason="too_large",
        next="split the file, or raise documents.parsed_megabytes",
    )


def _not_ours() -> DocumentError:
    return DocumentError("what its reader sent is no parsed document", reason="crashed", next="ingest the file again")


@lru_cache(maxsize=1)
def _codec() -> TypeAdapter[ParsedDocument]:
    return TypeAdapter(ParsedDocument)
