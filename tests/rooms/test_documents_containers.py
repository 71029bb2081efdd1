"""Archives are folders and attachments are documents; nothing in them can reach beyond the limits."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from kingpost.documents.parsing.containers import members, packed_members, unpacked_members
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.sources.containers import UnpackedSource
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import DocumentError
from kingpost.types.documents import ContainerListing, Original, OriginalReference

LIMITS = Limits(seconds=20, memory_megabytes=512, file_megabytes=50, unpacked_megabytes=4, parsed_megabytes=50)


def original(name: str, content: bytes) -> Original:
    return Original(uri=name, name=name, media_type="", content=content)


def zipped(files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return output.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("passwd.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return output.getvalue()


def mail(attached: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Dock levellers", "site@example.com", "expert@example.com"
    message.set_content("The drawing is attached.\n\nOn Monday the expert wrote:\n> Please send the drawing.\n")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def names(name: str, content: bytes) -> list[str]:
    return [member.name for member in members(original(name, content), LIMITS)]


def test_members_of_inner_archives_are_listed_by_their_whole_path() -> None:
    inner = zipped({"floor.md": b"# Floor", "old/roof.md": b"# Roof"})
    assert names("plans.zip", zipped({"hall 2/inner.zip": inner, "note.txt": b"note"})) == [
        "hall 2/inner.zip/floor.md",
        "hall 2/inner.zip/old/roof.md",
        "note.txt",
    ]


def test_a_tar_gives_its_files_and_follows_no_link() -> None:
    assert names("plans.tar.gz", tarred({"a.md": b"# A", "b/c.md": b"# C"})) == ["a.md", "b/c.md"]


def test_names_that_lead_out_of_the_archive_are_made_plain() -> None:
    found = names("x.zip", zipped({"../../etc/cron.md": b"1", "/srv/a.md": b"2", "C:\\b.md": b"3", "c\x1bd.md": b"4"}))
    assert found == ["etc/cron.md", "srv/a.md", "b.md", "c d.md"]


def test_two_members_of_one_name_are_both_kept() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("a.md", "first")
            archive.writestr("a.md", "second")
    assert names("x.zip", output.getvalue()) == ["a.md", "a (2).md"]


def test_files_that_systems_leave_in_archives_are_passed_over() -> None:
    assert names("x.zip", zipped({"__MACOSX/._a.md": b"1", "a/.DS_Store": b"2", "a/b.md": b"3"})) == ["a/b.md"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped({"a.txt": b"0" * 5_000_000}), "too_large"),
        (zipped({f"{number}.txt": b"x" for number in range(2100)}), "too_large"),
        (zipped({"a.txt": b"text"})[:-40], "unreadable"),
    ],
    ids=["unpacks to too much", "too many files", "cut off"],
)
def test_an_archive_beyond_the_limits_has_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as raised:
        members(original("x.zip", content), LIMITS)
    assert raised.value.reason == reason


def test_a_damaged_member_leaves_the_others_alone() -> None:
    content = zipped({"a.md": b"first " * 50, "b.md": b"second"})
    start = content.index(b"a.md") + len("a.md")
    broken = content[:start] + bytes(6) + content[start + 6 :]
    found = members(original("x.zip", broken), LIMITS)
    assert [(member.name, member.reason) for member in found] == [("a.md", "unreadable"), ("b.md", "")]


def test_a_member_packed_in_an_unknown_way_has_its_reason() -> None:
    content = zipped({"a.md": b"text"})
    place = content.index(b"PK\x01\x02") + 10
    odd = bytearray(content)
    odd[8], odd[place] = 97, 97
    assert [member.reason for member in members(original("x.zip", bytes(odd)), LIMITS)] == ["unsupported"]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_a_file_packed_alone_is_the_only_member(suffix: str, pack: Callable[[bytes], bytes]) -> None:
    found = members(original(f"logs/gate.log{suffix}", pack(b"gate 4 open")), LIMITS)
    assert [(member.name, member.content) for member in found] == [("gate.log", b"gate 4 open")]
    with pytest.raises(DocumentError, match="unpacks to more"):
        members(original(f"gate.log{suffix}", pack(bytes(5_000_000))), LIMITS)


def test_an_archive_packed_too_often_is_told_and_its_neighbours_are_read() -> None:
    content = zipped({"deep.md": b"# Deep"})
    for _ in range(4):
        content = zipped({"a.zip": content, "beside.md": b"# Beside"})
    found = members(original("x.zip", content), LIMITS)
    assert [member.reason for member in found if member.reason] == ["too_large"]
    assert sum(member.name.endswith("beside.md") for member in found) == 3


def test_members_travel_as_bytes() -> None:
    found = members(original("x.zip", zipped({"a.md": b"# A\n", "b.bin": bytes(range(256))})), LIMITS)
    assert list(unpacked_members(packed_members(found))) == found


class Settled(FolderSource):
    """A folder whose files were written long ago: a stamp of what is new is not given."""

    def references(self) -> Iterator[OriginalReference]:
        return (replace(reference, stamp=str(reference.size)) for reference in super().references())


class Listings:
    def __init__(self) -> None:
        self.kept: dict[str, ContainerListing] = {}
        self.opened: list[str] = []


@pytest.fixture
def listings() -> Listings:
    return Listings()


def listed(folder: Path, listings: Listings) -> Iterator[tuple[UnpackedSource, list[OriginalReference]]]:
    with ParserPool(workers=1, limits=LIMITS) as pool:

        def unpack(container: Original) -> list:  # type: ignore[type-arg]
            listings.opened.append(container.name)
            return pool.members(container)

        def remember(listing: ContainerListing) -> None:
            listings.kept[listing.uri] = listing

        source = Settled(folder)
        with UnpackedSource(source, unpack, known=listings.kept.get, remember=remember) as opened:
            yield opened, list(opened.references())


def test_a_source_lists_what_is_in_its_archives_and_beside_its_mails(tmp_path: Path, listings: Listings) -> None:
    (tmp_path / "plans.zip").write_bytes(zipped({"hall/floor.md": b"# Floor\n\n25 kN"}))
    (tmp_path / "request.eml").write_bytes(mail({"drawing.md": b"# Drawing"}))
    (tmp_path / "a.md").write_text("# A")
    for opened, references in listed(tmp_path, listings):
        assert [reference.name for reference in references] == [
            "a.md",
            "plans.zip/hall/floor.md",
            "request.eml",
            "request.eml/drawing.md",
        ]
        assert references[1].uri == (tmp_path / "plans.zip").as_uri() + "#hall/floor.md"
        assert [opened.read(reference).content for reference in references[:2]] == [b"# A", b"# Floor\n\n25 kN"]


def test_an_unchanged_archive_is_opened_again_only_to_read_from_it(tmp_path: Path, listings: Listings) -> None:
    (tmp_path / "plans.zip").write_bytes(zipped({"floor.md": b"# Floor"}))
    for _ in listed(tmp_path, listings):
        assert listings.opened == ["plans.zip"]
    for opened, references in listed(tmp_path, listings):
        assert listings.opened == ["plans.zip"]
        assert opened.read(references[0]).content == b"# Floor"
        assert listings.opened == ["plans.zip", "plans.zip"]


def test_a_bad_archive_is_refused_with_its_reason_and_the_rest_is_listed(tmp_path: Path, listings: Listings) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "empty.zip").write_bytes(zipped({}))
    (tmp_path / "good.md").write_text("# Good")
    for _, references in listed(tmp_path, listings):
        assert [(reference.name, reference.refusal if reference.refused else "") for reference in references] == [
            ("bad.zip", "unreadable"),
            ("empty.zip", "empty"),
            ("good.md", ""),
        ]
