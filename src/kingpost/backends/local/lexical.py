"""A tantivy index of one collection's words: disposable, and never ahead of the change log that it follows."""

import json
import logging
import shutil
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy

from kingpost import __version__
from kingpost.backends.local import locks
from kingpost.backends.words import words as words_of
from kingpost.errors import OutOfSpace, WorkspaceDamaged
from kingpost.types.search import Hit

logger = logging.getLogger(__name__)

MADE_BY = f"1 {__version__}"
"""Layout, and the release whose words were counted: an index of another one is made anew."""
WATERMARK = "\0watermark"
"""Id of the one document that tells how far the index has come; committed together with what it tells of."""
META = "meta.json"
PANIC = "PanicException"
"""Of pyo3, which gives no other way to name it."""
NO_SPACE = "No space left on device"
WRITER_BYTES = 32_000_000
SCHEMA = (
    tantivy.SchemaBuilder()
    .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    .add_text_field("facets", tokenizer_name="raw", index_option="basic")
    .add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    .add_unsigned_field("sequence", stored=True)
    .add_text_field("made_by", stored=True, tokenizer_name="raw", index_option="basic")
    .build()
)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as it stands after a change; ``text`` None when it is gone."""

    sequence: int
    id: str
    facets: Mapping[str, Sequence[str]]
    text: str | None


class LexicalIndex:
    """One directory. Reading waits for nobody; writing is for whoever holds the directory's lock.

    ``sequence`` is the last change that searches see. Damaged files raise ``WorkspaceDamaged``: then ``discard``.
    """

    def __init__(self, directory: Path) -> None:
        self.sequence = 0
        self._directory = directory
        self._lock_file = directory.with_name(f"{directory.name}.lock")
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None
        self._turn = threading.RLock()

    def refresh(self) -> None:
        """See what has been committed, by whichever process."""
        with self._turn, self._watching():
            if self._index is None:
                if not (self._directory / META).exists():
                    return
                _verify(self._directory)
                self._index = tantivy.Index.open(str(self._directory))
            self._index.reload()
            searcher = self._index.searcher()
            self.sequence = max(self.sequence, _watermark(searcher))
            self._searcher = searcher

    @contextmanager
    def following(self, *, wait: bool) -> Iterator[None]:
        """Be the one that writes. Raises ``Locked`` when another process is and ``wait`` is not set."""
        with self._turn, locks.held(self._lock_file, kind="word index", wait=wait):
            self.refresh()
            yield

    def apply(self, changes: Sequence[Change], *, sequence: int) -> None:
        """Take in changes and commit; only inside ``following``."""
        with self._watching():
            if self._index is None:
                self._directory.mkdir(parents=True, exist_ok=True)
                self._index = tantivy.Index(SCHEMA, str(self._directory))
            writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
            for change in changes:
                writer.delete_documents_by_term("id", change.id)
                if change.text is not None:
                    writer.add_document(_document(change))
            writer.delete_documents_by_term("id", WATERMARK)
            writer.add_document(tantivy.Document(id=[WATERMARK], sequence=[sequence], made_by=[MADE_BY]))
            writer.commit()
            writer.wait_merging_threads()
        self.refresh()

    def search(self, words: Sequence[str], *, limit: int, accepted: Mapping[str, frozenset[str]]) -> list[Hit]:
        """Entries that hold any of the words and pass, best first."""
        searcher = self._searcher
        if searcher is None:
            return []
        with self._watching():
            found = searcher.search(_query(words, accepted), limit, count=False).hits
            return [Hit(id=searcher.doc(address)["id"][0], score=float(score)) for score, address in found]

    def frequency(self, word: str) -> int:
        """How many entries hold the word."""
        return 0 if self._searcher is None else self._searcher.doc_freq("words", word)

    @property
    def total(self) -> int:
        """How many entries there are."""
        return 0 if self._searcher is None else self._searcher.num_docs

    def discard(self) -> None:
        """Throw the files away; the next following starts at the first change."""
        with self._turn, locks.held(self._lock_file, kind="word index", wait=True):
            self._index = self._searcher = None
            self.sequence = 0
            shutil.rmtree(self._directory, ignore_errors=True)

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if NO_SPACE in str(error):
                raise OutOfSpace(
                    f"the disk is full: {self._directory}", next="free some space, then run the command again"
                ) from error
            # tantivy says so in three ways that a file is not what it was.
            if isinstance(error, ValueError | OSError) or type(error).__name__ == PANIC:
                raise WorkspaceDamaged(
                    f"the word index {self._directory} cannot be read: {error}",
                    next="it is made anew when it is next searched; nothing is lost",
                ) from error
            raise


def _verify(directory: Path) -> None:
    """Compare the checksums that tantivy wrote but does not look at. Raises ``ValueError`` for a file that differs."""
    meta = json.loads((directory / META).read_text(encoding="utf-8"))
    committed = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    for path in directory.iterdir():
        if path.name.partition(".")[0] in committed and not _is_whole(path):
            raise ValueError(f"{path.name} was changed")


def _is_whole(path: Path) -> bool:
    """A file ends with a footer in JSON, its length, and a magic number (tantivy's ``directory/footer.rs``)."""
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:  # merged away by another process meanwhile
        return True
    body = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    checksum: int = json.loads(bytes(content[body:-8]))["crc"] if body >= 0 else -1
    return zlib.crc32(content[: max(body, 0)]) == checksum


def _watermark(searcher: tantivy.Searcher) -> int:
    query = tantivy.Query.term_query(SCHEMA, "id", WATERMARK, index_option="basic")
    hits = searcher.search(query, 1, count=False).hits
    if not hits:
        return 0
    document = searcher.doc(hits[0][1])
    if document["made_by"] != [MADE_BY]:
        raise ValueError(f"made by another release ({document['made_by'][0]})")
    sequence: int = document["sequence"][0]
    return sequence


def _document(change: Change) -> tantivy.Document:
    facets = [f"{name}={value}" for name, values in change.facets.items() for value in values]
    return tantivy.Document(id=[change.id], facets=facets, words=[" ".join(words_of(change.text or ""))])


def _query(words: Sequence[str], accepted: Mapping[str, frozenset[str]]) -> tantivy.Query:
    any_word = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Should, tantivy.Query.term_query(SCHEMA, "words", word, index_option="freq"))
            for word in dict.fromkeys(words)
        ]
    )
    clauses = [(tantivy.Occur.Must, any_word)]
    for name, values in accepted.items():
        terms = tantivy.Query.term_set_query(SCHEMA, "facets", [f"{name}={value}" for value in sorted(values)])
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(terms, 0.0)))
    return tantivy.Query.boolean_query(clauses)
