"""The process that reads files for ingestion: it forks a child with limits for each, so that none can harm the run.

Requests come on standard input, replies go to standard output, both as ``frame``s: a header in JSON, then bytes.
"""

import json
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from kingpost.documents.parsing import load_reader, parse
from kingpost.documents.parsing.confinement import confine
from kingpost.documents.parsing.containers import members, packed_members
from kingpost.documents.parsing.limits import MEGABYTE, Limits
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.sniffing import check_kind
from kingpost.documents.parsing.storage import packed, too_much
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

LENGTHS = struct.Struct(">QQ")
NEAR_LIMIT = 0.6
"""Share of the memory limit at which a crash is taken for want of memory."""
PIECE = 1 << 16
PARSE, UNPACK = "parse", "unpack"
"""What may be asked for."""
POLL_SECONDS = 0.002
LONGEST_REASON = 1 << 16
HINTS = {
    "timeout": "split the file, or raise documents.file_seconds",
    "memory": "split the file, or raise documents.file_memory_megabytes",
    "crashed": "open the file in its program and save it again",
    "unreadable": "open the file in its program and save it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: what it sent, its exit status, the reason for which it was stopped, and its most memory."""

    sent: bytes
    status: int
    stopped: str
    peak_bytes: int


def main() -> None:
    """Serve until standard input closes."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while frame := read_frame(requests):
        header, content = frame
        limits, options = Limits(**header["limits"]), ReadingOptions(**header.get("options", {}))
        original = Original(uri="", name=header["name"], media_type=header["media_type"], content=content)
        reply, payload = _read_in_child(original, limits, None if header.get("operation") == UNPACK else options)
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


def _read_in_child(original: Original, limits: Limits, options: ReadingOptions | None) -> tuple[dict[str, Any], bytes]:
    """Parse with these options, or without any take the members out."""
    if options is None:
        limits = replace(limits, parsed_megabytes=limits.unpacked_megabytes)
    load_reader(original.name)  # here, so that further children find it loaded
    receive, send = os.pipe()
    worker = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(receive)
        _be_child(original, limits, options, send, worker)
    os.close(send)
    ended = _await(child, receive, limits)
    os.close(receive)
    return _outcome(original.name, ended, limits)


def _be_child(original: Original, limits: Limits, options: ReadingOptions | None, send: int, worker: int) -> None:
    """Read the file in a session of its own and exit: 0 with the document, 3 with the reason why there is none."""
    status = 4
    try:
        os.setsid()
        silence = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(silence, standard)
        limits.apply()
        confine(worker)
        status, answer = _answer(original, limits, options)
        _send_all(send, answer)
    finally:
        os._exit(status)


def _answer(original: Original, limits: Limits, options: ReadingOptions | None) -> tuple[int, bytes]:
    try:
        if options is None:
            return 0, packed_members(members(original, limits))
        limits.check_unpacked(original.name, original.content)
        check_kind(original)
        parsed = parse(original, options)
        return 0, packed(parsed, name=original.name, most_bytes=limits.parsed_megabytes * MEGABYTE)
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
    """Gather what the child sends until it ends, and stop it where it goes beyond its limits."""
    deadline = time.monotonic() + limits.seconds
    sent, stop = _gather(receive, deadline, limits.parsed_megabytes * MEGABYTE + PIECE)
    ended = None if stop else _wait(child, deadline)
    if ended is None:
        stop = stop or "timeout"
        os.killpg(child, signal.SIGKILL) if _leads_group(child) else os.kill(child, signal.SIGKILL)
        _, status, usage = os.wait4(child, 0)
    else:
        status, usage = ended
    return Ended(sent=sent, status=status, stopped=stop, peak_bytes=usage.ru_maxrss * 1024)


def _gather(receive: int, deadline: float, most_bytes: int) -> tuple[bytes, str]:
    """What was sent, and the reason to stop: too late, too much, or whoever asked is gone."""
    pieces: list[bytes] = []
    room = most_bytes
    while True:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([receive, sys.stdin.fileno()], [], [], max(left, 0))
        if receive not in ready:
            if ready or left <= 0:
                return b"", "timeout"
            continue
        piece = os.read(receive, PIECE)
        room -= len(piece)
        if room < 0:
            return b"", "too_large"
        if not piece:
            return b"".join(pieces), ""
        pieces.append(piece)


def _wait(child: int, deadline: float) -> tuple[int, resource.struct_rusage] | None:
    """Status and costs of a child that has nothing more to send, unless it lingers."""
    while time.monotonic() < deadline:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return status, usage
        time.sleep(POLL_SECONDS)
    return None


def _leads_group(child: int) -> bool:
    try:
        return os.getpgid(child) == child
    except ProcessLookupError:
        return False


def _outcome(name: str, ended: Ended, limits: Limits) -> tuple[dict[str, Any], bytes]:
    """The reply; a child may send anything, so what it says is taken for what it should be or not at all."""
    code = os.waitstatus_to_exitcode(ended.status)
    content = b""
    if ended.stopped == "too_large":
        failure = _too_much(name, limits)
    elif ended.stopped or code == -signal.SIGXCPU:
        failure = _failure(name, "timeout", f"took longer than {limits.seconds} s")
    elif code == 0:
        failure, content = {"reason": "", "message": "", "hint": ""}, ended.sent
    elif code == 3 and (told := _told(ended.sent)):
        failure = told
    elif code == -signal.SIGKILL or ended.peak_bytes > NEAR_LIMIT * limits.memory_megabytes * MEGABYTE:
        failure = _failure(name, "memory", f"needs more than {limits.memory_megabytes} MB of memory")
    else:
        failure = _failure(name, "crashed", f"made its reader crash (exit {code})")
    return {**failure, "peak_bytes": ended.peak_bytes}, content


def _told(sent: bytes) -> dict[str, Any] | None:
    """The reason a child gives, if it is one."""
    if len(sent) > LONGEST_REASON:
        return None
    try:
        told = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or set(told) != {"reason", "message", "hint"}:
        return None
    return told if told["reason"] and all(isinstance(text, str) for text in told.values()) else None


def _too_much(name: str, limits: Limits) -> dict[str, Any]:
    error = too_much(name, limits.parsed_megabytes * MEGABYTE)
    return {"reason": error.reason, "message": error.message, "hint": error.next}


def _failure(name: str, reason: str, what: str) -> dict[str, Any]:
    return {"reason": reason, "message": f"{name} {what}", "hint": HINTS[reason]}


if __name__ == "__main__":
    main()
