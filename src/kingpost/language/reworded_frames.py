"""Turns a question's frame round and keeps its sense: openers, order of parts, short forms, active and passive."""

import re
from collections.abc import Iterator
from random import Random

from kingpost.language.names import names

_ATTRIBUTE = r"(?P<what>[a-z][\w '/-]*?)"
_WHAT_OF = re.compile(
    rf"(?:what|which) (?P<verb>is|are|was|were) the {_ATTRIBUTE} (?P<joint>of|for|in|on|at) (?P<whom>[^,?;]+)\?*",
    re.IGNORECASE,
)
_HOW_MEASURED = {
    "wide": "width", "long": "length", "high": "height", "deep": "depth", "thick": "thickness", "heavy": "weight",
    "tall": "height", "hot": "temperature", "fast": "speed", "old": "age",
}  # fmt: skip
_MEASURED_HOW = {noun: word for word, noun in reversed(_HOW_MEASURED.items())}
_HOW = re.compile(rf"how (?P<word>{'|'.join(_HOW_MEASURED)}) (?P<verb>is|are|was|were) (?P<whom>the [^,?;]+?)\?*", re.I)
_WHAT_DOES = re.compile(
    r"what (?P<verb>does|do) (?P<whom>[^,?;]+?) (?P<act>do|mean|say|cover|contain)\?*", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"(?P<asked>(?:who|which [a-z-]+(?: [a-z-]+)?|what [a-z-]+)) (?P<rest>(?!(?:is|are|was|were|do|does|did|has|have"
    r"|had|must|shall|should|may|can|will|of|in|for|on|at|that|who)\b)[a-z-]+\b[^?;]*)\?*",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?P<asked>(?:when|where|why|how|by whom|how often|how much|which [a-z-]+)) (?P<verb>is|are|was|were)"
    r" (?P<whom>(?:the |an? )?(?:[\w'-]+ ){0,4}?[\w'-]+) (?P<state>[a-z-]+ed|built|made|held|kept|sent|paid|found)"
    r"(?P<rest>(?: [^?;]*)?)\?*",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"(?P<asked>(?:when|where|why|how|how often|how much|at what [a-z ]+?)) (?P<verb>must|shall|should|may|can)"
    r" (?P<whom>(?:the |an? )?(?:[\w'-]+ ){0,3}?[\w'-]+) (?P<rest>be [^?;]*)\?*",
    re.IGNORECASE,
)
_MAY_ONE = re.compile(r"(?:is it (?P<adjective>allowed|permitted)) to (?P<rest>[^?]+)\?*", re.IGNORECASE)
_LAST_PART = re.compile(
    r"(?P<first>.*\w) (?P<part>(?:in|during|on|at|under|according to|within|for) (?:(?:the|an?|each|every) )?"
    r"[^,?;]{2,40})\?*"
)
_BOUND = re.compile(
    r"\b(?:or|when|if|that|which|while|although|because)\b.|\b(?:not|only|and|than|as|is|are|was|were|be|to)$"
    r"|^(?:\S+ ){0,2}\S+$"
)
"""What a last part may belong to more than to the question: it stays where it is."""
_PART = re.compile(r"(?:in|during|on|at|under|according to|within|for) ")
_ASKS = re.compile(r"(?:what|which|who|when|where|how|is|are|does|do|may|must|can)\b", re.IGNORECASE)
_FIRST_PART = re.compile(
    r"(?P<part>(?:in|during|on|at|under|according to|within|for|if|when|where|as per) [^,?;]{2,60}), "
    r"(?P<rest>[^?;]+)\?*",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"who (?P<verb>approves|signs|operates|manufactures|owns|inspects|maintains|supplies|installs|designs|checks|tests"
    r"|reviews|approved|signed|operated|manufactured|owned|inspected|maintained|supplied|installed|designed|checked"
    r"|tested|reviewed) (?P<whom>(?:the |an? )?[^,?;]+?)(?P<rest>(?: (?:in|on|at|of|for|under|after|before) [^?;]*)?)"
    r"\?*",
    re.IGNORECASE,
)
_TELL = (
    "Tell me {}.", "Please tell me {}.", "I would like to know {}.", "Could somebody say {}?", "Can you tell me {}?",
    "I need to know {}.", "We are wondering {}.", "State {}.",
)  # fmt: skip
_GIVE = (
    "Give me {}.", "Please state {}.", "I am looking for {}.", "I need {}.", "Tell me {}.", "Could you give me {}?",
    "Do we know {}?", "Get me {}.", "Show {}.", "What about {}?",
)  # fmt: skip
_FILLERS = (
    "Quick question: {}", "A question from the site: {}", "For my report: {}", "Just to be sure, {}", "Hello, {}",
    "According to our documents, {}", "I have been asked this: {}", "Sorry if this is obvious, {}", "One more: {}",
)  # fmt: skip
_OPENING = re.compile(
    r"(?:please |can you |could you )*(?:tell me |give me |state |show |i would like to know |i need to know )*"
    r"(?:what|which) (?:is|are|was|were) (?:the |an? )?|what (?:does|do|did) |what(?=\s)",
    re.IGNORECASE,
)
_SMALL = re.compile(r"\b(?:the|an?|is|are|was|were|does|do|did|be)\s(?!not\b)(?=\S)", re.IGNORECASE)


