"""The slot guard: a known question that differs in one slot is another question, however alike the two read.

Taking a phrasing apart costs more than all else that is done with it, so those come first that hold the same figures as
the question asked, the nearest in meaning first, and what can no longer be among the four that are verified is left
alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.verification import MOST_VERIFIED, WORTH_VERIFYING
from kingpost.types.questions import QuestionCandidate

Differences = Callable[[str, str], tuple[str, ...]]
"""(known, asked) -> in which slots they differ, a reason each."""

_PHRASINGS = 3
"""Most phrasings of one candidate that are taken apart."""
_ALIKE, _UNLIKE = 8, 4
"""Most phrasings that are taken apart for one question: of those with its figures, and of those with others, which can
only be the same where a figure is written otherwise (``1.2 m`` and ``1200 mm``)."""
_DIGIT = re.compile(r"\d")
_EDGES = ".,;:!?()[]\"'“”‘’"


def guarded(asked: str, candidates: Sequence[QuestionCandidate], differences: Differences) -> list[Compared]:
    """Each candidate by the phrasing that fits best: the first whose slots agree, else the nearest of all."""
    looks = [_Look.of(candidate, _figures(asked)) for candidate in candidates]
    near = [look for look in looks if look.candidate.similarity >= WORTH_VERIFYING]
    for alike, most in ((True, _ALIKE), (False, _UNLIKE)):
        wanted = MOST_VERIFIED - sum(look.agrees for look in looks)
        _take_apart([look for look in near if look.figures_agree is alike], asked, differences, (most, wanted))
    return [look.compared() for look in looks]


def _take_apart(looks: Sequence["_Look"], asked: str, differences: Differences, limits: tuple[int, int]) -> None:
    """The nearest phrasing of each, then the further ones of those that differ.

    ``limits``: most phrasings that are taken apart, and of how many candidates one must agree for that to be enough.
    """
    most, wanted = limits
    for further in (False, True):
        for look in looks:
            if most <= 0 or sum(one.agrees for one in looks) >= wanted:
                return
            most -= look.take_apart(asked, differences, further=further)


@dataclass(slots=True, kw_only=True)
class _Look:
    """A candidate with its phrasings in the order in which they are tried, and what was found out so far."""

    candidate: QuestionCandidate
    phrasings: Sequence[tuple[str, float]]
    figures_agree: bool
    agrees: bool = False
    found: list[Compared] = field(default_factory=list)

    @classmethod
    def of(cls, candidate: QuestionCandidate, figures: frozenset[str]) -> "_Look":
        near = ((candidate.phrasing, candidate.similarity), *candidate.further)
        agreeing = [one for one in near if _figures(one[0]) == figures]
        phrasings = (agreeing or near[:1])[:_PHRASINGS]
        return cls(candidate=candidate, phrasings=phrasings, figures_agree=bool(agreeing))

    def take_apart(self, asked: str, differences: Differences, *, further: bool) -> int:
        """Look at the first phrasing, or at the further ones until one agrees; how many were looked at."""
        before = len(self.found)
        for phrasing, similarity in self.phrasings[1:] if further else self.phrasings[:1]:
            if self.agrees:
                break
            reasons = differences(phrasing, asked)
            self.agrees = not reasons
            self.found.append(
                Compared(candidate=self.candidate, phrasing=phrasing, similarity=similarity, reasons=reasons)
            )
        return len(self.found) - before

    def compared(self) -> Compared:
        if not self.found:
            phrasing, similarity = self.phrasings[0]
            return Compared(candidate=self.candidate, phrasing=phrasing, similarity=similarity, guarded=False)
        return self.found[-1] if self.agrees else self.found[0]


@lru_cache(maxsize=65_536)
def _figures(text: str) -> frozenset[str]:
    """Tokens with digits; those of known phrasings are asked for again and again."""
    return frozenset(token.strip(_EDGES).casefold() for token in text.split() if _DIGIT.search(token))
