"""Tables on PDF pages: heads over every cell, cells with their places, what stands around them; text is no table."""

import io
from collections.abc import Sequence
from itertools import pairwise

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kingpost.documents.parsing.pdf import parse
from kingpost.documents.parsing.tables.rules import Rule, Rules, frames
from kingpost.types.documents import BlockKind, Grid, Original, PageLocation

WIDTH, HEIGHT = A4
EDGES = (60, 180, 280, 380)
DOORS = (
    ("Door", "Width (mm)", "Rating (min)"),
    ("FD-1", "2,400", "90"),
    ("FD-2", "3,000", "60"),
    ("FD-3", "1,200", "30"),
)


def grids(
    *pages: Sequence[tuple[float, float, str]], ruled: Sequence[tuple[float, float, float, float]] = ()
) -> list[Grid]:
    """The tables of a PDF with these texts (x, y from the top, text) on its pages, and boxes on the first page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for number, texts in enumerate(pages):
        canvas.setFont("Helvetica", 9)
        for x, y, text in texts:
            canvas.drawString(x, HEIGHT - y, text)
        for x0, y0, x1, y1 in ruled if number == 0 else ():
            canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0)
        canvas.showPage()
    canvas.save()
    original = Original(uri="", name="tables.pdf", media_type="application/pdf", content=out.getvalue())
    return [block.grid for block in parse(original).blocks if block.kind is BlockKind.TABLE and block.grid]


def placed(
    rows: Sequence[Sequence[str]], *, top: float = 112, xs: Sequence[float] = EDGES
) -> list[tuple[float, float, str]]:
    """The texts of a table, a row each 18 points."""
    return [
        (xs[column] + 4, top + 18 * number, text)
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
    ]


def boxes(rows: int, *, top: float = 100, xs: Sequence[float] = EDGES) -> list[tuple[float, float, float, float]]:
    """A box around every cell of such a table."""
    return [
        (left, top + 18 * number, right, top + 18 * number + 18)
        for number in range(rows)
        for left, right in pairwise(xs)
    ]


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows]


@pytest.mark.parametrize("ruled", [boxes(4), []], ids=["ruled", "unruled"])
def test_a_table_keeps_its_head_as_cells_and_over_every_column(ruled: list[tuple[float, float, float, float]]) -> None:
    (found,) = grids(placed(DOORS), ruled=ruled)
    assert found.headers == (("Door",), ("Width (mm)",), ("Rating (min)",))
    assert found.units == ("", "mm", "min")
    assert [[cell.text for cell in row] for row in found.head] == [list(DOORS[0])]
    assert texts(found) == [list(row) for row in DOORS[1:]]


def test_a_cell_has_its_own_box_on_the_page() -> None:
    (found,) = grids(placed(DOORS), ruled=boxes(4))
    location = found.rows[1][1].location
    assert isinstance(location, PageLocation)
    ((x0, y0, x1, y1),) = location.rects
    assert EDGES[1] <= x0 * WIDTH < x1 * WIDTH <= EDGES[2]
    assert 136 <= y0 * HEIGHT < y1 * HEIGHT <= 154


def test_a_cell_over_several_columns_heads_all_of_them_and_says_how_far_it_reaches() -> None:
    ruled = [box for box in boxes(4) if box[1] > 100 or box[0] < EDGES[1]] + [(EDGES[1], 100, EDGES[3], 118)]
    rows = (("", "Load", ""), ("Rack", "Bay (kg)", "Level (kg)"), ("R-1", "9,000", "3,000"), ("R-2", "8,000", "2,000"))
    (found,) = grids(placed(rows), ruled=ruled)
    assert found.headers[1:] == (("Load", "Bay (kg)"), ("Load", "Level (kg)"))
    (load,) = [cell for cell in found.head[0] if cell.text == "Load" and not cell.merged]
    assert (load.rows, load.columns) == (1, 2)


def test_a_number_in_the_margin_that_stands_in_a_table_is_no_page_number() -> None:
    rows = (("Zone", "Heads", "Pressure"), ("Z1", "48", "1.8"), ("Z2", "96", "2.4"), ("Z3", "84", "1.9"))
    (found,) = grids(placed(rows, top=752), ruled=boxes(4, top=740))
    assert [row[1].text for row in found.rows] == ["48", "96", "84"]


def test_heads_repeated_at_the_top_of_each_page_stay_heads() -> None:
    names = ("receiving", "bulk store", "high bay", "picking", "packing", "dispatch", "yard", "batteries", "workshop")
    head = ("Zone", "Heads", "Pressure")
    pages = [
        placed([head, *((f"{name} {letter}", "48", "1.8") for name in names)], top=72)
        for letter in ("east", "west", "north")
    ]
    found = grids(*pages)
    assert [one.headers for one in found] == [(("Zone",), ("Heads",), ("Pressure",))] * 3
    assert [len(one.rows) for one in found] == [len(names)] * 3


def test_a_caption_that_says_the_unit_gives_it_to_the_columns_of_numbers() -> None:
    rows = (("Place", "Resting", "Lifting"), ("Above", "100", "150"), ("Beside", "75", "90"), ("Behind", "50", "60"))
    (found,) = grids([(60, 92, "Table 4: Clearances (in mm)"), *placed(rows)], ruled=boxes(4))
    assert found.caption == "Table 4: Clearances (in mm)"
    assert found.units == ("", "mm", "mm")


def test_a_caption_in_a_unit_of_nothing_gives_none() -> None:
    rows = (("Place", "Resting", "Lifting"), ("Above", "100", "150"), ("Beside", "75", "90"), ("Behind", "50", "60"))
    (found,) = grids([(60, 92, "Table 4: Clearances in hall"), *placed(rows)], ruled=boxes(4))
    assert found.units == ("", "", "")


def test_a_marked_line_is_a_note_only_where_the_table_uses_the_mark() -> None:
    starred = (("Door", "Width (mm)", "Rating"), ("FD-1*", "2,400", "EI 90"), ("FD-2", "3,000", "EI 60"))
    note = (60, 166, "* Closed at night.")
    (with_mark,) = grids([*placed(starred), note], ruled=boxes(3))
    (without,) = grids([*placed(DOORS[:3]), note], ruled=boxes(3))
    assert with_mark.notes == ("* Closed at night.",)
    assert without.notes == ()


def test_a_wrapped_label_is_one_row_with_the_values_beside_it() -> None:
    rows = [(60, 100, "Equipment"), (260, 100, "Number"), (340, 100, "Power (kW)")]
    rows += [(60, 118, "Stacker cranes"), (260, 118, "4"), (340, 118, "45.0")]
    rows += [
        (60, 136, "Conveyors between receiving and"),
        (60, 146, "the high bay"),
        (260, 136, "36"),
        (340, 136, "2.2"),
    ]
    rows += [(60, 164, "Shutters"), (260, 164, "12"), (340, 164, "0.8")]
    (found,) = grids(rows)
    assert texts(found)[1] == ["Conveyors between receiving and the high bay", "36", "2.2"]


def test_rows_of_one_table_are_not_lost_to_numbers_that_look_like_clauses() -> None:
    rows = (("Years", "Checks", "Faults"), ("1.1", "120", "4"), ("1.2", "140", "2"), ("1.3", "160", "1"))
    (found,) = grids([(60, 60, "1 Checks"), *placed(rows)])
    assert [row[0].text for row in found.rows] == ["1.1", "1.2", "1.3"]


def test_text_that_runs_on_over_rules_is_no_table() -> None:
    line = "Racks that were hit by a truck are emptied and closed until they were inspected by the shift leader"
    assert grids([(62, 112 + 18 * number, line) for number in range(4)], ruled=boxes(4)) == []


def test_text_in_two_columns_is_no_table() -> None:
    left = (
        "The floor of the hall is swept",
        "each day. Oil and coolant are",
        "taken up at once with binder,",
        "which is kept beside the docks.",
    )
    right = (
        "Racks that were hit by a truck",
        "are emptied and closed until",
        "they were inspected. The shift",
        "leader enters it in the log.",
    )
    assert (
        grids(
            [
                (x, 100 + 12 * number, text)
                for x, column in ((60, left), (320, right))
                for number, text in enumerate(column)
            ]
        )
        == []
    )


def test_a_frame_around_text_is_no_table() -> None:
    assert (
        grids(
            [(70, 112, "Keep this way free at all times, day and night."), (70, 124, "The shift leader sees to it.")],
            ruled=[(60, 98, 330, 132)],
        )
        == []
    )


def test_a_drawing_of_very_many_lines_is_not_searched_for_cells() -> None:
    many = tuple(Rule(at=float(number), start=0, end=1000) for number in range(1000))
    assert frames(Rules(across=many, down=many)) == []
