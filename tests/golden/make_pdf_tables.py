"""Tables on PDF pages as engineers' documents have them: rules or none, heads in storeys, wraps, page breaks."""

import io
from collections.abc import Callable, Sequence
from itertools import pairwise

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kingpost.types.documents import Original

HEIGHT = A4[1]
LEFT = 60.0
LINE = 12.0
Drawing = Callable[[Canvas], None]
Spans = dict[tuple[int, int], tuple[int, int]]
"""(row, column) of a cell -> how many rows and columns it reaches over."""


def cases() -> dict[str, Original]:
    """Name -> a PDF made for one hard case."""
    made = {
        "pdf_table_ruled": document(ruled),
        "pdf_table_unruled": document(unruled),
        "pdf_table_storeys": document(storeys),
        "pdf_table_ruled_storeys": document(ruled_storeys),
        "pdf_table_continued": document(first_page, second_page),
        "pdf_table_continued_without_header": document(first_page_without_rules, second_page_without_header),
        "pdf_table_units_and_notes": document(units_and_notes),
        "pdf_table_wrapped": document(wrapped),
        "pdf_table_ruled_wrapped": document(ruled_wrapped),
        "pdf_table_groups": document(groups),
        "pdf_table_caption_below": document(caption_below),
        "pdf_table_titled_frame": document(titled_frame),
        "pdf_table_left_open": document(left_open),
        "pdf_text_in_columns_is_no_table": document(text_in_columns),
    }
    return {
        name: Original(uri="", name=f"{name}.pdf", media_type="application/pdf", content=content)
        for name, content in made.items()
    }


