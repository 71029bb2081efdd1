"""PDF pages as hard as engineers' documents have them: columns, clauses, drawings, turned pages, broken words."""

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from kingpost.types.documents import Original

WIDTH, HEIGHT = A4
Drawing = Callable[[Canvas], None]
FLOORS = (
    "The slab of the warehouse shall carry the rack loads",
    "of schedule 2 without a crack wider than 0.3 mm. A",
    "joint shall not lie within 300 mm of a base plate.",
)
RACKS = (
    "Pallet racks shall be anchored to the slab with two",
    "anchors a base plate. Each bay shall show the load",
    "that it may carry on a sign at eye height.",
)
DOORS = (
    "Fire doors between sections shall close by themselves",
    "within 25 s of an alarm, also without mains power. No",
    "goods shall be stored within 1 m of a door.",
)
CONVEYORS = (
    "Conveyors that pass a fire wall shall stop and clear",
    "the opening before the shutter closes. A photo eye",
    "shall prove that the opening is clear.",
)


def cases() -> dict[str, Original]:
    """Name -> a PDF made for one hard case."""
    made = {
        "pdf_two_columns": document(two_columns),
        "pdf_three_columns": document(three_columns),
        "pdf_appendices": document(*APPENDIX_PAGES),
        "pdf_items": document(items),
        "pdf_running_heads": document(*running_heads()),
        "pdf_hyphens": document(hyphens),
        "pdf_figures": document(figures),
        "pdf_drawing": document(drawing, size=landscape(A4)),
        "pdf_rotated": document(*(rotated(angle) for angle in (90, 180, 270))),
        "pdf_sideways": document(sideways, margin_note),
        "pdf_form": document(form),
    }
    return {
        name: Original(uri="", name=f"{name}.pdf", media_type="application/pdf", content=content)
        for name, content in made.items()
    }


def document(*pages: Drawing, size: tuple[float, float] = A4) -> bytes:
    """A PDF whose pages are drawn by these functions."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    canvas.setTitle("")
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write(
    canvas: Canvas,
    lines: Sequence[str],
    *,
    x: float = 70,
    top: float = 70,
    size: float = 10,
    leading: float = 13,
    page_height: float = HEIGHT,
) -> None:
    """Lines from ``top`` down; one with ``#`` in front is bold and larger."""
    height = page_height
    for line in lines:
        bold = line.startswith("#")
        canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size + 3 if bold else size)
        canvas.drawString(x, height - top, line.lstrip("# "))
        top += leading


def paragraphs(*texts: Sequence[str]) -> list[str]:
    """Texts one under another with a line of room between them."""
    lines: list[str] = []
    for text in texts:
        lines += [*text, ""]
    return lines


def table(
    canvas: Canvas,
    rows: Sequence[Sequence[str]],
    *,
    top: float,
    x: float = 70,
    width: float = 110,
    page_height: float = HEIGHT,
) -> None:
    """A ruled table with a bold header row."""
    height = page_height
    for number, row in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 9)
        for column, text in enumerate(row):
            left, bottom = x + column * width, height - top - 18 * (number + 1)
            canvas.rect(left, bottom, width, 18)
            canvas.drawString(left + 4, bottom + 5, text)


def two_columns(canvas: Canvas) -> None:
    """A title and a table over the whole width, text in two columns above and below the table."""
    write(canvas, ["#Storage rules for hall 4"], x=70, top=60)
    write(canvas, paragraphs(FLOORS, RACKS), x=50, top=100, size=9, leading=12)
    write(canvas, paragraphs(DOORS, CONVEYORS), x=310, top=100, size=9, leading=12)
    write(canvas, ["Table 1 Loads by zone"], x=50, top=230, size=9)
    table(
        canvas, [("Zone", "Use", "Load [kN/m2]"), ("A", "Racks", "50"), ("B", "Blocks", "40")], top=240, x=50, width=160
    )
    write(
        canvas,
        paragraphs(
            ["The floor of zone B was repaired in May; the load of", "table 1 holds for the repaired floor as well."]
        ),
        x=50,
        top=330,
        size=9,
        leading=12,
    )
    write(
        canvas,
        paragraphs(["Zone A takes pallets of up to 1,200 kg. Heavier ones", "go to the ground level of zone B."]),
        x=310,
        top=330,
        size=9,
        leading=12,
    )


