"""The slot guard: a known question that differs in one slot is another question, however alike the two read.

Taking a phrasing apart costs more than all else that is done with it, so those come first that hold the same figures as
the question asked, the nearest in meaning first, and what can no longer be among the four that are verified is left
alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.verification import MOST_VERIFIED, WORTH_VERIFYING
from kingpost.language.slots import abbreviations, contradictions, slots
from kingpost.types.questions import QuestionCandidate

Differences = Callable[[str, str], tuple[str, ...]]
"""(known, asked) -> in which slots they differ, a reason each."""

_PHRASINGS = 3
"""Most phrasings of one candidate that are taken apart."""
_ALIKE, _UNLIKE = 8, 4
"""Most phrasings that are taken apart for one question: of those with its figures, and of those with others, which can
only be the same where a figure is written otherwise (``1.2 m`` and ``1200 mm``)."""
_OTHERS = 5
"""Most other wordings of a candidate that are heard against the one that agrees, the question itself first."""
_DIGIT = re.compile(r"\d")
_EDGES = ".,;:!?()[]\"'“”‘’"


def guarded(asked: str, candidates: Sequence[QuestionCandidate], differences: Differences) -> list[Compared]:
    """Each candidate by the phrasing that fits best: the first whose slots agree, else the nearest of all.

    An abbreviation that one candidate spells out means that one, and none that does not name it.
    """
    looks = [_Look.of(candidate, _figures(asked)) for candidate in candidates]
    near = [look for look in looks if look.candidate.similarity >= WORTH_VERIFYING]
    for alike, most in ((True, _ALIKE), (False, _UNLIKE)):
        wanted = MOST_VERIFIED - sum(look.agrees for look in looks)
        _take_apart([look for look in near if look.figures_agree is alike], asked, differences, (most, wanted))
    told = [look.compared() for look in looks]
    if not slots(asked).capitals:  # all wordings of all candidates need not be taken apart
        return told
    spelled = frozenset().union(*(_abbreviated(one, asked) for one in told))
    return [_unnamed(one, asked, spelled) for one in told] if spelled else told


def heard(asked: str, compared: Sequence[Compared]) -> list[Compared]:
    """What was verified, with the reasons of the first other wording of the same known question that rules it out.

    Where one agrees only because it leaves unsaid what another wording says, that other one decides. Taking all
    wordings apart is for the few that passed everything else.
    """
    return [_overruled(one, asked) if one.is_same else one for one in compared]


def _wordings(told: Compared) -> list[str]:
    """The wording that was compared and the others of its known question."""
    pair = told.candidate.pair
    return [told.phrasing, *(one for one in (pair.question, *pair.phrasings) if one != told.phrasing)][: 1 + _OTHERS]


def _abbreviated(told: Compared, asked: str) -> frozenset[str]:
    """Abbreviations of the question asked that a wording of the known one has, or spells out."""
    return frozenset().union(*(abbreviations(slots(wording), slots(asked)) for wording in _wordings(told)))


def _unnamed(told: Compared, asked: str, spelled: frozenset[str]) -> Compared:
    missing = sorted(spelled - _abbreviated(told, asked))
    if told.reasons or not missing:
        return told
    return replace(told, reasons=(f"{', '.join(missing).upper()} is named by another known question, not by this one",))


def _overruled(told: Compared, asked: str) -> Compared:
    for wording in _wordings(told)[1:]:
        if reasons := contradictions(slots(wording), slots(asked), slots(told.phrasing)):
            return replace(told, phrasing=wording, reasons=reasons, score=None, threshold=None)
    return told


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
