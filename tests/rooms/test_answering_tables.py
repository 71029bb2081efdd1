"""Whole tables are asked: looked up, filtered, counted, added up and compared, without any model."""

from collections.abc import Sequence

import pytest
from document_makers import cut, workbook

from kingpost.answering.tables.asking import ask
from kingpost.answering.tables.meaning import remembered
from kingpost.answering.tables.model import Kind, Table, tables_of, turned
from kingpost.answering.tables.reach import in_reach
from kingpost.answering.tables.scoring import Scored
from kingpost.types.documents import ChunkKind

DOORS = """# Door schedule

## Doors

| Door | Location | Fire zone | Width [mm] | Load [kN] | Installed |
| --- | --- | --- | --- | --- | --- |
| D-101 | Loading dock | B | 1,200 | 4.5 | 12 March 2019 |
| D-102 | Battery room | A | 900 | 2.0 | 4 May 2020 |
| D-103 | Cold store | B | 1,500 |  | 30 June 2021 |
| D-104 | Loading dock | C | 2,400 | 8.0 | 1 September 2021 |
| D-105 | Office | A | 850 | 1.5 | 17 January 2022 |
| Total |  |  | 6,850 | 16.0 |  |
"""

SHIPMENTS = """# Shipments

| Product | January | February | March |
| --- | --- | --- | --- |
| Pallets | 120 | 90 | 150 |
| Crates | 40 | 60 | 20 |
| Drums | 75 | 80 | 70 |
"""

MIXED = """# Beams

| Beam | Span |
| --- | --- |
| B1 | 6 m |
| B2 | 450 cm |
| B3 | 3 m |
"""

UNLIKE = """# Parts

| Part | Size |
| --- | --- |
| P1 | 6 m |
| P2 | 40 kg |
| P3 | 3 m |
"""


def nothing_means_the_same(texts: Sequence[str], names: Sequence[str]) -> list[list[float]]:
    return [[0.0 for _ in names] for _ in texts]


def table(text: str) -> Table:
    return tables_of(cut("tables.md", text))[0]


def best(question: str, text: str = DOORS) -> Scored:
    found = ask(question, tables_of(cut("tables.md", text)), meaning=nothing_means_the_same, priors={})
    assert found, question
    return found[0]


def answer(question: str, text: str = DOORS) -> str:
    return ", ".join(best(question, text).result.texts)


def test_a_table_is_put_together_from_its_rows_with_the_kind_of_each_column() -> None:
    doors = table(DOORS)
    kinds = [column.kind for column in doors.columns]
    assert kinds == [Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.NUMBER, Kind.NUMBER, Kind.MOMENT]
    assert [row.summary for row in doors.rows] == [False] * 5 + [True]


def test_a_long_row_that_was_cut_in_pieces_is_one_row_again() -> None:
    text = DOORS.replace("Cold store", " ".join(["Cold store"] + ["with a long note"] * 30))
    rows = tables_of(cut("tables.md", text, chunk_tokens=60, context_tokens=8))[0].rows
    assert len(rows) == 6
    assert all(cell is not None for cell in rows[2].cells)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the width of door D-103?", "1,500"),
        ("In which fire zone is the battery room?", "A"),
        ("When was D-102 installed?", "4 May 2020"),
        ("Which door is in the office?", "D-105"),
        ("Which door was installed on 30 June 2021?", "D-103"),
        ("Which doors are in fire zone B?", "D-101, D-103"),
        ("Which doors are wider than 1,000 mm?", "D-101, D-103, D-104"),
        ("List all doors with a width between 800 and 1,200 mm", "D-101, D-102, D-105"),
        ("Which doors were installed after 2020?", "D-103, D-104, D-105"),
    ],
)
def test_cells_are_looked_up_by_header_value_bound_and_date(question: str, expected: str) -> None:
    assert answer(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many doors are in fire zone A?", "2"),
        ("How many doors have a width of at least 1,200 mm?", "3"),
        ("How many doors are there?", "5"),
        ("How many different fire zones are there?", "3"),
        ("What is the total width of the doors in fire zone B?", "2700"),
        ("What is the average width of the doors in fire zone A?", "875"),
        ("What is the highest load?", "8.0"),
        ("Which door has the highest load?", "D-104"),
        ("Which door has the smallest width?", "D-105"),
        ("Which location has the most doors?", "Loading dock"),
        ("What is the first door listed?", "D-101"),
        ("Which door is listed after D-102?", "D-103"),
        ("Which door comes before D-105?", "D-104"),
        ("What is the difference in width between D-104 and D-101?", "1200"),
        ("Which door is wider, D-101 or D-104?", "D-104"),
        ("Which other door has the same fire zone as D-101?", "D-103"),
    ],
)
def test_rows_are_counted_added_up_compared_and_followed(question: str, expected: str) -> None:
    assert answer(question) == expected


