"""Rich text: numbers that stand before paragraphs by themselves, a table, signs of two alphabets, a footnote."""

from kingpost.types.documents import Original

TEXT = r"""{\rtf1\ansi\ansicpg1252\uc1\deff0
{\fonttbl{\f0\fswiss Arial;}{\f1\fswiss\fcharset204 Arial Cyr;}}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0\b heading 1;}}
{\info{\title Dock standard WDS-520}{\author Site}}
{\header\pard WDS-520 Rev. A\par}
\pard\s1\outlinelevel0{\listtext\pard 1\tab}Doors\par
\pard\plain Doors are 3.0 m wide \emdash{} measured at 20 \'b0C; area 9 m{\super 2}.{\footnote\pard Inside.}\par
\pard{\listtext\pard 1.1\tab}Leaves. They shall close within 30 s.{\v internal}\par
\pard{\pntext\'b7\tab}\ilvl0 Check the seal \u8212?\par
\pard{\pntext\'b7\tab}Check the lamp\par
\trowd\trhdr\cellx2000\cellx4000\cellx6000
\pard\intbl\b Door\cell Load (kN)\cell Remark\cell\row
\trowd\cellx2000\cellx4000\cellx6000\pard\intbl\plain T-1\cell 40\cell\f1 \'ea\'e8\'ed\'ee\cell\row
\trowd\cellx2000\cellx6000\pard\intbl T-2\cell closed until May\cell\row
\pard After the table.\par
\trowd\cellx2000\cellx6000\pard\intbl Doc. No.:\cell WDS-520\cell\row
\trowd\cellx2000\cellx6000\pard\intbl Rev.:\cell A\cell\row
\pard{\*\unknown not read}{\pict\pngblip 89504e47}End.\par}"""


def cases() -> dict[str, Original]:
    return {"rtf": Original(uri="", name="docks.rtf", media_type="application/rtf", content=TEXT.encode("ascii"))}
