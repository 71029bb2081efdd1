"""What confidence is weighed from: measures turned so that each speaks for an answer, the same on all documents."""

from collections.abc import Mapping

from kingpost.answering.readers.reading import ReadingKind

LOOKED_UP = (
    ReadingKind.CLAUSE,
    ReadingKind.CLAUSE_LIST,
    ReadingKind.ACRONYM,
    ReadingKind.DEFINITION,
    ReadingKind.FIELD,
)
CELLS = (ReadingKind.CELL, ReadingKind.CELLS)
TABLE = (*CELLS, ReadingKind.CALCULATED, ReadingKind.ROW)
PROSE = (ReadingKind.SENTENCES, ReadingKind.GENERATED)

FREE = ("is_looked_up", "is_table", "is_calculated", "is_nothing")
"""Terms that only say how an answer was read: they may speak for it or against it."""
OF_STRUCTURE = ("label", "margin")
OF_TABLES = ("table_margin", "table_explained", "table_agreeing")
FEWEST_WORDS = 0.2
"""Share of the question's words in all passages that is taken at least: of fewer, a share says nothing."""
OF_PROSE = ("best_sentence", "best_words", "passage_meaning", "sentence_meaning", "answer_words")
AGAINST = ("computes", "unknown", "apart", "blank")
ANSWERABLE = ("prose_best_sentence", "prose_sentence_meaning", "prose_answer_words")
"""Terms that tell whether there is prose that answers at all."""

TERMS = (
    *FREE,
    "exactly_held",
    "not_held",
    "exact_support",
    *(f"exact_{name}" for name in OF_STRUCTURE),
    "of_spoken",
    *(f"of_{name}" for name in OF_TABLES),
    *(f"prose_{name}" for name in OF_PROSE),
    *(f"not_{name}" for name in AGAINST),
)


def terms(measured: Mapping[str, float]) -> dict[str, float]:
    """The terms of one reading's measures; what is not measured counts 0.

    A margin says something of exact things and of tables only, a cosine of prose only: each kind of reading has terms
    of its own. ``exactly_held``: what was looked up holds the question's identifiers; ``not_held`` (0 or less): some
    of them stand elsewhere. ``of_spoken``: of the question's words that any passage speaks of, the share that a table's
    answer stands on: who asks of a table often names what the table leaves unsaid, such as whose it is.
    """
    looked_up, cells, table, prose = (_is_of(kinds, measured) for kinds in (LOOKED_UP, CELLS, TABLE, PROSE))
    identified, held = measured.get("identified", 0.0), measured.get("held", 0.0)
    structured = max(looked_up, table)
    return {
        "is_looked_up": looked_up,
        "is_table": table,
        "is_calculated": measured.get("kind_calculated", 0.0),
        "is_nothing": measured.get("kind_nothing", 0.0),
        "exactly_held": max(looked_up, cells) * identified * held,
        "not_held": -identified * (1.0 - held),
        "exact_support": looked_up * measured.get("support", 0.0),
        **{f"exact_{name}": structured * measured.get(name, 0.0) for name in OF_STRUCTURE},
        "of_spoken": table * _of_spoken(measured),
        **{f"of_{name}": table * measured.get(name, 0.0) for name in OF_TABLES},
        **{f"prose_{name}": prose * measured.get(name, 0.0) for name in OF_PROSE},
        **{f"not_{name}": -measured.get(name, 0.0) for name in AGAINST},
    }


def _of_spoken(measured: Mapping[str, float]) -> float:
    spoken = max(FEWEST_WORDS, measured.get("all_words", 1.0))
    return min(1.0, measured.get("support", 0.0) / spoken)


def _is_of(kinds: tuple[ReadingKind, ...], measured: Mapping[str, float]) -> float:
    return max(measured.get(f"kind_{kind.value}", 0.0) for kind in kinds)
