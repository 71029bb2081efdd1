"""Makes text safe to store and compare: no lone surrogates, no control characters, one kind of space."""

import re

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff]")
SPACES = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u2028\u2029\u202f\u3000]+")
LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\u00ad": ""}
)


def clean(text: str) -> str:
    """One line: control characters and lone surrogates gone, ligatures spelled out, white space collapsed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return SPACES.sub(" ", _storable(text)).strip()


def clean_lines(text: str) -> str:
    """The same, line by line, with line breaks and indentation kept (for code)."""
    lines = _storable(text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")).split("\n")
    return "\n".join(line.replace("\u00a0", " ").rstrip() for line in lines).strip("\n")


def _storable(text: str) -> str:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", " ")
    return CONTROL.sub("", text.translate(LIGATURES))
