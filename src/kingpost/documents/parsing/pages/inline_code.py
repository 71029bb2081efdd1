"""Puts lines of prose that were taken for code, because a word in them is set as code, back into their paragraph."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.pages.page import Page, PageBlock

SAME_EDGE = 2.0
"""Points by which the left edges of two lines of a paragraph differ at most."""
FARTHEST = 1.6
"""Line heights from the top of one line of a paragraph to that of the next, at most."""
ENDS = re.compile(r"[.:;!?{}\\]\W*$")
OPENS = re.compile(r"[a-z(]")


def rejoin(pages: Sequence[Page]) -> None:
    """Join, in place, code that goes on in the middle of a sentence with the paragraph above it, below it, or both."""
    for page in pages:
        joined: list[PageBlock] = []
        before = ""
        for block in page.blocks:
            if joined and "code" in {before, block.kind} and _goes_on(joined[-1], block):
                joined[-1] = PageBlock(kind="paragraph", lines=[*joined[-1].lines, *block.lines])
            else:
                joined.append(block)
            before = block.kind
        page.blocks = joined


def _goes_on(above: PageBlock, below: PageBlock) -> bool:
    if {above.kind, below.kind} - {"paragraph", "code"} or not above.lines or not below.lines:
        return False
    last, first = above.lines[-1], below.lines[0]
    beside = abs(first.x0 - last.x0) <= SAME_EDGE or (len(above.lines) == 1 and above.kind == "paragraph")
    pitch = first.y0 - last.y0
    if not beside or not 0 < pitch <= FARTHEST * max(last.height, first.height):
        return False
    if ENDS.search(last.text):
        return False
    return below.kind == "code" or OPENS.match(first.text) is not None
