"""Finds the links of a page: a look at its text, which neither the largest nor the most twisted page makes slow."""

import html
import re
from collections.abc import Iterator
from itertools import islice

from kingpost.documents.sources.addresses import canonical

LOOKED_AT = 4 * 1024 * 1024
MOST_LINKS = 5000
MOST_TAGS = 20_000
TAG = re.compile(r"<(a|area|base|frame|iframe)\s([^<>]{1,4000})", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(?:^|\s)(href|src|rel)\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
DOING = re.compile(
    r"[?&](?:action|do)=(?!view|show|pages)\w|[?&](?:oldid|diff|rev|replytocom)="
    r"|/(?:log(?:in|out)|sign(?:in|out|up)|edit\w*|delete\w*|remove\w*)(?:\.\w+)?(?:[/?]|$)",
    re.IGNORECASE,
)
"""Addresses that do something, or show an old state or a form, rather than a page."""


def links(text: str, url: str) -> Iterator[str]:
    """Canonical addresses that a page leads to, each once, in the order of the page."""
    base, found = url, set[str]()
    for tag in islice(TAG.finditer(text[:LOOKED_AT]), MOST_TAGS):
        attributes = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in ATTRIBUTE.finditer(tag[2])}
        written = html.unescape(attributes.get("href") or attributes.get("src") or "")
        following = canonical(written, base=base) if written else None
        if following is None or "nofollow" in attributes.get("rel", "").lower():
            continue
        if tag[1].lower() == "base":
            base = following
        elif following not in found and not DOING.search(following):
            found.add(following)
            yield following
            if len(found) == MOST_LINKS:
                return