def three_columns(canvas: Canvas) -> None:
    """A newsletter-like page: a headline over three columns of short lines."""
    write(canvas, ["#Safety notes of the month"], x=60, top=60)
    texts = (
        [
            "Trucks keep to the right",
            "in every aisle. Horns are",
            "used at each crossing.",
            "",
            "Speed is 6 km/h in zone A",
            "and 10 km/h outside.",
        ],
        [
            "Pallets with broken boards",
            "go to the repair bench. No",
            "board is nailed in the rack.",
            "",
            "Film is cut with safety",
            "knives only.",
        ],
        [
            "Fire doors stay free. The",
            "yellow field in front of a",
            "door is 1 m deep.",
            "",
            "Report a blocked door to",
            "the control room.",
        ],
    )
    for x, text in zip((50, 220, 390), texts, strict=True):
        write(canvas, text, x=x, top=100, size=9, leading=12)


def _main_part(canvas: Canvas) -> None:
    write(
        canvas,
        [
            "#1 Scope",
            "",
            "This standard holds for pallet racks in all halls.",
            "",
            "#2 Loads",
            "",
            "2.1 Uprights. An upright shall carry 120 kN.",
            "",
            "2.2 Beams. A pair of beams shall carry 30 kN. The deflection shall not",
            "exceed 1/200 of the span.",
            "",
            "#2.3 Abbreviations",
            "",
            "RSI rack safety inspector",
        ],
    )


def _appendix_a(canvas: Canvas) -> None:
    write(
        canvas,
        [
            "#Appendix A",
            "",
            "#INSPECTION OF RACKS",
            "",
            "#A.1 Intervals",
            "",
            "Racks shall be inspected once a year.",
            "",
            "A.2 Damage. A bent upright shall be unloaded at once.",
            "",
            "A.2.1 Limits. A bend of 5 mm over 1 m is red.",
        ],
    )


def _appendix_b(canvas: Canvas) -> None:
    write(
        canvas,
        [
            "#Appendix B",
            "",
            "#FORMS OF REPORTS",
            "",
            "#1 Report of damage",
            "",
            "1.1 Sender. The report names the inspector.",
            "",
            "1.2 Time. The report is sent within one day.",
            "",
            "#2 Report of repair",
            "",
            "2.1 Parts. The report lists the parts that were exchanged.",
        ],
    )


APPENDIX_PAGES = (_main_part, _appendix_a, _appendix_b)


def items(canvas: Canvas) -> None:
    """Lettered items under a clause, items of items, bullets with their stem."""
    write(
        canvas,
        [
            "#3 Doors",
            "",
            "#3.2 Fire doors",
            "",
            "3.2.1 A fire door shall",
            "(a) close by itself within 25 s,",
            "(b) resist fire for 90 minutes, with",
            "(i) a frame of steel, and",
            "(ii) a seal that swells,",
            "(c) show its number on both sides.",
            "",
            "3.2.2 Signs. A sign shall name:",
            "",
            "\u2022 the number of the door;",
            "\u2022 the fire section behind it, also where the section has a name of",
            "   its own;",
            "\u2022 the telephone of the control room.",
            "",
            "3.2.3 Tests. Each door shall be tested twice a year.",
        ],
    )


def running_heads() -> list[Drawing]:
    """Pages with a running head, a running foot and page numbers; a clause goes on over the page."""
    ends = ("where a lane crosses", "behind each load", "on both of its sides")
    rules = ("A truck shall stop", "A door shall close", "A rack shall bear", "A lamp shall light")

    def page(number: int, rule: str) -> Drawing:
        def draw(canvas: Canvas) -> None:
            write(canvas, ["RK-210 Rack standard, issue 4"], x=70, top=30, size=8)
            write(canvas, [f"Page {number} of 4"], x=480, top=30, size=8)
            write(canvas, ["Hall services, internal"], x=70, top=815, size=8)
            before = [f"{ends[number - 2]} in every hall.", ""] if number > 1 else []
            write(canvas, [*before, f"{number}.1 Rule. {rule}"])

        return draw

    return [page(number, rule) for number, rule in enumerate(rules, start=1)]


def hyphens(canvas: Canvas) -> None:
    """Words broken at line ends: most lose their hyphen, a compound keeps it."""
    write(
        canvas,
        [
            "1.1 Doors. A fire-rated door shall be closed with a self-acting mecha-",
            "nism. The frame of a fire-",
            "rated door is made of galva-",
            "nised steel. Types are FD-30, FD-60 and FD-",
            "90; widths run from 900 -",
            "1200 mm.",
        ],
    )


