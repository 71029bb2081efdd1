"""Turns technical XML (DocBook, DITA, JATS, TEI) into HTML, element by element."""

from lxml import etree

NAMES = {
    **dict.fromkeys(("para", "simpara", "formalpara", "shortdesc", "cmd", "info", "stepresult"), "p"),
    **dict.fromkeys(("itemizedlist", "simplelist", "steps-unordered", "ul", "sl", "choices", "substeps"), "ul"),
    **dict.fromkeys(("orderedlist", "procedure", "steps", "ol"), "ol"),
    **dict.fromkeys(("listitem", "list-item", "step", "substep", "item", "member", "sli", "choice", "li"), "li"),
    **dict.fromkeys(("programlisting", "screen", "literallayout", "codeblock", "preformat", "code-block"), "pre"),
    **dict.fromkeys(("table", "informaltable", "simpletable"), "table"),
    **dict.fromkeys(("row", "strow", "sthead", "tr"), "tr"),
    **dict.fromkeys(("entry", "stentry", "td", "cell"), "td"),
    **dict.fromkeys(("fig", "informalfigure", "mediaobject"), "figure"),
    **dict.fromkeys(("variablelist", "deflist", "def-list", "dl", "parml"), "dl"),
    **dict.fromkeys(("varlistentry", "dlentry", "def-item", "plentry"), "div"),
    **dict.fromkeys(("term", "dt", "pt"), "dt"),
    **dict.fromkeys(("def", "dd", "pd"), "dd"),
    **dict.fromkeys(("superscript", "sup"), "sup"),
    **dict.fromkeys(("subscript", "sub"), "sub"),
    **dict.fromkeys(("p", "th", "thead", "tbody", "tfoot", "figure", "caption", "ol"), ""),
}
"""Element -> that of HTML; empty: the same."""
SECTIONS = frozenset(
    """
    book article chapter section sect1 sect2 sect3 sect4 sect5 appendix preface part topic concept task reference
    sec div1 div2 div3 body back front simplesect refsection glossary
    """.split()
)
ADVICE = frozenset({"note", "warning", "caution", "tip", "important", "danger", "hazardstatement"})
LEFT_OUT = frozenset(
    "prolog processing-meta ref-list index indexterm permissions colspec spanspec history pub-history remark".split()
)
ROOTS = frozenset(
    "book article chapter section topic concept task reference dita sect1 appendix glossary TEI set part".split()
)
LIST_KINDS = {"order": "ol", "ordered": "ol", "numbered": "ol"}
DEEPEST = 80


def is_known(root: etree._Element) -> bool:
    """Whether the document is written in one of the vocabularies: its root, with titles and paragraphs in it."""
    if not isinstance(root.tag, str) or _local(root) not in ROOTS:
        return False
    held = {_local(element) for element in root.iter(etree.Element)}
    return bool(held & {"title", "head", "article-title"}) and bool(held & {"para", "simpara", "p", "shortdesc", "cmd"})


def as_html(root: etree._Element) -> etree._Element:
    """The document as HTML."""
    page = etree.Element("html")
    body = etree.SubElement(page, "body")
    for element in list(root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity)):
        _remove(element)
    _copy(root, body, depth=1)
    return page


def _remove(element: etree._Element) -> None:
    """With the text after it kept."""
    previous, parent = element.getprevious(), element.getparent()
    if parent is None:
        return
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)


def _copy(source: etree._Element, into: etree._Element, *, depth: int, nested: int = 0) -> None:
    name = _local(source)
    if name in LEFT_OUT:
        into.append(etree.Element("span"))
        into[-1].tail = source.tail
        return
    made = etree.SubElement(into, _target(source, name, depth))
    _attributes(source, made, name)
    made.text, made.tail = source.text, source.tail
    if nested > DEEPEST:
        made.text = " ".join(source.itertext())
        return
    for child in source:
        _copy(child, made, depth=depth + (name in SECTIONS), nested=nested + 1)


def _target(source: etree._Element, name: str, depth: int) -> str:
    parent = source.getparent()
    above = _local(parent) if parent is not None else ""
    if name in {"title", "head", "article-title"}:
        return _title(above, depth)
    if name == "list":
        return LIST_KINDS.get(source.get("list-type") or source.get("type") or "", "ul")
    if name == "listitem" and above == "varlistentry":
        return "dd"
    if name in NAMES:
        heads = name in {"entry", "stentry"} and (_within(source, "thead") or _within(source, "sthead"))
        return "th" if heads else NAMES[name] or name
    return "div" if name in SECTIONS or name in ADVICE or _holds_blocks(source) else "span"


def _title(above: str, depth: int) -> str:
    if above in SECTIONS or above in {"info", "title-group", "bookinfo", "articleinfo", "chapterinfo", "front"}:
        return f"h{max(1, min(depth - 1, 6))}"
    return "caption" if above in {"table", "informaltable"} else "figcaption" if above in {"fig", "figure"} else "p"


def _attributes(source: etree._Element, made: etree._Element, name: str) -> None:
    if name in ADVICE:
        made.set("class", f"admonition {name}")
    for wanted, written in (("rowspan", "rowspan"), ("colspan", "colspan"), ("id", "id"), ("alt", "alt")):
        if source.get(written):
            made.set(wanted, source.get(written) or "")
    rows, across = source.get("morerows") or "", _columns(source)
    if rows.isdecimal():
        made.set("rowspan", str(int(rows) + 1))
    if across > 1:
        made.set("colspan", str(across))


def _columns(entry: etree._Element) -> int:
    """How many columns an entry reaches over, by the names of its first and last."""
    first, last = entry.get("namest"), entry.get("nameend")
    group = next(entry.iterancestors("{*}tgroup"), None) if first and last else None
    if group is None:
        return 1
    names = [spec.get("colname") or str(at) for at, spec in enumerate(group.iter("{*}colspec"), start=1)]
    return names.index(last) - names.index(first) + 1 if first in names and last in names else 1


def _within(source: etree._Element, name: str) -> bool:
    return next(source.iterancestors(f"{{*}}{name}"), None) is not None


def _holds_blocks(source: etree._Element) -> bool:
    return any(_local(child) in NAMES or _local(child) in SECTIONS for child in source)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
