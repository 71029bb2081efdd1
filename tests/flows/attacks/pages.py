"""Attacks in PDF: loops, lies about sizes, streams that inflate without end, deep nesting."""

import zlib
from collections.abc import Iterator, Mapping

from attacks import INDEXED, Attack, attack

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TEXT = b"BT /F1 12 Tf 72 700 Td (Racks stand on the slab.) Tj ET"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
ANY = ("unreadable", "empty", "no_text", "timeout", "memory", "crashed", "too_large")


def attacks() -> Iterator[Attack]:
    yield from trees()
    yield from streams()
    yield from structures()


def trees() -> Iterator[Attack]:
    """Page trees that lie or loop."""
    yield attack("tree-of-itself.pdf", document({2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), *ANY)
    yield attack(
        "tree-cycle.pdf",
        document(
            {
                2: "<< /Type /Pages /Kids [6 0 R] /Count 9 >>",
                6: "<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>",
            }
        ),
        *ANY,
    )
    yield attack("claims-pages.pdf", document({2: "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"}), INDEXED, *ANY)
    yield attack("negative-pages.pdf", document({2: "<< /Type /Pages /Kids [3 0 R] /Count -3 >>"}), INDEXED, *ANY)
    yield attack(
        "same-page.pdf", document({2: f"<< /Type /Pages /Kids [{'3 0 R ' * 3000}] /Count 3000 >>"}), INDEXED, *ANY
    )
    deep = {
        number: f"<< /Type /Pages /Kids [{number + 1} 0 R] /Count 1 /Parent {number - 1} 0 R >>"
        for number in range(10, 3000)
    }
    yield attack(
        "deep-tree.pdf", document({2: "<< /Type /Pages /Kids [10 0 R] /Count 1 >>", **deep, 3000: PAGE}), INDEXED, *ANY
    )
    yield attack("no-pages.pdf", document({2: "<< /Type /Pages /Kids [] /Count 0 >>"}), *ANY)
    yield attack("huge-page.pdf", document({3: PAGE.replace("612 792", "99999999 99999999")}), INDEXED, *ANY)
    yield attack("no-area.pdf", document({3: PAGE.replace("612 792", "0 0")}), INDEXED, *ANY)
    yield attack("nan-page.pdf", document({3: PAGE.replace("612 792", "nan 1e400")}), INDEXED, *ANY)


def streams() -> Iterator[Attack]:
    """Streams that are more, or other, than they say."""
    spaces = zlib.compress(b" " * 300_000_000, 1)
    yield attack("inflates.pdf", document({4: stream(spaces, "/Filter /FlateDecode")}), *ANY)
    twice = zlib.compress(zlib.compress(b"(x) Tj " * 20_000_000, 1), 1)
    yield attack(
        "inflates-twice.pdf", document({4: stream(twice, "/Filter [/FlateDecode /FlateDecode]")}), INDEXED, *ANY
    )
    filters = "/ASCIIHexDecode " * 500
    yield attack("filters.pdf", document({4: stream(TEXT, f"/Filter [{filters}]")}), INDEXED, *ANY)
    yield attack(
        "long-claim.pdf", document({4: b"<< /Length 2000000000 >> stream\n" + TEXT + b"\nendstream"}), INDEXED, *ANY
    )
    yield attack(
        "length-of-itself.pdf", document({4: b"<< /Length 4 0 R >> stream\n" + TEXT + b"\nendstream"}), INDEXED, *ANY
    )
    operators = zlib.compress(b"q " * 2_000_000 + TEXT, 1)
    yield attack("saves.pdf", document({4: stream(operators, "/Filter /FlateDecode")}), INDEXED, *ANY)
    lines = zlib.compress(b"0 0 m 9 9 l S " * 1_500_000 + TEXT, 1)
    yield attack("lines.pdf", document({4: stream(lines, "/Filter /FlateDecode")}), INDEXED, *ANY)
    words = zlib.compress(b"BT /F1 1 Tf " + b"1 0 Td (word) Tj " * 300_000 + b" ET", 1)
    yield attack("words.pdf", document({4: stream(words, "/Filter /FlateDecode")}), INDEXED, *ANY)
    yield attack(
        "calls-itself.pdf",
        document({4: stream(b"/X Do", ""), 3: with_object("6 0 R"), 6: form("/X Do", "6 0 R")}),
        INDEXED,
        *ANY,
    )
    fan = {number: form("/X Do " * 30, f"{number + 1} 0 R") for number in range(6, 16)}
    yield attack(
        "calls-many.pdf",
        document({4: stream(b"/X Do", ""), 3: with_object("6 0 R"), **fan, 16: form("0 0 m", "16 0 R")}),
        INDEXED,
        *ANY,
    )
    for name, more in {
        "jbig2": "/Filter /JBIG2Decode /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray",
        "jpx": "/Filter /JPXDecode /Width 60000 /Height 60000",
        "raw": "/Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB",
        "flate": "/Filter /FlateDecode /Width 30000 /Height 30000 /BitsPerComponent 8 /ColorSpace /DeviceRGB",
    }.items():
        image = stream(b"\x00" * 300 if name != "flate" else spaces[:100_000], f"/Type /XObject /Subtype /Image {more}")
        painted = document({4: stream(b"612 0 0 792 0 0 cm /X Do", ""), 3: with_object("6 0 R"), 6: image})
        yield attack(f"image-{name}.pdf", painted, INDEXED, *ANY)


def structures() -> Iterator[Attack]:
    """What holds a PDF together, tied in knots."""
    whole = document({})
    start = whole.rindex(b"startxref")
    position = whole.rindex(b"xref\n", 0, start)
    loop = whole.replace(b"/Size", f"/Prev {position} /Size".encode())
    yield attack("xref-loop.pdf", loop, INDEXED, *ANY)
    yield attack("xref-nowhere.pdf", whole[:start] + b"startxref\n99999999\n%%EOF", INDEXED, *ANY)
    yield attack("xref-backwards.pdf", whole[:start] + b"startxref\n-5\n%%EOF", INDEXED, *ANY)
    yield attack("deep-arrays.pdf", document({6: "[" * 300_000 + "]" * 300_000}), INDEXED, *ANY)
    yield attack(
        "deep-dictionaries.pdf",
        document({1: f"<< /Type /Catalog /Pages 2 0 R /X {'<< /A ' * 100_000}1{'>> ' * 100_000} >>"}),
        INDEXED,
        *ANY,
    )
    yield attack("root-of-itself.pdf", document({1: "1 0 R"}), *ANY)
    yield attack(
        "references.pdf", document({3: "6 0 R", **{n: f"{n + 1} 0 R" for n in range(6, 2000)}, 2000: "6 0 R"}), *ANY
    )
    objects = stream(b"1 0 2 9 3 18 " + b"<< >> " * 3, "/Type /ObjStm /N 1000000000 /First 13 /Extends 6 0 R")
    yield attack("object-streams.pdf", document({6: objects}), INDEXED, *ANY)
    yield attack("no-end.pdf", whole[:200], *ANY)
    yield attack("head-only.pdf", b"%PDF-1.7\n", *ANY)
    yield attack("heads.pdf", b"%PDF-1.7\n" * 50_000, *ANY)
    yield attack(
        "locked.pdf",
        document(
            {},
            trailer="/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"
            + "41" * 32
            + "> /U <"
            + "42" * 32
            + "> >> /ID [<01> <01>]",
        ),
        "encrypted",
        *ANY,
    )
    yield attack(
        "other-lock.pdf",
        document({}, trailer="/Encrypt << /Filter /Nobodys /V 99 >> /ID [<01> <01>]"),
        "encrypted",
        *ANY,
    )
    outlines = {
        6: "<< /Title (x) /Parent 6 0 R /First 6 0 R /Next 6 0 R >>",
        1: "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
    }
    yield attack("outline-loop.pdf", document(outlines), INDEXED, *ANY)


def document(objects: Mapping[int, str | bytes], *, trailer: str = "") -> bytes:
    """A PDF of one page with a sentence, and these objects instead of or beside its own."""
    own: dict[int, str | bytes] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE,
        4: stream(TEXT, ""),
        5: FONT,
    }
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted({**own, **objects}.items()):
        places[number] = len(out)
        raw = content.encode() if isinstance(content, str) else content
        out += f"{number} 0 obj\n".encode() + raw + b"\nendobj\n"
    start, size = len(out), max(places) + 1
    out += f"xref\n0 {size}\n".encode()
    for number in range(size):
        place = places.get(number)
        out += b"0000000000 65535 f \n" if place is None else f"{place:010d} 00000 n \n".encode()
    out += f"trailer\n<< /Root 1 0 R {trailer} /Size {size} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(content: bytes, more: str) -> bytes:
    return f"<< /Length {len(content)} {more} >> stream\n".encode() + content + b"\nendstream"


def form(content: str, inner: str) -> bytes:
    return stream(
        content.encode(), f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {inner} >> >>"
    )


def with_object(reference: str) -> str:
    return PAGE.replace("/Resources <<", f"/Resources << /XObject << /X {reference} >>")
