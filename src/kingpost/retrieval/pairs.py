"""A pair's identity, who may read it, and what becomes of it when it is added again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypedDict

from kingpost.errors import Refused
from kingpost.language.normalise import normalise, with_powers
from kingpost.language.wordings import plain_wording, same_answer
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import Evidence, KnownQuestion, Provenance


class PairDetails(TypedDict, total=False):
    """What ``add`` may be told of a pair beside question and answer; what is left out stays as it was."""

    phrasings: Sequence[str]
    evidence: Sequence[Evidence]
    provenance: Provenance
    approved_by: str
    split: str
    turn: str
    groups: Sequence[str]
    valid_from: str
    valid_until: str
    created_at: str


def wording_of(question: str) -> str:
    """The wording that counts as the same: normalised, without the punctuation at its ends."""
    return normalise(with_powers(question)).strip(" ?!.\"'")


def pair_id(question: str, groups: Sequence[str] = EVERYONE) -> str:
    """The id of the pair with this question; the same question of another group is another pair."""
    owner = "" if tuple(groups) == EVERYONE else "\x1f".join(sorted(groups))
    return "q" + hashlib.sha256(f"{wording_of(question)}{owner}".encode()).hexdigest()[:15]


def wording_keys(question: str) -> tuple[str, ...]:
    """The keys under which the index finds a wording: as it stands, and without its punctuation.

    What is found by one of them must still be compared (see ``same_wording``).
    """
    forms = dict.fromkeys((wording_of(question), plain_wording(question)))
    return tuple("wording:" + hashlib.sha256(form.encode()).hexdigest()[:24] for form in forms)


def limited(groups: Sequence[str], documents: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The groups, but at most those of each document, given by its groups.

    Where no one group may do both, the groups stay: whoever asks must then be in both (see ``BankSearch``).
    """
    allowed = frozenset(groups)
    for readers in documents:
        if not frozenset(EVERYONE) & frozenset(readers):
            narrower = frozenset(readers) if frozenset(EVERYONE) & allowed else allowed & frozenset(readers)
            allowed = narrower or allowed
    return tuple(groups) if allowed == frozenset(groups) else tuple(sorted(allowed))


def updated(before: KnownQuestion | None, question: str, answer: str, details: PairDetails) -> KnownQuestion:
    """The pair as it will stand: what is given, over what is there. Another answer leaves the old evidence behind.

    Raises ``Refused`` when the answer there is approved, differs, and the new one has no approver, or when the
    validity ends before it begins.
    """
    if before is None or before.retired:
        id = before.id if before else pair_id(question, details.get("groups", EVERYONE))
        return _filled(
            KnownQuestion(id=id, question=question.strip(), answer=answer.strip(), created_at=_now()), details
        )
    changed = not same_answer(before.answer, answer)
    if changed and before.approved_by and not details.get("approved_by"):
        raise Refused(
            f"the answer of this question is approved by {before.approved_by} and differs",
            next=f"see it: kingpost questions show {before.id}; to replace it, say who approves the new answer"
            " (--approved-by, or approved_by in the line of a file)",
        )
    # An approved answer is served word for word: nobody else may set it otherwise either.
    kept = before.answer if before.approved_by and not details.get("approved_by") else answer.strip()
    return _filled(replace(before, answer=kept, evidence=() if changed else before.evidence), details)


def _filled(pair: KnownQuestion, details: PairDetails) -> KnownQuestion:
    """The pair with the details given; phrasings that only repeat the question are left out."""
    phrasings = tuple(details.get("phrasings", pair.phrasings))
    distinct = {wording_of(text): text.strip() for text in reversed(phrasings) if text.strip()}
    distinct.pop(wording_of(pair.question), None)
    filled = replace(
        pair,
        phrasings=tuple(reversed(distinct.values())),
        evidence=tuple(details.get("evidence", pair.evidence)),
        provenance=details.get("provenance", pair.provenance),
        approved_by=details.get("approved_by") or pair.approved_by,
        split=details.get("split") or pair.split,
        turn=details.get("turn") or pair.turn,
        groups=tuple(details.get("groups", pair.groups)),
        valid_from=details.get("valid_from", pair.valid_from),
        valid_until=details.get("valid_until", pair.valid_until),
        created_at=details.get("created_at") or pair.created_at,
    )
    if filled.valid_until and filled.valid_until < filled.valid_from:
        raise Refused(
            f"valid until {filled.valid_until}, which is before {filled.valid_from}", next="exchange the two days"
        )
    return filled


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
