"""The typed tables over the record store, and their one codec: rooms on one floor meet here, never each other.

A table holds one dataclass. Its partition is named where it is used: chunks by document, turns by
conversation, everything else in one partition.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter

from kingpost.errors import NotFound
from kingpost.ports import RecordStore
from kingpost.types.answers import Mismatch, Turn
from kingpost.types.decisions import Decision
from kingpost.types.documents import Chunk, ContainerListing, Document, Profile, Revision, WebPage
from kingpost.types.evaluation import Parameters
from kingpost.types.feedback import Feedback, Review
from kingpost.types.models import Dataset, GateReport, ModelVersion
from kingpost.types.questions import KnownQuestion
from kingpost.types.terms import Terms

T = TypeVar("T")

ALL = "all"
"""The partition of tables that need only one."""
LIVE = "live"
"""The id of the pointer to the model version that serves."""
REMEMBERED_DOCUMENTS = 20_000
REMEMBERED_CHUNKS = 4_000
REMEMBERED_QUESTIONS = 8_000
"""Values that are kept decoded (a chunk takes about 10 kB, a known question 3 kB)."""


class Table(Generic[T]):
    """Typed access to one table of a record store.

    ``remembered`` values are kept decoded, where values cannot be changed in place. Each is used again only while its
    record reads the same in the store, so another process may write at any time.
    """

    def __init__(self, store: RecordStore, name: str, kind: type[T], *, remembered: int = 0) -> None:
        self.name = name
        self._store = store
        self._codec: TypeAdapter[T] = TypeAdapter(kind)
        self._read: Callable[[str], T] = lru_cache(maxsize=remembered)(self._decode_text)

    def put(self, id: str, value: T, *, partition: str = ALL) -> None:
        """Store one, replacing what was there."""
        self._store.put(self.name, partition, {id: self._encode(value)})

    def put_all(self, values: Mapping[str, T], *, partition: str = ALL) -> None:
        """Store many of one partition."""
        self._store.put(self.name, partition, {id: self._encode(value) for id, value in values.items()})

    def put_if(self, id: str, value: T, *, version: int, partition: str = ALL) -> bool:
        """Store if the stored version is ``version`` (0: if absent); False, and nothing changed, otherwise."""
        return self._store.put_if(self.name, partition, id, self._encode(value), version=version)

    def find(self, id: str, *, partition: str = ALL) -> T | None:
        """The value, or None."""
        stored = self._store.get(self.name, partition, id)
        return None if stored is None else self._decode(stored.record)

    def get(self, id: str, *, partition: str = ALL) -> T:
        """The value. Raises ``NotFound``."""
        value = self.find(id, partition=partition)
        if value is None:
            raise NotFound(f"there is no {self.name.rstrip('s')} {id!r}", next=f"list them: kingpost {self.name} list")
        return value

    def version(self, id: str, *, partition: str = ALL) -> int:
        """The stored version, 0 when there is none."""
        stored = self._store.get(self.name, partition, id)
        return 0 if stored is None else stored.version

    def all(self, *, partition: str = ALL) -> Iterator[T]:
        """Every value of a partition, by id."""
        return (self._read(text) for text in self._store.texts(self.name, partition).values())

    def unread(self, *, partition: str = ALL) -> list[tuple[str, Callable[[], T]]]:
        """Every id of a partition in order, with what decodes its value: for those who need a few of many."""
        return [(id, partial(self._read, text)) for id, text in self._store.texts(self.name, partition).items()]

    def find_all(self, ids: Sequence[str], *, partition: str = ALL) -> dict[str, T]:
        """Those of the ids that are there, by id."""
        return {id: self._read(text) for id, text in self._store.texts(self.name, partition, ids).items()}

    def partitions(self) -> Iterator[str]:
        """Partitions that hold something."""
        return self._store.partitions(self.name)

    def delete(self, ids: Sequence[str] | None = None, *, partition: str = ALL) -> None:
        """Delete ids, or the whole partition."""
        self._store.delete(self.name, partition, ids)

    def _encode(self, value: T) -> dict[str, Any]:
        return cast(dict[str, Any], self._codec.dump_python(value, mode="json"))

    def _decode(self, record: Mapping[str, Any]) -> T:
        return self._codec.validate_python(record)

    def _decode_text(self, text: str) -> T:
        return self._decode(json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A name that points at an id, switched by one conditional put (the live model version)."""

    target: str
    previous: tuple[str, ...] = ()
    """Earlier targets, latest first, for rollback."""
    changed_at: str = ""
    changed_by: str = ""


