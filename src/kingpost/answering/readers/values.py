"""Narrows a text to the value asked for: of "the default value is `0`, and ..." the default is 0."""

import re

_ATTRIBUTE = re.compile(
    r"\b(?:what|which)\s+(?:is|are|was|were)\s+(?:the\s+)?(?P<attribute>\w[\w \-/]{2,40}?)\s+(?:of|for|in|on|given)\b",
    re.IGNORECASE,
)
_QUOTED = r"[`\"“'](?P<quoted>[^`\"”']{1,60})[`\"”']"
_MORE = r"(?:\s+(?!and\b|or\b|but\b|the\b|which\b|if\b)[^\s,;()]+){0,3}?"
_STOP = r"(?=[,;()]|\.(?:\s|$)|\s+(?:and|or|but|which|if|when)\b|$)"
_PLAIN = rf"(?P<plain>[^\s,;()]+{_MORE}){_STOP}"
_IS = r"(?:is|are|was|were|:|=|equals?)"


def narrowed(question: str, text: str) -> str:
    """The value that ``text`` gives to the attribute the question asks for; the whole text when it gives none."""
    match = _ATTRIBUTE.search(question)
    if match is None:
        return text
    attribute = re.escape(match["attribute"].strip()).replace(r"\ ", r"\s+")
    given = re.search(rf"\b{attribute}s?\b\s*{_IS}\s*(?:set to\s+)?(?:{_QUOTED}|{_PLAIN})", text, re.IGNORECASE)
    if given is None:
        return text
    return (given["quoted"] or given["plain"] or text).strip().rstrip(".")
