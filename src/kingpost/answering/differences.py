"""What an answer says, cites and was made with now, against then: pure comparisons, and the verdict in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kingpost.answering.contract import place_in_words
from kingpost.language.normalise import normalise
from kingpost.types.answers import Answer, Citation, PassageRead, Route
from kingpost.types.replay import Change, CitationChange, DocumentChange, Fate, PassageChange, Words

SURER = 0.05
"""Difference in confidence from which the verdict speaks of it."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NAMES = {
    "kingpost": "Kingpost",
    "prompt": "the prompt",
    "model": "the model",
    "model_sha256": "the model's file",
    "live_model": "the live model version",
    "adapter_sha256": "its adapter",
    "embeddings": "the embedding model",
    "embeddings_sha256": "the embedding model's file",
    "validation": "how questions are compared",
    "index": "how documents are cut and embedded",
    "calibrator": "the calibrator",
}


def said_differently(before: str, now: str) -> tuple[Words, ...]:
    """Both texts as one run of words, each word said then, now, or both times."""
    old, new = before.split(), now.split()
    runs: list[Words] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Words(change="same", text=" ".join(old[i1:i2])))
            continue
        runs += [Words(change="removed", text=" ".join(old[i1:i2]))] if i2 > i1 else []
        runs += [Words(change="added", text=" ".join(new[j1:j2]))] if j2 > j1 else []
    return tuple(runs)


def answers_agree(before: Answer, now: Answer) -> bool:
    """Whether both say the same, or both say that the documents do not tell (whatever came nearest)."""
    if Route.ABSTAIN in (before.route, now.route):
        return before.route is now.route
    return normalise(before.answer) == normalise(now.answer)


def answer_changes(before: Answer, now: Answer) -> tuple[Change, ...]:
    """How the answer came about otherwise: rewritten question, route, known question, reader, model, confidence."""
    pairs = {
        "question as understood": (before.standalone, now.standalone),
        "route": (before.route.value, now.route.value),
        "known question": (before.validation.pair_id, now.validation.pair_id),
        "reader": (before.reader, now.reader),
        "model": (before.model, now.model),
        "confidence": (f"{before.confidence.value:.2f}", f"{now.confidence.value:.2f}"),
    }
    return changes(*({name: pair[side] for name, pair in pairs.items()} for side in (0, 1)))


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """Names whose values differ, in the order of the first mapping, then of the second."""
    names = list(dict.fromkeys([*before, *now]))
    return tuple(
        Change(what=name, before=str(before.get(name, "")), now=str(now.get(name, "")))
        for name in names
        if before.get(name, "") != now.get(name, "")
    )


