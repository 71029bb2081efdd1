"""The bytes a parsed document is kept and sent as."""

import zlib
from functools import lru_cache

from pydantic import TypeAdapter

from kingpost.types.documents import ParsedDocument


def packed(parsed: ParsedDocument) -> bytes:
    """JSON, compressed."""
    return zlib.compress(_codec().dump_json(parsed), level=1)


def unpacked(content: bytes) -> ParsedDocument:
    """The document again, as it was."""
    return _codec().validate_json(zlib.decompress(content))


@lru_cache(maxsize=1)
def _codec() -> TypeAdapter[ParsedDocument]:
    return TypeAdapter(ParsedDocument)
