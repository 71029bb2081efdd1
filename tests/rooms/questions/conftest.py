"""A bank over two documents in memory, with the real embedding model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from langchain_core.embeddings import Embeddings

from kingpost.answering.routing import QuestionRouter
from kingpost.answering.verifier import PairScores, Verifier
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.onnx_embeddings import OnnxEmbeddings
from kingpost.backends.local.onnx_pair_scorer import OnnxPairScorer
from kingpost.backends.local.verifier_model import verifier_model
from kingpost.backends.memory import MemoryIndex, MemoryRecords
from kingpost.feedback.journal import FeedbackJournal
from kingpost.feedback.review import ReviewDesk
from kingpost.language.normalise import content_hash, stems
from kingpost.records import Records
from kingpost.retrieval.bank_check import BankChecker
from kingpost.retrieval.bank_coverage import BankCoverage
from kingpost.retrieval.bank_import import PairImporter
from kingpost.retrieval.questions import QuestionBank
from kingpost.settings import ValidationSettings
from kingpost.types.answers import Answer, Citation, Confidence, Route, Turn, Validation
from kingpost.types.documents import EVERYONE, Chunk, ChunkCell, ChunkKind, Document, PageLocation, Part, SheetLocation
from kingpost.types.models import LiveModel, ModelVersion, TrainedQuestion
from kingpost.types.search import Passage

CLAUSE = "3.2.1 Exit doors. The clear width of an exit door shall be at least 1,200 mm. Doors shall be self-closing."


@pytest.fixture(scope="session")
def embeddings(models_ready: ModelCache) -> Embeddings:
    return OnnxEmbeddings(models_ready.embeddings("all-MiniLM-L6-v2"))


@pytest.fixture(scope="session")
def pair_scores(models_ready: ModelCache) -> PairScores:
    return OnnxPairScorer(verifier_model(models_ready.embeddings("all-MiniLM-L6-v2")))


@dataclass
class Office:
    """Documents, bank, router and reviews around one set of records."""

    records: Records
    bank: QuestionBank
    pair_scores: PairScores
    live: LiveModel | None = None
    day: str = "2026-06-01"

    def router(self, **settings) -> QuestionRouter:
        return QuestionRouter(
            bank=self.bank,
            records=self.records,
            live_model=lambda: self.live,
            settings=ValidationSettings(**settings),
            verifier=Verifier(pair_scores=self.pair_scores),
        )

    @property
    def checker(self) -> BankChecker:
        verifier = self.router().verifier
        return BankChecker(
            bank=self.bank, index=self.bank.index, same=verifier.score, threshold=lambda: self.router().threshold
        )

    @property
    def importer(self) -> PairImporter:
        return PairImporter(bank=self.bank, records=self.records, problems_of=self.checker.problems)

    @property
    def coverage(self) -> BankCoverage:
        return BankCoverage(records=self.records, bank=self.bank)

    @property
    def desk(self) -> ReviewDesk:
        return ReviewDesk(records=self.records, bank=self.bank)

    @property
    def journal(self) -> FeedbackJournal:
        return FeedbackJournal(records=self.records)

    def put_standard(self, revision: str = "r1", text: str = CLAUSE) -> None:
        """A standard with one clause."""
        place = PageLocation(page=4, rects=((0.1, 0.2, 0.9, 0.3),))
        chunk = Chunk(
            id=f"std-{revision}", document_id="std", revision_id=revision, ordinal=0, kind=ChunkKind.CLAUSE,
            text=text, context="Warehouse standard", section=("3.2 Doors",), location=place,
            content_hash=content_hash(text), number="3.2.1",
            parts=(Part(start=0, end=len(text), location=place),),
        )  # fmt: skip
        self._put("std", "standards/warehouse.pdf", revision, [chunk])

    def put_schedule(self, revision: str = "r1", loads: Sequence[str] = ("15", "20")) -> None:
        """A workbook with a row for each zone."""
        chunks = []
        for number, (zone, load) in enumerate(zip(("D3", "D4"), loads, strict=True), start=5):
            header = ("Floor load", "kN/m2")
            cells = (
                _cell(("Zone",), zone, f"A{number}", zone),
                _cell(header, load, f"B{number}", zone),
            )
            chunks.append(
                Chunk(
                    id=f"sched-{revision}{number}",
                    document_id="sched",
                    revision_id=revision,
                    ordinal=number,
                    kind=ChunkKind.ROW,
                    text=f"{zone} | {load}",
                    context="Loads: Zone | Floor load [kN/m2]",
                    section=(),
                    location=SheetLocation(sheet="Loads", range=f"A{number}:B{number}"),
                    content_hash=content_hash(f"{zone} | {load}", header),
                    cells=cells,
                    label=zone,
                )
            )
        self._put("sched", "schedules/loads.xlsx", revision, chunks)

    def train(self, *pairs) -> None:
        """Make a model live that was trained on these pairs as they stand."""
        version = ModelVersion(
            id="m1", base="base", base_digest="", dataset_id="d1", dataset_digest="", recipe="cpu", recipe_digest="",
            adapter_key="", adapter_digest="", created_at="",
        )  # fmt: skip
        self.live = LiveModel(
            version=version,
            questions={
                pair.id: TrainedQuestion(
                    pair_id=pair.id, wording=pair.question, answer=pair.answer, evidence=pair.evidence
                )
                for pair in pairs
            },
        )

    def turn(self, question: str, answer: str, *, route: Route = Route.RAG, **details) -> Turn:
        """An answered question."""
        number = len(list(self.records.turns.all(partition="c1"))) + 1
        id = f"c1.{number}"
        turn = Turn(
            id=id, conversation="c1", number=number, user="anna", groups=EVERYONE, asked_at="",
            answer=Answer(
                id=id, turn=id, question=question, answer=answer, route=route, confidence=Confidence(value=0.5),
                citations=details.get("citations", ()), standalone=details.get("standalone", question),
                validation=Validation(pair_id=details.get("pair_id", "")),
            ),
        )  # fmt: skip
        self.records.turns.put(id, turn, partition="c1")
        return turn

    def citation(self, *, revision: str = "r1") -> Citation:
        """A reference to the clause of the standard."""
        return Citation(
            document="std", name="standards/warehouse.pdf", title="", revision=revision,
            location=PageLocation(page=4), quote="at least 1,200 mm", uri="", view="",
            content_hash=content_hash(CLAUSE),
        )  # fmt: skip

    def retrieve(self, question: str, *, limit=None, documents=(), groups=EVERYONE) -> list[Passage]:
        """All current chunks that share a word with the question, most shared words first."""
        wanted = set(stems(question))
        found = []
        for document in self.records.documents.all():
            if (documents and document.id not in documents) or not set(document.groups) & set(groups):
                continue
            if document.period_on(self.day) is None:
                continue
            for chunk in self.records.chunks.all(partition=document.id):
                shared = len(wanted & set(stems(f"{chunk.context} {chunk.text}")))
                if shared and chunk.revision_id == document.current_revision:
                    found.append(Passage(chunk=chunk, document=document, score=shared))
        return sorted(found, key=lambda passage: -passage.score)[:limit]

    def _put(self, id: str, name: str, revision: str, chunks: Sequence[Chunk]) -> None:
        document = Document(
            id=id, name=name, uri=f"file:///{name}", source="s", title=name, media_type="", current_revision=revision
        )
        self.records.chunks.put_all({chunk.id: chunk for chunk in chunks}, partition=id)
        self.records.documents.put(id, document)

    def change_document(self, id: str, **changes) -> None:
        self.records.documents.put(id, replace(self.records.documents.get(id), **changes))


def _cell(header: tuple[str, ...], text: str, range: str, row: str) -> ChunkCell:
    return ChunkCell(
        header=header,
        text=text,
        location=SheetLocation(sheet="Loads", range=range, header=header),
        content_hash=content_hash(text, (*header, row)),
        label=text == row,
    )


@pytest.fixture
def office(embeddings: Embeddings, pair_scores: PairScores) -> Office:
    records = Records(MemoryRecords())
    office = Office(records=records, bank=None, pair_scores=pair_scores)
    office.bank = QuestionBank(
        records=records, index=MemoryIndex(), embeddings=embeddings, retrieve=office.retrieve, today=lambda: office.day
    )
    office.put_standard()
    office.put_schedule()
    return office
