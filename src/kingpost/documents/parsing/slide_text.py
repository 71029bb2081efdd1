"""The text of a slide's shapes: paragraphs, items with their bullets and numbers, formulas."""

from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.formulas import FORMULA, formula
from kingpost.documents.parsing.indices import lowered, raised
from kingpost.documents.parsing.words.numbering import counted

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LISTED = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
"""Placeholders whose paragraphs have bullets unless they say otherwise."""
WAYS = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman"}
BREAK, FIELD, RUN = f"{DRAWING}br", f"{DRAWING}fld", f"{DRAWING}r"


def read_text(shape: Any, flow: Flow) -> None:
    """Put what stands in a shape into a flow."""
    paragraphs = [(paragraph, text) for paragraph in shape.text_frame.paragraphs if (text := _text(paragraph))]
    listed = len(paragraphs) > 1 and shape.is_placeholder and shape.placeholder_format.type in LISTED
    counts: dict[int, int] = {}
    for paragraph, text in paragraphs:
        level = paragraph.level
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        marker = _marker(paragraph, counts)
        if marker is None and (listed or level):
            marker = "-"
        if marker:
            flow.item(text, marker=marker, level=level + 1)
        else:
            counts.pop(level, None)
            flow.paragraph(text)


def _marker(paragraph: Any, counts: dict[int, int]) -> str | None:
    """What stands before the paragraph by its own choice: empty for nothing, None where it does not say."""
    properties = paragraph._p.pPr
    if properties is None:
        return None
    numbered = properties.find(f"{DRAWING}buAutoNum")
    if numbered is None:
        if properties.find(f"{DRAWING}buNone") is not None:
            return ""
        return "-" if properties.find(f"{DRAWING}buChar") is not None else None
    level, start = paragraph.level, numbered.get("startAt") or "1"
    counts[level] = counts[level] + 1 if level in counts else int(start) if start.isdigit() else 1
    kind = numbered.get("type") or "arabicPeriod"
    way = next((way for name, way in WAYS.items() if kind.startswith(name)), "upperRoman")
    number = counted(counts[level], way if kind.startswith(tuple(WAYS)) or kind.startswith("romanUc") else "decimal")
    if "ParenBoth" in kind:
        return f"({number})"
    return number + (")" if "ParenR" in kind else "." if "Period" in kind else "")


def _text(paragraph: Any) -> str:
    """Runs, fields, line breaks and formulas in their order."""
    pieces: list[str] = []
    for child in paragraph._p:
        if child.tag in (RUN, FIELD):
            pieces.append(_run(child))
        elif child.tag == BREAK:
            pieces.append(" ")
        else:
            pieces += [formula(found) for found in child.iter(FORMULA)]
    return clean("".join(pieces))


def _run(run: Any) -> str:
    text = run.findtext(f"{DRAWING}t") or ""
    properties = run.find(f"{DRAWING}rPr")
    shift = (properties.get("baseline") or "0") if properties is not None else "0"
    if shift.lstrip("-").isdigit() and int(shift) and text.strip():
        return raised(text) if int(shift) > 0 else lowered(text)
    return text.replace("\v", " ")
