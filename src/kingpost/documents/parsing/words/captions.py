"""Captions of a Word document's tables and figures, in whatever language they count, and the notes under tables."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from kingpost.documents.parsing.words.text import ParagraphText

CAPTION = re.compile(
    r"^(?P<label>(?P<kind>Fig(?:ure|\.)|Table|Drawing|Diagram|Chart)\s*[A-Z]?\d[\w.\-]*?)(?:\s*[:.–—-]\s*|\s+(?=[A-Z(])|$)",
    re.IGNORECASE,
)
COUNTED = re.compile(r"^(?P<label>(?P<kind>[^\W\d]+\.?)\s*[A-Z]?[\w.\-]*?\d[\w.\-]*?)(?:\s*[:.–—-]\s*|\s+|$)")
"""What counts by a field (SEQ) may be called anything."""
TABLE_WORDS = frozenset("table tabelle tab tableau tabla tabella tabela tabel tabell taulukko".split())
NOTE = re.compile(r"^(?:NOTES?\b|Note\s*\d*[:.)]|(?:Source|Key|Legend|Remarks?)\s*:|\*+\s?\S|†|‡|[¹²³⁴⁵⁶⁷⁸⁹])")
LONGEST_CAPTION = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Number as it is shown (``Table 2``), what it counts, and whether a table follows the caption."""

    label: str
    kind: str
    before_table: bool

    def is_table(self, has_picture: bool) -> bool:  # noqa: FBT001 - there is nothing else to say
        """Whether it is a table's."""
        return self.kind in TABLE_WORDS or (self.before_table and not has_picture and not self.kind.startswith("fig"))


def caption_of(paragraph: Any, found: ParagraphText, styles: list[str]) -> Caption | None:
    """The caption that a paragraph is, if it is one: by its style, by the field that counts it, or by its words."""
    text = found.text
    if len(text) > LONGEST_CAPTION:
        return None
    counted = "caption" in styles or any("SEQ " in (code.text or "") for code in paragraph.iter(qn("w:instrText")))
    counted = counted or any("SEQ " in field.get(qn("w:instr"), "") for field in paragraph.iter(qn("w:fldSimple")))
    match = CAPTION.match(text) or (COUNTED.match(text) if counted else None)
    if match is None or not (counted or match.end() < len(text)):
        return None
    return Caption(
        label=match["label"], kind=match["kind"].rstrip(".").casefold(), before_table=_is_before_table(paragraph)
    )


def is_note(text: str) -> bool:
    """Whether a line under a table looks like one of its notes."""
    return bool(NOTE.match(text))


def _is_before_table(paragraph: Any) -> bool:
    following = paragraph.getnext()
    while following is not None and following.tag == qn("w:p") and not "".join(following.itertext()).strip():
        following = following.getnext()
    return following is not None and following.tag == qn("w:tbl")
