"""The JSON form of an answer: what ``ask --json``, the API and each row of ``answers.jsonl`` give."""

from dataclasses import asdict
from typing import Any

from kingpost.answering.confidence import band
from kingpost.types.answers import Answer, AnswerSentence, Citation
from kingpost.types.documents import Location, PageLocation, SheetLocation


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values, in the order of the contract."""
    return {
        "id": answer.id,
        "turn": answer.turn,
        "question": answer.question,
        "answer": answer.answer,
        "route": answer.route.value,
        "confidence": round(answer.confidence.value, 4),
        "band": band(answer.confidence.value),
        "reasons": list(answer.confidence.reasons),
        "citations": [citation_json(citation) for citation in answer.citations],
        "validation": {
            "nearest": answer.validation.nearest or None,
            "similarity": round(answer.validation.similarity, 4),
            "verdict": answer.validation.verdict.value,
            "stage": answer.validation.stage,
            "why": answer.validation.why,
            "near": list(answer.validation.near),
            "pair": answer.validation.pair_id or None,
            "score": round(answer.validation.score, 4) if answer.validation.scored else None,
            "threshold": round(answer.validation.threshold, 4) if answer.validation.scored else None,
            "threshold_source": answer.validation.threshold_source or None,
            "threshold_why": answer.validation.threshold_why or None,
            "mismatch": answer.validation.mismatch or None,
        },
        "model": answer.model or None,
        "timings_ms": {name: round(value, 1) for name, value in answer.timings_ms.items()},
        "usage": dict(answer.usage),
        "standalone": answer.standalone or answer.question,
        "reader": answer.reader or None,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "alternatives": list(answer.alternatives),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """One reference as plain JSON values."""
    return {
        "document": citation.document,
        "name": citation.name,
        "title": citation.title,
        "revision": citation.revision,
        "location": location_json(citation.location),
        "quote": citation.quote,
        "uri": citation.uri,
        "view": citation.view,
        "score": round(citation.score, 4),
        "status": citation.status.value,
        "header": list(citation.header),
        "mark": citation.mark,
    }


def sentence_json(sentence: AnswerSentence) -> dict[str, Any]:
    """One sentence with the numbers of the references that hold it."""
    return {"text": sentence.text, "citations": list(sentence.citations), "missing": list(sentence.missing)}


def location_json(location: Location) -> dict[str, Any]:
    """A place as plain JSON values: page and rects, sheet and range, or section and span."""
    if isinstance(location, PageLocation):
        return {"page": location.page, "rects": [[round(edge, 5) for edge in rect] for rect in location.rects]}
    if isinstance(location, SheetLocation):
        return {"sheet": location.sheet, "range": location.range, "header": list(location.header)}
    return {key: list(value) for key, value in asdict(location).items()}


def place_in_words(location: Location) -> str:
    """A place as a person would say it: ``page 3``, ``Doors!B5:C5``, ``section Loads > Floors``."""
    if isinstance(location, PageLocation):
        return f"page {location.page}"
    if isinstance(location, SheetLocation):
        return f"{location.sheet}!{location.range}"
    return f"section {' > '.join(location.section)}" if location.section else "text"
