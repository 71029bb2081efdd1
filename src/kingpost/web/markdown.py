"""Text of documents and people inside Streamlit's Markdown, shown as it stands."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def plain(text: str) -> str:
    """The text with everything escaped that Markdown would act on; line breaks stay."""
    lines = (_SPECIAL.sub(r"\\\1", line.strip()) for line in text.splitlines())
    return "  \n".join(line for line in lines if line)


def one_line(text: str, length: int = 120) -> str:
    """The same on one line, shortened."""
    joined = " ".join(text.split())
    return plain(joined if len(joined) <= length else joined[: length - 1].rstrip() + "…")


def link(words: str, address: str) -> str:
    """A link; ``words`` are escaped, the address must be one of the API's own."""
    safe = address.replace("(", "%28").replace(")", "%29").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    return f"[{one_line(words)}]({safe})"