def flat(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """``section.key`` -> value."""
    return {f"{section}.{key}": value for section, values in settings.items() for key, value in values.items()}


def citation_changes(before: Sequence[Citation], now: Sequence[Citation]) -> tuple[CitationChange, ...]:
    """References by document and quote: those kept, from another revision or dropped, then the new ones."""
    left = list(now)
    found = []
    for citation in before:
        match = next((one for one in left if _cites(one) == _cites(citation)), None)
        if match is not None:
            left.remove(match)
        found.append(_citation_change(citation, match))
    return (*found, *(_citation_change(None, citation) for citation in left))


def _cites(citation: Citation) -> tuple[str, str]:
    return citation.document, normalise(citation.quote)


def _citation_change(before: Citation | None, now: Citation | None) -> CitationChange:
    shown = now or before
    if shown is None:
        raise ValueError("a reference was there then, or is there now")
    if before is None or now is None:
        fate = Fate.NEW if before is None else Fate.DROPPED
    else:
        fate = Fate.SAME if before.revision == now.revision else Fate.OTHER_REVISION
    return CitationChange(
        document=shown.document,
        name=shown.name,
        quote=shown.quote,
        place=place_in_words(shown.location),
        fate=fate,
        revision=before.revision if before else "",
        revision_now=now.revision if now else "",
    )


def rank_of(passage: PassageRead, passages: Sequence[PassageRead]) -> int | None:
    """Where a passage stands among others, from 1: the very chunk, else the same words."""
    ids = [other.chunk for other in passages]
    if passage.chunk in ids:
        return ids.index(passage.chunk) + 1
    hashes = [other.content_hash for other in passages]
    return hashes.index(passage.content_hash) + 1 if passage.content_hash in hashes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found to differ, for the verdict. ``kept``: it is known what produced the answer then."""

    before: Answer
    now: Answer
    same_answer: bool
    passages: Sequence[PassageChange]
    documents: Sequence[DocumentChange]
    versions: Sequence[Change]
    settings: Sequence[Change]
    as_recorded: bool
    kept: bool


def verdict(found: Compared) -> str:
    """The whole comparison in a line: ``same answer; two passages now come from revision B``."""
    what = [*_of_passages(found), *_of_documents(found), *_of_software(found)]
    if not found.kept:
        what.append("what it was made with then was not kept")
    elif not what:
        what = ["nothing that is recorded has changed"]
    return "; ".join([_of_answer(found), *_of_confidence(found), *what])


def _of_answer(found: Compared) -> str:
    before, now = found.before, found.now
    if before.route is Route.ABSTAIN:
        return "not answered, as before" if found.same_answer else "answered now, not answered before"
    if now.route is Route.ABSTAIN:
        return "not answered now, answered before"
    how = "" if before.route is now.route else f" by another route ({now.route.value}, was {before.route.value})"
    how = " from the passages of then" if found.as_recorded else how
    return ("same answer" if found.same_answer else "other answer") + how


def _of_confidence(found: Compared) -> Iterator[str]:
    difference = found.now.confidence.value - found.before.confidence.value
    if abs(difference) >= SURER and found.before.route is found.now.route:
        word = "surer" if difference > 0 else "less sure"
        yield f"{word} ({found.before.confidence.value:.2f} -> {found.now.confidence.value:.2f})"


def _of_passages(found: Compared) -> Iterator[str]:
    """What became of those that were read; nothing where they are read again as they were."""
    if found.as_recorded:
        return
    by_revision: dict[str, int] = {}
    for change in found.passages:
        if change.fate is Fate.OTHER_REVISION:
            name = change.mark_now or change.revision_now[:12]
            by_revision[name] = by_revision.get(name, 0) + 1
    for name, count in by_revision.items():
        yield f"{counted(count, 'passage')} now {'comes' if count == 1 else 'come'} from revision {name}"
    for fate, words in (
        (Fate.CHANGED, ("no longer stands in its document", "no longer stand in their documents")),
        (Fate.GONE, ("is gone", "are gone")),
        (Fate.DROPPED, ("is no longer among those read", "are no longer among those read")),
        (Fate.NEW, ("was not read before", "were not read before")),
    ):
        count = sum(change.fate is fate for change in found.passages)
        if count:
            yield f"{counted(count, 'passage')} {words[count > 1]}"


def _of_documents(found: Compared) -> Iterator[str]:
    """Changed documents are told only where no passage tells it already."""
    moved = (Fate.OTHER_REVISION, Fate.CHANGED, Fate.GONE)
    told = {change.document for change in found.passages if change.fate in moved and not found.as_recorded}
    for change in found.documents:
        if change.document not in told:
            now = f"is now revision {change.mark_now or change.revision_now[:12]}" if change.revision_now else "is gone"
            yield f"{change.name} {now}"


def _of_software(found: Compared) -> Iterator[str]:
    names = [_NAMES[change.what] for change in found.versions if change.what in _NAMES]
    if names:
        yield f"{', '.join(names)} changed"
    if found.settings:
        yield f"settings changed: {', '.join(change.what for change in found.settings)}"


def counted(number: int, thing: str) -> str:
    """``two passages``."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {thing}{'' if number == 1 else 's'}"
