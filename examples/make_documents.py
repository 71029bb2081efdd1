"""Makes the demo documents: ``python examples/make_documents.py FOLDER``. The same bytes every time, all invented."""

import io
import re
import shutil
import sys
import zipfile
from pathlib import Path

from make_change_note import write_change_note
from make_schedule import write_schedule
from make_standard import write_standard

SOURCES = Path(__file__).parent / "sources"
EPOCH = (2026, 1, 1, 0, 0, 0)


def make_documents(folder: Path) -> list[Path]:
    """Write all documents below ``folder`` and return their paths."""
    for name in ("standards", "schedules", "changes", "wiki"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for revision in ("A", "B"):
        write_standard(folder / "standards" / f"WDS-100_rev_{revision}.pdf", revision)
    schedule = folder / "schedules" / "DLS-204_door_and_load_schedule.xlsx"
    write_schedule(schedule)
    note = folder / "changes" / "CN-031_change_note.docx"
    write_change_note(note)
    for packed in (schedule, note):
        settle(packed)
    shutil.copyfile(SOURCES / "dock-leveller-commissioning.html", folder / "wiki" / "dock-leveller-commissioning.html")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def settle(path: Path) -> None:
    """Take the time of writing out of an Office file, so that it has the same bytes every time."""
    with zipfile.ZipFile(path) as packed:
        parts = [(info.filename, packed.read(info)) for info in packed.infolist()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-03-09T00:00:00Z", content)
            packed.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/make_documents.py FOLDER")
    for written in make_documents(Path(sys.argv[1])):
        print(written)
