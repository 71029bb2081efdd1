"""The page's way to the API: JSON over loopback, nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 60

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

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        request = Request(  # noqa: S310 - the address is our own
            f"{self.address}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
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
