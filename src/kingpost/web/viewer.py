"""The viewer: ``/view/DOCUMENT`` opens a cited place, boxed on its page, in its cells, or marked in its text."""

from functools import partial
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from kingpost.documents.parsing.picture_pages import as_pdf
from kingpost.errors import UsageError
from kingpost.web.context import AppHere
from kingpost.web.templates import STYLE, render
from kingpost.web.viewing import sections, sheets
from kingpost.web.viewing.boxes import band_around, boxes_of, inside_band
from kingpost.web.viewing.opening import Opened, open_document
from kingpost.web.viewing.page_blocks import blocks_of_page
from kingpost.web.viewing.page_images import PageImages, band

router = APIRouter(prefix="/view", tags=["viewer"])

PDF = "application/pdf"
PICTURE = "image/"


class Place(BaseModel):
    """Where to open the document; without anything, at its beginning.

    ``excerpt`` shows only the surroundings; ``blocks`` shows all that was read.
    """

    model_config = ConfigDict(extra="ignore")

    revision: str = ""
    page: int = Field(0, ge=0)
    box: list[str] = []
    quote: str = Field("", max_length=4000)
    sheet: str = ""
    range: str = ""
    span: str = Field("", pattern=r"^(\d{1,9}-\d{1,9})?$")
    excerpt: bool = False
    blocks: bool = False


def _pictures(request: Request) -> PageImages:
    return cast(PageImages, request.app.state.pictures)


@router.get("/style.css")
def style() -> Response:
    """The viewer's style sheet."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/{document_id}")
def view(document_id: str, app: AppHere, place: Annotated[Place, Query()]) -> HTMLResponse:
    """The document with the cited place marked."""
    opened = open_document(app, document_id, place.revision)
    if opened.document.media_type.startswith((PDF, PICTURE)):
        return _page(opened, place)
    if place.sheet or sheets.sheet_names(opened.parsed()):
        return _sheet(opened, place)
    return _text(opened, place)


@router.get("/{document_id}/page/{page}.png")
def page_image(
    document_id: str,
    page: int,
    app: AppHere,
    pictures: Annotated[PageImages, Depends(_pictures)],
    revision: str = "",
    top: Annotated[float, Query(ge=0, le=1)] = 0.0,
    bottom: Annotated[float, Query(ge=0, le=1)] = 1.0,
) -> Response:
    """A page as PNG, or a band of it between two fractions of its height."""
    opened = open_document(app, document_id, revision)
    if not opened.document.media_type.startswith((PDF, PICTURE)) or top >= bottom:
        raise UsageError("there is no such image", next="page images are of PDF documents, with top above bottom")
    image = pictures.png(opened.revision.id, page, partial(_pages_of, opened))
    content = image if (top, bottom) == (0.0, 1.0) else band(image, top, bottom)
    return Response(content, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _pages_of(opened: Opened) -> bytes:
    """The document as a PDF: pictures have been read as pages of one."""
    content = opened.read()
    if opened.document.media_type == PDF:
        return content
    return as_pdf(opened.document.name, content)[0]


def _page(opened: Opened, place: Place) -> HTMLResponse:
    boxes = boxes_of(place.box)
    edges = band_around(boxes) if place.excerpt else (0.0, 1.0)
    return _render(
        "page.html",
        opened,
        place,
        page=max(place.page, 1),
        pages=max(opened.revision.pages, place.page, 1),
        boxes=[inside_band(box, edges) for box in boxes],
        edges=edges,
        blocks=blocks_of_page(opened.parsed(), max(place.page, 1)) if place.blocks and not place.excerpt else [],
    )


def _sheet(opened: Opened, place: Place) -> HTMLResponse:
    region = sheets.region(opened.parsed(), place.sheet, place.range, excerpt=place.excerpt)
    here = [block for block in opened.parsed().blocks if sheets.is_on(block, region.sheet)] if place.blocks else []
    return _render("sheet.html", opened, place, region=region, blocks=[sections.as_read(block) for block in here])


def _text(opened: Opened, place: Place) -> HTMLResponse:
    parsed = opened.parsed()
    if place.page:
        blocks = sections.blocks_on_page(parsed, place.page, place.quote)
    else:
        start, _, end = place.span.partition("-")
        blocks = sections.blocks_at_span(parsed, (int(start or 0), int(end or 0)))
    shown = sections.around_citation(blocks, sections.EXCERPT if place.excerpt else sections.LONGEST)
    first = next((index for index, block in enumerate(shown) if block.cited), -1)
    return _render("text.html", opened, place, blocks=shown, first=first, left_out=len(blocks) - len(shown))


def _render(template: str, opened: Opened, place: Place, **values: Any) -> HTMLResponse:
    return render(
        template,
        document=opened.document,
        revision=opened.revision,
        standing=opened.status.value,
        notice=opened.notice,
        place=place,
        here=partial(_address, opened, place),
        **values,
    )


def _address(opened: Opened, place: Place, **changed: Any) -> str:
    """The address of this view with something changed."""
    kept = {"revision": opened.revision.id, "page": place.page, "sheet": place.sheet, "blocks": place.blocks}
    values = {name: 1 if value is True else value for name, value in (kept | changed).items() if value}
    return f"/view/{opened.document.id}?{urlencode(values)}"
