"""One form for each web address, what a tree holds, and what documents from the web are called."""

import pytest

from kingpost.documents.sources.addresses import Tree, canonical, document_name, top_path
from kingpost.documents.sources.links import links


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("HTTPS://Wiki.Example:443/Space/../Space/./a%2Db#top", "https://wiki.example/Space/a-b"),
        ("http://wiki.example", "http://wiki.example/"),
        ("http://wiki.example.:80/a/", "http://wiki.example/a/"),
        ("http://wiki.example/a?utm_source=x&id=4&fbclid=9", "http://wiki.example/a?id=4"),
        ("http://wiki.example/a;jsessionid=99?x", "http://wiki.example/a?x"),
        ("http://wiki.example/%e2%82%ac/%2e%2e/x y", "http://wiki.example/x%20y"),
        ("http://wiki.example/a%2Fb", "http://wiki.example/a%2Fb"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("//other.example/x", "http://other.example/x"),
        ("?page=2", "http://wiki.example/base/x?page=2"),
        ("../y", "http://wiki.example/y"),
    ],
)
def test_each_page_has_one_address(written: str, form: str) -> None:
    assert canonical(written, base="http://wiki.example/base/x") == form
    assert canonical(form) == form


@pytest.mark.parametrize(
    "written",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:a@b",
        "data:,x",
        "http://u:p@h/",
        "http://h:99999/",
        "http://[",
    ],
)
def test_what_is_no_page_has_no_address(written: str) -> None:
    assert canonical(written, base="http://wiki.example/") is None
    assert canonical("http://h/" + "x" * 3000) is None


def test_a_tree_holds_what_is_below_its_path() -> None:
    tree = Tree(root="https://wiki.example/space", paths=("/download/",), hosts=("files.example",))
    held = ["/space", "/space/a", "/download/x.pdf"]
    assert all(tree.holds(f"https://wiki.example{path}") for path in held)
    assert not any(tree.holds(f"https://wiki.example{path}") for path in ("/spaceship", "/", "/other", "/downloads"))
    assert tree.holds("https://files.example/any")
    assert not tree.holds("http://wiki.example/space/a")
    assert not tree.holds("https://wiki.example:8443/space/a")
    assert not tree.holds("https://wiki.example.evil.example/space/a")
    assert top_path("https://wiki.example/space/start.html") == "/space/"


@pytest.mark.parametrize(
    ("url", "media_type", "name"),
    [
        ("https://w.example/space/", "text/html", "w.example/space/index.html"),
        ("https://w.example/", "text/html; charset=utf-8", "w.example/index.html"),
        ("https://w.example/floor", "text/html", "w.example/floor.html"),
        ("https://w.example/floor.htm", "text/html", "w.example/floor.htm"),
        ("https://w.example/v1.2", "text/html", "w.example/v1.2.html"),
        ("https://w.example/get?id=4", "application/pdf", "w.example/get?id=4.pdf"),
        ("https://w.example/a.xlsx", "application/octet-stream", "w.example/a.xlsx"),
        ("https://w.example/a.md", "text/plain", "w.example/a.md"),
        ("https://w.example/a", "text/plain", "w.example/a.txt"),
        ("https://w.example/%2e%2e/%2e%2e/etc/x%00y", "text/html", "w.example/etc/xy.html"),
        ("https://w.example/a.png", "image/png", None),
        ("https://w.example/a", "application/octet-stream", None),
    ],
)
def test_a_document_is_called_by_its_address_and_says_what_it_is(url: str, media_type: str, name: str | None) -> None:
    assert document_name(url, media_type) == name


def test_links_of_odd_pages_are_found() -> None:
    page = """<A HREF='a'>1</A><a class=x href=b>2</a><a href="c&amp;d?x=1&amp;y=2">3</a><a name=n>no</a>
    <a rel="nofollow" href="/no">4</a><iframe src="/frame"></iframe><a href="a#again">5</a><a href="">6</a>"""
    assert list(links(page, "http://w.example/p/q")) == [
        "http://w.example/p/a",
        "http://w.example/p/b",
        "http://w.example/p/c&d?x=1&y=2",
        "http://w.example/frame",
    ]
    based = '<base href="http://w.example/other/"><a href="x">'
    assert list(links(based, "http://w.example/p/q")) == ["http://w.example/other/x"]


@pytest.mark.parametrize("twisted", ["<a ", "<a href=", '<a href="', "<a x<a ", "<base href=//x>", "<a href='x' " * 2])
def test_no_page_is_too_twisted_to_look_through(twisted: str) -> None:
    """A search that looks back would not end here."""
    assert len(list(links(twisted * (4_000_000 // len(twisted)), "http://w.example/"))) <= 1
