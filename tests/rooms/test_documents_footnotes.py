"""PDF: notes at the foot of a page stand apart from the clause that they interrupt."""

from collections.abc import Callable

from document_makers import HEIGHT, cut, one, pdf, read, write
from reportlab.pdfgen.canvas import Canvas

from kingpost.types.documents import FOOTNOTE

TEXT = [
    "#4.1 Columns",
    "",
    "4.1.1 Guards. Columns near a route shall have a guard of steel. The guard is",
    "bolted to the floor beside the column, never to the column itself, and it is",
    "as high as the bumper of the largest truck that comes along the route, which",
]
NOTES = ["3 Guards of plastic are told of in the supplement.", "They are new.", "4 The truck of hall B is the largest."]
AFTER = ["is the one of hall B.", "", "4.1.2 Paint. Guards shall be yellow and black, so that they are seen."]


def page(lines: list[str], notes: list[str], *, size: float = 7) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        write(canvas, lines)
        canvas.setFont("Helvetica", size)
        for place, note in enumerate(notes):
            canvas.drawString(70, 130 - 9 * place, note)

    return draw


def test_a_clause_goes_on_over_the_page_without_the_notes_at_its_foot() -> None:
    chunks = cut("std.pdf", pdf(page(TEXT, NOTES), page(AFTER, [])))
    clause = one(chunks, number="4.1.1")
    assert " ".join(clause.text.split()).endswith("along the route, which is the one of hall B.")
    notes = [chunk for chunk in chunks if chunk.label.startswith(FOOTNOTE)]
    assert [(note.label, note.text) for note in notes] == [
        ("Footnote 3", "3 Guards of plastic are told of in the supplement. They are new."),
        ("Footnote 4", "4 The truck of hall B is the largest."),
    ]
    assert {note.section[-1] for note in notes} == {"4.1.1 Guards"}
    assert clause.ordinal < min(note.ordinal for note in notes) < one(chunks, number="4.1.2").ordinal


def test_small_type_without_a_mark_and_text_in_ordinary_type_are_no_notes() -> None:
    plain = read("std.pdf", pdf(page(TEXT, NOTES[1:2])))
    same = read("std.pdf", pdf(page(TEXT, NOTES, size=10)))
    assert not [block for parsed in (plain, same) for block in parsed.blocks if block.label.startswith(FOOTNOTE)]


def test_a_page_of_nothing_but_small_type_has_no_notes() -> None:
    def small(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 7)
        for place in range(12):
            canvas.drawString(70, HEIGHT - 300 - 12 * place, f"{place + 1} Rack of hall {place + 1} is inspected.")

    parsed = read("std.pdf", pdf(page(TEXT * 3, []), small))
    assert not [block for block in parsed.blocks if block.label.startswith(FOOTNOTE)]
