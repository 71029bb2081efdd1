"""The page's way to the API: JSON over loopback, nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 60
LONG_SECONDS = 1800

_opener = build_opener(ProxyHandler({}))
"""Loopback is never reached through a proxy, whatever the environment says."""


class ApiError(Exception):
    """The API's answer was an error: what happened, and what to do next."""

    def __init__(self, status: int, message: str, next: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.next = next


@dataclass(frozen=True)
class Client:
    """Calls the API at ``address``. Raises ``ApiError``."""

    address: str

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON of ``/api/v1`` + path."""
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, **body: Any) -> Any:
        """Send the keyword arguments as JSON."""
        return self._call("POST", path, body)

    def send(self, path: str, content: bytes, **query: str | int) -> Any:
        """Send a file as it is; the JSON of what came of it. Takes as long as it takes."""
        answer = self._bytes(
            "POST", f"{path}?{urlencode(query)}", content, kind="application/octet-stream", timeout=LONG_SECONDS
        )
        return json.loads(answer)

    def fetch(self, path: str, **query: str | int) -> bytes:
        """A file."""
        return self._bytes("GET", f"{path}?{urlencode(query)}", None, timeout=LONG_SECONDS)

    def work_out(self, path: str) -> Any:
        """The JSON of what takes longer to work out than a page may wait for elsewhere."""
        return json.loads(self._bytes("GET", path, None, timeout=LONG_SECONDS))

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        return json.loads(self._bytes(method, path, None if body is None else json.dumps(body).encode()))

    def _bytes(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        kind: str = "application/json",
        timeout: int = TIMEOUT_SECONDS,
    ) -> bytes:
        request = Request(  # noqa: S310 - the address is our own
            f"{self.address}/api/v1{path}", method=method, data=body, headers={"Content-Type": kind}
        )
        try:
            with _opener.open(request, timeout=timeout) as response:
                content: bytes = response.read()
                return content
        except HTTPError as error:
            raise _problem(error) from error
        except (URLError, TimeoutError) as error:
            raise ApiError(
                503, "Kingpost does not answer", "reload the page; if that does not help, see the log"
            ) from error


def segment(text: str) -> str:
    """One path segment, whatever is in it."""
    return quote(text, safe="")


def _problem(error: HTTPError) -> ApiError:
    try:
        told = json.load(error)["error"]
    except (ValueError, KeyError, TypeError):
        return ApiError(error.code, f"the request failed ({error.code})", "see the server's log")
    return ApiError(error.code, told["message"], told["next"])
