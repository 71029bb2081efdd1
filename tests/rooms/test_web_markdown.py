"""Text of documents and people on the page: shown as it stands, never acted on."""

import pytest
from markdown_it import MarkdownIt

from kingpost.web.markdown import link, one_line, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "![](http://elsewhere/pixel.png)",
    "[here](javascript:alert(1))",
    "**bold** _it_ `code` ~~gone~~",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "a | b | c",
    "https://elsewhere.example",
    "&lt;b&gt;",
    "a\\*b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_out_as_it_went_in(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(plain(text))
    [inline] = [token for token in tokens if token.type == "inline"]
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(child.content for child in inline.children or []) == text


def test_streamlits_own_marks_are_escaped() -> None:
    assert plain("$x$ :red[y] :material/home:").count("\\") >= 6


def test_a_long_text_is_shortened_on_one_line() -> None:
    assert one_line("word\nword " * 50, 20) == "word word word word…"


def test_a_link_cannot_be_broken_out_of() -> None:
    made = link("a](http://elsewhere) b", "/view/x?quote=(1) <2>")
    tokens = MarkdownIt().parse(made)
    [inline] = [token for token in tokens if token.type == "inline"]
    hrefs = [child.attrGet("href") for child in inline.children or [] if child.type == "link_open"]
    assert hrefs == ["/view/x?quote=%281%29%20%3C2%3E"]
