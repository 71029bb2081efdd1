"""Places of documents in words, and what became of them, as the page says it."""

from typing import Any

from kingpost.web.markdown import link, one_line

BECAME = {
    "changed": "reads otherwise now",
    "gone": "is not there any more",
    "superseded": "is of a document that is superseded",
    "removed": "is of a document that was removed",
}
QUOTED = 300


def place_in_words(location: dict[str, Any]) -> str:
    """``page 3``, ``Doors, cells B5:C5``, ``section Loads > Floors``."""
    if "page" in location:
        return f"page {location['page']}"
    if "sheet" in location:
        cells = "cells" if ":" in location["range"] else "cell"
        return f"{location['sheet']}, {cells} {location['range']}"
    return f"section {' > '.join(location['section'])}" if location["section"] else "text"


def changed(change: dict[str, Any]) -> str:
    """What was quoted, and what stands in its place now, in Markdown."""
    where = f"{one_line(change['name'])}, {one_line(place_in_words(change['location']))}"
    lines = [f"{where} {BECAME[change['kind']]}:", f"- was: {one_line(change['was'], QUOTED)}"]
    if change["now_location"]:
        place = f"{one_line(change['now_name'])}, {one_line(place_in_words(change['now_location']))}"
        lines.append(f"- now: {one_line(change['now'], QUOTED)} :small[:gray[{place}]]")
    return "\n".join(lines)


def mismatched(mismatch: dict[str, Any], times: int) -> str:
    """What the model said, what it should have said, in what the two differ, and the evidence, in Markdown."""
    often = f", {times} times" if times > 1 else ""
    lines = [
        f"{one_line(mismatch['model'])} said{often}: {one_line(mismatch['said'], QUOTED)}",
        f"- known answer: {one_line(mismatch['expected'], QUOTED)}",
        f"- not served: {one_line('; '.join(mismatch['why']), QUOTED)}",
    ]
    for citation in mismatch["citations"]:
        place = f"{citation['title'] or citation['name']}, {place_in_words(citation['location'])}"
        lines.append(f"- evidence: {one_line(citation['quote'], QUOTED)} {link(place, citation['view'])}")
    return "\n".join(lines)
