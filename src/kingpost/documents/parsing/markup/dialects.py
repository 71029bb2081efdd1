"""What Markdown is written with beyond its standard, as HTML: boxes of advice, drawn tables, options in brackets."""

import html
import re
from collections.abc import Sequence
from typing import Any

from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from kingpost.documents.parsing.drawn_tables import DrawnTable, drawn_table

TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<rest>[^<>]*)>")
VOID = frozenset({"br", "hr", "img", "wbr"})
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
ADVICE = frozenset(
    "note warning tip info caution danger important attention hint error admonition seealso example".split()
)
CONTENTS = frozenset({"toctree", "tableofcontents", "contents"})
ALERT = re.compile(r"^(?P<quote>(?:[ >]*>)\s*)\[!(?P<kind>[A-Za-z]+)\][+-]?[ \t]*(?P<title>.*)$", re.MULTILINE)
COLON_FENCE = re.compile(
    r"^(?P<mark>:{3,})[ \t]*\{(?P<head>[^\n]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL
)
ATTRIBUTES = re.compile(r"(?m)^(#{1,6} .*?)[ \t]*\{[#.:][^}\n]*\}[ \t]*$")
GRID = re.compile(r"(?:^[ ]{0,3}\+[-=+: ]+\+[ \t]*\n(?:^[ ]{0,3}[|+].*[|+][ \t]*(?:\n|\Z))+)", re.MULTILINE)

DEEPEST = 80
"""Lists and quotes within each other."""


def rendered(text: str) -> str:
    """Markdown as HTML."""
    text = ATTRIBUTES.sub(r"\1", text)
    text = ALERT.sub(_alert, text)
    text = COLON_FENCE.sub(lambda found: f"```{{{found['head']}\n{found['body']}```", text)
    return str(_renderer().render(GRID.sub(_grid, text)))


def _renderer() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    for plugin in (footnote_plugin, deflist_plugin, admon_plugin, tasklists_plugin):
        reader.use(plugin)
    reader.add_render_rule("html_inline", _inline_tag)
    reader.add_render_rule("html_block", _tags)
    reader.add_render_rule("fence", _fence)
    return reader


def _alert(found: re.Match[str]) -> str:
    title = found["title"].strip() or found["kind"].capitalize()
    return f"{found['quote']}{title}:"


def _grid(found: re.Match[str]) -> str:
    table = drawn_table(found[0].split("\n"))
    return found[0] if table is None else f"\n{_as_html(table)}\n\n"


def _as_html(table: DrawnTable) -> str:
    lines = ["<table>"]
    for number, row in enumerate(table.rows):
        tag = "th" if number < (table.header_rows or 0) else "td"
        lines.append("<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _inline_tag(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A tag, unless it is a name in angle brackets: unknown, or never closed."""
    written = tokens[index].content
    found = TAG.fullmatch(written)
    if found is None:
        return written
    name = found["name"].lower()
    if name not in defs.tags:
        return html.escape(written)
    closed = any(f"</{name}" in other.content.lower() for other in tokens if other.type == "html_inline")
    return written if name in VOID or closed or found["rest"].strip(" /") else html.escape(written)


def _tags(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return TAG.sub(
        lambda found: found[0] if found["name"].lower() in defs.tags else html.escape(found[0]), tokens[index].content
    )


def _fence(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Code, or a directive: advice, a figure, a list of contents."""
    token = tokens[index]
    found = DIRECTIVE.match(token.info.strip())
    if found is None:
        return f"<pre>{html.escape(token.content)}</pre>\n"
    name, title = found["name"].lower(), found["title"]
    said, body = _options(token.content)
    if name in CONTENTS:
        return ""
    if name in ADVICE:
        kind = "note" if name in {"admonition", "seealso"} else name
        named = html.escape(title or {"seealso": "See also"}.get(name, name.capitalize()))
        return f'<div class="admonition {kind}"><p class="admonition-title">{named}</p>{rendered(body)}</div>\n'
    if name in {"figure", "image"}:
        alternative = html.escape(said.get("alt", ""), quote=True)
        return f'<figure><img alt="{alternative}"><figcaption>{rendered(body)}</figcaption></figure>\n'
    if name == "table":
        return f"<p>{html.escape(title)}</p>{rendered(body)}"
    return f"<pre>{html.escape(body)}</pre>\n"


def _options(content: str) -> tuple[dict[str, str], str]:
    lines = content.split("\n")
    said = {}
    while lines and (found := OPTION.match(lines[0])):
        said[found["name"]] = found["value"]
        lines.pop(0)
    return said, "\n".join(lines)
