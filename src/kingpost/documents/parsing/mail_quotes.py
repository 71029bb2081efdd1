"""Parts what the writer of a mail wrote from the earlier mails that hang on it, in text and in HTML."""

import re
from collections.abc import Sequence

from lxml import etree
from lxml import html as lxml_html

ATTRIBUTION = re.compile(
    r"^(?:on\b.{4,160}\bwrote|am\b.{4,160}\bschrieb\b.{0,80}|le\b.{4,160}\ba écrit|el\b.{4,160}\bescribió)\s*:$",
    re.IGNORECASE,
)
"""A line before lines that are quoted one by one."""
BEGINS_EARLIER = re.compile(
    r"^(?:[-_]{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete)\s+(?:message|nachricht)\b.*"
    r"|begin forwarded message:|_{10,}|\*?(?:from|von|de)\s?:\*?\s.+)$",
    re.IGNORECASE,
)
"""A line below which all is earlier."""
SENT = re.compile(r"\b(?:sent|date|gesendet|datum|envoyé|enviado|to|an|subject|betreff)\s?:", re.IGNORECASE)
HELD = (
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]|//blockquote[@type='cite']"
    "|//*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]|//*[contains(@class, 'protonmail_quote')]"
)
"""Elements that hold an earlier mail."""
FROM_HERE = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='stopSpelling' or @id='OLK_SRC_BODY_SECTION' or"
    " @id='mail-editor-reference-message-container']"
    "|//div[contains(@style, 'border-top:solid') or contains(@style, 'border-top: solid')]|//hr|//p|//div[not(*)]"
)
"""Elements from which on all is earlier, if their words say so."""
MARK = "kingpost-earlier-mails"
LONGEST_START = 600


def parted_lines(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The writer's own lines, and those of earlier mails: quoted one by one, or all below a line that begins one."""
    own: list[str] = []
    earlier: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith(">"):
            earlier.append(line.lstrip("> "))
        elif ATTRIBUTION.match(line.strip()) and _quoted_below(lines[number + 1 :]):
            earlier += ["", line]
        elif ATTRIBUTION.match(line.strip()) or _begins_earlier(lines[number : number + 6]):
            return own, [*earlier, "", *(rest.lstrip("> ") for rest in lines[number:])]
        else:
            own.append(line)
    return own, earlier


def parted_markup(markup: str) -> tuple[str, str]:
    """The same of HTML."""
    try:
        root = lxml_html.document_fromstring(markup)
    except (etree.ParserError, ValueError):
        return markup, ""
    earlier: list[lxml_html.HtmlElement] = []
    for held in root.xpath(HELD):
        if held.getparent() is not None and not any(above in held.iterancestors() for above in earlier):
            earlier.append(held)
    texts = []
    for held in earlier:
        tail, held.tail = held.tail, None
        texts.append(etree.tostring(held, encoding="unicode", method="html"))
        held.tail = tail
        held.drop_tree()
    start = next((element for element in root.xpath(FROM_HERE) if _starts_earlier(element)), None)
    if start is None:
        return etree.tostring(root, encoding="unicode", method="html"), "".join(texts)
    start.addprevious(etree.Comment(MARK))
    own, _, rest = etree.tostring(root, encoding="unicode", method="html").partition(f"<!--{MARK}-->")
    return own, rest + "".join(texts)


def _quoted_below(lines: Sequence[str]) -> bool:
    return next((line for line in lines if line.strip()), "").startswith(">")


def _begins_earlier(lines: Sequence[str]) -> bool:
    """Whether the first of the lines does; one that names a sender only where the next ones go on so."""
    first = lines[0].strip()
    if not BEGINS_EARLIER.match(first):
        return False
    named = not first.startswith(("-", "_")) and not first.lower().startswith("begin")
    return not named or any(SENT.match(line.strip().strip("*")) for line in lines[1:])


def _starts_earlier(element: lxml_html.HtmlElement) -> bool:
    if element.tag == "hr":
        following = element.getnext()
        return element.get("id") == "stopSpelling" or (following is not None and _starts_earlier(following))
    if element.get("id") in {"divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION"}:
        return True
    text = " ".join(" ".join(element.itertext())[:LONGEST_START].split())
    if not BEGINS_EARLIER.match(text[:200]) and not ATTRIBUTION.match(text):
        return False
    named = text.lower().startswith(("from", "von", "de", "*"))
    return not named or bool(SENT.search(text))
