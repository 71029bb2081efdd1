"""Everything that can be swapped, on one page. Models are LangChain's ports: ``Embeddings`` and ``BaseChatModel``.

Ids are opaque strings. Every method is synchronous and may raise ``BackendUnavailable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kingpost.types.documents import Original, OriginalReference
from kingpost.types.models import ModelVersion, TrainingProgress
from kingpost.types.search import Entry, Hit, Vector, Where

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class Source(Protocol):
    """Where documents come from. ``id`` stays the same for the same place, so that vanished originals are noticed.

    After a listing, ``unlisted`` has the beginnings of names below which it could not look (an empty one: anywhere):
    what is known of those is not gone. ``notes`` is what a person should know of the listing.
    """

    id: str
    unlisted: tuple[str, ...]
    notes: tuple[str, ...]

    def references(self) -> Iterator[OriginalReference]:
        """List what is there, in a stable order.

        Raises ``BackendUnavailable`` when the place cannot be listed at all: that is not an empty place.
        """

    def read(self, reference: OriginalReference) -> Original:
        """Read one. Raises ``DocumentError`` (reason ``unreadable``) when it cannot be read."""


class ObjectStore(Protocol):
    """Bytes by key (``originals/...``, ``datasets/...``, ``adapters/...``). A put is atomic: all or nothing."""

    def put(self, key: str, content: bytes) -> None:
        """Store, replacing what was there."""

    def get(self, key: str) -> bytes:
        """Raises ``NotFound``."""

    def delete(self, key: str) -> None:
        """No error when nothing is there."""

    def keys(self, prefix: str) -> Iterator[str]:
        """In lexical order."""

    def local_path(self, key: str) -> Path:
        """A file with the object's bytes on this machine, for readers that need one. Raises ``NotFound``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A record with the version its next conditional put must name (1 after the first put)."""

    id: str
    record: Mapping[str, Any]
    version: int


class RecordStore(Protocol):
    """Small JSON records by table, partition and id. No transactions across records: order writes instead."""

    def put(self, table: str, partition: str, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Store by id, replacing what was there. Several records of one call become visible together or one by one."""

    def put_if(self, table: str, partition: str, id: str, record: Mapping[str, Any], *, version: int) -> bool:
        """Store only if the stored version is ``version`` (0: if absent). False when it is not: nothing changed."""

    def get(self, table: str, partition: str, id: str) -> Stored | None:
        """None when there is none."""

    def query(self, table: str, partition: str) -> Iterator[Stored]:
        """All of a partition, by id."""

    def texts(self, table: str, partition: str, ids: Sequence[str] | None = None) -> Mapping[str, str]:
        """The records of these ids that are there, or of all, as JSON, by id in order.

        Cheaper than decoding them: a text that reads as before is the record as it was before.
        """

    def tally(self, table: str, partition: str) -> tuple[int, int]:
        """How many records a partition holds and how often they were written: cheap, and other after every put."""

    def partitions(self, table: str) -> Iterator[str]:
        """Those that hold a record, in lexical order."""

    def delete(self, table: str, partition: str, ids: Sequence[str] | None = None) -> None:
        """Delete ids, or the whole partition. No error for what is not there."""


class SearchIndex(Protocol):
    """Primitives only; fusing happens in ``retrieval``. An upsert is visible to the caller's next read.

    Collections (``chunks``, ``questions``) are made on first use. ``where`` filters before ``limit`` is applied.
    """

    def upsert(self, collection: str, entries: Sequence[Entry]) -> None:
        """Add or replace by id."""

    def refacet(self, collection: str, facets: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """Give entries, by id, other facets; all else of them stays. No error for unknown ids."""

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """No error for unknown ids."""

    def nearest(self, collection: str, vector: Vector, *, limit: int, where: Where) -> list[Hit]:
        """Exact cosine similarity, best first; score in -1..1. Ties by id."""

    def match(self, collection: str, words: str, *, limit: int, where: Where) -> list[Hit]:
        """BM25 of any of the words (stemmed, case folded) over ``Entry.text``, best first."""

    def lookup(self, collection: str, keys: Sequence[str], *, limit: int, where: Where) -> list[Hit]:
        """Entries holding any of the keys exactly; score = number of distinct keys held, best first."""

    def scan(self, collection: str, *, where: Where) -> Iterator[str]:
        """All ids that pass, by id."""

    def vectors(self, collection: str, ids: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of those of the ids that are there, as exact as they are kept."""

    def known_keys(self, collection: str, keys: Sequence[str]) -> frozenset[str]:
        """Those of the keys that some entry holds."""


class Trainer(Protocol):
    """Runs the training job somewhere and leaves what it made in the object store."""

    def train(
        self,
        *,
        job_id: str,
        dataset_key: str,
        output_prefix: str,
        recipe: Mapping[str, Any],
        on_progress: Callable[[TrainingProgress], None],
    ) -> Mapping[str, Any]:
        """Train to the end; resumes a job of the same id from its last checkpoint.

        Returns the job's manifest (``adapter_key``, ``adapter_digest``, ``base_digest``, ``metrics``).
        Raises ``TrainingFailed``. KeyboardInterrupt stops the job with its checkpoint kept.
        """


class ModelHost(Protocol):
    """Serves the base model and adapters."""

    def deploy(self, version: ModelVersion) -> None:
        """Make the version ready beside those already served, prove that its adapter is active, and return then.

        Raises ``BackendUnavailable`` when it is not. Requests under way end undisturbed.
        """

    def chat(self, version: ModelVersion | None = None) -> BaseChatModel:
        """The version's chat model, or the base model without any adapter."""

    def retire(self, version: ModelVersion) -> None:
        """Stop serving it. No error when it is not served."""

    def close(self) -> None:
        """Stop what was started."""
