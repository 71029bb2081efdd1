"""HTML, Markdown, Word, slides and text: headings, tables, and spans that hold what they say."""

import io
import zipfile

import docx
import pptx
import pytest
from document_makers import cut, of_kind, one, read

from kingpost.documents.parsing.flow import text_of
from kingpost.errors import DocumentError
from kingpost.types.documents import BlockKind, ChunkKind, ParsedDocument, SectionLocation

PAGE = """<html><head><title>Dock wiki</title><script>var x = "not text";</script></head><body>
<nav><a>Home</a><a>Search</a></nav><div class="sidebar">Also see</div>
<h1>Dock leveller</h1><p>First paragraph.</p><p>Second<br>line.</p>
<h2>Alarms</h2><ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul>
<table><caption>Alarm codes</caption>
<tr><th rowspan="2">Code</th><th colspan="2">What to do</th></tr><tr><th>First</th><th>Then</th></tr>
<tr><td>E-204A</td><td>Cool</td><td rowspan="2">Reset</td></tr>
<tr><td>E-204B</td><td>Fill up</td></tr></table>
<pre>set_gate -open
  -slow</pre><p style="display:none">hidden words</p></body></html>"""


def every_span_holds_its_text(parsed: ParsedDocument) -> bool:
    text = text_of(parsed.blocks)
    places = [(block.location, block.text) for block in parsed.blocks]
    places += [
        (cell.location, cell.text) for block in parsed.blocks if block.grid for row in block.grid.rows for cell in row
    ]
    return all(isinstance(place, SectionLocation) and text[slice(*place.span)] == held for place, held in places)


def test_html_keeps_blocks_apart_and_drops_what_is_not_content() -> None:
    parsed = read("page.html", PAGE)
    texts = [block.text for block in parsed.blocks]
    assert texts[:3] == ["Dock leveller", "First paragraph.", "Second line."]
    assert texts[4:7] == ["- One", "- Inner", "- Two"]
    assert texts[-1] == "set_gate -open\n  -slow"
    assert not any(word in text_of(parsed.blocks) for word in ("Home", "Also see", "not text", "hidden"))
    assert every_span_holds_its_text(parsed)


def test_html_tables_bind_spanned_headers_and_repeat_spanned_cells() -> None:
    row = one(cut("page.html", PAGE), label="E-204B")
    assert row.text == "Code: E-204B; What to do / First: Fill up; What to do / Then: Reset"
    assert "Alarm codes" in row.context
    assert "e-204b" in row.keys


def test_html_without_line_breaks_glues_no_words_together() -> None:
    parsed = read("min.html", "<body><div>one</div><div>two<p>three</p>four</div><span>five</span><em>six</em></body>")
    assert [block.text for block in parsed.blocks] == ["one", "two", "three", "four", "fivesix"]


GUIDE = """---
title: Clock guide
---
# Clock tree

Text *with* `code` and a [link](x.md).

### Configure clock

Sets the tree up.

```tcl
configure_clock
    [-max_slew slew]
```

#### Options

| Switch | Description |
| --- | --- |
| `-max_slew` | Largest slew, default `12`. |
| `-root` | Root buffer. |

<p>Raw <b>HTML</b> too.</p>
"""


def test_markdown_gives_rows_that_name_their_command() -> None:
    chunks = cut("src/cts/README.md", GUIDE)
    row = one(chunks, label="-max_slew")
    assert row.text == "Switch: -max_slew; Description: Largest slew, default 12."
    assert row.section == ("Clock tree", "Configure clock", "Options")
    assert "configure_clock" in row.context
    assert {"max_slew", "configure_clock"} <= set(row.keys)


def test_markdown_reads_text_code_front_matter_and_raw_html() -> None:
    parsed = read("guide.md", GUIDE)
    assert parsed.title == "Clock guide"
    assert "Text with code and a link." in [block.text for block in parsed.blocks]
    assert of_kind(parsed, BlockKind.CODE)[0].text.startswith("configure_clock")
    assert parsed.blocks[-1].text == "Raw HTML too."
    assert every_span_holds_its_text(parsed)


