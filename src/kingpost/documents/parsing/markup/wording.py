"""The words of an element: powers and indices kept apart, struck text left out, pictures by their description."""

import re
from collections.abc import Collection, Iterator

from lxml import html as lxml_html

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.indices import LOWERED, RAISED, SUBSCRIPTS, SUPERSCRIPTS
from kingpost.documents.parsing.markup.chrome import TICKS, TRACKED_OUT, names_of

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    """
    p div section article main header footer aside ul ol li dl dt dd table pre blockquote figure figcaption address
    details summary fieldset legend form hr body html center caption tr td th thead tbody tfoot noframes noscript
    """.split()
) | frozenset(HEADINGS)
ORDINAL = re.compile(r"st|nd|rd|th|er|e|o|a|\u00ba|\u00aa|\u2122|\u00ae|TM|SM|\*+|\u2020|\u2021|[\[(].*", re.IGNORECASE)
POWER = re.compile(r"[\w.()]{0,8}[-+*/=\u2212][\w.()+*/=\u2212-]{0,8}")
NOTE_MARK = re.compile(
    r"[\[(]?\s*(?:(?:note|nb|n|fn)\s*)?(?:\d{1,3}|[a-z]{1,2}|[*\u2020\u2021\u00a7]{1,3})\s*[\])]?", re.IGNORECASE
)
NOTE_LABEL = re.compile(r"\d{1,2}\)")
FILE_NAME = re.compile(r"(?:[^\s/]+/)*[^/]{1,80}\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|emf|wmf)", re.IGNORECASE)
BOX = re.compile(r"lozenge|badge|status-macro|(?:^|\s)(?:label|tag|pill|chip)(?:$|\s)", re.IGNORECASE)
BETWEEN_ITEMS = "\x1e"
BREAK = "\x1d"
"""Ends a line."""
SMALLEST_PICTURE = 24
"""In pixels; smaller ones are signs."""


def inline_text(element: lxml_html.HtmlElement, *, without: Collection[lxml_html.HtmlElement] = ()) -> str:
    """The words of an element; parts that are blocks of their own are kept apart by a space, items by semicolons."""
    return joined("".join(words_within(element, without=without)))


def joined(text: str) -> str:
    """The text on one line, its items with semicolons between."""
    text = text.replace(BREAK, " ")
    if BETWEEN_ITEMS not in text:
        return clean(text)
    pieces = [piece for piece in map(clean, text.split(BETWEEN_ITEMS)) if piece]
    return "".join(
        piece + ("" if last else " " if piece[-1] in ",;:." else "; ")
        for piece, last in zip(pieces, [False] * (len(pieces) - 1) + [True], strict=True)
    )


def words(element: lxml_html.HtmlElement, *, without: Collection[lxml_html.HtmlElement] = ()) -> str:
    """What an element within a line adds to it."""
    match element.tag:
        case tag if tag in TRACKED_OUT:
            return ""
        case "br":
            return BREAK
        case "img":
            alternative = described(element)
            return f" {alternative} " if alternative else ""
        case "sup" | "sub":
            return _shifted(element)
        case "input":
            return _box(element)
        case "math":
            return f" {_formula(element)} "
        case "svg":
            return f" {svg_text(element)} "
    inner = "".join(words_within(element, without=without))
    if element.tag == "li":
        return BETWEEN_ITEMS + inner + BETWEEN_ITEMS
    if element.tag == "q":
        return f"\u201c{inner}\u201d"
    return f" {inner} " if element.tag in BLOCKS or BOX.search(element.get("class") or "") else inner


def words_within(element: lxml_html.HtmlElement, *, without: Collection[lxml_html.HtmlElement] = ()) -> Iterator[str]:
    """What stands in an element, piece by piece."""
    yield element.text or ""
    for child in element:
        if child not in without:
            yield words(child, without=without)
        yield child.tail or ""


def described(image: lxml_html.HtmlElement) -> str:
    """What is said of a picture, or empty where it is there for its looks."""
    text = clean(image.get("alt") or image.get("aria-label") or "")
    if image.get("role") in {"presentation", "none"} or FILE_NAME.fullmatch(text) or text.startswith(("http", "data:")):
        return ""
    if "emoticon" in (image.get("class") or "") or (text.startswith("(") and text.endswith(")")):
        return TICKS.get(text.strip("()").casefold(), text)
    return text


def is_sign(image: lxml_html.HtmlElement) -> bool:
    """Whether a picture is so small that it stands for a word."""
    sizes = [re.match(r"\d+", image.get(name) or "") for name in ("width", "height")]
    small = any(size and int(size[0]) <= SMALLEST_PICTURE for size in sizes)
    return small or any(re.search("emoticon|emoji|icon", name) for name in names_of(image))


def is_note_mark(element: lxml_html.HtmlElement) -> bool:
    """Whether it points to a note: a raised link within the page."""
    if element.tag == "sup":
        link = element if element.get("href") else next(element.iter("a"), None)
    elif element.tag == "a":
        reference = element.get("role") == "doc-noteref" or "noteref" in (element.get("epub:type") or "")
        link = element if reference or any("footnote-ref" in name for name in names_of(element)) else None
    else:
        return False
    target = link.get("href") or "" if link is not None else ""
    return "#" in target and bool(NOTE_MARK.fullmatch(element.text_content().strip()))


def note_label(element: lxml_html.HtmlElement) -> str:
    """The mark as it is shown: ``[1]``."""
    return f"[{element.text_content().strip().strip('[]()')}]"


def svg_text(drawing: lxml_html.HtmlElement) -> str:
    """The words in a drawing."""
    if drawing.get("aria-hidden") == "true":
        return ""
    texts = [clean(element.text_content()) for element in drawing.iter("title", "desc", "text", "foreignobject")]
    return clean(" ".join([drawing.get("aria-label") or "", *texts]))


def _shifted(element: lxml_html.HtmlElement) -> str:
    """Raised and lowered text: digits as such signs, other raised text behind a circumflex; marks of notes."""
    if is_note_mark(element):
        return note_label(element)
    text = joined("".join(words_within(element)))
    if element.tag == "sub":
        return text.translate(SUBSCRIPTS) if LOWERED.fullmatch(text) else text
    if RAISED.fullmatch(text):
        return text.translate(SUPERSCRIPTS)
    if NOTE_LABEL.fullmatch(text):
        return f" {text}"
    apart = POWER.fullmatch(text) or (_before(element)[-1:].isdigit() and not ORDINAL.fullmatch(text) and len(text) < 9)
    return f"^{text}" if apart else text


def _before(element: lxml_html.HtmlElement) -> str:
    """The text right before it."""
    previous, parent = element.getprevious(), element.getparent()
    text = previous.tail if previous is not None else parent.text if parent is not None else ""
    return text or ""


def _box(element: lxml_html.HtmlElement) -> str:
    kind = (element.get("type") or "text").lower()
    if kind in {"checkbox", "radio"}:
        return "[x] " if element.get("checked") is not None else "[ ] "
    return f" {element.get('value') or ''} " if kind in {"text", "date", "number", "email", "tel"} else ""


def _formula(element: lxml_html.HtmlElement) -> str:
    written = next((note.text or "" for note in element.iter("annotation")), "")
    return element.get("alttext") or written or element.text_content()