def test_a_total_row_is_not_counted_or_added_a_second_time() -> None:
    assert answer("What is the sum of the load?") == "16"
    assert answer("What is the largest width?") == "2,400"


def test_a_blank_cell_is_not_zero() -> None:
    assert answer("What is the average load?") == "4"
    assert answer("Which door has the lowest load?") == "D-105"
    found = ask("What is the load of D-103?", [table(DOORS)], meaning=nothing_means_the_same, priors={})
    assert not any("0" in scored.result.texts for scored in found[:1])


def test_units_are_converted_before_they_are_added_or_the_table_gives_no_sum() -> None:
    assert answer("What is the total span of all beams?", MIXED) == "13.5"
    assert answer("Which beam has the longest span?", MIXED) == "B1"
    found = ask("What is the total size of all parts?", [table(UNLIKE)], meaning=nothing_means_the_same, priors={})
    assert not any(scored.result.steps.startswith("sum") for scored in found)


def test_a_question_along_a_row_is_answered_from_the_table_read_sideways() -> None:
    assert turned(table(SHIPMENTS)) is not None
    assert answer("In which month were the most crates shipped?", SHIPMENTS) == "February"
    assert answer("How many drums were shipped in March?", SHIPMENTS) == "70"


def test_the_steps_and_the_cells_that_were_used_are_given() -> None:
    found = best("What is the total width of the doors in fire zone B?")
    assert found.result.steps == "sum of Width [mm], 2 rows where Fire zone = B"
    assert [cell.text for cell in found.result.cells] == ["1,200", "1,500"]


def test_what_only_repeats_the_question_is_no_answer() -> None:
    found = ask("Is there a door D-101?", [table(DOORS)], meaning=nothing_means_the_same, priors={})
    assert all(scored.result.texts != ("D-101",) for scored in found)


RACKING = """# Racks

| Rack | Vendor | Bay height [mm] | Shelf |
| --- | --- | --- | --- |
| R1 | Norden | 2,100 | steel |
| R2 | Halle | 2,700 | timber |
| R3 | Ostra | 1,900 | steel |
"""


def vendors_are_suppliers(texts: Sequence[str], names: Sequence[str]) -> list[list[float]]:
    return [[float({text, name} == {"supplier", "vendor"}) for name in names] for text in texts]


def test_a_word_that_means_the_same_names_a_column() -> None:
    found = ask(
        "Which supplier delivered R2?", tables_of(cut("t.md", RACKING)), meaning=vendors_are_suppliers, priors={}
    )
    assert found[0].result.texts == ("Halle",)


def test_words_about_the_table_itself_need_no_explanation() -> None:
    assert best("How many racks are shown in this table?", RACKING).features["explained"] == 1.0


def test_the_most_of_something_is_never_decided_by_a_date() -> None:
    text = DOORS.replace("Width [mm]", "Leaves").replace("Load [kN]", "Hinges")
    assert "Installed" not in best("Which location has the most hinges?", text).result.steps
    assert answer("Which door has the most hinges?", text) == "D-104"


