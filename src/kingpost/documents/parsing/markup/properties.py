"""What a page tells of itself: its title, who wrote it and when, its version; meta tags, JSON-LD, wikis' own marks."""

import json
import re
from collections.abc import Iterator

from lxml import html as lxml_html

from kingpost.documents.parsing.cleaning import clean

NAMES = {
    "title": ("dcterms.title", "dc.title", "og:title", "ajs-page-title"),
    "author": ("author", "dcterms.creator", "dc.creator", "article:author"),
    "description": ("description", "dcterms.description", "dc.description", "og:description"),
    "keywords": ("keywords", "dcterms.subject"),
    "modified": (
        "last-modified",
        "article:modified_time",
        "dcterms.modified",
        "dc.date.modified",
        "revised",
        "changed",
    ),
    "date": ("date", "dcterms.date", "dc.date", "dcterms.issued", "article:published_time"),
    "version": ("version", "revision", "doc-version", "document-version", "dcterms.hasversion"),
    "status": ("status", "document-status"),
    "identifier": ("dcterms.identifier", "dc.identifier", "document-number", "doc-number", "document-id"),
    "effective_date": ("effective-date", "dcterms.valid", "valid-from"),
    "page_version": ("ajs-page-version",),
    "space": ("ajs-space-name", "confluence-space-key"),
}
"""Property -> names of meta tags, the better first."""
LINKED = {"dateModified": "modified", "datePublished": "date", "author": "author", "description": "description"}
EDITED = re.compile(
    r"(?:last (?:edited|modified|updated|changed)(?: by .{1,60}?)?(?: on)?:?\s+)"
    r"(?P<date>\d{1,2}\.? \w{3,9} \d{4}|\w{3,9} \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
CREATED_BY = re.compile(r"created by\s+(?P<author>.{1,60}?)(?=,|\s+on\b|\s+last\b|$)", re.IGNORECASE)
SAYS_WHEN = ("page-metadata", "lastmod", "footer-info-lastmod", "lastupdated", "last-updated", "theme-last-updated")
LONGEST = 500
ADDRESS = re.compile(r"^https?://|^/", re.IGNORECASE)


def properties_of(root: lxml_html.HtmlElement) -> dict[str, str]:
    """By name, as text."""
    said = dict(_meta(root))
    found = {name: next((said[key] for key in keys if said.get(key)), "") for name, keys in NAMES.items()}
    for name, value in [*_linked(root), *_written(root)]:
        found[name] = found.get(name) or value
    if ADDRESS.match(found["identifier"]):
        found["identifier"] = ""
    return {name: clean(value)[:LONGEST] for name, value in found.items() if clean(value)}


def title_of(root: lxml_html.HtmlElement, named: str) -> str:
    """The page's title, without the name of the wiki or space around it where the first heading tells."""
    title = clean(root.findtext("head/title") or "")
    heading = next((clean(head.text_content()) for head in root.iter("h1") if clean(head.text_content())), "")
    if heading and title == heading and _is_space(root):
        return re.split(r"\s+:\s+", heading)[-1]
    around = len(heading) > 2 and (title.startswith(heading) or title.endswith(heading))
    if around and re.fullmatch(r"(?:.*\W\s)?" + re.escape(heading) + r"(?:\s\W.*)?", title):
        return heading
    return named if named and named in title else title or named or heading


def _is_space(root: lxml_html.HtmlElement) -> bool:
    """Whether a wiki puts the name of its space in front of titles."""
    return next((True for head in root.iter("h1") if head.get("id") == "title-heading"), False)


def _meta(root: lxml_html.HtmlElement) -> Iterator[tuple[str, str]]:
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("http-equiv") or tag.get("itemprop") or ""
        if name and tag.get("content"):
            yield name.casefold(), tag.get("content") or ""


def _linked(root: lxml_html.HtmlElement) -> Iterator[tuple[str, str]]:
    for script in root.iter("script"):
        if (script.get("type") or "").casefold() != "application/ld+json":
            continue
        try:
            read = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for entry in read if isinstance(read, list) else [read]:
            if isinstance(entry, dict):
                yield from _of_entry(entry)


def _of_entry(entry: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key, name in LINKED.items():
        value = entry.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str):
            yield name, value


def _written(root: lxml_html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What wikis write below the title, or at the foot."""
    for element in root.iter("div", "li", "span", "p", "footer"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
        if any(name in SAYS_WHEN for name in names):
            text = clean(element.text_content())[:LONGEST]
            author, edited = CREATED_BY.search(text), EDITED.search(text)
            yield from [("author", author["author"])] if author else []
            yield from [("modified", edited["date"])] if edited else []