def document(*pages: Drawing) -> bytes:
    """A PDF whose pages are drawn by these functions."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle("Tables of a warehouse")
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write(canvas: Canvas, x: float, y: float, text: str, *, bold: bool = False, size: float = 9) -> None:
    """A line of text, its baseline ``y`` points below the top edge."""
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.drawString(x, HEIGHT - y, text)


def row(canvas: Canvas, y: float, texts: Sequence[str], xs: Sequence[float], *, bold: bool = False) -> None:
    """Texts beside each other: the first to the right of its place, the others (numbers) to the left of theirs."""
    for index, (x, text) in enumerate(zip(xs, texts, strict=True)):
        if index == 0:
            write(canvas, x, y, text, bold=bold)
        else:
            canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 9)
            canvas.drawRightString(x, HEIGHT - y, text)


def rule(canvas: Canvas, x0: float, x1: float, y: float) -> None:
    """A line across."""
    canvas.setLineWidth(0.6)
    canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)


def framed(
    canvas: Canvas, top: float, xs: Sequence[float], rows: Sequence[Sequence[str]], spans: Spans | None = None
) -> float:
    """A table with a rule around every cell; lines of a cell are parted by ``\\n``. Returns where it ends."""
    spans = spans or {}
    heights = [max(cell.count("\n") + 1 for cell in cells) * LINE + 6 for cells in rows]
    ys = [top + sum(heights[:number]) for number in range(len(rows) + 1)]
    hidden = {
        (at + down, column + right)
        for (at, column), (tall, wide) in spans.items()
        for down in range(tall)
        for right in range(wide)
        if down or right
    }
    canvas.setLineWidth(0.6)
    for at, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if (at, column) in hidden:
                continue
            tall, wide = spans.get((at, column), (1, 1))
            x0, x1, y0, y1 = xs[column], xs[column + wide], ys[at], ys[at + tall]
            canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0)
            for number, line in enumerate(text.split("\n")):
                write(canvas, x0 + 4, y0 + 12 + number * LINE, line, bold=at == 0)
    return ys[-1]


def ruled(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "The doors between the sections of hall 3 are listed in Table 1.")
    write(canvas, LEFT, 112, "Table 1: Fire doors of hall 3")
    framed(
        canvas,
        120,
        (60, 130, 260, 350, 470),
        (
            ("Door", "Between", "Rating", "Closing time (s)"),
            ("FD-301", "Picking / Packing", "EI2 90", "25"),
            ("FD-302", "Packing / Dispatch", "EI2 60", "20"),
            ("FD-303", "Dispatch / Yard", "", "30"),
        ),
    )
    write(canvas, LEFT, 230, "Doors without a rating are not part of a fire wall.")


def unruled(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Loads are given for a bay of two pallets on each beam level.")
    write(canvas, LEFT, 112, "Table 2-1  Bay loads of pallet racks")
    xs = (60.0, 230.0, 320.0, 420.0)
    row(canvas, 132, ("Rack type", "Levels", "Bay load (kg)", "Frame depth (mm)"), xs, bold=True)
    for number, cells in enumerate(
        (
            ("R-10 narrow aisle", "5", "10,000", "1,100"),
            ("R-20 wide aisle", "4", "8,400", "1,100"),
            ("R-30 drive-in", "3", "7,500", "1,300"),
            ("R-40 push-back", "4", "9,600", "2,400"),
        )
    ):
        row(canvas, 148 + 14 * number, cells, xs)
    write(canvas, LEFT, 232, "A bay load includes the weight of the pallets.")


def storeys(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 3. Floor loads of the mezzanines")
    rule(canvas, 60, 500, 90)
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(280, HEIGHT - 104, "Permanent load")
    canvas.drawCentredString(430, HEIGHT - 104, "Imposed load")
    rule(canvas, 215, 345, 109)
    rule(canvas, 365, 500, 109)
    xs = (60.0, 270.0, 340.0, 420.0, 495.0)
    row(canvas, 122, ("Mezzanine", "Deck", "Services", "Storage", "Walkway"), xs)
    rule(canvas, 60, 500, 128)
    for number, cells in enumerate(
        (("M1 north", "0.80", "0.25", "7.50", "5.00"), ("M1 south", "0.80", "0.30", "7.50", "5.00"),
         ("M2", "1.10", "0.25", "10.00", "5.00"), ("M3", "1.10", "0.40", "12.50", "5.00"))
    ):  # fmt: skip
        row(canvas, 142 + 14 * number, cells, xs)
    rule(canvas, 60, 500, 190)


def ruled_storeys(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 4: Conveyors and their drives")
    framed(
        canvas,
        90,
        (60, 140, 220, 300, 390, 480),
        (
            ("Conveyor", "Belt", "", "Drive", ""),
            ("", "Width (mm)", "Speed (m/s)", "Motor", "Power (kW)"),
            ("C-11", "600", "0.8", "M-111", "1.5"),
            ("C-12", "800", "1.2", "M-121", "2.2"),
            ("C-13", "800", "1.2", "M-131", "3.0"),
        ),
        {(0, 0): (2, 1), (0, 1): (1, 2), (0, 3): (1, 2)},
    )


SPRINKLERS = (
    ("Zone", "Heads", "Pressure (bar)"),
    ("Z1 receiving", "48", "1.8"),
    ("Z2 bulk store", "96", "2.4"),
    ("Z3 high bay", "240", "3.5"),
    ("Z4 picking", "120", "2.1"),
    ("Z5 packing", "84", "1.9"),
    ("Z6 dispatch", "60", "1.8"),
)
SPRINKLER_EDGES = (60.0, 200.0, 300.0, 420.0)


def first_page(canvas: Canvas) -> None:
    write(canvas, LEFT, 660, "Sprinkler zones and their demand:")
    write(canvas, LEFT, 692, "Table 5: Sprinkler zones")
    framed(canvas, 700, SPRINKLER_EDGES, SPRINKLERS[:4])


def second_page(canvas: Canvas) -> None:
    write(canvas, LEFT, 72, "Table 5 (continued)")
    end = framed(canvas, 80, SPRINKLER_EDGES, (SPRINKLERS[0], *SPRINKLERS[4:]))
    write(canvas, LEFT, end + 40, "The pressure is measured at the furthest head.")


def first_page_without_rules(canvas: Canvas) -> None:
    write(canvas, LEFT, 680, "Table 6: Anchors of the rack frames")
    xs = (60.0, 230.0, 320.0, 420.0)
    row(canvas, 700, ("Anchor", "Depth (mm)", "Torque (Nm)", "Pull-out (kN)"), xs, bold=True)
    for number, cells in enumerate(
        (("A-M12 bolt", "80", "60", "12.0"), ("A-M16 bolt", "100", "120", "20.5"), ("A-M20 bolt", "125", "240", "31.0"))
    ):
        row(canvas, 716 + 14 * number, cells, xs)


def second_page_without_header(canvas: Canvas) -> None:
    xs = (60.0, 230.0, 320.0, 420.0)
    for number, cells in enumerate(
        (
            ("A-R12 resin", "110", "40", "18.0"),
            ("A-R16 resin", "125", "80", "28.5"),
            ("A-R20 resin", "170", "130", "44.0"),
        )
    ):
        row(canvas, 80 + 14 * number, cells, xs)
    write(canvas, LEFT, 150, "Resin anchors shall cure for 24 hours before a frame stands on them.")


def units_and_notes(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 7: Clearances at the racks (in mm)")
    framed(
        canvas,
        90,
        (60, 200, 300, 400),
        (("Place", "At rest", "Lifting*"), ("Above the pallet", "100", "150"), ("Beside the pallet\u2020", "75", "90"),
         ("Behind the pallet", "50", "\u2013")),
    )  # fmt: skip
    write(canvas, LEFT, 176, "* With the truck in front of the bay.", size=8)
    write(canvas, LEFT, 187, "\u2020 On both sides; at the uprights 25 more where the frame has a", size=8)
    write(canvas, LEFT + 6, 197, "guard of steel.", size=8)
    write(canvas, LEFT, 207, "Note: Clearances hold for pallets without overhang.", size=8)
    write(canvas, LEFT, 240, "Table 8: Slab of the halls")
    xs = (60.0, 230.0, 320.0, 420.0)
    row(canvas, 260, ("Hall", "Thickness", "Load", "Joint spacing"), xs, bold=True)
    row(canvas, 272, ("", "(mm)", "(kN/m2)", "(m)"), xs, bold=True)
    for number, cells in enumerate(
        (("Hall 1", "220", "50", "6.0"), ("Hall 2", "250", "60", "7.5"), ("Hall 3", "300", "80", "12.0"))
    ):
        row(canvas, 288 + 14 * number, cells, xs)


def wrapped(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 9: Inspections of storage equipment")
    rule(canvas, 60, 540, 88)
    for x, text in ((60, "Equipment"), (200, "What is inspected"), (380, "By whom"), (480, "Interval")):
        write(canvas, x, 100, text, bold=True)
    rule(canvas, 60, 540, 106)
    lines = (
        (60, 120, "Pallet racks"),
        (200, 120, "Uprights, beams and locking pins for"),
        (200, 131, "damage; load signs for legibility"),
        (380, 120, "Rack inspector"),
        (480, 120, "12 months"),
        (60, 152, "Automatic shutters"),
        (200, 152, "Closing without mains power, and the"),
        (200, 163, "way kept free in front of the opening"),
        (380, 152, "Maker of the"),
        (380, 163, "shutter"),
        (480, 152, "6 months"),
        (60, 184, "Dock levellers"),
        (200, 184, "Lip, hinges and hoses"),
        (380, 184, "Works fitter"),
        (480, 184, "3 months"),
    )
    for x, y, text in lines:
        write(canvas, x, y, text)
    rule(canvas, 60, 540, 190)


def ruled_wrapped(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 10: Duties in case of an alarm")
    framed(
        canvas,
        90,
        (60, 150, 330, 500),
        (
            ("Role", "Duty", "Means"),
            (
                "Shift leader",
                "Stops all conveyors and clears\nthe openings of fire walls",
                "Panel P2 at the\ncontrol desk",
            ),
            ("Fire warden", "Leads everyone to the assembly\npoint and counts", "List of persons\npresent"),
            ("Fitter", "Opens the smoke vents", "Key switch K7"),
        ),
    )


def groups(canvas: Canvas) -> None:
    write(canvas, LEFT, 80, "Table 11: Power of drives")
    xs = (60.0, 260.0, 350.0, 440.0)
    row(canvas, 100, ("Drive", "Rated (kW)", "Starting (A)", "Number"), xs, bold=True)
    y = 116.0
    for name, rows in (
        ("Stacker cranes", (("Travel", "30.0", "112", "4"), ("Hoist", "45.0", "160", "4"))),
        ("Conveyors", (("Belt", "2.2", "18", "36"), ("Roller", "0.4", "4", "210"))),
    ):
        write(canvas, LEFT, y, name)
        for number, (label, *values) in enumerate(rows):
            row(canvas, y + 14 * (number + 1), (label, *values), (72.0, *xs[1:]))
        y += 14 * (len(rows) + 1)
    row(canvas, y, ("Total", "1,263.2", "\u2013", "254"), xs)


def caption_below(canvas: Canvas) -> None:
    write(canvas, LEFT, 72, "Bolts are tightened in two steps.")
    end = framed(
        canvas,
        100,
        (60, 160, 260, 360),
        (
            ("Bolt", "First step (Nm)", "Second step (Nm)"),
            ("M12", "40", "80"),
            ("M16", "100", "200"),
            ("M20", "200", "400"),
        ),
    )
    write(canvas, LEFT, end + 14, "Table 12: Torques of bolted joints")
    write(canvas, LEFT, end + 60, "A joint that was loosened gets new bolts.")


def titled_frame(canvas: Canvas) -> None:
    framed(
        canvas,
        90,
        (60, 180, 300, 420),
        (
            ("Schedule 4: Battery rooms", "", ""),
            ("Room", "Air changes (1/h)", "Chargers"),
            ("B1", "6", "12"),
            ("B2", "8", "20"),
            ("Air changes hold while batteries are charged in the room.", "", ""),
        ),
        {(0, 0): (1, 3), (4, 0): (1, 3)},
    )


def left_open(canvas: Canvas) -> None:
    """Only some of the rows have rules between their columns, as with every other row shaded."""
    write(canvas, LEFT, 80, "Table 13: Trucks of the site")
    xs = (60, 200, 300, 400)
    for number, cells in enumerate(
        (("Truck", "Lift (mm)", "Load (kg)"), ("Reach truck", "9,500", "1,400"), ("Counterbalance", "4,200", "2,500"),
         ("Order picker", "8,000", "1,000"), ("Tow tractor", "\u2013", "5,000"))
    ):  # fmt: skip
        top = 90 + 18 * number
        canvas.setLineWidth(0.6)
        for x0, x1 in pairwise(xs) if number % 2 == 0 else ((xs[0], xs[-1]),):
            canvas.rect(x0, HEIGHT - top - 18, x1 - x0, 18)
        for x, text in zip(xs, cells, strict=False):
            write(canvas, x + 4, top + 12, text, bold=number == 0)


def text_in_columns(canvas: Canvas) -> None:
    left = (
        "The floor of the hall is swept",
        "each day. Oil and coolant are",
        "taken up at once with binder,",
        "which is kept beside each",
        "charging place and at docks.",
    )
    right = (
        "Racks that were hit by a truck",
        "are emptied and closed until",
        "they were inspected. The shift",
        "leader enters the damage in",
        "the log of the hall at once.",
    )
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        write(canvas, LEFT, 100 + LINE * number, one)
        write(canvas, 320, 100 + LINE * number, other)