def test_texts_are_embedded_once() -> None:
    asked: list[str] = []

    def embed(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return [[1.0, 0.0] for _ in texts]

    remembered(embed).cosines(["rack"], ["Bay height", "Vendor"], embed=embed)
    again = remembered(embed).cosines(["rack", "shelf"], ["Vendor"], embed=lambda texts: embed(texts))
    assert again == [[1.0], [1.0]]
    assert asked == ["rack", "Bay height", "Vendor", "shelf"]


DELIVERIES = """# Deliveries

| Date | Supplier | Goods | Pallets | Inspection |
| --- | --- | --- | --- | --- |
| 3 May 2024 | Norden | racks | 12 | passed |
| 4 May 2024 | Halle | beams | 20 | not passed |
| 5 May 2024 | Norden | beams | 11 | passed |
| 6 May 2024 | Ostra | racks | 4 | passed |
| 7 May 2024 | Ostra | gates | 5 | not passed |
"""

GATES = """# Gates

| Gate | Width [mm] | Cycles | Rank |
| --- | --- | --- | --- |
| North | 2,400 | 310 | 2 |
| South | 3,000 | 290 | 3 |
| East | 1,800 | 505 | 1 |
"""

MEASURED = """# Floor

| Parameter | Value | Unit |
| --- | --- | --- |
| Design load | 50 | kN/m2 |
| Slab thickness | 220 | mm |
"""


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Which supplier delivered the most pallets?", DELIVERIES, "Norden"),
        ("Which supplier delivered the fewest pallets?", DELIVERIES, "Ostra"),
        ("How many pallets came from Norden?", DELIVERIES, "23"),
        ("How many pallets came from Norden and Ostra in total?", DELIVERIES, "32"),
        ("Were more pallets delivered by Norden or Halle?", DELIVERIES, "Norden"),
        ("How many more pallets did Norden deliver than Ostra?", DELIVERIES, "14"),
        ("How many deliveries passed?", DELIVERIES, "3"),
        ("What are the width and the cycles of gate North?", GATES, "2,400, 310"),
        ("Which gate has the best rank?", GATES, "East"),
        ("Does gate East have more cycles than gate South?", GATES, "yes"),
        ("Does gate North have fewer cycles than gate South?", GATES, "no"),
        ("Is gate South wider than 2,500 mm?", GATES, "yes"),
        ("What is the total cycles of the first two gates?", GATES, "600"),
        ("By how much did the pallets increase from January to March?", "", "30"),
    ],
)
def test_rows_are_gathered_added_up_and_compared(question: str, text: str, expected: str) -> None:
    shipments = (
        "# Goods\n\n| Product | January | February | March |\n| --- | --- | --- | --- |\n| Pallets | 120 | 90 | 150 |\n"
    )
    assert answer(question, text or shipments + "| Crates | 40 | 60 | 20 |\n") == expected


def test_a_column_of_units_gives_the_numbers_of_its_rows_their_unit() -> None:
    floor = table(MEASURED)
    cell = floor.rows[1].cells[1]
    assert cell is not None
    assert floor.units[cell.source.location] == "mm"


INCOME = """# Site budget

| Item | 2022 | 2023 | % increase |
| --- | --- | --- | --- |
| Other operating cost | 14 | 15 | 7.1 |
| Total operating cost | 90 | 99 | 10 |
| Result before tax | 31 | 36 | 16.1 |
| Tax | 5 | 6 | 20 |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the total operating cost in 2023?", "99"),
        ("What was the tax in 2022?", "5"),
        ("What was the percentage increase of the tax?", "20"),
    ],
)
def test_what_a_label_says_of_itself_is_read_and_not_worked_out_again(question: str, expected: str) -> None:
    assert answer(question, INCOME) == expected


def many_tables(count: int) -> str:
    rooms = [
        f"## Hall {n}\n\n| Bay | Slab |\n| --- | --- |\n| Bay {n}-1 | {'grating' if n == 17 else 'solid'} |\n"
        for n in range(1, count + 1)
    ]
    return "# Halls\n\n" + "\n".join(rooms)


def test_of_a_document_with_many_tables_those_found_and_those_that_say_the_words_are_asked() -> None:
    rows = [chunk for chunk in cut("halls.md", many_tables(30)) if chunk.kind is ChunkKind.ROW]
    tables = list(dict.fromkeys(row.table for row in rows))
    reached = in_reach("Which bay has a grating?", rows, {tables[4]: 1.0})
    asked = list(dict.fromkeys(row.table for row in reached))
    assert {tables[4], tables[16]} <= set(asked)
    assert len(asked) <= 8


def test_a_document_with_few_tables_is_asked_whole() -> None:
    rows = [chunk for chunk in cut("halls.md", many_tables(5)) if chunk.kind is ChunkKind.ROW]
    assert in_reach("Who signed?", rows, {}) == rows


def test_a_label_merged_over_rows_is_one_column_with_its_header() -> None:
    hall = "Hall North " + "with all of its loading bays and the gates between them " * 12
    rows = [
        ["Hall", "Zone", "Slab", "Load"],
        [hall, "A", "S1", "25"],
        ["", "", "S2", "30"],
        ["Hall South", "B", "S4", "15"],
    ]
    found = tables_of(cut("halls.xlsx", workbook(("Slabs", rows, ["A2:A3", "B2:B3"]))))[0]
    assert [column.header for column in found.columns] == [("Hall",), ("Zone",), ("Slab",), ("Load",)]
    assert [row.cells[0] is not None for row in found.rows] == [True] * 3


CREWS = """# Crews

