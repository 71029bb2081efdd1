"""Guards that what is stored in a sheet is in its blocks: a sheet that loses words is read again, row by row."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kingpost.documents.parsing.pages.coverage import share_held
from kingpost.documents.parsing.workbooks.sheets import Sheet, column_name
from kingpost.types.documents import Block, BlockKind, SheetLocation

ENOUGH_WORDS = 0.9
"""Share of a sheet's words that its blocks must hold."""
BETWEEN = " | "


def words_held(sheet: Sheet, blocks: Sequence[Block]) -> float:
    """Share of the words in the sheet's cells that the blocks hold; the overview does not count."""
    stored = " ".join(cell.text for cell in sheet.cells.values() if not cell.merged)
    told = [block for block in blocks if block.grid is None or block.grid.rows]
    held = [text for block in told for text in (block.text, block.label, *block.section[1:])]
    return share_held(stored, " ".join(held))


def plain_rows(sheet: Sheet) -> Iterator[Block]:
    """Every row with what is stored in it, as text."""
    places = sorted(place for place, cell in sheet.cells.items() if cell.text and not cell.merged)
    for row, group in groupby(places, key=lambda place: place[0]):
        columns = [column for _, column in group]
        first, last = f"{column_name(columns[0])}{row}", f"{column_name(columns[-1])}{row}"
        yield Block(
            kind=BlockKind.PARAGRAPH,
            text=BETWEEN.join(sheet.cells[row, column].text for column in columns),
            location=SheetLocation(sheet=sheet.name, range=first if first == last else f"{first}:{last}"),
            section=sheet.section,
        )
