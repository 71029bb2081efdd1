"""Documents of a wiki or another tree of web pages: looked through breadth first, each page asked for once."""

import hashlib
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from kingpost.documents.parsing import family, media_type
from kingpost.documents.sources.addresses import Tree, document_name
from kingpost.documents.sources.fetching import AGENT, MEGABYTE, Fetched, Fetcher
from kingpost.documents.sources.links import links
from kingpost.errors import BackendUnavailable, DocumentError
from kingpost.types.documents import EVERYONE, Original, OriginalReference, WebPage

ROBOTS_LOOKED_AT = 500_000
LONGEST_CRAWL_DELAY_SECONDS = 30.0
QUEUED_PER_PAGE = 20
REQUESTS_PER_PAGE = 5
"""Most addresses that are asked for, a page that may be read: links may lead to nothing but pictures."""
PASSED_OVER = {
    "gone": "not there",
    "elsewhere": "leads out of what is read",
    "unsupported": "a kind of file that is not read",
    "robots": "robots.txt asks not to",
}
"""Reasons for which an address is no document at all, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlLimits:
    """How far a tree is followed."""

    depth: int = 10
    pages: int = 2000
    megabytes: int = 4000
    """Of all pages fetched in one run."""
    robots: bool = True
    """Whether robots.txt is obeyed."""


class WebSource:
    """``known`` are the pages of the last listing; ``remember`` is told those of this one.

    A listing fetches the pages, for they hold the links; what was fetched waits in a temporary directory to be read.
    """

    def __init__(
        self,
        tree: Tree,
        fetcher: Fetcher,
        limits: CrawlLimits,
        *,
        known: Mapping[str, WebPage],
        remember: Callable[[Sequence[WebPage]], None],
        groups: tuple[str, ...] = EVERYONE,
    ) -> None:
        self.id = source_id(tree.root)
        self.unlisted: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self._tree, self._fetcher, self._limits = tree, fetcher, limits
        self._known, self._remember, self._groups = known, remember, groups
        self._fetched = tempfile.TemporaryDirectory(prefix="kingpost-web-")
        self._failures: dict[str, DocumentError] = {}

    def references(self) -> Iterator[OriginalReference]:
        """Pages and files by address. Raises ``BackendUnavailable`` when the first page cannot be read."""
        crawl = _Crawl(self._tree, self._fetcher, self._limits, self._known, self._keep)
        crawl.follow()
        self._failures = crawl.failures
        self.unlisted, self.notes = (("",) if crawl.is_cut else ()), tuple(crawl.notes())
        kept = [page for url in crawl.failures if (page := self._known.get(url))]
        self._remember([*crawl.pages.values(), *kept])
        for url in sorted({*crawl.pages, *crawl.failures}):
            page = crawl.pages.get(url) or self._known.get(url)
            name = page.name if page else document_name(url, "text/html") or url
            yield OriginalReference(
                uri=url,
                name=name,
                media_type=media_type(name),
                size=page.size if page else 0,
                groups=self._groups,
                stamp="" if url in crawl.failures or page is None else page.digest,
            )

    def read(self, reference: OriginalReference) -> Original:
        """What was fetched when listing; a page that had not changed is fetched now."""
        if reference.uri in self._failures:
            raise self._failures[reference.uri]
        path = self._path(reference.uri)
        if path.exists():
            content = path.read_bytes()
        else:
            content = self._fetcher.fetch(reference.uri, anew=True).content or b""
            self._keep(reference.uri, content)
        return Original(uri=reference.uri, name=reference.name, media_type=reference.media_type, content=content)

    def _keep(self, url: str, content: bytes) -> None:
        self._path(url).write_bytes(content)

    def _path(self, url: str) -> Path:
        return Path(self._fetched.name) / hashlib.sha256(url.encode()).hexdigest()


class _Crawl:
    """One look through a tree."""

    def __init__(
        self,
        tree: Tree,
        fetcher: Fetcher,
        limits: CrawlLimits,
        known: Mapping[str, WebPage],
        keep: Callable[[str, bytes], None],
    ) -> None:
        self._tree, self._fetcher, self._limits, self._known, self._keep = tree, fetcher, limits, known, keep
        self._robots: dict[str, RobotFileParser | DocumentError] = {}
        self._queue = deque([(tree.root, 0)])
        self._seen = {tree.root}
        self._bytes = self._asked = 0
        self._passed_over: Counter[str] = Counter()
        self.pages: dict[str, WebPage] = {}
        self.failures: dict[str, DocumentError] = {}
        self.is_cut = False

    def follow(self) -> None:
        """Look at pages until there are no more, or a limit is reached."""
        while self._queue:
            if self._is_full:
                self.is_cut = True
                return
            url, depth = self._queue.popleft()
            for following in self._look(url):
                self._enqueue(following, depth + 1)

    def notes(self) -> Iterator[str]:
        """What a person should know of it."""
        if self.is_cut:
            yield (
                f"stopped at {len(self.pages)} pages and {self._bytes // MEGABYTE} MB: more were found, and nothing is"
                " removed (web_source.pages, web_source.megabytes)"
            )
        for why, count in sorted(self._passed_over.items()):
            yield f"{count} {'address' if count == 1 else 'addresses'} passed over: {why}"

    @property
    def _is_full(self) -> bool:
        return (
            len(self.pages) + len(self.failures) >= self._limits.pages
            or self._asked >= self._limits.pages * REQUESTS_PER_PAGE
            or self._bytes >= self._limits.megabytes * MEGABYTE
        )

    def _enqueue(self, url: str, depth: int) -> None:
        if url in self._seen or not self._tree.holds(url):
            return
        if depth > self._limits.depth:
            self._seen.add(url)
            self._passed_over["deeper than web_source.depth"] += 1
        elif len(self._seen) >= self._limits.pages * QUEUED_PER_PAGE:
            self.is_cut = True
        else:
            self._seen.add(url)
            self._queue.append((url, depth))

    def _look(self, url: str) -> Sequence[str]:
        """Fetch a page and keep it; the links that it holds."""
        try:
            self._check_allowed(url)
            self._asked += 1
            page = self._page(self._fetcher.fetch(url))
        except DocumentError as error:
            if url == self._tree.root:
                raise BackendUnavailable(f"{error.message}: nothing was read or removed", next=error.next) from error
            return self._failed(url, error)
        if page is None or page.url in self.pages:
            return ()
        self._seen.add(page.url)
        self.pages[page.url] = page
        return page.links

    def _failed(self, url: str, error: DocumentError) -> Sequence[str]:
        """A page that is not there is gone; one that cannot be read now is kept as it was, and so is what it led to."""
        known = self._known.get(url)
        if error.reason in PASSED_OVER and (known is None or error.reason != "elsewhere"):
            self._passed_over[PASSED_OVER[error.reason]] += 1
            return ()
        self.failures[url] = error
        return known.links if known else ()

    def _page(self, fetched: Fetched) -> WebPage | None:
        """The page, unless it is one that was met before under another address."""
        known = self._known.get(fetched.url)
        if fetched.url in self.pages:
            return None
        if fetched.unchanged and known:
            return known
        name = document_name(fetched.url, fetched.media_type)
        if fetched.content is None or name is None:
            raise DocumentError(
                f"{fetched.url} is a kind of file that is not read ({fetched.media_type[:60]})",
                reason="unsupported",
                next="give the address of a page",
            )
        self._keep(fetched.url, fetched.content)
        self._bytes += len(fetched.content)
        following: Iterable[str] = ()
        if family(name) == "html":
            following = links(fetched.content.decode("utf-8", "replace"), fetched.url)
        return WebPage(
            url=fetched.url,
            media_type=fetched.media_type,
            name=name,
            size=len(fetched.content),
            digest=hashlib.sha256(fetched.content).hexdigest()[:32],
            etag=fetched.etag,
            modified=fetched.modified,
            links=tuple(link for link in following if self._tree.holds(link)),
        )

    def _check_allowed(self, url: str) -> None:
        if not self._limits.robots:
            return
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            try:
                self._robots[origin] = self._rules(origin)
            except DocumentError as error:
                self._robots[origin] = error
        rules = self._robots[origin]
        if isinstance(rules, DocumentError):
            raise rules
        if not rules.can_fetch(AGENT, url):
            raise DocumentError(
                f"{url} may not be read: robots.txt of that host asks not to",
                reason="robots",
                next="ask who runs it; for a site of your own, set web_source.robots = false",
            )

    def _rules(self, origin: str) -> RobotFileParser:
        """A host's robots.txt. None there: all is allowed. When it cannot be read, the host cannot be either."""
        rules = RobotFileParser()
        try:
            content = self._fetcher.fetch(f"{origin}/robots.txt", anew=True).content or b""
        except DocumentError as error:
            if error.reason not in ("gone", "permission", "elsewhere"):
                raise
            content = b""
        rules.parse(content[:ROBOTS_LOOKED_AT].decode("utf-8", "replace").splitlines())
        delay = rules.crawl_delay(AGENT)
        if delay:
            self._fetcher.delays[urlsplit(origin).netloc] = min(float(delay), LONGEST_CRAWL_DELAY_SECONDS)
        return rules


def is_read(url: str, kind: str) -> bool:
    """Whether the bytes of an address are wanted, by the media type that its server names."""
    name = document_name(url, kind)
    return urlsplit(url).path == "/robots.txt" or (name is not None and bool(family(name)))


def source_id(root: str) -> str:
    """Of the tree below an address."""
    return f"web-{hashlib.sha256(root.encode()).hexdigest()[:12]}"