def frames(question: str, generator: Random) -> Iterator[tuple[str, str]]:
    """Kind and text of each way to turn the question that its form allows."""
    plain = question.strip()
    yield from _openers(plain, generator)
    yield from _orders(plain)
    yield from _passives(plain)
    yield "filler", generator.choice(_FILLERS).format(_lowered(plain))
    yield from _short(plain)


def _openers(question: str, generator: Random) -> Iterator[tuple[str, str]]:
    found = _WHAT_OF.fullmatch(question)
    if found:
        thing = f"the {found['what']} {found['joint']} {found['whom']}"
        yield "opener", _filled(_GIVE, thing, generator)
        yield (
            "opener",
            _filled(_TELL, f"what the {found['what']} {found['joint']} {found['whom']} {found['verb']}", generator),
        )
        yield from _measured(found)
    found = _HOW.fullmatch(question)
    if found:
        yield "frame", f"What {found['verb']} the {_HOW_MEASURED[found['word'].casefold()]} of {found['whom']}?"
        yield "opener", _filled(_TELL, f"how {found['word']} {found['whom']} {found['verb']}", generator)
    for pattern in (_COPULA, _MODAL):
        found = pattern.fullmatch(question)
        if found:
            state = found["state"] if pattern is _COPULA else ""
            said = f"{_lowered(found['asked'])} {found['whom']} {found['verb']} {state}{found['rest']}"
            yield "opener", _filled(_TELL, said, generator)
    found = _SUBJECT.fullmatch(question)
    if found:
        yield "opener", _filled(_TELL, f"{_lowered(found['asked'])} {found['rest']}", generator)
    found = _WHAT_DOES.fullmatch(question)
    if found:
        act = {"do": "does", "mean": "means", "say": "says", "cover": "covers", "contain": "contains"}[found["act"]]
        act = act if found["verb"].casefold() == "does" else found["act"]
        yield "opener", _filled(("Explain {}.", "Describe {}.", *_TELL), f"what {found['whom']} {act}", generator)
    found = _MAY_ONE.fullmatch(question)
    if found:
        yield "frame", f"May one {found['rest']}?"


def _measured(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    """``What is the width of the door`` as ``How wide is the door`` and ``The door's width``."""
    what, whom, verb = found["what"], found["whom"], found["verb"]
    if found["joint"] != "of":
        return
    if what in _MEASURED_HOW and whom.startswith("the "):
        yield "frame", f"How {_MEASURED_HOW[what]} {verb} {whom}?"
    if re.fullmatch(r"(?:the )?[\w-]+(?: [\w-]+)?", whom) and not whom.endswith("s"):
        yield "frame", f"What {verb} {whom}'s {what}?"


def _orders(question: str) -> Iterator[tuple[str, str]]:
    found = _FIRST_PART.fullmatch(question)
    if found and not found["rest"].startswith(("and ", "or ", "but ")):
        yield "order", f"{_raised(found['rest'])} {_lowered(found['part'])}?"
        return
    found = _LAST_PART.fullmatch(question) if _ASKS.match(question) else None
    if found and not _PART.search(found["part"][3:]) and not _BOUND.search(found["first"]):
        yield "order", f"{_raised(found['part'])}, {_lowered(found['first'])}?"


def _passives(question: str) -> Iterator[tuple[str, str]]:
    found = _ACTIVE.fullmatch(question)
    if not found:
        return
    verb, plural = found["verb"].casefold(), found["whom"].endswith("s")
    now = verb.endswith("s")
    done = _participle(verb) if now else verb
    helped = ("are" if plural else "is") if now else ("were" if plural else "was")
    yield "passive", f"By whom {helped} {found['whom']} {done}{found['rest']}?"


def _participle(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}ied"
    stem = verb[:-1]
    return f"{stem}d" if stem.endswith("e") else f"{stem}ed"


def _short(question: str) -> Iterator[tuple[str, str]]:
    """Key words in their order; words that turn the sense, that ask, and prepositions stay."""
    if _WHAT_DOES.fullmatch(question):
        return
    opened = _OPENING.match(question)
    rest = question[opened.end() :] if opened else question
    words = _SMALL.sub("", rest).strip(" ?.")
    if len(words.split()) >= 2 and words.casefold() != question.strip(" ?.").casefold():
        yield "short", f"{words}?"
        yield "short", words[:1].lower() + words[1:] if not names(words.split()[0]) else words


def _filled(templates: tuple[str, ...], said: str, generator: Random) -> str:
    return generator.choice(templates).format(said.strip())


def _lowered(text: str) -> str:
    """With a small letter first, unless the first word is a name."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    keep = any(sign.isupper() or sign.isdigit() for sign in first[1:]) or first == "I"
    return text if keep else text[:1].lower() + text[1:]


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]
