"""Rewrites a follow-up into a question that stands alone; a question that does so already is left as it is.

First it is decided whether a question leans on those before it (``is_follow_up``), then what it leaves out is taken
from them: what is named anew replaces its like, another property is asked of the same thing, a pronoun gives way to
what it stands for; where none of this fits, the topic is put behind the question in brackets.
"""

import re
from collections.abc import Callable, Sequence

from kingpost.answering import topics
from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.normalise import normalise, stems
from kingpost.language.polarity import poles
from kingpost.language.wanted import wanted

_OPENING = re.compile(
    r"^\s*(?:(?:(?:and|but|so|ok(?:ay)?|then)[\s,]+)*(?:what|how) about|same (?:question )?for"
    r"|i (?:mean|meant)(?! to\b)|and|but|or|also|then|so|now)\b[\s,:]*",
    re.IGNORECASE,
)
_CLARIFIES = re.compile(r"^\s*(?:(?:no|sorry|but)\b[\s,]+)*i (?:mean|meant)\b(?! to\b)", re.IGNORECASE)
_ALSO_SO = re.compile(
    r"^(?:(?:is|are|was|does|do|did|will|would|can)\s+)(?:that|this|it|they|the same)\b[\w\s]*?"
    r"\b(?P<preposition>for|in|at|on|of|to|with)\s+(?P<thing>[^?.;,]+?)(?:\s+(?:too|also|as well))?$",
    re.IGNORECASE,
)
_SAME_WORDS = frozenset(
    "also too so same true the case apply applies valid hold holds equally likewise required allowed".split()
)
_PLACE = re.compile(
    r"(?:\b(?:in|for|at|from|of|to|by|with)\s+|^)(?P<place>(?:the\s+)?[A-Z][\w&-]+(?:\s+[A-Z][\w&-]+)*)"
)
_PREPOSITION = r"(?:for|of|in|at|on|with|from|to|by)"
_PHRASE_WORDS = rf"(?:(?!\b{_PREPOSITION}\b)[^?,;])+"
_PHRASE = re.compile(rf"(?P<preposition>{_PREPOSITION})\s+{_PHRASE_WORDS}", re.IGNORECASE)
_LIMIT = (
    r"(?:over|above|under|below|beyond|up to|at least|at most|no more than|more than|less than|higher than|lower than)"
    r"\s+\d[\d.,]*(?:\s*(?:%|°\w|[A-Za-zµ][\w²³/·%]{0,6}(?!\w)))?"
)
_LIMITED = re.compile(rf"\b{_LIMIT}", re.IGNORECASE)
_NAME = re.compile(r"(?<=\s)(?:the\s+)?[A-Z][a-z][\w&-]*(?:\s+[A-Z][\w&-]+)*")

