"""Refuses a request whose JSON holds half a character, which JSON may escape and nothing can store or send."""

import json

from fastapi import Request

from kingpost.errors import UsageError
from kingpost.language.normalise import is_unicode


async def refuse_half_characters(request: Request) -> None:
    """Raise ``UsageError`` before any handler sees it; whatever is not JSON is left to its handler."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media_type.endswith("json"):
        return
    body = await request.body()
    if b"\\ud" in body.lower() and not is_unicode(json.dumps(await request.json(), ensure_ascii=False)):
        raise UsageError(
            "the request holds a text that is not Unicode (a lone surrogate such as \\ud800)",
            next="send texts whole: a surrogate stands with the other one of its pair, or not at all",
        )
