"""Finds what a document is about: its names, its head matter, its shape, and the period that it reports on."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from kingpost.language.dates import dates
from kingpost.language.identifiers import identifiers
from kingpost.language.names import names
from kingpost.language.normalise import normalise, one_form
from kingpost.language.periods import QUARTER_MONTHS, YEAR_MONTHS, Span, ended
from kingpost.types.documents import Chunk, Profile

MOST_NAMES = 600
HEAD_CHUNKS = 15
MOST_HEAD = 300
MOST_SHAPE = 128
OFTEN = 5
"""Times from which the day on which a period ends counts although the head matter does not name it."""
_LETTERS = re.compile(r"[^\W\d_]+")
_PART = re.compile(r"[^\W_]+")
_ENDS = re.compile(r" [Ee](?:nd|ND)(?:ed|ing|ED|ING)\b")
_COUNTED = re.compile(r"\b(three|six|nine)\s+months\s+ended\b", re.IGNORECASE)
_QUARTERS = {"three": 1, "six": 2, "nine": 3}


def profile(chunks: Sequence[Chunk]) -> Profile:
    """Of one revision, from its chunks in any order."""
    ordered = sorted(chunks, key=lambda chunk: chunk.ordinal)
    head = "\n".join(f"{chunk.label}\n{' '.join(chunk.section)}\n{chunk.text}" for chunk in ordered[:HEAD_CHUNKS])
    counts = Counter(name for chunk in ordered for name in set(name_parts(chunk.text)))
    reported = _reported(head, ordered)
    return Profile(
        chunks=len(ordered),
        names=dict(counts.most_common(MOST_NAMES)),
        head=tuple(dict.fromkeys(_head_words(head)))[:MOST_HEAD],
        shape=_shape(ordered),
        period_end=reported.end,
        months=reported.months,
        quarter=_quarter(ordered) if reported.months == QUARTER_MONTHS else 0,
    )


def name_parts(text: str) -> tuple[str, ...]:
    """The words that the names of a text are made of: "Northgate.com" is one of two words."""
    return tuple(dict.fromkeys(part for name in names(text) for part in _PART.findall(name)))


def _head_words(head: str) -> Iterator[str]:
    yield from identifiers(head)
    for day in dates(head):
        yield from sorted(day.forms)
    yield from name_parts(head)


def _shape(chunks: Sequence[Chunk]) -> tuple[int, ...]:
    """The smallest hashes (Broder 1997), so that the share in common can be estimated however long the documents."""
    texts = {text for chunk in chunks for text in (chunk.label, *chunk.section[-1:])}
    plain = {" ".join(_LETTERS.findall(normalise(text))) for text in texts}
    return tuple(sorted(zlib.crc32(text.encode()) for text in plain if text))[:MOST_SHAPE]


def _reported(head: str, chunks: Sequence[Chunk]) -> Span:
    """The first period that the head matter names; else the latest of those that the text speaks of most."""
    for span in ended(one_form(head)):
        if span.months in (QUARTER_MONTHS, YEAR_MONTHS) or not span.months:
            return span
    texts = (f"{chunk.context}\n{chunk.text}" for chunk in chunks)
    found = Counter(span for text in texts if _ENDS.search(text) for span in ended(one_form(text)))
    often = [(span, times) for span, times in found.items() if times >= OFTEN and span.months]
    most = max((times for _, times in often), default=0)
    shortest = min((span.months for span, times in often if 2 * times >= most), default=0)
    return max(
        (span for span, times in often if span.months == shortest and 2 * times >= most),
        key=lambda span: span.end,
        default=Span(),
    )


def _quarter(chunks: Sequence[Chunk]) -> int:
    """Which quarter of its fiscal year: the second one's report counts six months too, the third one's nine."""
    counted = Counter(word.casefold() for chunk in chunks for word in _COUNTED.findall(f"{chunk.context} {chunk.text}"))
    if not counted["three"] and not counted["six"] and not counted["nine"]:
        return 0
    longer = max(("six", "nine"), key=lambda word: counted[word])
    return _QUARTERS[longer if counted[longer] >= OFTEN and 5 * counted[longer] >= counted["three"] else "three"]
