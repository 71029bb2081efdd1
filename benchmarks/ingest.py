"""Times the ingest of a folder of PDF beside a plain pipeline with the same encoder, and how much of it is the encoder.

The plain pipeline is what is usually written: pypdf's text, langchain-text-splitters with 1,000 characters and 200 of
overlap, one embedding call a document, vectors in memory. It has no tables, places, words index or records. Both are
run in turns on the same files, so that a busy machine slows both; only ratios are worth anything.

    python benchmarks/ingest.py FOLDER [--rounds 3]
"""

import argparse
import io
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pypdf
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from kingpost import settings
from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.documents import FileState


class Clocked(Embeddings):
    """Embeddings with a clock: ``busy_seconds`` of wall time in which at least one call was running."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._guard = threading.Lock()
        self._running = 0
        self._since = 0.0
        self.busy_seconds = 0.0
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with self._clock():
            self.texts += texts
            return self._embeddings.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        offsets: list[tuple[int, int]] = self._embeddings.token_offsets(text)  # type: ignore[attr-defined]
        return offsets

    @contextmanager
    def _clock(self) -> Iterator[None]:
        with self._guard:
            self._running += 1
            self._since = time.monotonic() if self._running == 1 else self._since
        try:
            yield
        finally:
            with self._guard:
                self._running -= 1
                self.busy_seconds += time.monotonic() - self._since if self._running == 0 else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.rglob("*.pdf"))
    if not paths:
        sys.exit(f"no PDF in {arguments.folder}")
    rounds = [measured(arguments.folder, paths) for _ in range(arguments.rounds)]
    for name in rounds[0]:
        print(f"{name:<58} {median(each[name] for each in rounds):10.2f}")
    return 0


def measured(folder: Path, paths: list[Path]) -> dict[str, float]:
    """One round: Kingpost, the plain pipeline, then the encoder alone on Kingpost's own texts."""
    with tempfile.TemporaryDirectory() as directory:
        with App(
            workspace=Workspace.create(Path(directory) / "w"), settings=settings.load(Path(directory) / "w")
        ) as app:
            plain_embeddings = app.embeddings
            clocked = Clocked(plain_embeddings)
            app.__dict__["embeddings"] = clocked
            ours, report = timed(lambda: app.ingestor.ingest(FolderSource(folder)))
            again, _ = timed(lambda: app.ingestor.ingest(FolderSource(folder)))
            workers = app.settings.documents.workers
        plain, pieces = timed(lambda: plain_pipeline(paths, plain_embeddings))
        alone, _ = timed(lambda: _side_by_side(clocked.texts, plain_embeddings, workers))
    pages = sum(file.pages for file in report.files if file.state is FileState.INDEXED)
    return {
        "pages": pages,
        "chunks: kingpost": len(clocked.texts),
        "chunks: plain": len(pieces),
        "characters embedded: kingpost / plain": sum(map(len, clocked.texts)) / max(sum(map(len, pieces)), 1),
        "seconds a page: kingpost / plain (below 1: faster)": ours / plain,
        "share of the ingest in which the encoder runs": clocked.busy_seconds / ours,
        "the encoder alone on the same texts / the ingest": alone / ours,
        "ingest again, nothing changed / first ingest": again / ours,
    }


def plain_pipeline(paths: list[Path], embeddings: Embeddings) -> list[str]:
    """The usual way; gives what was embedded."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    embedded: list[str] = []
    for path in paths:
        pages = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
        pieces = splitter.split_text("\n".join(page.extract_text() for page in pages))
        embeddings.embed_documents(pieces)
        embedded += pieces
    return embedded


def _side_by_side(texts: list[str], embeddings: Embeddings, workers: int) -> None:
    """As many threads as the ingest uses, texts of like length together: the best the encoder can do."""
    ordered = sorted(texts, key=len)
    batches = [ordered[begin : begin + 64] for begin in range(0, len(ordered), 64)]
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(embeddings.embed_documents, batches))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.monotonic()
    result = work()
    return time.monotonic() - begun, result


if __name__ == "__main__":
    sys.exit(main())
