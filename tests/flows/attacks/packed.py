"""Attacks in packed files: bombs, lying directories, entities, sheets that are larger than they look."""

import io
import struct
import zipfile
from collections.abc import Iterator

from attacks import INDEXED, Attack, attack
from attacks.whole import letter, slides, workbook

MEGABYTE = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
WORDS = "word/document.xml"
SLIDE = "ppt/slides/slide1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "laughs": f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE d [<!ENTITY l9 "{"x" * 60_000}">]>',
    "file": '<!DOCTYPE d [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "network": '<!DOCTYPE d [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
    "parameter": '<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY l9 "x">]>',
}
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def attacks() -> Iterator[Attack]:
    yield from bombs()
    yield from lying_directories()
    yield from entities()
    yield from sheets()


def bombs() -> Iterator[Attack]:
    """Archives that unpack to far more than they are."""
    zeros = bytes(40 * MEGABYTE)
    yield attack("bomb.xlsx", with_member(workbook("x"), SHEET, zeros), "too_large")
    yield attack("bomb.docx", with_member(letter("x"), WORDS, zeros), "too_large")
    yield attack("bomb.pptx", with_member(slides("x"), SLIDE, zeros), "too_large")
    yield attack("bomb-in-media.docx", with_member(letter("x"), "word/media/image9.png", zeros), "too_large")
    yield attack(
        "bomb-nested.docx",
        with_member(letter("x"), "word/embeddings/b.xlsx", with_member(b"", "a", zeros)),
        INDEXED,
        "too_large",
        "unreadable",
    )
    many = zipped({f"m{number}": bytes(3 * MEGABYTE) for number in range(15)})
    yield attack("many-add-up.xlsx", many, "too_large")
    yield attack("members.docx", zipped({f"m{number}": b"" for number in range(20_100)}), "too_large", "unreadable")
    yield attack(
        "behind-a-program.xlsx",
        b"MZ" + bytes(200) + with_member(workbook("x"), SHEET, zeros),
        "too_large",
        "wrong_kind",
    )
    yield attack("overlapping.xlsx", overlapping(300, 2 * MEGABYTE), "too_large", "unreadable")


def lying_directories() -> Iterator[Attack]:
    """Directories that say something else than the members."""
    whole = with_member(workbook("x"), SHEET, bytes(40 * MEGABYTE))
    small = struct.pack("<I", 1000)
    yield attack(
        "declares-little.xlsx", whole.replace(struct.pack("<I", 40 * MEGABYTE), small), "too_large", "unreadable"
    )
    yield attack(
        "declares-64-bits.xlsx", whole.replace(struct.pack("<I", 40 * MEGABYTE), b"\xff" * 4), "too_large", "unreadable"
    )
    declared = workbook("x")
    end = declared.rindex(b"PK\x05\x06")
    yield attack(
        "directory-elsewhere.xlsx", declared[: end + 16] + b"\xff\xff\xff\x7f" + declared[end + 20 :], "unreadable"
    )
    yield attack(
        "directory-of-itself.xlsx", declared[: end + 16] + struct.pack("<I", end) + declared[end + 20 :], "unreadable"
    )
    yield attack("no-directory.docx", letter("x").replace(b"PK\x05\x06", b"XX\x05\x06"), "unreadable")
    yield attack("no-workbook.xlsx", zipped({"hello.txt": b"x"}), "unreadable")
    yield attack("no-document.docx", zipped({"[Content_Types].xml": b"<Types/>"}), "unreadable")
    yield attack("empty-archive.pptx", b"PK\x05\x06" + bytes(18), "unreadable")


def entities() -> Iterator[Attack]:
    """Entity declarations in every kind of office file, in UTF-8 and UTF-16."""
    for name, declaration in ENTITIES.items():
        text = f"<d>{'&l9;' * (500 if name == 'quadratic' else 1)}</d>"
        for whole, member, suffix in ((workbook, SHEET, "xlsx"), (letter, WORDS, "docx"), (slides, SLIDE, "pptx")):
            content = f"<?xml version='1.0'?>{declaration}{text}".encode()
            yield attack(f"entities-{name}.{suffix}", with_member(whole("x"), member, content), "unsafe")
    wide = f"<?xml version='1.0' encoding='utf-16'?>{ENTITIES['file']}<d>&l9;</d>".encode("utf-16")
    yield attack("entities-wide.docx", with_member(letter("x"), WORDS, wide), "unsafe")
    shared = f"<?xml version='1.0'?>{ENTITIES['laughs']}<sst><si><t>&l9;</t></si></sst>".encode()
    yield attack("entities-shared.xlsx", with_member(workbook("x"), "xl/sharedStrings.xml", shared), "unsafe")


