"""Splits a question of several steps into questions that can be searched for one by one, by rule and with caution."""

import re
from collections.abc import Sequence

from kingpost.language.normalise import stems
from kingpost.types.search import Passage

MOST_PARTS = 3
FEWEST_STEMS = 2
"""Content words that a part needs to be searched for alone."""
_ASKING = r"(?:what|which|who|whom|whose|when|where|why|how)"
_TWO_QUESTIONS = re.compile(rf"(?:\?\s+|[,;]?\s+and\s+(?:also\s+)?)(?={_ASKING}\b)", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|one|ones|such|both|each|there)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\bdifferences?\b(?P<what>(?:\s+(?:in|of)\s+[^?]+?)?)\s+between\s+(?P<one>[^?]+?)\s+(?:and|versus|vs\.?)\s+"
    r"(?P<other>[^?]+?)(?P<after>\s+(?:in terms of|with respect to|regarding|as to)\s+[^?]+?)?\s*[?.]?\s*$",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"^\s*(?:please\s+)?compare\s+(?P<one>[^?]+?)\s+(?:with|to|and|versus|vs\.?|against)\s+(?P<other>[^?]+?)\s*[?.]?\s*$",
    re.IGNORECASE,
)
_DIFFER = re.compile(
    r"\bhow\s+(?:do|does)\s+(?P<one>[^?]+?)\s+(?:and\s+(?P<other>[^?]+?)\s+differ|differ\s+from\s+(?P<from>[^?]+?))"
    r"(?P<after>\s+(?:in|on|regarding)\s+[^?]+?)?\s*[?.]?\s*$",
    re.IGNORECASE,
)
_TWINS = re.compile(
    r"\b(?P<kind>[A-Za-z]{3,})\s+(?P<one>[A-Z]|[\w.\-]*\d[\w.\-]*)\s+and\s+(?P=kind)\s+(?P<other>[A-Z]|[\w.\-]*\d[\w.\-]*)(?!\w)"
)
_PREPOSITION = re.compile(r"^\s*(?:in|of)\s+(?:terms\s+of\s+)?", re.IGNORECASE)
_OWNED = re.compile(r"^(?P<head>.+?\b(?:of|for|in|on|at|under|by|to)\s+)(?P<owner>\S.*)$", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, in its order; empty where it is one.

    "What is the load of zone A, and who approves it?" is one: its second half says nothing alone.
    """
    for split in (_questions, _compared, _twins):
        parts = tuple(dict.fromkeys(part.strip(" ,;") for part in split(question)))
        if 1 < len(parts) <= MOST_PARTS and all(len(set(stems(part))) >= FEWEST_STEMS for part in parts):
            return parts
    return ()


def _questions(question: str) -> tuple[str, ...]:
    parts = _TWO_QUESTIONS.split(question.strip())
    stands_alone = all(not _POINTS_BACK.search(part) for part in parts[1:])
    return tuple(parts) if stands_alone else ()


def _compared(question: str) -> tuple[str, ...]:
    for pattern in (_BETWEEN, _COMPARE, _DIFFER):
        if match := pattern.search(question):
            groups = match.groupdict(default="")
            about = _PREPOSITION.sub("", groups.get("what", "")).strip()
            one, other = groups["one"], _completed(groups["one"], groups["other"] or groups["from"])
            return tuple(f"{about} {thing}{groups.get('after', '')}".strip() for thing in (one, other))
    return ()


def _completed(one: str, other: str) -> str:
    """The second thing with what it shares with the first: "load of zone A" and "B" or "zone B" is "load of zone B"."""
    owned = _OWNED.match(one)
    if owned is None or _OWNED.match(other):
        return other
    owner, words = owned["owner"].split(), other.split()
    kind = owner[0] if len(owner) > 1 and len(words) == 1 else ""
    return f"{owned['head']}{kind} {other}".replace("  ", " ")


def _twins(question: str) -> tuple[str, ...]:
    """The question once for each of two like things: "of zone A and zone B"."""
    match = _TWINS.search(question)
    if match is None:
        return ()
    before, after = question[: match.start()], question[match.end() :]
    return tuple(f"{before}{match['kind']} {match[name]}{after}" for name in ("one", "other"))


def with_best_of_each(passages: Sequence[Passage], of_parts: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The passages in their order, but the best one of each part right after the first."""
    first = list(passages[:1])
    for found in of_parts:
        first += [passage for passage in found[:1] if passage.chunk.id not in {shown.chunk.id for shown in first}]
    shown = {passage.chunk.id for passage in first}
    return [*first, *(passage for passage in passages if passage.chunk.id not in shown)]
