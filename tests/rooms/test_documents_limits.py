"""Hostile and broken files end with a reason, and nothing else is harmed."""

import io
import os
import platform
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from document_makers import original, pdf, workbook
from PIL import Image

from kingpost.documents.parsing.confinement import MACHINES
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import check_growth, unpacked
from kingpost.documents.parsing.worker import read_frame, write_frame
from kingpost.errors import DocumentError

LIMITS = Limits(seconds=20, memory_megabytes=512, file_megabytes=5, unpacked_megabytes=30, parsed_megabytes=20)
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


@cache
def slow_workbook() -> bytes:
    return workbook(("S", [tuple(range(40)) for _ in range(3000)], []))


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
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "unreadable"),
        ("a.md", b"  \n ", "empty"),
        ("a.exe", b"MZ", "unsupported"),
    ],
)
def test_a_broken_file_has_its_reason(pool: ParserPool, name: str, content: bytes, expected: str) -> None:
    assert reason(pool, name, content) == expected


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_read() -> None:
    with ParserPool(
        workers=1,
        limits=Limits(seconds=1, memory_megabytes=512, file_megabytes=50, unpacked_megabytes=90, parsed_megabytes=20),
    ) as pool:
        assert reason(pool, "slow.xlsx", slow_workbook()) == "timeout"
        assert unpacked(pool.parse(original(*GOOD))).blocks


def test_a_file_that_takes_too_much_memory_is_stopped_and_the_next_one_is_read() -> None:
    picture = io.BytesIO()
    Image.new("L", (14_000, 14_000)).save(picture, format="PNG")
    with ParserPool(
        workers=1,
        limits=Limits(seconds=60, memory_megabytes=256, file_megabytes=5, unpacked_megabytes=9, parsed_megabytes=20),
    ) as pool:
        assert reason(pool, "wide.png", picture.getvalue()) == "memory"
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


CONFINED = """
import ctypes, errno, os, socket, sys, threading
from kingpost.documents.parsing.confinement import confine
assert confine(os.getppid())
def refused(call):
    try:
        call()
    except PermissionError:
        return True
    return False
library = ctypes.CDLL(None, use_errno=True)
native = library.socket(socket.AF_INET, socket.SOCK_STREAM, 0), ctypes.get_errno()
direct = library.syscall(SOCKET_NUMBER, socket.AF_INET, socket.SOCK_STREAM, 0), ctypes.get_errno()
assert native == direct == (-1, errno.EPERM), (native, direct)
assert refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
assert refused(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
assert refused(lambda: socket.socket(socket.AF_UNIX))
assert refused(lambda: socket.socketpair(type=socket.SOCK_DGRAM))
assert refused(os.fork)
assert refused(lambda: os.execv("/bin/true", ["true"]))
assert refused(lambda: os.kill(os.getppid(), 0))
for change in (
    lambda: open("written", "w"),
    lambda: open(KEPT, "a"),
    lambda: os.unlink(KEPT),
    lambda: os.rename(KEPT, "elsewhere"),
    lambda: os.truncate(KEPT, 0),
    lambda: os.chmod(KEPT, 0o777),
    lambda: os.mkdir("made"),
    lambda: os.symlink(KEPT, "linked"),
):
    assert refused(change)
left, right = socket.socketpair()
left.send(b"x")
assert right.recv(1) == b"x"
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
assert open(KEPT).read() == "kept"
"""


@pytest.mark.skipif(platform.machine() not in MACHINES, reason="seccomp numbers are known of x86_64 and aarch64 only")
def test_a_confined_process_reads_files_and_can_do_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    code = CONFINED.replace("SOCKET_NUMBER", str(number)).replace("KEPT", repr(str(kept)))
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


SPY = """
import ctypes, os, socket
from kingpost.documents.parsing import worker
from kingpost.errors import DocumentError
def tells(call):
    try:
        return call() in (None, 0)
    except OSError:
        return False
def spy(original, options):
    native = ctypes.CDLL(None).socket
    calls = {
        "socket": lambda: socket.socket().close(),
        "native socket": lambda: 0 if native(2, 1, 0) >= 0 else -1,
        "fork": lambda: os.posix_spawn("/bin/true", ["true"], {}) and None,
        "write": lambda: open(original.name, "w").close(),
    }
    possible = [name for name, call in calls.items() if tells(call)]
    raise DocumentError(", ".join(possible) or "nothing", reason="spied", next="-")
worker.parse = spy
worker.main()
"""