def figures(canvas: Canvas) -> None:
    """A drawn figure with words in it and a caption below, text around it."""
    write(canvas, ["#4 Layout", "", "Figure 3 shows a rack bay from the aisle. It is not to scale."])
    canvas.setLineWidth(1)
    canvas.rect(150, HEIGHT - 320, 240, 180)
    for level in (1, 2):
        canvas.line(150, HEIGHT - 320 + 60 * level, 390, HEIGHT - 320 + 60 * level)
    canvas.line(270, HEIGHT - 320, 270, HEIGHT - 140)
    write(canvas, ["Beam B-12"], x=160, top=190, size=8)
    write(canvas, ["Upright U-7"], x=280, top=250, size=8)
    write(canvas, ["2700"], x=255, top=310, size=8)
    write(canvas, ["Figure 3. Rack bay, seen from the aisle"], x=170, top=345)
    write(
        canvas,
        [
            "The bay carries three pallets a level. Its beams are set at steps of 50 mm, and the",
            "lowest beam lies 1,800 mm above the floor.",
        ],
        top=390,
    )


def drawing(canvas: Canvas) -> None:
    """A drawing sheet: lines, dimensions, notes, a title block at the lower right."""
    width, height = landscape(A4)
    canvas.rect(20, 20, width - 40, height - 40)
    canvas.rect(100, 200, 380, 220)
    for x in range(140, 480, 40):
        canvas.line(x, 200, x, 420)
    for number, x in enumerate(range(100, 480, 76), start=1):
        canvas.circle(x, 450, 10)
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(x, 447, str(number))
    canvas.drawString(250, 300, "DOCK DOOR D-14")
    canvas.drawString(120, 180, "24000")
    left, bottom = width - 280, 20
    rows = ("DRAWING NO. RK-210-05", "TITLE HALL 4 RACK LAYOUT", "REV C", "SCALE 1:200", "DATE 2026-03-02")
    for number, text in enumerate(rows):
        canvas.rect(left, bottom + 22 * number, 260, 22)
        canvas.drawString(left + 6, bottom + 22 * number + 7, text)


def rotated(angle: int) -> Drawing:
    """A page whose content is turned one way and shown upright by its /Rotate."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(angle)
        width, height = (HEIGHT, WIDTH) if angle in (90, 270) else (WIDTH, HEIGHT)
        canvas.translate(width / 2, height / 2)
        canvas.rotate(angle)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        number = angle // 90
        write(
            canvas,
            [
                f"#{number} Turned by {angle}",
                "",
                f"{number}.1 Place of page {number}. This line stands at the top left of the page as it is shown.",
                f"It goes on here, {angle} degrees.",
            ],
            page_height=HEIGHT,
        )

    return draw


def sideways(canvas: Canvas) -> None:
    """A wide table and its text set sideways on an upright page."""
    canvas.translate(0, HEIGHT)
    canvas.rotate(270)
    text = [
        "#5 Loads of all zones",
        "",
        "5.1 Loads. The loads stand in the table, which is set sideways for want of room.",
    ]
    write(canvas, text, page_height=WIDTH)
    rows = [
        ("Zone", "Use", "Load [kN/m2]", "Checked"),
        ("A", "Racks", "50", "2026-01"),
        ("B", "Blocks", "40", "2026-02"),
    ]
    table(canvas, rows, top=120, page_height=WIDTH)


def margin_note(canvas: Canvas) -> None:
    """Upright text with a stamp set sideways in the margin."""
    write(canvas, ["#6 Signs", "", *RACKS, "", *DOORS])
    canvas.translate(30, 300)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(0, 0, "Uncontrolled copy when printed")


def form(canvas: Canvas) -> None:
    """A form: labels with a colon, values beside them, one left blank."""
    write(canvas, ["#Rack damage report"], top=60)
    rows = (
        ("Report number:", "RD-2026-117", "Hall:", "4"),
        ("Inspector:", "M. Oduya", "Aisle:", "12, north side"),
        ("Seen on:", "2026-03-02, 07:15", "Bay:", ""),
        ("Damage:", "Upright bent by 7 mm", "Risk:", "Red"),
    )
    for number, row in enumerate(rows):
        for x, text in zip((70, 170, 330, 400), row, strict=True):
            canvas.setFont("Helvetica-Bold" if text.endswith(":") else "Helvetica", 9)
            canvas.drawString(x, HEIGHT - 100 - 18 * number, text)
