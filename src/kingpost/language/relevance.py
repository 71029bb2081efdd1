"""Tells whether a question is about what matters most, or about what matters least or not at all.

"Which sensor is most relevant?" and "Which may be ruled out?" are two questions however little else they share.
"""

import re

_MATTERS = (
    r"(?:relevan|importan|significan|critical|crucial|essential|pertinent|applicab|effective|useful|helpful|suitabl"
    r"|appropriate|indicative|informative|meaningful|decisive|likel|prioriti[sz]|valuable|reliabl)\w*"
)
_BETWEEN = r"\s(?:(?!than\b|and\b|or\b|but\b)[a-z]+\s){0,2}?"
_NOT = re.compile(
    rf"\b(?:ir|un|in|im|non[\s-]?){_MATTERS}|\buseless\w*"
    r"|\b(?:rul(?:e|ed|ing) out|disregard\w*|ignor(?:e|ed|ing)|negligib\w+|exclud(?:e|ed|ing))\b"
    rf"|\b(?:not|never|no|least|less|little|minimal|smallest|lowest|weakest|hardly|without){_BETWEEN}{_MATTERS}"
    rf"|\b(?:not|never|least){_BETWEEN}(?:indicat|contribut|monitor|consider|signal)\w*"
    r"|\bcontribut\w* (?:the )?least\b"
)
_DOES = re.compile(rf"\b{_MATTERS}")
_TWICE = re.compile(
    rf"\b(?:not|never)\s(?:be\s|an?\s)?(?:ignored|disregarded|neglected|excluded|ruled out|(?:ir|un|in|im){_MATTERS})"
)
_SHORT = re.compile(r"(?:\s?n't|(?<=ca)nnot)\b")
_COMPARED = re.compile(r"\bthan\b")


def relevance(text: str) -> int:
    """1 where a normalised text asks for what matters, -1 for what does not; 0 if neither is said, or both are."""
    if _COMPARED.search(text):  # "A less suitable than B" is "B more suitable than A"
        return 0
    plain = _SHORT.sub(" not", text)
    if _TWICE.search(plain):  # "must not be ignored": it may matter a little, or most
        return 0
    without = _NOT.sub(" ", plain)
    return bool(_DOES.search(without)) - (without != plain)