@dataclass(frozen=True)
class Records:
    """All tables of a workspace."""

    store: RecordStore

    @cached_property
    def documents(self) -> Table[Document]:
        return Table(self.store, "documents", Document, remembered=REMEMBERED_DOCUMENTS)

    @cached_property
    def revisions(self) -> Table[Revision]:
        """Partition: document id."""
        return Table(self.store, "revisions", Revision)

    @cached_property
    def chunks(self) -> Table[Chunk]:
        """Partition: document id (see ``chunk_partition``)."""
        return Table(self.store, "chunks", Chunk, remembered=REMEMBERED_CHUNKS)

    @cached_property
    def profiles(self) -> Table[Profile]:
        """Partition: document id; id: revision id."""
        return Table(self.store, "profiles", Profile)

    @cached_property
    def terms(self) -> Table[Terms]:
        """Partition: document id; id: revision id."""
        return Table(self.store, "terms", Terms)

    @cached_property
    def containers(self) -> Table[ContainerListing]:
        """Partition: source id; id: hash of the URI."""
        return Table(self.store, "containers", ContainerListing)

    @cached_property
    def web_pages(self) -> Table[WebPage]:
        """Partition: source id; id: hash of the address."""
        return Table(self.store, "web_pages", WebPage)

    @cached_property
    def turns(self) -> Table[Turn]:
        """Partition: conversation id; id: turn id."""
        return Table(self.store, "turns", Turn)

    @cached_property
    def decisions(self) -> Table[Decision]:
        """Partition: day (ISO date); id: time and turn."""
        return Table(self.store, "decisions", Decision)

    @cached_property
    def mismatches(self) -> Table[Mismatch]:
        """Partition: model version id; id: turn id."""
        return Table(self.store, "mismatches", Mismatch)

    @cached_property
    def feedback(self) -> Table[Feedback]:
        return Table(self.store, "feedback", Feedback)

    @cached_property
    def reviews(self) -> Table[Review]:
        return Table(self.store, "reviews", Review)

    @cached_property
    def questions(self) -> Table[KnownQuestion]:
        return Table(self.store, "questions", KnownQuestion, remembered=REMEMBERED_QUESTIONS)

    @cached_property
    def datasets(self) -> Table[Dataset]:
        return Table(self.store, "datasets", Dataset)

    @cached_property
    def models(self) -> Table[ModelVersion]:
        return Table(self.store, "models", ModelVersion)

    @cached_property
    def gate_reports(self) -> Table[GateReport]:
        return Table(self.store, "gate_reports", GateReport)

    @cached_property
    def parameters(self) -> Table[Parameters]:
        return Table(self.store, "parameters", Parameters)

    @cached_property
    def pointers(self) -> Table[Pointer]:
        return Table(self.store, "pointers", Pointer)


def chunk_id(document_id: str, revision_id: str, ordinal: int) -> str:
    """``DOCUMENT-HASH``, the same whenever the same revision is cut again."""
    digest = hashlib.sha256(f"{document_id}|{revision_id}|{ordinal}".encode()).hexdigest()
    return f"{document_id}-{digest[:16]}"


def chunk_partition(chunk_id: str) -> str:
    """The document id that a chunk id starts with (``DOCUMENT-HASH``)."""
    return chunk_id.rpartition("-")[0]


def turn_conversation(turn_id: str) -> str:
    """The conversation id of a turn id (``CONVERSATION.N``)."""
    return turn_id.rpartition(".")[0]


def find_turn(records: Records, turn_id: str) -> Turn:
    """The turn. Raises ``NotFound``."""
    turn = records.turns.find(turn_id, partition=turn_conversation(turn_id))
    if turn is None:
        raise NotFound(f"there is no turn {turn_id!r}", next="take the turn id from the answer: kingpost ask --json")
    return turn
