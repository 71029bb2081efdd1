"""Says what question validation found: the decision, and each known question considered, with a reason in one line."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.nearby import MOST_OFFERED
from kingpost.answering.validation.verification import MOST_VERIFIED, WORTH_VERIFYING, best_scored
from kingpost.types.answers import ConsideredQuestion, Validation, Verdict
from kingpost.types.questions import QuestionCandidate


def of_exact(candidate: QuestionCandidate) -> Validation:
    """Of a question in the very wording of a known one."""
    return Validation(
        nearest=candidate.pair.question,
        similarity=1.0,
        verdict=Verdict.SAME,
        stage="exact",
        why="the very wording",
        pair_id=candidate.pair.id,
    )


def of_match(match: Compared) -> Validation:
    """Of a question that a candidate was verified to be."""
    why = f"slots agree; {_verified(match)}"
    told = _of(match, verdict=Verdict.SAME, stage="verifier", why=why)
    return _scored(replace(told, pair_id=match.pair.id), [match])


def of_rivals(nearest: Compared, rivals: Sequence[Compared]) -> Validation:
    """Of a question that could be one of several known ones with different answers, all of them offered."""
    surest = rivals[0]
    why = f"another known question with another answer is as likely meant ({_verified(surest)}): {surest.pair.question}"
    told = _of(nearest, verdict=Verdict.DIFFERENT, stage="verifier", why=why)
    meant = tuple(one.pair.question for one in (nearest, *rivals))
    return _scored(replace(told, near=meant[:MOST_OFFERED]), [nearest])


def of_none(compared: Sequence[Compared]) -> Validation:
    """Of a question that no candidate is: the nearest one, and in what it differs."""
    if not compared:
        return Validation(verdict=Verdict.NONE, stage="candidates", why="no known question comes near")
    stage, why = _stage_and_why(compared[0])
    return _scored(_of(compared[0], verdict=Verdict.DIFFERENT, stage=stage, why=why), compared)


def _of(nearest: Compared, *, verdict: Verdict, stage: str, why: str) -> Validation:
    similarity = round(nearest.similarity, 4)
    return Validation(nearest=nearest.pair.question, similarity=similarity, verdict=verdict, stage=stage, why=why)


def of_candidate(one: Compared) -> ConsideredQuestion:
    """A candidate with its verdict, and where and why it was reached."""
    stage, why = _stage_and_why(one)
    return ConsideredQuestion(
        question=one.pair.question,
        pair_id=one.pair.id,
        similarity=round(one.similarity, 4),
        verdict=Verdict.SAME if one.is_same else Verdict.DIFFERENT,
        stage=stage,
        why=why,
        score=round(one.score or 0.0, 4),
        phrasing=one.phrasing,
        threshold=one.threshold.value if one.threshold else 0.0,
        threshold_source=one.threshold.source if one.threshold else "",
    )


def of_decision(validation: Validation, phrasing: str = "") -> ConsideredQuestion:
    """The known question that the decision names, with what came of it."""
    return ConsideredQuestion(
        question=validation.nearest,
        pair_id=validation.pair_id,
        similarity=validation.similarity,
        verdict=validation.verdict,
        stage=validation.stage,
        why=validation.why,
        phrasing=phrasing,
    )


def as_decided(considered: Sequence[ConsideredQuestion], validation: Validation) -> tuple[ConsideredQuestion, ...]:
    """With what came of the matched one after it was verified: its evidence has changed, or no route serves it."""
    return tuple(
        replace(one, verdict=validation.verdict, stage=validation.stage, why=validation.why)
        if one.pair_id == validation.pair_id
        else one
        for one in considered
    )


def _scored(validation: Validation, compared: Sequence[Compared]) -> Validation:
    """With the best score of the verifier and its threshold, so that another threshold can be judged."""
    best = best_scored(compared)
    if best is None or best.score is None or best.threshold is None:
        return validation
    return replace(
        validation,
        scored=best.pair.question,
        score=best.score,
        threshold=best.threshold.value,
        threshold_source=best.threshold.source,
        threshold_why=best.threshold.why,
    )


def _stage_and_why(one: Compared) -> tuple[str, str]:
    if one.reasons:
        return "slots", "; ".join(one.reasons)
    if one.score is not None:
        return "verifier", f"slots agree; {_verified(one)}"
    if one.similarity < WORTH_VERIFYING:
        return "candidates", f"too far in meaning: {one.similarity:.2f}"
    if not one.guarded:
        return "candidates", "others come nearer or hold the same figures"
    return "candidates", f"slots agree, but {MOST_VERIFIED} others come nearer"


def _verified(one: Compared) -> str:
    score, threshold = one.score or 0.0, one.threshold
    bound = f" (from {threshold.value:.2f} on, {threshold.source})" if threshold else ""
    return f"verified at {score:.2f}{bound}" if one.is_same else f"verified only at {score:.2f}{bound}"