def word_file() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Change note CN-031"
    document.add_heading("Why", 1)
    document.add_paragraph("Because of the racks.")
    table = document.add_table(rows=3, cols=3)
    rows = [("Clause", "Revision A", "Revision B"), ("4.1.2", "10.5 m", "12.2 m"), ("", "both", "15.0 m")]
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_heading("What to do", 1)
    document.add_paragraph("Compare the schedules.", style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_is_read_in_document_order_with_its_tables() -> None:
    parsed = read("note.docx", word_file())
    assert [block.kind.value for block in parsed.blocks] == ["heading", "paragraph", "table", "heading", "list"]
    chunks = cut("note.docx", word_file())
    row = next(chunk for chunk in chunks if "12.2 m" in chunk.text)
    assert row.text == "Clause: 4.1.2; Revision A: 10.5 m; Revision B: 12.2 m"
    below = next(chunk for chunk in chunks if "15.0 m" in chunk.text)
    assert below.text == "Clause: 4.1.2; Revision A: both; Revision B: 15.0 m"
    assert row.context.startswith("Change note CN-031")
    assert every_span_holds_its_text(parsed)


def test_numbered_paragraphs_of_word_are_clauses() -> None:
    document = docx.Document()
    document.add_paragraph("1.1 Scope. This procedure applies to docks.")
    document.add_paragraph("It does not apply to ramps.")
    document.add_paragraph("1.2 Tools. Use the torque wrench.")
    out = io.BytesIO()
    document.save(out)
    clause = one(cut("procedure.docx", out.getvalue()), number="1.1")
    assert clause.text == "1.1 Scope. This procedure applies to docks.\nIt does not apply to ramps."


def test_slides_are_sections_with_their_notes_and_tables() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Loads"
    table = slide.shapes.add_table(2, 2, 0, 2_000_000, 4_000_000, 800_000).table
    for column, text in enumerate(("Zone", "Load")):
        table.cell(0, column).text = text
    for column, text in enumerate(("B", "40 kN")):
        table.cell(1, column).text = text
    slide.notes_slide.notes_text_frame.text = "Said aloud."
    out = io.BytesIO()
    deck.save(out)
    chunks = cut("deck.pptx", out.getvalue())
    assert one(chunks, label="B").section[0] == "Slide 1: Loads"
    assert one(chunks, kind=ChunkKind.TEXT).text == "Said aloud."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_its_encoding_and_its_clauses_found(encoding: str) -> None:
    content = "1.1 Scope. Walls up to 3 m², “as built”.\n\nMore of it.\n\n1.2 Duty. The owner shall pay.\n"
    clause = one(cut("rules.txt", content.encode(encoding)), number="1.1")
    assert clause.text == "1.1 Scope. Walls up to 3 m², “as built”.\nMore of it."


def test_lone_surrogates_and_control_characters_never_leave_a_parser() -> None:
    parsed = read("odd.md", "# Title\x00\n\nA b\x07c &#xD800; d")
    whole = text_of(parsed.blocks)
    assert "\x00" not in whole
    assert "\x07" not in whole
    whole.encode("utf-8")


def test_a_note_in_a_cell_is_said_of_the_cell_and_not_read_as_its_value() -> None:
    head = "<table><tr><th>Bay</th><th>Load (t)</th></tr>"
    row = '<tr><td>1</td><td>25<sup><a href="#n">1</a></sup></td></tr></table>'
    (table,) = of_kind(read("page.html", f'{head}{row}<p id="n">1 without frame</p>'), BlockKind.TABLE)
    assert table.grid is not None
    cell = table.grid.rows[0][1]
    assert (cell.text, cell.comment) == ("25", "1 without frame")


def test_cells_say_how_far_they_reach() -> None:
    (table,) = of_kind(read("page.html", PAGE), BlockKind.TABLE)
    assert table.grid is not None
    assert [(cell.rows, cell.columns, cell.merged) for cell in table.grid.head[0]] == [
        (2, 1, False),
        (1, 2, False),
        (1, 1, True),
    ]


def test_what_has_most_of_a_page_is_content_whatever_it_is_called() -> None:
    parsed = read(
        "page.html", "<div class='sidebar'><p>The ramp bears trucks of 40 t.</p></div><div class='menu'>Home</div>"
    )
    assert [block.text for block in parsed.blocks] == ["The ramp bears trucks of 40 t."]


def test_a_page_of_nothing_but_navigation_is_read_all_the_same() -> None:
    assert text_of(read("page.html", "<nav><a>Doors</a> <a>Racks</a></nav>").blocks) == "Doors Racks"


@pytest.mark.parametrize("tag", ["div", "ul", "table", "span", "dl", "blockquote"])
def test_nothing_is_lost_however_deep_elements_nest(tag: str) -> None:
    text = text_of(read("page.html", f"<{tag}>" * 3000 + "deep down").blocks)
    assert "deep down" in text


def test_columns_that_reach_far_cost_no_more_than_the_widest_table() -> None:
    parsed = read("page.html", "<table>" + "<tr><td rowspan=60000 colspan=900>a</td></tr>" * 600 + "</table>")
    assert parsed.blocks


@pytest.mark.parametrize("name", ["page.html", "guide.md", "notes.txt", "manual.xml", "rules.fodt"])
def test_every_span_holds_its_text_in_all_kinds_of_markup(name: str) -> None:
    page = {
        "page.html": PAGE,
        "guide.md": GUIDE,
        "notes.txt": "Limits\n======\n\nItem    Load\nBeam    20\nBay     80\n\n- one\n- two\n",
        "manual.xml": "<article><title>Gate</title><para>Push.</para></article>",
        "rules.fodt": FLAT,
    }[name]
    parsed = read(name, page)
    assert parsed.blocks
    assert every_span_holds_its_text(parsed)


FLAT = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:h>Floor</text:h>
<text:p>50 kN</text:p></office:text></office:body></office:document>"""


def test_xml_that_holds_data_is_refused_with_advice() -> None:
    with pytest.raises(DocumentError) as caught:
        read("cells.xml", "<cells><cell x='1'>5</cell></cells>")
    assert caught.value.reason == "unsupported"


def test_entities_of_xml_are_never_resolved() -> None:
    page = (
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><article><title>T</title><para>a&e;b</para></article>'
    )
    assert [block.text for block in read("a.xml", page).blocks] == ["T", "ab"]


def test_an_encrypted_opendocument_text_says_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
        archive.writestr("content.xml", "x")
    with pytest.raises(DocumentError) as caught:
        read("rules.odt", out.getvalue())
    assert caught.value.reason == "encrypted"


def test_names_in_angle_brackets_are_words_of_markdown() -> None:
    assert text_of(read("a.md", "Use -in <input> or <bay_name>, H<sub>2</sub>O.").blocks) == (
        "Use -in <input> or <bay_name>, H\u2082O."
    )