TAKEN_OVER = """
import os, signal, sys, time
from kingpost.documents.parsing import worker
answer = worker._answer
send_all = worker._send_all
pipe = 0
be_child = worker._be_child
def be_taken_over(original, limits, options, send, parent):
    global pipe
    pipe = send
    be_child(original, limits, options, send, parent)
def send(content):
    send_all(pipe, content)
def taken_over(original, limits, options):
    if original.name != "bad.txt":
        return answer(original, limits, options)
    DOES
worker._be_child = be_taken_over
worker._answer = taken_over
worker.main()
"""


@pytest.fixture
def worker_with() -> Iterator[Callable[[str], Callable[[str, bytes], tuple[dict[str, object], bytes]]]]:
    """Starts a worker whose reader is replaced by the code given; asks it to read a file."""
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str) -> Callable[[str, bytes], tuple[dict[str, object], bytes]]:
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)

        def ask(name: str, content: bytes) -> tuple[dict[str, object], bytes]:
            assert process.stdin is not None
            assert process.stdout is not None
            limits = asdict(replace(LIMITS, seconds=2, parsed_megabytes=1))
            write_frame(process.stdin, {"name": name, "media_type": "", "limits": limits}, content)
            reply = read_frame(process.stdout)
            assert reply is not None
            return reply

        return ask

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_child_that_reads_a_file_is_confined(tmp_path: Path, worker_with: Callable[..., Any]) -> None:
    header, _ = worker_with(SPY)(str(tmp_path / "written.txt"), b"any")
    assert header["reason"] == "spied"
    assert header["message"] == "nothing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        ("send(b'x' * (1 << 24)); return 0, b''", "too_large"),
        ("os.close(pipe); signal.pause()", "timeout"),
        ("send(b'{' * 90); os._exit(3)", "crashed"),
        ("send(b'[' * 60000); os._exit(3)", "crashed"),
        ('send(b\'{"reason": 5, "message": [], "hint": {}}\'); os._exit(3)', "crashed"),
        ("os.abort()", "crashed"),
        ("os.kill(os.getpid(), 9)", "crashed"),
    ],
)
def test_whatever_a_child_does_the_worker_tells_the_reason_and_reads_on(
    worker_with: Callable[..., Any], does: str, expected: str
) -> None:
    ask = worker_with(TAKEN_OVER.replace("DOES", does))
    header, content = ask("bad.txt", b"any")
    assert (header["reason"], content) == (expected, b"")
    assert header["hint"]
    assert ask("good.txt", b"Fire doors close by themselves.")[0]["reason"] == ""


def test_a_small_reply_that_inflates_far_is_refused_before_it_is_opened() -> None:
    reply = zlib.compress(bytes(50_000_000))
    assert len(reply) < 60_000
    with pytest.raises(DocumentError) as caught:
        check_growth(reply, name="a.txt", most_bytes=1_000_000)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("reply", [b"", b"no zlib", zlib.compress(b"[" * 100_000), zlib.compress(b'{"title": 5}')])
def test_a_reply_that_is_no_document_is_told_apart(reply: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        unpacked(reply)
    assert caught.value.reason == "crashed"


def test_more_text_than_may_come_of_a_file_is_too_large() -> None:
    with ParserPool(workers=1, limits=replace(LIMITS, parsed_megabytes=1)) as pool:
        assert reason(pool, "long.txt", "Racks stand on the slab. \n\n" * 40_000) == "too_large"


def test_a_child_does_not_outlive_its_worker() -> None:
    """``leaving the pool`` kills the workers; what they were reading must end with them."""
    with ParserPool(workers=1, limits=LIMITS) as pool:
        pool.parse(original(*GOOD))
        [worker] = pool._running
        slow = threading.Thread(target=pool.read, args=(original("slow.xlsx", slow_workbook()),))
        slow.start()
        child = wait_for(lambda: children_of(worker.pid))[0]
    slow.join()
    wait_for(lambda: not Path(f"/proc/{child}").exists())


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: Callable[[], Any]) -> Any:
    while not (found := condition()):
        os.sched_yield()
    return found
