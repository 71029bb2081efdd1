"""Hostile and broken files end with a reason, and nothing else is harmed."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_makers import original, pdf, workbook

from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import unpacked
from kingpost.errors import DocumentError

LIMITS = Limits(seconds=20, memory_megabytes=512, file_megabytes=5, unpacked_megabytes=30)
GOOD = ("list.csv", "Tag,Mass\nP-1,1450\n")


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool(workers=1, limits=LIMITS) as pool:
        yield pool


def reason(pool: ParserPool, name: str, content: bytes | str) -> str:
    with pytest.raises(DocumentError) as caught:
        pool.parse(original(name, content))
    assert caught.value.next
    assert name in caught.value.message
    return caught.value.reason


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_good_file_is_read_in_the_child_as_it_is_here(pool: ParserPool) -> None:
    from kingpost.documents.parsing import parse

    content = pdf(["1.1 Scope. A clause."])
    assert unpacked(pool.parse(original("a.pdf", content))) == parse(original("a.pdf", content))


def test_a_file_that_unpacks_too_far_is_too_large(pool: ParserPool) -> None:
    bomb = zipped({"xl/worksheets/sheet1.xml": b"<c/>" * 10_000_000})
    assert len(bomb) < 200_000
    assert reason(pool, "bomb.xlsx", bomb) == "too_large"


def test_many_members_that_add_up_are_too_large(pool: ParserPool) -> None:
    assert reason(pool, "many.docx", zipped({f"m{number}": bytes(4_000_000) for number in range(10)})) == "too_large"


def test_a_big_file_is_not_even_sent(pool: ParserPool) -> None:
    assert reason(pool, "big.txt", b"x" * 6 * 1024 * 1024) == "too_large"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.xlsx", b"PK\x03\x04 no archive", "unreadable"),
        ("a.docx", zipped({"nothing.xml": b"<a/>"}), "unreadable"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "unreadable"),
        ("a.md", b"  \n ", "empty"),
        ("a.exe", b"MZ", "unsupported"),
    ],
)
def test_a_broken_file_has_its_reason(pool: ParserPool, name: str, content: bytes, expected: str) -> None:
    assert reason(pool, name, content) == expected


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_read() -> None:
    rows = [tuple(range(40)) for _ in range(6000)]
    slow = workbook(("S", rows, []))
    with ParserPool(
        workers=1, limits=Limits(seconds=1, memory_megabytes=512, file_megabytes=50, unpacked_megabytes=90)
    ) as pool:
        assert reason(pool, "slow.xlsx", slow) == "timeout"
        assert unpacked(pool.parse(original(*GOOD))).blocks


def test_a_file_that_takes_too_much_memory_is_stopped_and_the_next_one_is_read() -> None:
    html = "<table>" + "<tr>" + "<td colspan=200 rowspan=5000>x</td>" * 60 + "</tr>" + "<tr></tr>" * 5000 + "</table>"
    with ParserPool(
        workers=1, limits=Limits(seconds=60, memory_megabytes=256, file_megabytes=5, unpacked_megabytes=9)
    ) as pool:
        assert reason(pool, "wide.html", html) == "memory"
        assert unpacked(pool.parse(original(*GOOD))).blocks


def test_a_worker_that_was_killed_is_replaced() -> None:
    with ParserPool(workers=1, limits=LIMITS) as pool:
        pool.parse(original(*GOOD))
        for process in list(pool._running):
            process.kill()
            process.wait()
        assert unpacked(pool.parse(original(*GOOD))).blocks


def test_leaving_the_pool_ends_its_processes() -> None:
    with ParserPool(workers=2, limits=LIMITS) as pool:
        pool.parse(original(*GOOD))
        pids = [process.pid for process in pool._running]
    assert pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
