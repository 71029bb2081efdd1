"""Narrows a text to the value asked for: of "the default value is `0`, and ..." the default is 0."""

import re

_ATTRIBUTE = re.compile(
    r"\b(?:what|which)\s+(?:is|are|was|were)\s+(?:the\s+)?(?P<attribute>\w[\w \-/]{2,40}?)\s+(?:of|for|in|on|given)\b",
    re.IGNORECASE,
)
_QUOTED = r"[`\"“'](?P<quoted>[^`\"”']{1,60})[`\"”']"
_END = r"(?:and|or|but|the|which|if|when|unless|for|in|of|on|at|by|with|from|to)\b"
_MORE = rf"(?:\s+(?!{_END})[^\s,;()]+){{0,3}}?"
_STOP = rf"(?=[,;()]|\.(?:\s|$)|\s+{_END}|\s*$)"
_PLAIN = rf"(?P<plain>[^\s,;()]+{_MORE}){_STOP}"
_IS = r"(?:is|are|was|were|:|=|equals?)"
_GIVEN = rf"{_IS}\s*(?:set to\s+)?(?:{_QUOTED}|{_PLAIN})"
_BARE = r"(?P<bare>-?\d[\d.,]*\d|-?\d)"


def narrowed(question: str, text: str) -> str:
    """The value that ``text`` gives to the attribute the question asks for; the whole text when it gives none."""
    match = _ATTRIBUTE.search(question)
    if match is None:
        return text
    words = match["attribute"].split()
    attribute = r"\s+".join(re.escape(word) for word in (words[:-1] if words[-1] in ("value", "values") else words))
    given = re.search(rf"\b{attribute}s?(?:\s+values?)?\s*(?:{_GIVEN}|{_BARE})", text, re.IGNORECASE)
    if given is None:
        return text
    return (given["quoted"] or given["plain"] or given["bare"] or text).strip().rstrip(".")
