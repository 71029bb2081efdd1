"""Reads Markdown: headings, paragraphs, lists, code, tables as grids, raw HTML, front matter."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kingpost.documents.parsing import html
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.text import decoded
from kingpost.types.documents import Original, ParsedDocument

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. A heading's path is that of the Markdown headings."""
    text = decoded(original.content).replace("\r\n", "\n")
    properties: dict[str, str] = {}
    front = FRONT_MATTER.match(text)
    if front:
        properties = dict(re.findall(r"^(\w[\w-]*):\s*[\"']?(.*?)[\"']?\s*$", front[1], re.MULTILINE))
        text = text[front.end() :]
    reader = _Reader(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))
    reader.read()
    return reader.flow.document(properties=properties, title=properties.get("title", ""))


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.flow = Flow()
        self._tokens: Iterator[Token] = iter(tokens)
        self._lists: list[tuple[bool, int]] = []
        self._marker = ""

    def read(self) -> None:
        for token in self._tokens:
            match token.type:
                case "heading_open":
                    self.flow.heading(self._inline(), int(token.tag[1]))
                case "paragraph_open":
                    self._paragraph(self._inline())
                case "fence" | "code_block":
                    self.flow.code(token.content)
                case "table_open":
                    self._table()
                case "html_block":
                    html.read_fragment(token.content, self.flow)
                case "bullet_list_open" | "ordered_list_open":
                    self._lists.append((token.type.startswith("ordered"), int(token.attrGet("start") or 1)))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._open_item()

    def _open_item(self) -> None:
        ordered, number = self._lists[-1]
        self._marker = f"{number}." if ordered else "-"
        self._lists[-1] = (ordered, number + 1)

    def _paragraph(self, text: str) -> None:
        if self._lists:
            self.flow.item(text, marker=self._marker, level=len(self._lists))
            self._marker = ""
        else:
            self.flow.paragraph(text)

    def _inline(self) -> str:
        return text_of_inline(next(self._tokens))

    def _table(self) -> None:
        rows: list[list[RawCell]] = []
        header_rows = 0
        for token in self._tokens:
            match token.type:
                case "table_close":
                    break
                case "tr_open":
                    rows.append([])
                case "thead_close":
                    header_rows = len(rows)
                case "inline":
                    rows[-1].append(RawCell(text=clean(text_of_inline(token)), location=NOWHERE))
        if header_rows and not any(cell.text for cell in rows[0]):
            rows, header_rows = rows[1:], 0
        self.flow.table(rows, header_rows=header_rows)


def text_of_inline(token: Token) -> str:
    """The words of an inline token: code and link texts as they read, images by their description."""
    pieces: list[str] = []
    for child in token.children or []:
        match child.type:
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "html_inline":
                pieces.append(" " if child.content.lower().startswith("<br") else "")
            case _:
                pieces.append(child.content)
    return "".join(pieces)
