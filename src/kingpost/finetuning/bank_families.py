"""Families of questions from a workspace's own bank, to refine the verifier on, and which part of the bank is for what.

A known question stays in its part for good, so that a verifier refined twice is never judged by what it was taught.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from kingpost.finetuning.pair_sampling import Family
from kingpost.language import changes, rewordings
from kingpost.language.normalise import normalise
from kingpost.language.siblings import NONE, Siblings
from kingpost.language.slots import differences, slots
from kingpost.types.questions import JudgedWording, KnownQuestion

REWORDINGS, CHANGES, OTHERS = 6, 6, 3
"""Most of each that a family has."""
SEED = 11
"""Another one than trials are made with: a verifier is not asked the very texts it was taught."""
FEEDBACK, ANOTHER = "feedback", "another known question"


class Part(StrEnum):
    """What a known question is used for when the verifier is refined."""

    TAUGHT = "taught"
    SCALED = "scaled"
    GATE = "gate"


_PARTS = (Part.GATE, Part.TAUGHT, Part.SCALED, Part.TAUGHT, Part.GATE, Part.TAUGHT)
"""By remainder of six: half is taught, a sixth sets the scale, a third is the gate."""


def part_of(pair_id: str) -> Part:
    """The part of a known question, for good."""
    return _PARTS[_number(pair_id) % len(_PARTS)]


def drawn(pairs: Sequence[KnownQuestion], limit: int) -> list[KnownQuestion]:
    """At most so many, drawn as if at random and always the same ones."""
    return sorted(pairs, key=lambda pair: (_number(f"drawn|{pair.id}"), pair.id))[:limit]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True, kw_only=True)
class FamilyMaker:
    """Makes a family of each known question: ``near`` gives those that lie near one, nearest first.

    ``siblings`` and ``glossary`` are what near misses and rewordings are made with, ``judged`` what people said.
    ``bank`` has all known questions: a near miss that is one of them is not made, since its answer may be the same, and
    since it may be one to judge by.
    """

    bank: Sequence[KnownQuestion]
    near: Callable[[KnownQuestion], Sequence[KnownQuestion]]
    siblings: Siblings = NONE
    glossary: Mapping[str, str] = field(default_factory=dict)
    judged: Sequence[JudgedWording] = ()

    def families(self, pairs: Sequence[KnownQuestion]) -> list[Family]:
        """Of those that there are two wordings of. Nothing of a question outside ``pairs`` is in any of them."""
        ids = {pair.id for pair in pairs}
        made = (self._family(pair, ids) for pair in pairs)
        return [family for family in made if family.same and family.different]

    def _family(self, pair: KnownQuestion, ids: set[str]) -> Family:
        right, wrong = self._said(pair.id)
        reworded = rewordings.sample(pair.question, glossary=self.glossary, seed=SEED, most=REWORDINGS)
        same = _unlike((pair.question,), [*pair.phrasings, *right, *(one.text for one in reworded)])
        others = [
            other for other in self.near(pair) if other.id in ids and other.id != pair.id and _differ(pair, other)
        ][:OTHERS]
        different = [
            *((FEEDBACK, text) for text in wrong),
            *((ANOTHER, other.question) for other in others),
            *self._changed(pair),
        ]
        own = {normalise(text) for text in (pair.question, *same)}
        kept = {normalise(text): (kind, text) for kind, text in reversed(different) if normalise(text) not in own}
        return Family(known=pair.question, same=tuple(same), different=tuple(reversed(kept.values())), domain="bank")

    def _said(self, pair_id: str) -> tuple[list[str], list[str]]:
        """Texts that people confirmed and that they called wrong; what they do not agree on is neither."""
        said = [one for one in self.judged if one.pair_id == pair_id]
        right, wrong = ({one.text for one in said if one.right is label} for label in (True, False))
        return sorted(right - wrong), sorted(wrong - right)

    def _changed(self, pair: KnownQuestion) -> Iterator[tuple[str, str]]:
        """Near misses; those first that the guard lets through, because the verifier has to tell them."""
        made = changes.changes(pair.question, siblings=self.siblings, seed=SEED)
        known = slots(pair.question)
        by_guard = sorted(made, key=lambda change: bool(differences(known, slots(change.text))))
        unknown = [change for change in by_guard if normalise(change.text) not in self._wordings]
        for change in unknown[:CHANGES]:
            yield change.kind, change.text

    @cached_property
    def _wordings(self) -> frozenset[str]:
        return frozenset(normalise(text) for pair in self.bank for text in (pair.question, *pair.phrasings))


def _differ(pair: KnownQuestion, other: KnownQuestion) -> bool:
    answers = normalise(pair.answer), normalise(other.answer)
    return all(answers) and answers[0] != answers[1]


def _unlike(there: Sequence[str], texts: Sequence[str]) -> list[str]:
    seen = set(there)
    return [text for text in texts if not (text in seen or seen.add(text))]  # type: ignore[func-returns-value]
