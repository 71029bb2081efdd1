"""Checks an answer against what it cites: which citations hold each sentence, and what of it none of them holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.evidence import unsupported
from kingpost.language.normalise import sentences, stems
from kingpost.language.quotes import words_of
from kingpost.types.answers import Answer, AnswerSentence, Citation
from kingpost.types.documents import SectionLocation, SheetLocation

NEAREST_SHARE = 0.5
"""Share of a sentence's content words that a citation must hold to be named with it."""
FEW = 8
"""Citations up to which each is read for every notation of what is missing."""
WORDED_AS_QUOTED = frozenset(
    {
        ReadingKind.CLAUSE,
        ReadingKind.DEFINITION,
        ReadingKind.FIELD,
        ReadingKind.CELL,
        ReadingKind.ROW,
        ReadingKind.SENTENCES,
    }
)
"""Kinds of one place, which the quotes can stand for. Lists and calculations are more than their quotes."""


def checked(text: str, citations: Sequence[Citation], *, calculated: bool = False) -> tuple[AnswerSentence, ...]:
    """The sentences of an answer, each with the citations that hold it.

    Numbers, units and negations must stand in quotes or headers of cells; identifiers, dates and names may stand in
    titles and headings too. The numbers of a ``calculated`` answer stand nowhere: that is not missed.
    """
    held = [_Held(citation) for citation in citations]
    return tuple(_sentence(text[start:end], held, calculated=calculated) for start, end in sentences(text))


def quoted_if_missing(reading: Reading) -> Reading:
    """The reading, or its quotes where they do not hold all that its text says."""
    if reading.kind not in WORDED_AS_QUOTED or not any(s.missing for s in checked(reading.text, reading.citations)):
        return reading
    return replace(reading, text="\n".join(citation.quote for citation in reading.citations))


def with_sentences(answer: Answer) -> Answer:
    """The answer with its sentences checked; what no citation holds is told as a reason."""
    if answer.sentences or not answer.citations:
        return answer
    calculated = answer.confidence.features.get(f"kind_{ReadingKind.CALCULATED.value}", 0.0) > 0
    found = checked(answer.answer, answer.citations, calculated=calculated)
    missing = tuple(dict.fromkeys(item for sentence in found for item in sentence.missing))
    told = (*answer.confidence.reasons, f"not in what it cites: {', '.join(missing)}") if missing else None
    confidence = replace(answer.confidence, reasons=told) if told else answer.confidence
    return replace(answer, sentences=found, confidence=confidence)


@dataclass(frozen=True)
class _Held:
    """A citation as evidence."""

    citation: Citation

    @cached_property
    def text(self) -> str:
        """Quote and headers of its cells."""
        place = self.citation.location
        header = place.header if isinstance(place, SheetLocation) else ()
        return "\n".join([*dict.fromkeys((*self.citation.header, *header)), self.citation.quote])

    @cached_property
    def identity(self) -> str:
        """Title, name and headings."""
        place = self.citation.location
        section = place.section if isinstance(place, SectionLocation) else ()
        return "\n".join([self.citation.title, self.citation.name, *section])

    @cached_property
    def words(self) -> str:
        return f" {' '.join(words_of(self.citation.quote))} "

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stems(self.text))

    def says_any(self, missing: Sequence[str]) -> bool:
        """Whether something that is missing stands here letter for letter: quick, but blind to other notations."""
        return any(item.casefold() in self.text.casefold() for item in missing)

    def shares_wording(self, words: str) -> bool:
        """Whether the sentence stands in the quote, or the quote in the sentence."""
        return bool(self.words.strip()) and (words in self.words or self.words in words)


def _sentence(text: str, held: Sequence[_Held], *, calculated: bool) -> AnswerSentence:
    chosen = _holders(text, held) or (list(held) if calculated else [])
    missing = _missing(text, chosen, calculated=calculated)
    if missing:
        chosen = _completed(text, chosen, held, calculated=calculated)
        missing = _missing(text, chosen, calculated=calculated)
    numbers = tuple(sorted(held.index(one) + 1 for one in chosen))
    return AnswerSentence(text=text, citations=numbers, missing=missing)


def _holders(text: str, held: Sequence[_Held]) -> list[_Held]:
    words = f" {' '.join(words_of(text))} "
    if same := [one for one in held if one.shares_wording(words)]:
        return same
    content = frozenset(stems(text))
    shares = [(len(content & one.stems) / len(content) if content else 0.0, -n) for n, one in enumerate(held)]
    share, position = max(shares, default=(0.0, 0))
    return [held[-position]] if share >= NEAREST_SHARE else []


def _completed(text: str, chosen: Sequence[_Held], held: Sequence[_Held], *, calculated: bool) -> list[_Held]:
    """With every other citation that holds something that is missing so far."""
    found = list(chosen)
    missing = _missing(text, found, calculated=calculated)
    if len(_missing(text, held, calculated=calculated)) == len(missing):
        return found
    for one in held:
        if missing and one not in found and (len(held) <= FEW or one.says_any(missing)):
            left = _missing(text, [*found, one], calculated=calculated)
            if len(left) < len(missing):
                found, missing = [*found, one], left
    return found


def _missing(text: str, held: Sequence[_Held], *, calculated: bool) -> tuple[str, ...]:
    missing = unsupported(text, [one.text for one in held], identity=[one.identity for one in held])
    if calculated:
        return tuple(item for item in missing if not any(char.isdigit() for char in item))
    return missing
