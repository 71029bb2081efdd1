"""The process that reads files for ingestion: it forks a child with limits for each, so that none can harm the run.

Requests come on standard input, replies go to standard output, both as ``frame``s: a header in JSON, then bytes.
"""

import json
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from kingpost.documents.parsing import load_reader, parse
from kingpost.documents.parsing.limits import MEGABYTE, Limits
from kingpost.documents.parsing.storage import packed
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

LENGTHS = struct.Struct(">QQ")
NEAR_LIMIT = 0.6
"""Share of the memory limit at which a crash is taken for want of memory."""
PIECE = 1 << 16
HINTS = {
    "timeout": "split the file, or raise documents.file_seconds",
    "memory": "split the file, or raise documents.file_memory_megabytes",
    "crashed": "open the file in its program and save it again",
    "unreadable": "open the file in its program and save it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: what it sent, its exit status, whether it was stopped for time, and its most memory."""

    sent: bytes
    status: int
    late: bool
    peak_bytes: int


def main() -> None:
    """Serve until standard input closes."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while frame := read_frame(requests):
        header, content = frame
        limits = Limits(**header["limits"])
        reply, payload = _read_in_child(header["name"], header["media_type"], content, limits)
        write_frame(replies, reply, payload)


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, or None at the end."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_length, content_length = LENGTHS.unpack(lengths)
    header = stream.read(header_length)
    content = stream.read(content_length)
    return (json.loads(header), content) if len(content) == content_length else None


def write_frame(stream: IO[bytes], header: Mapping[str, Any], content: bytes) -> None:
    """Send one frame."""
    head = json.dumps(header).encode()
    stream.write(LENGTHS.pack(len(head), len(content)))
    stream.write(head)
    stream.write(content)
    stream.flush()


def _read_in_child(name: str, media_type: str, content: bytes, limits: Limits) -> tuple[dict[str, Any], bytes]:
    load_reader(name)  # here, so that further children find it loaded
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        _be_child(Original(uri="", name=name, media_type=media_type, content=content), limits, send)
    os.close(send)
    ended = _await(child, receive, limits)
    os.close(receive)
    return _outcome(name, ended, limits)


def _be_child(original: Original, limits: Limits, send: int) -> None:
    """Read the file in a session of its own and exit: 0 with the document, 3 with the reason why there is none."""
    status = 4
    try:
        os.setsid()
        silence = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(silence, standard)
        limits.apply()
        status, answer = _answer(original, limits)
        _send_all(send, answer)
    finally:
        os._exit(status)


def _answer(original: Original, limits: Limits) -> tuple[int, bytes]:
    try:
        limits.check_unpacked(original.name, original.content)
        return 0, packed(parse(original))
    except DocumentError as error:
        return 3, json.dumps({"reason": error.reason, "message": error.message, "hint": error.next}).encode()
    except MemoryError:
        return 3, json.dumps(_failure(original.name, "memory", "needs more memory than it may use")).encode()
    except RecursionError:
        return 3, json.dumps(_failure(original.name, "unreadable", "is nested too deeply")).encode()
    except Exception as error:  # noqa: BLE001 - the door of the child: whatever a broken file raises means that it is broken
        return 3, json.dumps(_failure(original.name, "unreadable", f"cannot be read ({type(error).__name__})")).encode()


def _send_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view[:PIECE]) :]


def _await(child: int, receive: int, limits: Limits) -> Ended:
    """Gather what the child sends until it ends, its time is up, or whoever asked is gone."""
    deadline = time.monotonic() + limits.seconds
    pieces: list[bytes] = []
    late = False
    while True:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([receive, sys.stdin.fileno()], [], [], max(left, 0))
        if receive in ready:
            piece = os.read(receive, PIECE)
            if not piece:
                break
            pieces.append(piece)
        elif ready or left <= 0:
            late = True
            break
    if late:
        os.killpg(child, signal.SIGKILL) if _leads_group(child) else os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return Ended(sent=b"".join(pieces), status=status, late=late, peak_bytes=usage.ru_maxrss * 1024)


def _leads_group(child: int) -> bool:
    try:
        return os.getpgid(child) == child
    except ProcessLookupError:
        return False


def _outcome(name: str, ended: Ended, limits: Limits) -> tuple[dict[str, Any], bytes]:
    code = os.waitstatus_to_exitcode(ended.status)
    if ended.late or code == -signal.SIGXCPU:
        return _failure(name, "timeout", f"took longer than {limits.seconds} s"), b""
    if code == 0:
        return {"reason": ""}, ended.sent
    if code == 3:
        failure: dict[str, Any] = json.loads(ended.sent)
        return failure, b""
    if ended.peak_bytes > NEAR_LIMIT * limits.memory_megabytes * MEGABYTE:
        return _failure(name, "memory", f"needs more than {limits.memory_megabytes} MB of memory"), b""
    return _failure(name, "crashed", f"made its reader crash (exit {code})"), b""


def _failure(name: str, reason: str, what: str) -> dict[str, Any]:
    return {"reason": reason, "message": f"{name} {what}", "hint": HINTS[reason]}


if __name__ == "__main__":
    main()
