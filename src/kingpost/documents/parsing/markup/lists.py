"""Markers of list items, as a browser would show them."""

from lxml import html as lxml_html

ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LONGEST_ROMAN = 400
LETTERS = 26


def markers(element: lxml_html.HtmlElement) -> dict[lxml_html.HtmlElement, str]:
    """The marker of each item of a list."""
    items = [child for child in element if child.tag == "li"]
    if "task-list" in (element.get("class") or "") and next(element.iter("input"), None) is None:
        return {item: "[x]" if "checked" in (item.get("class") or "").split() else "[ ]" for item in items}
    if element.tag != "ol":
        return dict.fromkeys(items, "-")
    backwards = element.get("reversed") is not None
    number = _whole(element.get("start"), len(items) if backwards else 1)
    found = {}
    for item in items:
        number = _whole(item.get("value"), number)
        found[item] = f"{written_number(number, element.get('type') or '1')}."
        number += -1 if backwards else 1
    return found


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.strip().lstrip("-").isdecimal() and len(text) < 8 else otherwise


def written_number(number: int, kind: str) -> str:
    """The number in figures, or in letters or Roman figures for the kinds ``a``, ``A``, ``i`` and ``I``."""
    if kind in {"i", "I"} and 0 < number < LONGEST_ROMAN:
        written = ""
        for value, sign in ROMAN:
            written += sign * (number // value)
            number %= value
        return written.upper() if kind == "I" else written
    if kind in {"a", "A"} and 0 < number <= LETTERS:
        return chr(ord(kind) + number - 1)
    return str(number)
