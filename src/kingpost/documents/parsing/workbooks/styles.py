"""How a workbook's cells are set: number format, bold, indentation, centring over columns, by style number."""

from dataclasses import dataclass

from lxml import etree

from kingpost.documents.parsing.workbooks.number_formats import is_date_format, unit_of_format
from kingpost.documents.parsing.workbooks.package import Package, is_on

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0;-"$"#,##0',
    6: '"$"#,##0;-"$"#,##0',
    7: '"$"#,##0.00;-"$"#,##0.00',
    8: '"$"#,##0.00;-"$"#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd hh:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;-#,##0;"-"',
    42: '"$"#,##0;-"$"#,##0;"$"\\-',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '"$"#,##0.00;-"$"#,##0.00;"$"\\-',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "0.0E+0",
    49: "@",
}
"""Formats that files name by number only; 14 and 22 are shown as each reader's system shows dates: read as ISO."""
SYSTEM_DATES = ("[$-F800]", "[$-x-sysdate]", "[$-F400]", "[$-x-systime]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What reading needs of a cell's style."""

    number_format: str = "General"
    is_date: bool = False
    unit: str = ""
    bold: bool = False
    indent: int = 0
    across: bool = False
    """Centred over the blank cells to its right."""


PLAIN = Style()


def read_styles(package: Package, part: str) -> list[Style]:
    """By the number under which cells name them."""
    root = package.xml(part) if part else None
    if root is None:
        return [PLAIN]
    formats = {
        int(element.get("numFmtId", "0")): element.get("formatCode", "")
        for element in root.iterfind("{*}numFmts/{*}numFmt")
    }
    bold = [
        is_on(found, "val", default=True) if (found := font.find("{*}b")) is not None else False
        for font in root.iterfind("{*}fonts/{*}font")
    ]
    return [_style(element, formats, bold) for element in root.iterfind("{*}cellXfs/{*}xf")] or [PLAIN]


def _style(element: etree._Element, formats: dict[int, str], bold: list[bool]) -> Style:
    number, font = int(element.get("numFmtId", "0")), int(element.get("fontId", "0"))
    code = formats.get(number) or BUILT_IN.get(number, "General")
    if code.startswith(SYSTEM_DATES):
        code = BUILT_IN[14] if is_date_format(code) and "y" in code.lower() else BUILT_IN[20]
    alignment = element.find("{*}alignment")
    setting = alignment.attrib if alignment is not None else {}
    return Style(
        number_format=code,
        is_date=is_date_format(code),
        unit=unit_of_format(code),
        bold=bold[font] if 0 <= font < len(bold) else False,
        indent=int(setting.get("indent", "0")),
        across=setting.get("horizontal") == "centerContinuous",
    )
