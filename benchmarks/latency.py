"""Measures how long answers take, part by part, over a workspace of generated documents.

The documents are ours and made by rule: warehouse standards, each with sections of numbered clauses, running text, a
table of bays and form fields. They are written straight into the records and the index, without files and parsing.
**Chunks get random unit vectors**, so that a hundred thousand need no hours of encoding: dense hits are arbitrary, but
the work to find and read them is the same. Questions are encoded by the real encoder. They ask for clauses by number,
cells, fields, passages, lists of clauses and comparisons, whole, through the answerer with the extractive reader, at
one thread. Nothing is stored.

    python benchmarks/latency.py [--chunks 20000] [--questions 200] [--workspace DIR] [--seed 1] [--slowest N]

``other`` is what no part says (the router, confidence, bookkeeping); ``besides`` is everything but encoder and model.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.entries import entries
from kingpost.language.identifiers import identifiers, key
from kingpost.language.normalise import content_hash
from kingpost.language.profiles import profile
from kingpost.records import chunk_id
from kingpost.types.answers import Question, Reader, Route
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, Document, PageLocation, Part
from kingpost.types.search import CHUNKS

CHUNKS_OF_A_DOCUMENT = 100
BATCH_DOCUMENTS = 20
DIMENSIONS = 384
WARM_UP = 5
PARTS = ("validation", "scope", "search", "rank", "read", "check", "encode", "generation")
NOT_OURS = ("encode", "generation")

SITES = "Northgate Ridgeway Harbour Millfield Stonebridge Lakeside Eastwharf Fairview Hillcrest Oldmoor".split()
SUBJECTS = [
    "fire doors", "rack uprights", "sprinkler heads", "loading bays", "dock levellers", "floor joints",
    "mezzanine decks",
    "pallet guards", "emergency lighting", "roller shutters", "forklift aisles", "smoke vents", "battery rooms",
    "storage cages", "conveyor crossings", "roof drains", "gas detectors", "hose reels", "safety nets", "column guards",
]  # fmt: skip
DEEDS = (
    "inspected tested cleaned replaced marked measured recorded repaired lubricated adjusted calibrated sealed".split()
)
PERIODS = ["each week", "every month", "twice a year", "once a year", "every three years", "after each impact"]
PEOPLE = ["the fire officer", "the warehouse manager", "a competent person", "the maintenance crew", "the insurer"]
REASONS = [
    "so that the load is spread evenly over the slab", "because damage is seldom seen from the aisle",
    "unless the hall is empty and locked", "where goods are stored higher than the posted limit",
    "so that the alarm is heard in every part of the building", "before stock of another class is brought in",
    "when the temperature falls below the limit on the plate", "as long as the racking stays in its first layout",
]  # fmt: skip
COLUMNS = ("Bay", "Floor load [kN/m2]", "Clear height [m]", "Fire zone")
FIELDS = ("Inspected by", "Date of inspection", "Next inspection", "Remarks")


@dataclass(kw_only=True)
class Standard:
    """One generated document, chunk by chunk, and what can be asked of it."""

    number: int
    random: random.Random
    chunks: list[Chunk] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"WDS-{1000 + self.number}"

    @property
    def site(self) -> str:
        return f"{self.random.choice(SITES)} {self.number}"

    def document(self) -> Document:
        return Document(
            id=f"d{self.number:06}",
            name=f"{self.name}.pdf",
            uri=f"generated:{self.name}",
            source="generated",
            title=f"Warehouse design standard {self.name}",
            media_type="application/pdf",
            current_revision=f"r{self.number:06}",
            number=self.name,
        )

    def write(self) -> None:
        """Sections of clauses and text, then a table, then fields, until there are enough chunks."""
        document = self.document()
        section = 0
        while len(self.chunks) < CHUNKS_OF_A_DOCUMENT * 6 // 10:
            section += 1
            subject = self.random.choice(SUBJECTS)
            heading = f"{section} {subject.capitalize()}"
            for clause in range(1, self.random.randint(4, 9)):
                number = f"{section}.{clause}"
                self._add(document, ChunkKind.CLAUSE, f"{number} {self._prose(subject, 3)}", (heading,), number=number)
            self._add(document, ChunkKind.TEXT, self._prose(subject, 6), (heading,))
            self.questions += [
                f"What does clause {section}.1 of {self.name} say?",
                f"How often are {subject} {self.random.choice(DEEDS)} according to {self.name}?",
                f"Who looks after {subject} where goods are stored higher than the posted limit?",
                f"List all clauses of {self.name} that mention '{subject}'.",
            ]
        self._table(document)
        self._form(document)

    def _prose(self, subject: str, count: int) -> str:
        pick = self.random.choice
        return " ".join(
            f"{pick(SUBJECTS + [subject] * 20).capitalize()} of hall {self.random.randint(1, 40)} are {pick(DEEDS)} "
            f"{pick(PERIODS)} by {pick(PEOPLE)} within {self.random.randint(2, 90)} days, {pick(REASONS)}."
            for _ in range(count)
        )

    def _table(self, document: Document) -> None:
        section, table = ("Table 1 Bays",), f"{document.id}-t1"
        self._add(document, ChunkKind.OVERVIEW, f"Bays. Columns: {'; '.join(COLUMNS)}.", section, table=table)
        while len(self.chunks) < CHUNKS_OF_A_DOCUMENT - len(FIELDS):
            bay = f"B{self.number}-{len(self.chunks)}"
            values = (
                bay,
                str(self.random.randint(10, 80)),
                f"{self.random.randint(40, 130) / 10}",
                self.random.choice("ABC"),
            )
            text = "; ".join(f"{column}: {value}" for column, value in zip(COLUMNS, values, strict=True))
            cells = tuple(
                ChunkCell(
                    header=(column,),
                    text=value,
                    location=PageLocation(page=9),
                    content_hash=content_hash(value, (column,)),
                    label=column == COLUMNS[0],
                )
                for column, value in zip(COLUMNS, values, strict=True)
            )
            self._add(document, ChunkKind.ROW, text, section, label=bay, cells=cells, table=table)
        other = f"B{self.number}-{len(self.chunks) - 2}"
        self.questions += [
            f"What is the floor load of bay {bay}?",
            f"What is the difference between the clear height of bay {bay} and bay {other}?",
            f"How many bays of {self.name} are in fire zone B?",
        ]

    def _form(self, document: Document) -> None:
        for label in FIELDS:
            value = f"{self.random.choice(PEOPLE)}, {self.random.randint(1, 28)} May {self.random.randint(2001, 2024)}"
            self._add(document, ChunkKind.FIELD, f"{label}: {value}", ("Record",), label=label)
        self.questions.append(f"What is the {FIELDS[1].lower()} in the record of {self.name}?")

    def _add(self, document: Document, kind: ChunkKind, text: str, section: tuple[str, ...], **fields: object) -> None:
        ordinal = len(self.chunks)
        location = PageLocation(page=1 + ordinal // 8)
        context = f"{document.title} ({document.name}) > {' > '.join(section)}"
        keys = [
            *identifiers(text),
            *identifiers(context),
            str(fields.get("number", "")),
            key(str(fields.get("label", ""))),
        ]
        self.chunks.append(
            Chunk(
                id=chunk_id(document.id, document.current_revision, ordinal),
                document_id=document.id,
                revision_id=document.current_revision,
                ordinal=ordinal,
                kind=kind,
                text=text,
                context=context,
                section=section,
                location=location,
                content_hash=content_hash(text, section),
                keys=tuple(dict.fromkeys(name for name in keys if name)),
                parts=(Part(start=0, end=len(text), location=location),),
                **fields,  # type: ignore[arg-type]
            )
        )


def main() -> int:
    arguments = parsed(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="kingpost-latency-") as scratch:
        root = arguments.workspace or Path(scratch) / "workspace"
        Workspace.create(root)
        with App.open(root) as app:
            begin = time.perf_counter()
            questions = build(app, chunks=arguments.chunks, seed=arguments.seed)
            built = time.perf_counter() - begin
            asked = random.Random(arguments.seed).sample(questions, min(arguments.questions + WARM_UP, len(questions)))
            taken = ask(app, asked)
    print(f"{arguments.chunks:,} chunks, written in {built:.0f} s; {len(taken)} questions, one thread.\n")
    print(table(taken))
    for took, question in sorted(((besides(row), question) for question, row in taken), reverse=True)[
        : arguments.slowest
    ]:
        print(f"{took:.0f} ms\t{question}", file=sys.stderr)
    return 0


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=20_000, help="chunks that are searched")
    parser.add_argument("--questions", type=int, default=200, help="questions that are asked")
    parser.add_argument("--workspace", type=Path, help="where the workspace is made and left (default: thrown away)")
    parser.add_argument("--seed", type=int, default=1, help="of documents, vectors and questions")
    parser.add_argument("--slowest", type=int, default=0, help="show the slowest questions on standard error")
    return parser.parse_args(arguments)


def build(app: App, *, chunks: int, seed: int) -> list[str]:
    """Write the documents; the questions that can be asked of them."""
    questions: list[str] = []
    vectors = np.random.default_rng(seed)
    for batch in batches(chunks // CHUNKS_OF_A_DOCUMENT, seed):
        made = []
        for standard in batch:
            document = standard.document()
            random_vectors = vectors.standard_normal((len(standard.chunks), DIMENSIONS)).astype(np.float32)
            random_vectors /= np.linalg.norm(random_vectors, axis=1, keepdims=True)
            app.records.chunks.put_all({chunk.id: chunk for chunk in standard.chunks}, partition=document.id)
            app.records.profiles.put(document.current_revision, profile(standard.chunks), partition=document.id)
            app.records.documents.put(document.id, document)
            made += entries(standard.chunks, document, list(random_vectors))
            questions += standard.questions
        app.index.upsert(CHUNKS, made)
    return questions


def batches(documents: int, seed: int) -> Iterator[list[Standard]]:
    for start in range(0, documents, BATCH_DOCUMENTS):
        batch = [
            Standard(number=number, random=random.Random(f"{seed}-{number}"))
            for number in range(start, min(start + BATCH_DOCUMENTS, documents))
        ]
        for standard in batch:
            standard.write()
        yield batch


def ask(app: App, questions: Sequence[str]) -> list[tuple[str, dict[str, float]]]:
    """Each question with its times in milliseconds; the first few only warm up."""
    taken = []
    for question in questions:
        answer = app.answerer.answer(Question(text=question, reader=Reader.EXTRACTIVE, route=Route.RAG), store=False)
        taken.append((question, dict(answer.timings_ms)))
    return taken[WARM_UP:]


def besides(row: dict[str, float]) -> float:
    return row["total"] - sum(row.get(part, 0.0) for part in NOT_OURS)


def table(taken: Sequence[tuple[str, dict[str, float]]]) -> str:
    rows = [row for _, row in taken]
    measured = {part: [row.get(part, 0.0) for row in rows] for part in PARTS}
    measured["other"] = [row["total"] - sum(row.get(part, 0.0) for part in PARTS) for row in rows]
    measured["besides"] = [besides(row) for row in rows]
    measured["total"] = [row["total"] for row in rows]
    lines = ["| part | p50 ms | p95 ms |", "|---|---:|---:|"]
    for part, spent in measured.items():
        lines.append(f"| {part} | {np.percentile(spent, 50):.1f} | {np.percentile(spent, 95):.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