| Work group | Crew leader | Utilisation | Overtime | Fee |
| --- | --- | --- | --- | --- |
| Racks | Mara Holt | 80 % | 10 % | $200 |
| Floors | Ivo Brandt | 90 % | 6 % | $300 |
| Floors | Lena Voss | 70 % | 5 % | $400 |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the average utilisation?", "80%"),
        ("What is the total fee?", "$900"),
        ("What is the difference in overtime between Mara Holt and Ivo Brandt?", "4%"),
        ("What is the difference in the fee between Racks and Floors?", "$500"),
        ("Which crew leaders are in the workgroup Floors?", "Ivo Brandt, Lena Voss"),
    ],
)
def test_what_is_worked_out_keeps_the_sign_of_its_numbers(question: str, expected: str) -> None:
    assert answer(question, CREWS).replace(" %", "%") == expected


ASSEMBLIES = """# Lots

| Lot | Remark | Subassembly | Invoice amount | Amount |
| --- | --- | --- | --- | --- |
| L1 | by rail | mast | 20 | 5 |
| L1 | by road | fork | 30 | 7 |
| L2 | by road | frame | 40 | 9 |
| L2 | by sea | beam | 25 | 11 |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which sub-assemblies have a lot of L1 and a remark by road?", "fork"),
        ("What is the difference in the invoice amount between L1 and L2?", "15"),
    ],
)
def test_compounds_are_taken_together_and_values_side_by_side_compared(question: str, expected: str) -> None:
    assert answer(question, ASSEMBLIES) == expected


RATES = """# Carrier handbook

## Parcel rates

| Weight | Domestic fee | Export fee |
| --- | --- | --- |
| up to 5 kg | 4.90 EUR | 12.00 EUR |
| over 5 kg up to 10 kg | 7.40 EUR | 19.00 EUR |
| over 10 kg up to 30 kg | 11.20 EUR | 34.00 EUR |
"""

CLASSES = """# Cold chain

## Class of goods by transport temperature

| Country | Temperature: below -18 °C | Temperature: -18 °C to 8 °C | Temperature: above 8 °C |
| --- | --- | --- | --- |
| Norway | Class 20 | Class 12 | Class 5 |
| Italy | Class 24 | Class 12 | Class 9 |
| Greece | Class 30 | Class 18 | Class 9 |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the export fee for a parcel of 7 kg?", "19.00 EUR"),
        ("What is the export fee for a weight over 10 kg?", "34.00 EUR"),
        ("What is the domestic fee over 10 kg?", "11.20 EUR"),
        ("What is the domestic fee for a weight of up to 5000 g?", "4.90 EUR"),
        ("What is the domestic fee for parcels up to 10 kg?", "4.90 EUR, 7.40 EUR"),
    ],
)
def test_of_rows_that_are_bands_those_that_fit_the_quantity_answer(question: str, expected: str) -> None:
    assert answer(question, RATES) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which class does Italy require at a temperature above 8 °C?", "Class 9"),
        ("Which class does Italy require at a temperature of -20 °C?", "Class 24"),
        ("Which country requires class 12 or more at a temperature of -20 °C?", "Norway, Italy, Greece"),
        ("Which country requires class 18 at a temperature of 4 °C?", "Greece"),
    ],
)
def test_of_columns_that_are_bands_the_one_that_fits_is_read_and_no_other_filtered(
    question: str, expected: str
) -> None:
    assert answer(question, CLASSES) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the export fee for a parcel of 70 kg?", RATES),
        ("Which class does Italy require at a temperature of -20 °C to 4 °C?", CLASSES),
    ],
)
def test_no_program_answers_where_no_band_fits_or_several_columns_do(question: str, text: str) -> None:
    assert ask(question, tables_of(cut("tables.md", text)), meaning=nothing_means_the_same, priors={}) == []
