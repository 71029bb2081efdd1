"""Fetches one page of the web: every redirect checked by hand, bytes counted as they come in and as they unpack."""

import http.client
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kingpost.documents.sources.addresses import PORTS, canonical, place
from kingpost.documents.sources.connection import Door
from kingpost.errors import DocumentError
from kingpost.types.documents import WebPage

AGENT = "Kingpost"
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})
LONGEST_WAIT_SECONDS = 60.0
PIECE = 64 * 1024
MEGABYTE = 1024 * 1024
HEADERS = {"User-Agent": f"{AGENT} (documents)", "Accept-Encoding": "gzip", "Accept": "*/*", "Connection": "close"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server answered: ``content`` is None when the page is as it was, or is of a kind that is not wanted."""

    url: str
    """Where the page was in the end."""
    media_type: str = ""
    content: bytes | None = None
    unchanged: bool = False
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """One request at a time. ``authorization`` goes to the origin ``authorized``, and to no other.

    ``may_follow`` says of an address whether a redirect may lead there; ``is_wanted`` of an address and a media type
    whether its bytes are.
    """

    door: Door
    may_follow: Callable[[str], bool]
    is_wanted: Callable[[str, str], bool] = lambda _, __: True
    known: Callable[[str], WebPage | None] = lambda _: None
    """A page as it was, if the server may be asked whether it still is."""
    authorization: tuple[str, str] | None = None
    authorized: str = ""
    seconds: float = 60.0
    page_megabytes: int = 20
    delay_seconds: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    delays: dict[str, float] = field(default_factory=dict)
    """Longer delays that hosts ask for."""
    _last: dict[str, float] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, url: str, *, anew: bool = False) -> Fetched:
        """A page, by its canonical address; ``anew`` whether or not it has changed.

        Raises ``DocumentError``: ``gone``, ``permission``, ``elsewhere``, ``address``, ``too_large``, ``unreachable``.
        """
        with self._turn:
            try:
                return self._followed(url, anew=anew)
            except TimeoutError as error:
                raise _unreachable(url, f"no answer within {self.seconds:g} s") from error
            except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
                raise _unreachable(url, str(error) or type(error).__name__) from error

    def _followed(self, url: str, *, anew: bool) -> Fetched:
        asked = url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._patiently(url, anew=anew)
            if isinstance(answer, Fetched):
                return answer
            following = canonical(answer, base=url)
            if following is None or not self.may_follow(following):
                raise DocumentError(
                    f"{asked} leads to {answer[:200]!r}, which is not part of what is read",
                    reason="elsewhere",
                    next="if it belongs to it, allow its host (--allow-host) or path (web_source.paths)",
                )
            url = following
        raise _unreachable(asked, f"more than {MOST_REDIRECTS} redirects")

    def _patiently(self, url: str, *, anew: bool) -> Fetched | str:
        """One request, and a second one when the server asks to wait a little."""
        answer = self._request(url, anew=anew)
        if isinstance(answer, float):
            self.sleep(answer)
            answer = self._request(url, anew=anew)
        if isinstance(answer, float):
            raise _unreachable(url, "the server is busy")
        return answer

    def _request(self, url: str, *, anew: bool) -> Fetched | str | float:
        """What was fetched, where it is instead, or seconds to wait."""
        parts = urlsplit(url)
        self._wait_for(parts.netloc)
        deadline = time.monotonic() + self.seconds
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self.door.open(parts.scheme, host, port, deadline) as connection:
            connection.request("GET", target, headers=self._headers(url, anew=anew))
            response = connection.getresponse()
            if response.status in REDIRECTS:
                return response.getheader("Location") or ""
            if response.status in BUSY:
                return _seconds(response.getheader("Retry-After"))
            return self._read(url, response)

    def _headers(self, url: str, *, anew: bool) -> dict[str, str]:
        headers = {**HEADERS, "Host": place(url)}
        if self.authorization and origin(url) == self.authorized:
            headers[self.authorization[0]] = self.authorization[1]
        page = None if anew else self.known(url)
        if page and page.etag:
            headers["If-None-Match"] = page.etag
        elif page and page.modified:
            headers["If-Modified-Since"] = page.modified
        return headers

    def _read(self, url: str, response: http.client.HTTPResponse) -> Fetched:
        _check_status(url, response.status)
        media_type = response.getheader("Content-Type") or ""
        unchanged = response.status == http.client.NOT_MODIFIED
        wanted = not unchanged and self.is_wanted(url, media_type)
        return Fetched(
            url=url,
            media_type=media_type,
            content=self._body(url, response) if wanted else None,
            unchanged=unchanged,
            etag=_line(response.getheader("ETag")),
            modified=_line(response.getheader("Last-Modified")),
        )

    def _body(self, url: str, response: http.client.HTTPResponse) -> bytes:
        encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise _unreachable(url, f"it is packed in a way that was not asked for ({encoding[:20]})")
        most = self.page_megabytes * MEGABYTE
        declared = response.length
        kept: list[bytes] = []
        total = received = 0
        for packed, piece in _pieces(response, unpack=encoding != "identity", most=most):
            received += packed
            total += len(piece)
            kept.append(piece)
            if max(total, received, declared or 0) > most:
                raise DocumentError(
                    f"{url} has more than web_source.page_megabytes ({self.page_megabytes})",
                    reason="too_large",
                    next="raise web_source.page_megabytes if it is a page you need",
                )
        if declared is not None and received < declared:
            raise _unreachable(url, f"the connection ended after {received} of {declared} bytes")
        return b"".join(kept)

    def _wait_for(self, host: str) -> None:
        pause = max(self.delay_seconds, self.delays.get(host, 0.0))
        left = self._last.get(host, -pause) + pause - time.monotonic() if pause else 0.0
        if left > 0:
            self.sleep(min(left, LONGEST_WAIT_SECONDS))
        self._last[host] = time.monotonic()


def _pieces(response: http.client.HTTPResponse, *, unpack: bool, most: int) -> Iterator[tuple[int, bytes]]:
    """Bytes received and what they unpack to, never more than a piece beyond ``most`` at once."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if unpack else None
    while packed := response.read(PIECE):
        if unpacker is None:
            yield len(packed), packed
            continue
        yield len(packed), unpacker.decompress(packed, PIECE)
        while unpacker.unconsumed_tail:
            yield 0, unpacker.decompress(unpacker.unconsumed_tail, PIECE)
    if unpacker is not None and not unpacker.eof:
        raise http.client.IncompleteRead(b"")


def _check_status(url: str, status: int) -> None:
    if status in (http.client.NOT_FOUND, http.client.GONE):
        raise DocumentError(f"{url} is not there ({status})", reason="gone", next="check the address")
    if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN, http.client.PROXY_AUTHENTICATION_REQUIRED):
        raise DocumentError(
            f"{url} may not be read ({status})",
            reason="permission",
            next="set KINGPOST_WEB_SOURCE__AUTHORIZATION to what the server asks for",
        )
    if status not in (http.client.OK, http.client.NOT_MODIFIED):
        raise _unreachable(url, f"the server answered {status}")


def _unreachable(url: str, why: str) -> DocumentError:
    return DocumentError(f"{url} cannot be read: {why}", reason="unreachable", next="try again later")


def origin(url: str) -> str:
    """Scheme, host and port of a canonical address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds(said: str | None) -> float:
    """A wait that a server asks for, within reason; a date counts as a short one."""
    return min(float(said), LONGEST_WAIT_SECONDS) if said and said.strip().isdigit() else 1.0


def _line(header: str | None) -> str:
    """A header that may be sent back as it came."""
    return header if header and header.isprintable() and header.isascii() and len(header) <= PIECE // 64 else ""
