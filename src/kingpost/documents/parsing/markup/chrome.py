"""Takes out of a page what is not its content: navigation, notices about cookies, edit links, what is hidden."""

import re

from lxml import etree
from lxml import html as lxml_html

DROPPED = ("script", "style", "template", "embed", "canvas", "iframe", "select", "button", "textarea", "head")
TRACKED_OUT = ("del", "s", "strike")
INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
OPENABLE = re.compile(r"expand|collaps|accordion|tab-?pane|tabpanel|tab-content|toggle", re.IGNORECASE)
"""In the class of what is hidden until a reader opens it, and so is content."""
CHROME = re.compile(
    r"""
    nav | navbar | navbox(?:es)? | navigation(?:[-_]?(?:bar|box|menu|not-searchable))? | vertical-navbox
    | (?:main-|site-)?menu | (?:page-|site-|left-|right-)?side-?bar | bread-?crumbs? | breadcrumb-section
    | (?:page-|site-|mw-)?footer | footer-body | pagination | pagination-nav | pager
    | cookies? | cookie[-_]?(?:banner|consent|notice|bar|law|popup|message).* | onetrust.* | gdpr.*
    | toc | toc-?macro | toctree-wrapper | table-of-contents | noprint | catlinks | printfooter | jump-to-nav
    | mw-jump(?:-link)? | mw-navigation | mw-head | mw-panel | mw-editsection | editsection | mw-cite-backlink
    | mw-portlet.* | mw-indicators | interlanguage.* | siteNotice | siteSub | contentSub | persondata | sistersitebox
    | vector-(?:menu|dropdown|header|sticky|sidebar|toc|toolbar|page-tools|column|user|search|main-menu|pinn).*
    | nv-(?:view|talk|edit) | skip-?(?:link|nav|to-content) | share | social(?:-links|-share)?
    | advert(?:isement)? | ads | newsletter | headerlink | anchor-?link | hash-link | permalink | header-anchor
    | linenos? | lineno | line-numbers-rows | gutter
    | footnote-back(?:ref)? | data-footnote-backref | reversefootnote | fn-backref
    | footer-info.* | lastmod | page-metadata | greybox | likes-and-labels-container | aui-nav | expand-icon
    | md-(?:sidebar|header|footer|skip|nav) | sphinxsidebar | related | wy-(?:nav-side|breadcrumbs)
    | rst-footer-buttons | theme-doc-(?:sidebar|breadcrumbs|toc).*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""One of the names in the class, or the id, of what leads about a site."""
ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "menu", "menubar", "toolbar", "doc-backlink"})
NEVER = frozenset(
    {"html", "body", "main", "article", "tbody", "thead", "tr", "td", "th", "h1", "h2", "h3", "h4", "pre"}
)
WITHIN = frozenset({"article", "main", "section", "blockquote", "figure", "td"})
"""A footer in one of these is that of a text."""
MOST_OF_PAGE = 0.5
TICKS = {"tick": "\u2713", "check": "\u2713", "error": "\u2717", "cross": "\u2717", "minus": "-", "plus": "+"}
"""Signs that wikis draw as small pictures."""


def prune(root: lxml_html.HtmlElement, *, keep_chrome: bool = False) -> None:
    """Take it out of the tree. What has most of a page's text, or its title, is content whatever it is called."""
    etree.strip_elements(root, *DROPPED, with_tail=False)
    whole = _length(root)
    stack = [root]
    while stack:
        for child in list(stack.pop()):
            if _is_hidden(child) or (not keep_chrome and _is_chrome(child, whole)):
                _drop(child)
            else:
                stack.append(child)


def content_of(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that is marked as the page's main content, where most of its text stands in it; else its body."""
    body = root.find("body")
    body = root if body is None else body
    main = [element for element in body.iter() if element.tag == "main" or element.get("role") == "main"]
    most = MOST_OF_PAGE * _length(body)
    titled = len(main) == 1 and (next(main[0].iter("h1"), None) is not None or next(body.iter("h1"), None) is None)
    return main[0] if titled and _length(main[0]) > most else body


def has_struck_text(root: lxml_html.HtmlElement) -> bool:
    """Whether text is marked as deleted or struck out."""
    return any(element.text_content().strip() for element in root.iter(*TRACKED_OUT))


def names_of(element: lxml_html.HtmlElement) -> list[str]:
    """The names in its class, and its id."""
    return [*(element.get("class") or "").split(), *(element.get("id") or "").split()]


def _drop(element: lxml_html.HtmlElement) -> None:
    if element.tag not in {"span", "a", "sup", "img"}:
        element.tail = f" {element.tail or ''}"
    element.drop_tree()


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    named = element.get("class") or ""
    hidden = element.get("hidden")
    if (
        element.get("aria-hidden") == "true"
        or (hidden is not None and hidden != "until-found")
        or INVISIBLE.search(element.get("style") or "")
    ):
        opened = OPENABLE.search(named) or element.get("role") == "tabpanel"
        return not (opened or next(element.iter("math"), None) is not None)
    return False


def _is_chrome(element: lxml_html.HtmlElement, whole: int) -> bool:
    if element.tag in NEVER or not _is_named_chrome(element):
        return False
    if element.tag in {"span", "a", "sup"}:
        return True
    return next(element.iter("main", "article", "h1"), None) is None and _length(element) <= MOST_OF_PAGE * whole


def _is_named_chrome(element: lxml_html.HtmlElement) -> bool:
    if element.get("role") in ROLES or element.tag in {"nav", "noscript"}:
        return True
    if element.tag == "footer" and not any(above.tag in WITHIN for above in element.iterancestors()):
        return True
    return any(CHROME.fullmatch(name) for name in names_of(element))


def _length(element: lxml_html.HtmlElement) -> int:
    return sum(len(text) for text in element.itertext())
