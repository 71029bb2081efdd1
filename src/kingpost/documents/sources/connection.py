"""Connects to a web host at an address that was looked up once and checked, within a time that counts from the start.

A name may lead anywhere: to this machine, into the network it stands in, to the metadata of a cloud. So the address
is checked, not the name, and the connection goes to the very address that was checked.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from kingpost.errors import DocumentError

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]
TRANSLATED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
    )
)
"""IPv6 networks that stand for IPv4 addresses: compatible, mapped, translated, NAT64, 6to4, Teredo."""
NEXT = "if it is a server of your own, add its name to web_source.allow_private"


def is_public(address: str) -> bool:
    """Whether an address is one of the internet at large."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and any(ip in network for network in TRANSLATED):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def is_own(address: str) -> bool:
    """Whether it may be a server on a private network or on this machine; never a cloud's metadata."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (ip.is_private or is_public(address)) and not (ip.is_multicast or ip.is_unspecified or ip.is_link_local)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host; one that is an address already is not looked up. Raises ``OSError``."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to a numeric address; nothing is looked up."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.settimeout(seconds)
    try:
        opened.connect((address, port))
    except BaseException:
        opened.close()
        raise
    return opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Opens connections. ``allow_private`` names hosts that may be on a private network or on this machine."""

    allow_private: frozenset[str] = frozenset()
    resolve: Resolve = resolve
    connect: Connect = connect
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @contextmanager
    def open(self, scheme: str, host: str, port: int, deadline: float) -> Iterator[http.client.HTTPConnection]:
        """A connection for one request. Raises ``DocumentError`` (``address``), ``OSError``."""
        opened = self._connected(host, port, deadline)
        try:
            if scheme == "https":
                opened = self.tls.wrap_socket(opened, server_hostname=host)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = _Timed(opened, deadline)
            yield connection
        finally:
            opened.close()

    def _connected(self, host: str, port: int, deadline: float) -> socket.socket:
        trouble: OSError | None = None
        for address in self._checked(host, port):
            try:
                return self.connect(address, port, _left(deadline))
            except OSError as error:
                trouble = error
        raise trouble or OSError("no address")

    def _checked(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them allowed: one bad one is a trick, or a mistake."""
        addresses = list(self.resolve(host, port))
        allowed = is_own if host in self.allow_private else is_public
        refused = [address for address in addresses if not allowed(address)]
        if refused or not addresses:
            raise DocumentError(
                f"{host} is at {', '.join(refused) or 'no address'}, which is not a public address: not connected",
                reason="address",
                next=NEXT,
            )
        return addresses


class _Timed:
    """What ``http.client`` needs of a socket, each wait no longer than what is left of the whole time.

    A time-out for each piece alone would let a server drip for ever.
    """

    def __init__(self, opened: socket.socket, deadline: float) -> None:
        self._socket = opened
        self._deadline = deadline

    def sendall(self, content: bytes) -> None:
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(content)

    def receive(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_Pieces(self))

    def close(self) -> None:
        """The door closes it: the response is read after ``http.client`` has done with the connection."""


class _Pieces(io.RawIOBase):
    """The incoming side as a file."""

    def __init__(self, opened: _Timed) -> None:
        self._opened = opened

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._opened.receive(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left
