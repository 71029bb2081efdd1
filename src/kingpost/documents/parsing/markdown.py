"""Reads Markdown: as the HTML that it stands for, with its front matter as properties."""

import re

from kingpost.documents.parsing import html
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.markup.dialects import rendered
from kingpost.documents.parsing.text import decoded
from kingpost.types.documents import Original, ParsedDocument

FRONT_MATTER = re.compile(r"\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<body>.*?)\n(?P=mark)[ \t]*(?:\n|\Z)", re.DOTALL)
ENTRY = re.compile(r"^(?P<name>[A-Za-z][\w .-]{0,40}?)\s*[:=]\s*(?P<value>.*)$")
FOLDED = frozenset({"|", ">", "|-", ">-"})


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. A heading's path is that of the Markdown headings."""
    text = decoded(original.content).replace("\r\n", "\n")
    front = FRONT_MATTER.match(text)
    properties = _properties(front["body"]) if front else {}
    flow = Flow()
    html.read_fragment(rendered(text[front.end() :] if front else text), flow)
    return flow.document(properties=properties, title=properties.get("title", ""))


def _properties(front: str) -> dict[str, str]:
    """Its entries as text; of lists the items with commas between. What nests deeper is left out."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in front.split("\n"):
        entry = ENTRY.match(line)
        if entry:
            name, value = entry["name"], entry["value"].strip()
            found[name] = [] if value in FOLDED else [value.strip("[]")]
        elif name and line[:1] in {" ", "-"}:
            found[name].append(line.strip().removeprefix("- "))
    return {
        name: text
        for name, values in found.items()
        if (text := ", ".join(stripped for value in values if (stripped := value.strip().strip("\"'"))))
    }
