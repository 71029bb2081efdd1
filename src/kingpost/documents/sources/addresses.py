"""Web addresses: one form for each page, what belongs to a tree, and what a document from there is called."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from kingpost.documents.parsing import family

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
KEPT_AS_WRITTEN = "%/:@!$&'()*+,;=~-._"
TRACKING = re.compile(
    r"utm_\w+|(?:g|fb|y|dc?)clid|gclsrc|msclkid|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|ref_src|igshid"
    r"|phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sid",
    re.IGNORECASE,
)
"""Query parameters that say who asks or whence, not which page."""
SESSION_IN_PATH = re.compile(r";jsessionid=[^/;?]*", re.IGNORECASE)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
SUFFIXES = {
    "text/html": "html",
    "application/xhtml+xml": "xhtml",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": "xlsb",
    "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-word.document.macroenabled.12": "docm",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/markdown": "md",
    "text/x-markdown": "md",
}
"""Media type -> file suffix."""
BY_SUFFIX = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "text/plain", "application/force-download"}
)
"""Media types that say less than the suffix of the address."""


def canonical(url: str, *, base: str = "") -> str | None:
    """The one form of an address, without fragment and tracking parameters; None for what is no page of the web."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = parts.port
        host = _host(parts)
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        return None
    where = f"[{host}]" if ":" in host else host
    if port not in (None, PORTS[scheme]):
        where += f":{port}"
    made = urlunsplit((scheme, where, _path(parts.path), _query(parts.query), ""))
    return made if len(made) <= LONGEST else None


def place(url: str) -> str:
    """Host and port of a canonical address, as it stands in it."""
    return urlsplit(url).netloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The pages below ``root``: on its host and below its path, or below another of ``paths``, or on ``hosts``."""

    root: str
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def holds(self, url: str) -> bool:
        """Whether a canonical address belongs to the tree."""
        if place(url) in self.hosts:
            return True
        if place(url) != place(self.root) or (url.startswith("http:") and self.root.startswith("https:")):
            return False
        path = urlsplit(url).path
        return any(_is_below(path, top) for top in (top_path(self.root), *self.paths))


def top_path(root: str) -> str:
    """The path that pages of a tree begin with: of ``/space/start.html`` it is ``/space/``."""
    path = urlsplit(root).path
    last = path.rpartition("/")[2]
    return path[: len(path) - len(last)] if "." in last else path


def document_name(url: str, media_type: str) -> str | None:
    """Host and path with a suffix that says how to read it; None where we cannot."""
    parts = urlsplit(url)
    path = UNPRINTABLE.sub("", unquote(parts.path))
    path = "/".join(part for part in path.split("/") if part not in ("", ".", ".."))
    if not path or parts.path.endswith("/"):
        path = f"{path}/index".lstrip("/")
    name = f"{parts.netloc}/{path}" + (f"?{UNPRINTABLE.sub('', unquote(parts.query))}" if parts.query else "")
    own = posixpath.splitext(path)[1].lstrip(".").lower()
    kind = media_type.partition(";")[0].strip().lower()
    if kind in BY_SUFFIX:
        suffix = own if family(path) else "txt" if kind == "text/plain" else ""
    else:
        suffix = SUFFIXES.get(kind, "")
    if not suffix:
        return None
    same = not parts.query and family(path) == family(f"x.{suffix}")
    return name if same else f"{name}.{suffix}"


def hosts_named(names: Sequence[str]) -> tuple[str, ...]:
    """Hosts as they stand in canonical addresses."""
    return tuple(name.strip().lower().rstrip(".") for name in names)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    return host if ":" in host else host.encode("idna").decode("ascii").lower()


def _path(path: str) -> str:
    path = SESSION_IN_PATH.sub("", path)
    path = re.sub(r"%([0-9A-Fa-f]{2})", _unescaped, path)
    flat = posixpath.normpath(path) if path else "/"
    flat = "/" + flat.lstrip("/")
    if path.endswith(("/", "/.", "/..")) and flat != "/":
        flat += "/"
    return quote(flat, safe=KEPT_AS_WRITTEN)


def _unescaped(escape: re.Match[str]) -> str:
    """Letters, digits, dots and dashes need no escape; any other keeps its escape, in capitals."""
    character = chr(int(escape[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else escape[0].upper()


def _query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not TRACKING.fullmatch(part.partition("=")[0])]
    return quote("&".join(kept), safe=KEPT_AS_WRITTEN + "?[]|{}")


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top if top.endswith("/") else f"{top}/")
