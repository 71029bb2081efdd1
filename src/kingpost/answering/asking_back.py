"""Asks back: the words of one short question with its alternatives, and which of them the next turn chooses."""

import re
from collections.abc import Sequence

from kingpost.language.normalise import normalise

MOST_NAMED = 6
"""Alternatives that the text of a question back names; more are only told to exist."""
AND_MORE = "another one"
_ASKED = re.compile(r"^(?P<asked>[^?]{2,160}?)\s(?P<preposition>of|in) which (?P<kind>[^:?]{1,60}): (?P<list>[^?]+)\?$")
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_LEADING = re.compile(
    r"^(?:(?:i mean|i meant|i'm asking about|for|of|in|the|it is|it's|that is|please|just|only|ok|yes)\b[\s,]*)+"
)
_TRAILING = re.compile(r"(?:[\s,]+(?:please|one|then|thanks|thank you))+$")
LONGEST_CHOICE = 4
"""Words that a choice may have beside those of the alternative itself."""


def question_back(asked: str, kind: str, alternatives: Sequence[str], *, preposition: str = "of") -> str:
    """``Clear height of which zone: A, B or C?``. The kind is not said again in front of each alternative."""
    short = [_without(alternative, kind) for alternative in alternatives[:MOST_NAMED]]
    if len(alternatives) > MOST_NAMED:
        short.append(AND_MORE)
    listed = f"{', '.join(short[:-1])} or {short[-1]}"
    return f"{asked[:1].upper()}{asked[1:]} {preposition} which {kind}: {listed}?"


def asked_in(text: str) -> tuple[str, ...]:
    """The alternatives of a question back as it was worded; none where the text is no question back."""
    found = _ASKED.match(text.strip())
    if found is None:
        return ()
    listed = re.split(r",\s+|\s+or\s+", found["list"])
    return tuple(_with(part.strip(), found["kind"]) for part in listed if part.strip() and part.strip() != AND_MORE)


def chosen(text: str, question: str, asked: str, alternatives: Sequence[str]) -> str:
    """The question completed with the alternative that a turn chooses; empty when it chooses none, or several.

    ``asked`` is the question back as it was worded.
    """
    said = _TRAILING.sub("", _LEADING.sub("", normalise(text).strip(" ?.!"))).strip()
    taken = [one for one in alternatives if _is_meant(said, one)]
    if said in _ORDINALS and len(alternatives) > max(_ORDINALS[said], 0):
        taken = [alternatives[_ORDINALS[said]]]
    found = _ASKED.match(asked.strip())
    preposition = "in" if found is not None and found["preposition"] == "in" else "for"
    return completed(question, taken[0], preposition=preposition) if len(taken) == 1 else ""


def completed(question: str, alternative: str, *, preposition: str = "for") -> str:
    """The question that asks for one of the alternatives."""
    return f"{question.rstrip('?. ')} {preposition} {alternative}?"


def _is_meant(said: str, alternative: str) -> bool:
    name = normalise(alternative)
    if not said or said == name:
        return bool(said)
    if re.search(rf"(?:^|\s){re.escape(said)}$", name):
        return True
    held = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said) is not None
    return held and len(said.split()) <= len(name.split()) + LONGEST_CHOICE


def _without(alternative: str, kind: str) -> str:
    lead = f"{kind} "
    return alternative[len(lead) :] if alternative.casefold().startswith(lead.casefold()) else alternative


def _with(alternative: str, kind: str) -> str:
    """A code says nothing without its kind: ``zone B``."""
    return f"{kind} {alternative}" if is_code(alternative) and kind != "document" else alternative


def is_code(label: str) -> bool:
    """``B``, ``D-101``, ``12``: a label that needs its kind in front of it."""
    return re.fullmatch(r"[A-Za-z]{0,3}[-./]?\d[\w./-]{0,7}|[A-Z]{1,2}", label.strip()) is not None
