"""Reading cells, values, acronyms and agreement, without any model."""

from types import SimpleNamespace
from typing import cast

import pytest

from kingpost.answering.readers.banded_rows import read_banded_rows
from kingpost.answering.readers.cells import asked_cell, with_unit
from kingpost.answering.readers.structure import expansion
from kingpost.answering.readers.values import narrowed
from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, SheetLocation
from kingpost.types.search import Passage


def cell(header: tuple[str, ...], text: str, *, label: bool = False) -> ChunkCell:
    return ChunkCell(
        header=header, text=text, location=SheetLocation(sheet="S", range="A1"), content_hash=text, label=label
    )


ROW = (
    cell(("Door",), "D-101", label=True),
    cell(("Size", "Width [mm]"), "1,200"),
    cell(("Size", "Height [mm]"), "2,100"),
    cell(("Fire rating",), "EI 60"),
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the width of door D-101?", "1,200"),
        ("How high is door D-101?", "2,100"),
        ("Which fire rating has door D-101?", "EI 60"),
        ("Which door has a width of 1,200 mm and fire rating EI 60?", "D-101"),
    ],
)
def test_the_cell_whose_header_is_asked_for_answers(question: str, text: str) -> None:
    found = asked_cell(analyse(question), ROW)
    assert found is not None
    assert found.text == text


def test_no_cell_is_chosen_when_no_column_is_named() -> None:
    assert asked_cell(analyse("Tell me about D-101"), ROW) is None


def test_a_row_with_one_value_answers_with_it() -> None:
    found = asked_cell(
        analyse("What does the -net option do?"), (cell(("Switch",), "-net", label=True), cell(("Text",), "Checks."))
    )
    assert found is not None
    assert found.text == "Checks."


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (
            "What is the default value of -pad?",
            "Left padding. The default value is `4`, and integers are allowed.",
            "4",
        ),
        ("What is the design load of zone B?", "The design load is 25 kN/m2.", "25 kN/m2"),
        ("What does -pad do?", "Left padding. The default value is `4`.", "Left padding. The default value is `4`."),
    ],
)
def test_a_text_is_narrowed_to_the_value_asked_for(question: str, text: str, value: str) -> None:
    assert narrowed(question, text) == value


@pytest.mark.parametrize(
    ("acronym", "text", "words"),
    [
        ("ESFR", "ESFR Early Suppression Fast Response\nVNA Very Narrow Aisle", "Early Suppression Fast Response"),
        ("VNA", "racks in very narrow aisle (VNA) layout", "very narrow aisle"),
        ("SFP", "SFP: Safe floor plan, see 4.2", "Safe floor plan"),
        ("NCI", "an NCI, or a non-conforming item, is set aside", "non-conforming item"),
        ("AHJ", "AHJ - Authority Having Jurisdiction", "Authority Having Jurisdiction"),
        ("RID", "Each rack identifier (RID) is painted on its upright.", "rack identifier"),
        ("SPR", "also called “storage pickrobot” or SPR, drives in the aisle", "storage pickrobot"),
    ],
)
def test_an_acronym_is_expanded_by_the_words_whose_initials_spell_it(acronym: str, text: str, words: str) -> None:
    span = expansion(acronym, text)
    assert span is not None
    assert text[slice(*span)] == words


def test_a_bare_number_is_given_with_the_unit_of_its_header() -> None:
    assert with_unit("50", ("Uniform load [kN/m²]",)) == "50 kN/m²"
    assert with_unit("50", ("Zone (see note)",)) == "50"
    assert with_unit("1,140", ("Building cost (in thousands)",)) == "1,140 thousand"
    assert with_unit("12", ("Investment (ten thousand yuan)",)) == "12 ten thousand yuan"
    assert with_unit("REI 90", ("Rating [min]",)) == "REI 90"


def test_an_acronym_is_not_expanded_by_words_that_do_not_spell_it() -> None:
    assert expansion("ESFR", "ESFR sprinklers are used above 9 m.") is None
    assert expansion("RID", "Paint the identifier (RID) on its upright.") is None
    assert expansion("RID", "the radius of identifiers on racks (RID)") is None


HEIGHTS = (
    cell(("Site",), "Lodz", label=True),
    cell(("Storage height", "up to 7.5 m"), "EI 30"),
    cell(("Storage height", "over 7.5 m up to 12 m"), "EI 60"),
    cell(("Storage height", "over 12 m"), "EI 90"),
    cell(("Surveyor",), "Nowak"),
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which class has Lodz for storage heights over 12 m?", "EI 90"),
        ("Which class has Lodz for a storage height of 10 m?", "EI 60"),
        ("Which class has Lodz for a storage height of 1200 cm?", "EI 60"),
        ("Which class has Lodz for storage heights between 2 and 5 m?", "EI 30"),
        ("Which class has Lodz for storage heights up to 12 m?", None),
        ("Which class has Lodz for storage heights over 7.5 m?", None),
        ("Who is the surveyor of Lodz?", "Nowak"),
    ],
)
def test_of_columns_that_are_bands_the_one_that_fits_the_question_answers(question: str, text: str | None) -> None:
    found = asked_cell(analyse(question), HEIGHTS)
    assert (found.text if found else None) == text


def test_where_all_bands_that_the_question_overlaps_say_the_same_that_is_the_answer() -> None:
    alike = (*HEIGHTS[:2], cell(("Storage height", "over 7.5 m up to 12 m"), "EI 30"), *HEIGHTS[3:])
    found = asked_cell(analyse("Which class has Lodz for storage heights up to 12 m?"), alike)
    assert found is not None
    assert found.text == "EI 30"


def test_no_other_band_answers_for_one_that_the_table_lacks() -> None:
    assert (
        asked_cell(analyse("Which class has Lodz for storage heights up to 7 m?"), (HEIGHTS[0], *HEIGHTS[2:])) is None
    )


def row(label: str) -> Chunk:
    cells = (cell(("Weight",), label, label=True), cell(("Fee",), "4 EUR"))
    return cast(Chunk, SimpleNamespace(kind=ChunkKind.ROW, cells=cells, section=("Fees by weight",), hashes=(label,)))


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("over 10 up to 20 kg", "No row of the table “Fees by weight” is for 40 kg."),
        ("", "No row of the table “Fees by weight” is for 40 kg."),
        ("heavy goods", None),
    ],
)
def test_that_no_row_is_for_a_quantity_is_said_only_where_every_label_is_read(last: str, reason: str | None) -> None:
    rows = [row("up to 5 kg"), row("over 5 up to 10 kg"), row(last)]
    findings = Findings(analysis=analyse("What is the fee for a weight of 40 kg?"), passages=())
    retriever = cast(Retriever, SimpleNamespace(table=lambda _: rows))
    found = read_banded_rows(findings, cast(Passage, SimpleNamespace(chunk=rows[0])), retriever)
    assert (found.reason if found else None) == reason
