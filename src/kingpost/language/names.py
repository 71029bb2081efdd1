"""Finds names: capitalised words of places, parties, products, that stand for one thing and no other."""

import re

from kingpost.language.normalise import STOP_WORDS, one_form

_WORD = re.compile(r"(?<![\w-])(?:[a-z]{1,2}(?=[A-Z][a-z]{2}))?[A-Z][\w&'.-]*")
"""A small letter or two may come first, as in iPhone; units such as kPa and mmHg are none."""
_OPENERS_TEXT = """
what which who whom whose when where why how is are was were does do did can could should shall will would may
might must has have had if in on at for of to from under according per regarding name list give tell show
state find explain describe define compare provide identify summarise summarize calculate determine specify
mention please brief get help the a an there it this that these those i we you he she they my our your and or
but with during after before between during while as by any all both each not no yes table figure fig section
sections clause clauses rule rules page sheet chapter appendix annex item note rev revision version issue
edition paragraph article
"""
_OPENERS = frozenset(_OPENERS_TEXT.split())
_ORDINARY_INITIALS_TEXT = """
i a ok faq id pdf xlsx csv html q rev no
"""
_LEFT_OUT = STOP_WORDS | _OPENERS | frozenset(_ORDINARY_INITIALS_TEXT.split())
_DIGIT = re.compile(r"[\d_]")


def names(text: str) -> tuple[str, ...]:
    """Capitalised words, casefolded, in order, each once; openers of sentences and words with digits are left out."""
    plain = one_form(text)
    return tuple(dict.fromkeys(name for match in _WORD.finditer(plain) if (name := _name(plain, match))))


def _name(text: str, match: re.Match[str]) -> str:
    word = match[0].rstrip(".'-&").removesuffix("'s")
    folded = word.casefold()
    if folded in _LEFT_OUT or _DIGIT.search(word):
        return ""
    if _opens_sentence(text, match.start()) and not _is_mixed(word) and not _followed_by_name(text, match.end()):
        return ""
    return folded


def _is_mixed(word: str) -> bool:
    """``ORFS``, ``OpenROAD``: capitals beyond the first letter."""
    return any(char.isupper() for char in word[1:])


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(" \"'([") or text[:start].rstrip(" \"'([")
    return not before or before[-1] in ".!?:\n\u2022-|;"


def _followed_by_name(text: str, end: int) -> bool:
    """A capitalised first word is a name when another one follows: ``Northwind Standard covers``."""
    following = re.match(r"\s([A-Z][a-z]+)", text[end:])
    return following is not None and following[1].casefold() not in _OPENERS
