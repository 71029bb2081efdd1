"""What the fine-tuned model said instead of known answers, as reviews: one for each thing it said to a pair."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

from kingpost.language.normalise import normalise
from kingpost.records import LIVE, Records
from kingpost.types.answers import Mismatch
from kingpost.types.feedback import Review, ReviewKind
from kingpost.types.questions import KnownQuestion


def mismatches_of(records: Records, version_id: str) -> list[Mismatch]:
    """All mismatches of a model version, latest first: one for each turn in which it was asked."""
    return sorted(records.mismatches.all(partition=version_id), key=lambda one: one.asked_at, reverse=True)


def counts_by_version(records: Records) -> dict[str, int]:
    """Model version -> how many mismatches it has had; versions without any are left out."""
    return {version: len(mismatches_of(records, version)) for version in sorted(records.mismatches.partitions())}


def live_mismatches(records: Records) -> list[Mismatch]:
    """Those of the version that serves now: what another one said concerns nobody who asks today."""
    pointer = records.pointers.find(LIVE)
    return mismatches_of(records, pointer.target) if pointer and pointer.target else []


def as_reviews(mismatches: Iterable[Mismatch], pair_of: Callable[[str], KnownQuestion | None]) -> list[Review]:
    """A review for each pair and what was said to it; none where the pair is retired or its answer has changed since.

    ``mismatches`` come latest first.
    """
    alike: defaultdict[str, list[Mismatch]] = defaultdict(list)
    for mismatch in mismatches:
        alike[_review_id(mismatch)].append(mismatch)
    found = ((id, said, pair_of(said[0].pair_id)) for id, said in alike.items())
    return [
        _review(id, said, pair)
        for id, said, pair in found
        if pair is not None and not pair.retired and pair.answer == said[0].expected
    ]


def _review(id: str, said: list[Mismatch], pair: KnownQuestion) -> Review:
    return Review(
        id=id,
        kind=ReviewKind.MISMATCH,
        turn=said[0].turn,
        question=pair.question,
        proposed_answer=pair.answer,
        pair_id=pair.id,
        groups=pair.groups,
        created_at=said[-1].asked_at,
        mismatch=said[0],
        times=len(said),
    )


def _review_id(mismatch: Mismatch) -> str:
    said = hashlib.sha256(f"{mismatch.model}|{normalise(mismatch.said)}".encode()).hexdigest()
    return f"{ReviewKind.MISMATCH.value}-{mismatch.pair_id}-{said[:8]}"
