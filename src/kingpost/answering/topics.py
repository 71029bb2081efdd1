"""What a question is about: the property asked for, and the thing that has it, in the question's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kingpost.language.normalise import STOP_WORDS, normalise, sentences, stems

_COURTESY = frozenset(
    "thank thanks ok okay great good fine nice hi hello hey sorri see understand cool perfect apolog".split()
)
_PREAMBLE = re.compile(
    r"^\s*(?:(?:please|ok(?:ay)?|well|so|and|but|hi|hello|also|then|now|by the way|thanks?(?: you)?)\b[\s,.!]+)*"
    r"(?:(?:can|could|would|will) you\s+|i (?:want|need|would like) to\s+|do you\s+|please\s+)*"
    r"(?:(?:tell|give|show|explain|describe|summari[sz]e|list|define|state|know|understand)\b\s*"
    r"(?:(?:me|us|to me|to us)\b\s*)?(?:more\s+)?(?:about\s+)?)?",
    re.IGNORECASE,
)
_BE = r"(?:is|are|was|were)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|should|must|may|might|will|would|shall|has|have|had|need|needs)"
_OWNS = (
    r"(?:have|has|need|require|ask|get|carry|bear|use|allow|reach|provide|offer|support|cost|weigh|be|say|mean"
    r"|stand for|apply|contain|measure)"
)
_OF = r"(?:of|for|in|at|on|between)"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"^(?:what|which)\s+{_BE}\s+(?P<property>(?:(?!\b{_OF}\b).)+?)\s+{_OF}\s+(?P<thing>.+)$",
        rf"^how\s+(?!i\b|we\b|you\b|one\b)\w+\s+{_AUXILIARY}\s+(?P<thing>.+?)(?:\s+(?:have to\s+)?{_OWNS}\b.*)?$",
        rf"^(?:what|which)\s+(?P<property>(?!{_AUXILIARY}\b).+?)\s+{_AUXILIARY}\s+(?P<thing>.+?)\s+{_OWNS}\b.*$",
        r"^how\s+(?:(?:do|can|should|must|may|could)\s+(?:i|we|you|one|they)|(?:i|we|you|one)\s+(?:can|should|must|may)|to)"
        r"\s+\w+\s+(?P<thing>.+)$",
        r"^what\s+(?P<thing>an?\s+.+?)\s+(?:is|are)$",
        r"^what\s+means?\s+(?P<thing>.+)$",
        rf"^(?:what|who)\s+(?:does|do)\s+(?P<thing>.+?)\s+{_OWNS}\b.*$",
        rf"^(?:what|which|who|where|when)\s+{_BE}\s+(?P<thing>.+)$",
        rf"^(?P<property>the\s+(?:(?!\b{_OF}\b).)+?)\s+of\s+(?P<thing>.+)$",
    )
)
CODE = r"(?:[A-Z]{1,3}\d*(?:[-.]\d+)?|\d+(?:\.\d+)*[a-z]?|[A-Z][\w-]*\d[\w-]*|[b-hj-z](?=\W*$)|a(?=\W*$))"
_NAMED = re.compile(rf"\b(?P<kind>[A-Za-z]{{3,20}})\s+(?P<name>{CODE})(?![\w-])")
_VERBLESS = re.compile(rf"^(?!(?:what|which|who|where|when|why|how|{_AUXILIARY})\b)[^?!.;]+$", re.IGNORECASE)
_CARRIED = re.compile(r"\((?P<topic>[^()]{3,})\)\s*[?.!]*\s*$")
_OPENER = re.compile(
    rf"^(?:what|which|who|where|when|why|how)?\b\s*{_AUXILIARY}?\b\s*(?:(?:i|we|you)\s+)?", re.IGNORECASE
)
LONGEST_THING = 12
LONGEST_LABEL = 6
"""Words of a turn that only names a thing, such as "Fire doors"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """``thing`` can stand where "it" stands; ``whole`` is the property of the thing, or what else was asked.

    ``phrase`` is true where ``whole`` can stand for "it" too.
    """

    property: str = ""
    thing: str = ""
    whole: str = ""
    phrase: bool = False


def topic(question: str) -> Topic:
    """The topic of a question that stands alone."""
    question = " ".join(question.split())  # the shapes below take time with the cube of a run of white space
    carried = _CARRIED.search(question)
    said = carried["topic"] if carried else _last_sentence(question)
    text = _PREAMBLE.sub("", said, count=1).strip().rstrip("?!. ")
    for shape in _SHAPES:
        found = shape.match(text)
        if found and _can_stand(found["thing"]):
            own = found.groupdict().get("property") or ""
            return Topic(property=own, thing=found["thing"], whole=_whole(text, own, found["thing"]), phrase=True)
    if not carried and _VERBLESS.match(text) and len(text.split()) <= LONGEST_LABEL:
        return Topic(thing=text, whole=text, phrase=True)
    only = named(text)
    return Topic(thing=only[0][0] if len(only) == 1 else "", whole=_OPENER.sub("", text).strip() or text)


def named(text: str) -> list[re.Match[str]]:
    """What a text names with its kind: ``zone A``, ``door D-101``, as ``kind`` and ``name``."""
    return [found for found in _NAMED.finditer(text) if found["kind"].casefold() not in STOP_WORDS]


def latest(earlier: Sequence[str]) -> str:
    """The last question that is about anything: thanks and greetings are not."""
    return next((question for question in reversed(earlier) if _is_about_anything(question)), "")


def _last_sentence(question: str) -> str:
    """The last one that says anything: what stands before it introduces it."""
    said = [question[start:end] for start, end in sentences(question)]
    return next((sentence for sentence in reversed(said) if _is_about_anything(sentence)), question)


def _whole(text: str, own: str, thing: str) -> str:
    """The property with its thing as they stand, ``the floor load of zone A``; all that is asked where more is said."""
    start, end = text.find(own) if own else -1, text.rfind(thing) + len(thing)
    if 0 <= start < end and re.search(rf"\s{_OF}\s", text[start:end]):
        return text[start:end]
    return _OPENER.sub("", text).strip() if len(stems(text[end:])) > 1 else thing


def _can_stand(words: str) -> bool:
    """Whether words can stand for a thing: not if they only point at it ("what is it?") or are half a sentence."""
    points = re.match(r"(?:it|they|them|this|that|these|those|there|you|i|to)\b", normalise(words))
    return (
        points is None
        and not re.search(r"[:;,]|\b(?:is|are|was|were|do|does|did|what|how|why)\b", words)
        and len(words.split()) <= LONGEST_THING
    )


def _is_about_anything(question: str) -> bool:
    said = [stem for stem in stems(question) if stem not in _COURTESY]
    return bool(said) or any(word not in STOP_WORDS | _COURTESY for word in normalise(question).rstrip("?!. ").split())
