"""Opens the source that a path or an address names."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import MissingExtra, SettingsError, UsageError
from kingpost.ports import ObjectStore, Source
from kingpost.records import Records
from kingpost.settings import WebSourceSettings
from kingpost.types.documents import WebPage


@dataclass(frozen=True, kw_only=True)
class SourceOpener:
    """``bucket`` opens the object store with a name; ``hosts`` belong to a web tree beside those of the settings.

    ``verify`` fetches pages again that their server says are unchanged; ``dry`` leaves no trace of having looked.
    """

    records: Records
    settings: WebSourceSettings
    bucket: Callable[[str], ObjectStore]
    hosts: tuple[str, ...] = ()
    verify: bool = False
    dry: bool = False

    def open(self, place: str) -> Source:
        """Of a folder, a file, or an address. Raises ``NotFound``, ``UsageError``, ``MissingExtra``."""
        scheme, there, rest = place.partition("://")
        if not there:
            return FolderSource(Path(place))
        match scheme.lower():
            case "http" | "https":
                return self._web(place)
            case "s3":
                from kingpost.documents.sources.objects import ObjectStoreSource

                bucket, _, prefix = rest.partition("/")
                try:
                    store = self.bucket(bucket)
                except SettingsError as error:
                    raise MissingExtra("aws") from error
                return ObjectStoreSource(store, prefix=prefix, uri=f"s3://{bucket}")
            case _:
                raise UsageError(f"{scheme}:// is not read", next="give a folder, a file, http(s):// or s3://")

    def _web(self, address: str) -> Source:
        """Imported here: most runs read folders."""
        from kingpost.documents.sources import addresses, connection, fetching, web

        settings = self.settings
        root = addresses.canonical(address)
        if root is None:
            raise UsageError(
                f"{address} is not an address that can be read",
                next="give it as https://host/path/; a password goes into KINGPOST_WEB_SOURCE__AUTHORIZATION",
            )
        tree = addresses.Tree(
            root=root, paths=settings.paths, hosts=addresses.hosts_named((*settings.hosts, *self.hosts))
        )
        partition = f"{web.source_id(root)}-{hashlib.sha256(repr(tree).encode()).hexdigest()[:8]}"
        known = {page.url: page for page in self.records.web_pages.all(partition=partition)}
        secret = settings.authorization
        fetcher = fetching.Fetcher(
            door=connection.Door(allow_private=frozenset(addresses.hosts_named(settings.allow_private))),
            may_follow=tree.holds,
            is_wanted=web.is_read,
            known=(lambda _: None) if self.verify else known.get,
            authorization=(settings.authorization_header, secret.get_secret_value()) if secret else None,
            authorized=fetching.origin(root),
            seconds=settings.seconds,
            page_megabytes=settings.page_megabytes,
            delay_seconds=settings.delay_seconds,
        )
        return web.WebSource(
            tree,
            fetcher,
            web.CrawlLimits(
                depth=settings.depth, pages=settings.pages, megabytes=settings.megabytes, robots=settings.robots
            ),
            known=known,
            remember=(lambda _: None) if self.dry else lambda pages: self._remember(partition, pages),
            groups=settings.groups,
        )

    def _remember(self, partition: str, pages: Sequence[WebPage]) -> None:
        """Pages of this listing in place of those of the last, also of one with other limits."""
        table = self.records.web_pages
        place = partition.rpartition("-")[0]
        for earlier in [name for name in table.partitions() if name.rpartition("-")[0] == place]:
            table.delete(partition=earlier)
        table.put_all({hashlib.sha256(page.url.encode()).hexdigest()[:16]: page for page in pages}, partition=partition)