_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|should|must|may|might|will|would|shall|has|have|had|isn't|aren't"
    r"|wasn't|doesn't|don't|didn't|can't)"
)
_ASKING_START = re.compile(rf"^(?:what|which|who|whom|whose|where|when|why|how|{_AUXILIARY})\b", re.IGNORECASE)
_AFTER_POINTING = (
    rf"(?=\s*(?:[?.!,;]|$)|\s+(?:{_AUXILIARY}|for|in|at|on|of|to|with|and|or|also|always|ever|mean|means|apply|applies"
    r"|happen|work|hold|true|so|not|too|need|needs|made|done|used|checked)\b)"
)
_PRONOUN = re.compile(
    rf"\b(?P<own>its|their)\b|\b(?P<it>it|they|them)\b|\b(?P<this>this|that|these|those){_AFTER_POINTING}"
    r"|(?<!no )(?<!any )(?<!each )(?<!every )(?<!which )(?<!this )(?<!that )(?<!than )"
    r"\b(?P<one>one)(?=\s*(?:[?.!]|$))",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bit\s+(?:(?:is|was|be|would be|will be)\s+)?(?:\w+ly\s+)?(?:possible|necessary|allowed|permitted|required"
    r"|important|ok(?:ay)?|safe|true|likely|recommended|mandatory|enough|better|best|usual|common|forbidden|prohibited|sufficient"
    r"|take|takes|make sense)\s+(?:\w+\s+){0,4}?(?:to|that|for|if|when)\b",
    re.IGNORECASE,
)
_OF_THE_PROPERTY = re.compile(
    r"\b(?:measur|calculat|determin|verif|defin|deriv|comput|justif|check|exceed|increas|reduc|rais|lower|chang|meant?\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^how many (?:of them )?(?:is|are|were) there$", re.IGNORECASE)
_OWN_NOUN = re.compile(
    rf"\b(?:its|their)\s+(?P<noun>[\w-]+(?:\s+(?!{_AUXILIARY}\b|{_PREPOSITION}\b|and\b|or\b)[\w-]+){{0,3}})", re.I
)
_CLAUSE_BREAK = re.compile(r"\b(?:if|when|because|that|which|and|but|once|after|before)\b", re.IGNORECASE)
_OWNING = re.compile(r"\b(?:do|does|did)\b.*\b(?:have|need)\s*$", re.IGNORECASE)
_WITH_SUBJECT = re.compile(r"\b(?:do|does|did|can|could|will|would|must|should)\s+$", re.IGNORECASE)
LONGEST_FOLLOW_UP = 14
"""Words: longer questions that point with a pronoun mostly say themselves what at."""


def rewritten(text: str, earlier: Sequence[str]) -> str:
    """The question as it stands alone after the questions before it, which stand alone themselves.

    "What is the floor load of zone A?" then "and for zone B?" gives "What is the floor load of zone B?".
    """
    before = topics.latest(earlier)
    if not before:
        return text
    rest = _as_phrase(_OPENING.sub("", text).strip().rstrip("?. ").strip())
    if not is_follow_up(text, before):
        return _with_kind_named(before, text)
    if _ASKING_START.match(rest):
        return _first(before, rest, (_with_pronoun, _with_thing_asked, _with_count, _with_topic))
    swaps = (_with_limit, _with_names, _with_phrase, _with_place, _with_property, _with_thing, _with_more)
    return _first(before, rest, (*swaps, _with_pronoun, _with_topic))


def _first(before: str, rest: str, ways: Sequence[Callable[[str, str], str]]) -> str:
    return next((changed for way in ways if (changed := way(before, rest))), rest)


def is_follow_up(text: str, before: str = "") -> bool:
    """Whether a question leans on the one before: opens with "and", points back, or leaves out what it is about."""
    rest = _OPENING.sub("", text).strip()
    opened = rest != text.strip()
    asks = _ASKING_START.match(rest) is not None
    phrase = rest.rstrip("? ")
    if _is_bare(rest) or _COUNTED.match(phrase) or _as_phrase(phrase) != phrase or pointing(rest) is not None:
        return True
    if not asks:
        return opened or _is_elliptic(rest)
    if _CLARIFIES.match(text):
        return not names(rest) and not identifiers(rest)
    return _names_nothing(rest, opened=opened) and bool(topics.topic(before).thing)


def pointing(text: str) -> re.Match[str] | None:
    """The pronoun that stands for something not named in the question itself, or None."""
    if len(text.split()) > LONGEST_FOLLOW_UP:
        return None
    expletives = [found.span() for found in _EXPLETIVE.finditer(text)]
    for found in _PRONOUN.finditer(text):
        if any(start <= found.start() < end for start, end in expletives):
            continue
        return found if _points_outside(text, found) else None
    return None


def _points_outside(text: str, pronoun: re.Match[str]) -> bool:
    """Not at a noun of its own question: "does bay 4 have its own sprinklers?" says what is meant."""
    ahead = text[: pronoun.start()]
    if _CLAUSE_BREAK.search(ahead) and len(stems(ahead)) > 1:
        return False
    subject = re.search(rf"\b{_AUXILIARY}\s*$", ahead, re.I) and not _OWNING.search(ahead)
    if subject and _ASKING_START.match(text):
        return True
    return len(stems(ahead)) <= 1 and not names(ahead) and not identifiers(ahead) and not topics.named(ahead)


def _is_bare(rest: str) -> bool:
    """Whether it is "why?", "how high?", "since when?": a question word and nothing that it asks about."""
    words = normalise(rest).rstrip("?.! ").split()
    asked = {"why", "how", "where", "when", "who", "which", "what"} & set(words)
    return bool(asked) and len(words) <= 3 and not re.search(rf"\b{_AUXILIARY}\b", rest, re.I) and len(stems(rest)) <= 1


def _is_elliptic(rest: str) -> bool:
    """A few words with a question mark, "the reach truck?", and no name that could be a topic of its own."""
    short = len(rest.split()) <= 4 and len(stems(rest)) <= 3 and rest.rstrip().endswith("?")
    return short and (not names(rest) or bool(topics.named(rest)) or rest.split()[0].lower() in _PREPOSITIONS)


_PREPOSITIONS = frozenset("for of in at on with from to by".split())


def _names_nothing(rest: str, *, opened: bool) -> bool:
    """Whether it asks for a property without its thing: "what is the clear height?". No name, number or extreme."""
    found = topics.topic(rest)
    if found.property or names(rest) or identifiers(rest) or clause_numbers(rest) or poles(rest):
        return False
    asked = re.match(r"^(?:what|how much|how many)\s+(?:is|are|was|were)\s+the\s+(?P<noun>[^?]+)", rest, re.I)
    if asked is None or re.search(r"\d", rest) or (len(stems(asked["noun"])) > 1 and not wanted(asked["noun"])):
        return False
    return len(stems(asked["noun"])) <= (3 if opened else 2) and not re.search(rf"\b{_PREPOSITION}\b", asked["noun"])


def _as_phrase(rest: str) -> str:
    """What "is that also so for the reach truck" asks: the question before "for the reach truck"."""
    found = _ALSO_SO.match(rest)
    if found is None:
        return rest
    between = rest[: found.start("preposition")].split()[2:]
    if any(word.casefold() not in _SAME_WORDS for word in between):
        return rest
    preposition = "for" if found["preposition"].casefold() in ("to", "with") else found["preposition"]
    return f"{preposition} {found['thing']}"


def _with_names(before: str, rest: str) -> str:
    """Swap "zone A" for "zone B", "door D-101" for "D-102": what is named anew replaces its like."""
    changed = before
    for new in topics.named(rest):
        for old in topics.named(changed):
            if old["kind"].casefold() == new["kind"].casefold():
                name = _as_cased(new["name"], old["name"])
                changed = changed[: old.start("name")] + name + changed[old.end("name") :]
                break
    if changed == before and len(stems(rest)) <= 2:
        changed = _with_identifier(before, rest)
    if changed == before:
        changed = _with_code(before, rest)
    return changed if changed != before else ""


def _as_cased(new: str, old: str) -> str:
    return new.upper() if len(new) == 1 and old.isupper() else new


def _with_identifier(before: str, rest: str) -> str:
    new, old = identifiers(rest), identifiers(before)
    if len(new) != 1 or len(old) != 1:
        return before
    written = re.search(r"[\w$][\w$./-]*[\w$]", re.sub(rf"^{_PREPOSITION}\s+", "", rest))
    return re.sub(re.escape(old[0]), written[0] if written else new[0], before, count=1, flags=re.IGNORECASE)


def _with_code(before: str, rest: str) -> str:
    """A bare "B" replaces the one code of its shape: "zone A"."""
    code = re.fullmatch(rf"(?:{_PREPOSITION}\s+)?(?P<code>[A-Za-z]|\d{{1,3}})", rest)
    if code is None:
        return before
    old = [found for found in topics.named(before) if found["name"].isdigit() == code["code"].isdigit()]
    if len(old) != 1:
        return before
    return before[: old[0].start("name")] + _as_cased(code["code"], old[0]["name"]) + before[old[0].end("name") :]


def _with_phrase(before: str, rest: str) -> str:
    """Swap "for a reach truck" for "for a counterbalance truck": the last phrase with the same preposition."""
    new = _PHRASE.fullmatch(rest.rstrip("?. "))
    old = list(re.finditer(rf"\b{new['preposition']}\s+{_PHRASE_WORDS}", before, re.I)) if new else []
    if new is None or not old or len(stems(rest)) > 5:
        return ""
    start, end = old[-1].span()
    limit = _LIMITED.search(before, start, end)
    if limit and not _LIMITED.search(rest):
        end = start + len(before[start : limit.start()].rstrip())
    return before[:start] + rest.rstrip("?. ") + before[end:]


def _with_limit(before: str, rest: str) -> str:
    """Swap "over 12 m" for "up to 7.5 m", or add it: the same of another range."""
    if not _LIMITED.fullmatch(rest):
        return ""
    old = list(_LIMITED.finditer(before))
    if not old:
        return f"{before.rstrip('?. ')} {rest}?"
    return before[: old[-1].start()] + rest + before[old[-1].end() :]


def _with_place(before: str, rest: str) -> str:
    """Swap "in Spain" for "in Germany": the last name of the question before gives way to the one named now."""
    new, old = _PLACE.search(rest), list(_NAME.finditer(before))
    if new is None or not old or len(stems(rest)) > 3:
        return ""
    last = old[-1]
    return before[: last.start()] + new["place"] + before[last.end() :]


def _with_property(before: str, rest: str) -> str:
    """Ask for another property of the same thing: "and the weight?"."""
    thing = topics.topic(before).thing
    noun = re.sub(r"^(?:the|its|their)\s+", "", rest, flags=re.IGNORECASE)
    if not thing or not noun or not wanted(noun) or names(rest) or identifiers(rest) or _PHRASE.search(noun):
        return ""
    verb = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
    return f"What {verb} the {noun} of {thing}?" if len(stems(noun)) <= 3 else ""


def _with_thing(before: str, rest: str) -> str:
    """Ask the same of another thing: "what about the mezzanine?"."""
    old = topics.topic(before)
    noun = re.sub(rf"^{_PREPOSITION}\s+", "", rest, flags=re.IGNORECASE)
    short = 0 < len(stems(noun)) <= 3 and not _PHRASE.search(noun)
    if not old.thing or not short or not re.match(r"(?:the|a|an)\s", noun, re.I) or before.count(old.thing) != 1:
        return ""
    return before.replace(old.thing, noun)


def _with_pronoun(before: str, rest: str) -> str:
    """Put what the pronoun stands for in its place."""
    pronoun, meant = pointing(rest), topics.topic(before)
    if pronoun is None or not meant.thing:
        return ""
    if pronoun["one"] and not re.match(r"an?\s", meant.thing, re.IGNORECASE):
        return ""
    if pronoun["own"]:
        owned = _OWN_NOUN.match(rest, pronoun.start())
        if owned is None or _WITH_SUBJECT.search(rest[: pronoun.start()]):
            return f"{rest[: pronoun.start()]}{meant.thing}'s{rest[pronoun.end() :]}?"
        return f"{rest[: pronoun.start()]}the {owned['noun']} of {meant.thing}{rest[owned.end() :]}?"
    if set(stems(meant.thing)) <= set(stems(rest)):
        return ""
    whole = meant.phrase and not wanted(rest) and _OF_THE_PROPERTY.search(rest)
    return f"{rest[: pronoun.start()]}{meant.whole if whole else meant.thing}{rest[pronoun.end() :]}?"


def _with_thing_asked(before: str, rest: str) -> str:
    """Ask "what is the clear height" of the thing that was asked about."""
    thing = topics.topic(before).thing
    return f"{rest} of {thing}?" if thing and _names_nothing(rest, opened=True) else ""


def _with_count(before: str, rest: str) -> str:
    """How many there are of what was asked for: "which racks are in hall 2?"."""
    return re.sub(r"^(?:what|which)\b", "How many", before, flags=re.IGNORECASE) if _COUNTED.match(rest) else ""


def _with_more(before: str, rest: str) -> str:
    """A phrase that narrows the question before, which has none like it: "and at 5 m?"."""
    new = _PHRASE.fullmatch(rest)
    return f"{before.rstrip('?. ')} {rest}?" if new and topics.topic(before).thing and len(stems(rest)) <= 5 else ""


def _with_kind_named(before: str, text: str) -> str:
    """Take "the zone" for the one zone that the question before names."""
    known = topics.named(before)
    taken = {new["kind"].casefold() for new in topics.named(text)}
    for named in known:
        kind = named["kind"]
        found = re.search(
            rf"\b(?:the|this|that)\s+{kind}\b(?!\s+{topics.CODE}(?![\w-]))(?!-)(?=\s*(?:[?.,]|$)|\s+{_AUXILIARY}\b)",
            text,
            re.IGNORECASE,
        )
        alone = [other["kind"] for other in known].count(kind) == 1 and kind.casefold() not in taken
        if found and alone:
            return f"{text[: found.start()]}{kind} {named['name']}{text[found.end() :]}"
    return text


def _with_topic(before: str, rest: str) -> str:
    """Nothing to swap: ask the new question about the old one's topic."""
    return f"{rest} ({topics.topic(before).whole})?"
