"""Takes from the process that reads a file what reading does not need: network, other processes, writing of files.

A seccomp filter does it, which needs no privileges and also binds root. The kernel applies it to native code too.
"""

import ctypes
import os
import platform
import signal
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SET_PARENT_DEATH_SIGNAL, SET_SECCOMP, SET_NO_NEW_PRIVILEGES = 1, 22, 38
FILTER_MODE = 2
ALLOW, KILL = 0x7FFF0000, 0x80000000
NOT_PERMITTED, NOT_THERE = 0x00050000 | 1, 0x00050000 | 38
LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4
CLONE_THREAD = 0x00010000
SOCKET_TYPE, STREAM = 0xF, 1
OPEN_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
INSTRUCTION = struct.Struct("HBBI")

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Numbers of system calls on one kind of processor. ``opens``: call -> which argument holds its flags."""

    audit: int
    refused: tuple[int, ...]
    opens: Mapping[int, int]
    clone: int
    clone3: int
    signal_thread: int
    socket_pair: int
    foreign_from: int = 0
    """Numbers from here on are of another calling convention, and refused."""


_ANYWHERE = (425, 426, 427, 424, 434, 438, 428, 429, 430, 431, 432, 433, 442, 437, 452)
"""io_uring, pidfd, mounting by descriptors, openat2, fchmodat2: the same numbers everywhere."""

MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E,
        refused=(
            *(41, 42, 43, 46, 47, 49, 50, 288, 299, 307),  # sockets
            *(57, 58, 59, 322, 62, 200, 129, 297, 101, 310, 311),  # processes, signals to others, ptrace
            *(76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 235),  # changes of the file system
            *(258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 188, 189, 190, 197, 198, 199),
            *(155, 161, 165, 166, 169, 175, 176, 246, 272, 298, 304, 308, 313, 321, 323),  # privileges
            *_ANYWHERE,
        ),
        opens={2: 1, 257: 2},
        clone=56,
        clone3=435,
        signal_thread=234,
        socket_pair=53,
        foreign_from=0x40000000,
    ),
    "aarch64": Machine(
        audit=0xC00000B7,
        refused=(
            *(198, 200, 201, 202, 203, 211, 212, 242, 243, 269),  # sockets
            *(221, 281, 129, 130, 138, 240, 117, 270, 271),  # processes, signals to others, ptrace
            *(5, 6, 7, 14, 15, 16, 33, 34, 35, 36, 37, 38, 45, 52, 53, 54, 55, 88, 276),  # changes of the file system
            *(39, 40, 41, 51, 97, 104, 105, 106, 142, 241, 265, 268, 273, 280, 282),  # privileges
            *_ANYWHERE,
        ),
        opens={56: 2},
        clone=220,
        clone3=435,
        signal_thread=131,
        socket_pair=199,
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def confine(parent: int) -> bool:
    """Bind this process for good; it ends when its parent, of this id, ends. False where the system cannot do it."""
    machine = MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    control = ctypes.CDLL(None, use_errno=True).prctl
    control.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    control(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
    if control(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    code = b"".join(INSTRUCTION.pack(*instruction) for instruction in _filter(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // INSTRUCTION.size, ctypes.addressof(buffer))
    return bool(control(SET_SECCOMP, FILTER_MODE, ctypes.addressof(program), 0, 0) == 0)


def is_confined() -> bool:
    """Whether this process cannot open a socket."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except PermissionError:
        return True
    return False


def _filter(machine: Machine, process: int) -> Iterator[Instruction]:
    """The filter as instructions of the classic Berkeley packet filter (linux/filter.h)."""
    yield (LOAD, 0, 0, ARCHITECTURE)
    yield (EQUAL, 1, 0, machine.audit)
    yield (RETURN, 0, 0, KILL)
    yield (LOAD, 0, 0, NUMBER)
    if machine.foreign_from:
        yield (AT_LEAST, 0, 1, machine.foreign_from)
        yield (RETURN, 0, 0, NOT_PERMITTED)
    for number in machine.refused:
        yield (EQUAL, 0, 1, number)
        yield (RETURN, 0, 0, NOT_PERMITTED)
    yield (EQUAL, 0, 1, machine.clone3)  # its flags cannot be looked at; the C library then takes clone
    yield (RETURN, 0, 0, NOT_THERE)
    yield from _only_if(machine.clone, 0, (ANY_BIT, 1, 0, CLONE_THREAD))
    yield from _only_if(machine.signal_thread, 0, (EQUAL, 1, 0, process))
    # A pair of streams reaches nobody; the run time of a reader wakes its own threads with one.
    yield from _only_if(machine.socket_pair, 1, (AND, 0, 0, SOCKET_TYPE), (EQUAL, 1, 0, STREAM))
    for number, argument in machine.opens.items():
        yield from _only_if(number, argument, (ANY_BIT, 0, 1, OPEN_TO_WRITE))
    yield (RETURN, 0, 0, ALLOW)


def _only_if(number: int, argument: int, *test: Instruction) -> Iterator[Instruction]:
    """Refuse the call unless the low half of its argument passes: the test jumps over the refusal."""
    yield (EQUAL, 0, 3 + len(test), number)
    yield (LOAD, 0, 0, 16 + 8 * argument)
    yield from test
    yield (RETURN, 0, 0, NOT_PERMITTED)
    yield (RETURN, 0, 0, ALLOW)


if __name__ == "__main__":
    sys.exit(0 if confine(os.getppid()) and is_confined() else 1)
