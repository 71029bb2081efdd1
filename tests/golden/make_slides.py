"""Slides with a chart, a merged table, a described picture, notes and a hidden slide."""

import io
from typing import Any

import pptx
from make_word import PIXEL
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Cm

from kingpost.types.documents import Original

SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def cases() -> dict[str, Original]:
    return {"slides": upgrade(), "slides_columns": columns()}


def saved(presentation: Any, name: str) -> Original:
    output = io.BytesIO()
    presentation.save(output)
    return Original(uri="", name=name, media_type=SLIDES, content=output.getvalue())


def columns() -> Original:
    """A title of two lines; two columns of boxes beside each other, then labels with their values; numbered items."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Dock doors\vand levellers"
    for text, left, top in (
        ("Levellers carry 60 kN and are inspected every year by a competent person.", 13, 5),
        ("Doors", 1, 4),
        ("Doors are 3.0 m wide and close by themselves when the fire alarm sounds.", 1, 5),
        ("Levellers", 13, 4),
        ("Speed", 1, 10),
        ("0.2 m/s", 13, 10.2),
        ("Rated load", 1, 12),
        ("60 kN", 13, 11.9),
    ):
        slide.shapes.add_textbox(Cm(left), Cm(top), Cm(10), Cm(0.9)).text_frame.text = text
    frame = slide.shapes.add_textbox(Cm(1), Cm(14), Cm(20), Cm(4)).text_frame
    frame.text = "Before opening:"
    for text in ("Chock the truck", "Switch the lamp to red"):
        paragraph = frame.add_paragraph()
        paragraph.text = text
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum {nsdecls("a")} type="alphaLcParenR"/>'))
    return saved(presentation, "docks.pptx")


def upgrade() -> Original:
    presentation = pptx.Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Conveyor upgrade"
    first.placeholders[1].text_frame.text = "Belt speed rises to 1.8 m/s"
    first.placeholders[1].text_frame.add_paragraph().text = "Guards are replaced first"
    first.notes_slide.notes_text_frame.text = "Ask the supplier for the noise report."
    second = presentation.slides.add_slide(presentation.slide_layouts[5])
    second.shapes.title.text = "Throughput"
    data = CategoryChartData()
    data.categories = ["Line 1", "Line 2"]
    data.add_series("Cartons per hour", (1200, 950))
    chart = second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(1), Cm(4), Cm(9), Cm(6), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Throughput by line"
    table = second.shapes.add_table(3, 3, Cm(1), Cm(11), Cm(15), Cm(3)).table
    for row, texts in enumerate([["Line", "Drive", "Power (kW)"], ["1", "M-17", "5.5"], ["2", "", "7.5"]]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    picture = second.shapes.add_picture(io.BytesIO(PIXEL), Cm(12), Cm(4))
    picture._element.xpath(".//p:cNvPr")[0].set("descr", "Side view of the merge at line 2")
    third = presentation.slides.add_slide(presentation.slide_layouts[5])
    third.shapes.title.text = "Old layout"
    third.element.set("show", "0")
    return saved(presentation, "upgrade.pptx")
