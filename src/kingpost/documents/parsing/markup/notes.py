"""The notes of a page: which marks point to them, and what they say."""

from dataclasses import dataclass, field

from lxml import html as lxml_html

from kingpost.documents.parsing.markup.wording import inline_text, is_note_mark, note_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """By the ids of the elements that hold the notes."""

    labels: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """Without those that only name a source."""

    def marker(self, item: lxml_html.HtmlElement) -> str:
        """``[1]`` for an item that is a note, else empty."""
        return self.labels.get(item.get("id") or "", "")


def notes_of(root: lxml_html.HtmlElement) -> Notes:
    """All that is pointed to by a mark."""
    labels: dict[str, str] = {}
    for mark in root.iter("sup", "a"):
        if is_note_mark(mark):
            link = mark if mark.get("href") else next(mark.iter("a"))
            labels.setdefault((link.get("href") or "").rpartition("#")[2], note_label(mark))
    texts = {}
    for element in root.iter("li", "p", "div", "aside", "span", "td", "dd"):
        if element.get("id") in labels and not _names_source(element):
            texts[element.get("id") or ""] = inline_text(element)
    return Notes(labels=labels, texts=texts)


def _names_source(note: lxml_html.HtmlElement) -> bool:
    """Whether a note says where something was found: a citation, or a link to elsewhere."""
    if next(note.iter("cite"), None) is not None or any(
        "citation" in (e.get("class") or "") for e in note.iter("span")
    ):
        return True
    return any((link.get("href") or "").startswith(("http", "//")) for link in note.iter("a"))