def sheets() -> Iterator[Attack]:
    """Sheets whose XML asks for much."""
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far away</t></is></c></row>'
    near = '<row r="1"><c r="A1" t="inlineStr"><is><t>near</t></is></c></row>'
    yield attack("far-cell.xlsx", sheet(near + far), INDEXED)
    yield attack(
        "far-merge.xlsx",
        sheet(near, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        INDEXED,
        "timeout",
        "memory",
    )
    merges = "".join(f'<mergeCell ref="A{n}:C{n}"/>' for n in range(1, 100_000))
    yield attack(
        "merges.xlsx",
        sheet(near, f"<mergeCells>{merges}</mergeCells>"),
        INDEXED,
        "timeout",
        "memory",
        "unreadable",
        "too_large",
    )
    deep = "<d>" * 100_000 + "</d>" * 100_000
    yield attack("deep.xlsx", sheet(near, deep), INDEXED, "unreadable", "crashed", "timeout", "memory")
    yield attack(
        "deep.docx",
        with_member(letter("x"), WORDS, f"<d>{deep}</d>".encode()),
        "unreadable",
        "crashed",
        "memory",
        "timeout",
    )
    yield attack(
        "deep.pptx",
        with_member(slides("x"), SLIDE, f"<d>{deep}</d>".encode()),
        "unreadable",
        "crashed",
        "memory",
        "timeout",
    )
    cells = "".join(f'<row r="{r}">{"<c><v>1</v></c>" * 100}</row>' for r in range(1, 12_000))
    yield attack("million-cells.xlsx", sheet(cells), "timeout", "memory", "too_large")
    columns = "".join(f'<c r="{name}1"><v>{n}</v></c>' for n, name in enumerate(("A", "ZZ", "XFD")))
    yield attack("wide.xlsx", sheet(f'<row r="1">{columns}</row>'), INDEXED)
    yield attack(
        "bad-address.xlsx",
        sheet('<row r="1"><c r="A99999999999"><v>1</v></c></row>'),
        INDEXED,
        "unreadable",
        "memory",
        "empty",
    )
    yield attack("negative.xlsx", sheet('<row r="-5"><c r="A-5"><v>1</v></c></row>'), INDEXED, "unreadable", "empty")
    yield attack("styles.xlsx", with_member(workbook("x"), "xl/styles.xml", circular_styles()), INDEXED, "unreadable")
    strings = "<si><t>x</t></si>" * 300_000
    yield attack(
        "strings.xlsx",
        with_member(workbook("x"), "xl/sharedStrings.xml", f'<sst xmlns="{NAMESPACE}">{strings}</sst>'.encode()),
        INDEXED,
        "timeout",
        "memory",
        "too_large",
        "unreadable",
    )
    yield attack(
        "formula.xlsx",
        sheet(f'<row r="1"><c r="A1"><f>{"(" * 50_000}1{")" * 50_000}</f></c></row>'),
        INDEXED,
        "unreadable",
        "empty",
        "timeout",
        "crashed",
        "no_text",
    )


def circular_styles() -> bytes:
    styles = '<xf xfId="0"/>' * 3
    formats = '<cellXfs count="1"><xf numFmtId="999999" fontId="888" xfId="7"/></cellXfs>'
    inner = f'<cellStyleXfs count="3">{styles}</cellStyleXfs>{formats}'
    return f'<styleSheet xmlns="{NAMESPACE}">{inner}</styleSheet>'.encode()


def sheet(rows: str, more: str = "") -> bytes:
    content = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData>{more}</worksheet>'.encode()
    return with_member(workbook("x"), SHEET, content)


def with_member(archive: bytes, name: str, content: bytes) -> bytes:
    """The archive with one member replaced or added."""
    members = {}
    if archive:
        with zipfile.ZipFile(io.BytesIO(archive)) as old:
            members = {member: old.read(member) for member in old.namelist()}
    return zipped({**members, name: content})


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def overlapping(count: int, size: int) -> bytes:
    """A directory in which many entries point to the same packed bytes."""
    single = zipped({"xl/a.xml": b" " * size})
    start = single.index(b"PK\x01\x02")
    end = single.index(b"PK\x05\x06")
    entry = single[start:end]
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    return single[:start] + entry * count + tail
