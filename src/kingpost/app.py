"""``App``: the only place where rooms meet backends. Cached properties, no logic."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kingpost import ports
from kingpost import settings as settings_module
from kingpost.backends import load
from kingpost.backends.local.workspace import Workspace
from kingpost.backends.of_workspace import Backends
from kingpost.records import Records
from kingpost.settings import ValidationSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from kingpost.answering.answerer import Answerer
    from kingpost.answering.bound import LearnedBound
    from kingpost.answering.conversation import Conversations
    from kingpost.answering.decisions import DecisionLog
    from kingpost.answering.from_documents import DocumentAnswerer
    from kingpost.answering.refined_verifier import RefinedVerifier
    from kingpost.answering.replay import Replayer
    from kingpost.answering.routing import QuestionRouter
    from kingpost.answering.verifier import PairScores, Verifier
    from kingpost.answering.versions import Versions
    from kingpost.documents.ingest import Ingestor
    from kingpost.documents.library import Library
    from kingpost.documents.sources.opening import SourceOpener
    from kingpost.evaluation.bound_fitting import BoundFitter
    from kingpost.evaluation.calibration import Calibrator
    from kingpost.evaluation.promotion import Promotion
    from kingpost.evaluation.recalibration import Recalibrator
    from kingpost.evaluation.runner import Evaluator
    from kingpost.evaluation.trials import Trials
    from kingpost.evaluation.verifier_refining import VerifierRefiner
    from kingpost.feedback.journal import FeedbackJournal
    from kingpost.feedback.review import ReviewDesk
    from kingpost.finetuning.datasets import DatasetBuilder
    from kingpost.finetuning.registry import ModelRegistry
    from kingpost.finetuning.training import FineTuner
    from kingpost.retrieval.bank_check import BankChecker
    from kingpost.retrieval.bank_coverage import BankCoverage
    from kingpost.retrieval.bank_import import PairImporter
    from kingpost.retrieval.questions import QuestionBank
    from kingpost.retrieval.search import Retriever
    from kingpost.retrieval.vocabularies import Vocabularies
    from kingpost.types.models import LiveModel, ModelVersion


@dataclass
class App(Backends):
    """One workspace, wired. Open it with ``App.open``; close it, or use it as a context manager."""

    @classmethod
    def open(cls, directory: Path | None = None) -> Self:
        """The workspace given, or of ``KINGPOST_WORKSPACE``, or the nearest upward. Raises ``NoWorkspace``."""
        workspace = Workspace.find(directory)
        app = cls(workspace=workspace, settings=settings_module.load(workspace.root))
        if not app.settings.tracing.langsmith:
            # langchain-core carries langsmith, which would post runs when the user's environment says so.
            os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
        return app

    def close(self) -> None:
        """Stop the processes that this app started."""
        if "host" in self.__dict__:
            self.host.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Documents

    @cached_property
    def library(self) -> "Library":
        from kingpost.documents.library import Library

        return Library(records=self.records, objects=self.objects, index=self.index)

    def sources(self, *, hosts: tuple[str, ...] = (), verify: bool = False, dry: bool = False) -> "SourceOpener":
        """What opens folders and addresses to read documents from."""
        from kingpost.documents.sources.opening import SourceOpener

        return SourceOpener(
            records=self.records,
            settings=self.settings.web_source,
            bucket=lambda name: load("objects", "s3")(name),
            hosts=hosts,
            verify=verify,
            dry=dry,
        )

    @cached_property
    def ingestor(self) -> "Ingestor":
        from kingpost.documents.ingest import Ingestor

        return Ingestor(
            records=self.records,
            objects=self.objects,
            index=self.index,
            embeddings=self.embeddings,
            library=self.library,
            settings=self.settings.documents,
            fingerprint=self.settings.fingerprint(),
            lock=self.workspace.lock,
            stale_counter=self._stale_counter,
        )

    def _stale_counter(self, changing: Collection[str]) -> Callable[[], int]:
        from kingpost.retrieval.outdating import standing

        before = standing(self.records, changing)
        return lambda: len(before.made_stale())

    # Answering

    @cached_property
    def retriever(self) -> "Retriever":
        from kingpost.retrieval.search import Retriever

        return Retriever(
            records=self.records, index=self.index, embeddings=self.embeddings, settings=self.settings.retrieval
        )

    @cached_property
    def bank(self) -> "QuestionBank":
        from kingpost.retrieval.questions import QuestionBank

        return QuestionBank(
            records=self.records, index=self.index, embeddings=self.embeddings, retrieve=self.retriever.retrieve
        )

    @cached_property
    def bank_checker(self) -> "BankChecker":
        from kingpost.retrieval.bank_check import BankChecker

        return BankChecker(
            bank=self.bank,
            index=self.index,
            same=lambda known, asked: self.verifier.score(known, asked),
            threshold=lambda: self.answerer.router.threshold,
        )

    @cached_property
    def bank_coverage(self) -> "BankCoverage":
        from kingpost.retrieval.bank_coverage import BankCoverage

        return BankCoverage(records=self.records, bank=self.bank)

    @cached_property
    def pair_importer(self) -> "PairImporter":
        from kingpost.retrieval.bank_import import PairImporter

        return PairImporter(
            bank=self.bank, records=self.records, problems_of=lambda ids: self.bank_checker.problems(ids)
        )

    @cached_property
    def conversations(self) -> "Conversations":
        from kingpost.answering.conversation import Conversations

        return Conversations(records=self.records)

    @cached_property
    def decisions(self) -> "DecisionLog":
        from kingpost.answering.decisions import DecisionLog

        return DecisionLog(records=self.records)

    @cached_property
    def document_answerer(self) -> "DocumentAnswerer":
        from kingpost.answering.from_documents import DocumentAnswerer
        from kingpost.backends.local.model_catalogue import can_quote

        return DocumentAnswerer(
            retriever=self.retriever,
            chat=lambda version: self.host.chat(version),
            base=self.settings.models.chat,
            records=self.records,
            settings=self.settings.answering,
            quotes=can_quote(self.settings.models.chat),
        )

    def router(self, live_model: "Callable[[], LiveModel | None]") -> "QuestionRouter":
        from kingpost.answering.routing import QuestionRouter

        return QuestionRouter(
            bank=self.bank,
            records=self.records,
            live_model=live_model,
            settings=self.settings.validation,
            verifier=self.verifier,
            bound=self.bound,
            vocabulary=self.vocabularies.of,
        )

    @cached_property
    def vocabularies(self) -> "Vocabularies":
        from kingpost.retrieval.vocabularies import Vocabularies

        return Vocabularies(records=self.records)

    @cached_property
    def bound(self) -> "LearnedBound":
        """The bound of question validation over the workspace's bank."""
        from kingpost.answering.outcomes import MatchOutcomes

        bound = self._bound(self.settings.validation)
        return replace(bound, outcomes=MatchOutcomes(records=self.records, fingerprint=bound.fingerprint).of)

    def _bound(self, settings: ValidationSettings) -> "LearnedBound":
        """As fitted in this workspace, or shipped, without what came of single questions."""
        from kingpost.answering.bound import LearnedBound, fingerprint
        from kingpost.backends.local.verifier_model import adapter_digest

        adapter = self.refined.digest if self.refined else adapter_digest()
        return LearnedBound(
            settings=settings,
            records=self.records,
            shipped=self.verifier.threshold,
            fingerprint=fingerprint(self.settings.models.embeddings, f"{adapter}-{self.verifier.digest}"),
        )

    @cached_property
    def verifier(self) -> "Verifier":
        from kingpost.answering.verifier import Verifier, shipped

        parameters = self.refined.parameters if self.refined else shipped()
        return Verifier(pair_scores=lambda pairs: self.pair_scorer(pairs), parameters=parameters)

    @cached_property
    def refined(self) -> "RefinedVerifier | None":
        """The verifier refined in this workspace, as its record stands when it is first asked for."""
        from kingpost.answering.refined_verifier import in_force
        from kingpost.backends.local.verifier_model import adapter_digest

        return in_force(self.records, shipped=adapter_digest())

    @cached_property
    def pair_scorer(self) -> "PairScores":
        # A refined one is this workspace's alone: its model file is made again from the object whenever it is missing.
        return self.pair_scorer_of(self.refined_part(), into=self.workspace.index if self.refined else None)

    def refined_part(self) -> Path | None:
        """The trained part of the refined verifier, None without one. Raises ``NotFound``, ``BackendUnavailable``."""
        return self.whole_file(self.refined.key, self.refined.digest) if self.refined else None

    @cached_property
    def answerer(self) -> "Answerer":
        return self.answerer_with(self.registry.live_model)

    def answerer_with(self, live_model: "Callable[[], LiveModel | None]") -> "Answerer":
        """An answerer as if ``live_model`` were live: how a candidate is measured before promotion."""
        from kingpost.answering.answerer import Answerer

        return Answerer(
            router=self.router(live_model),
            documents=self.document_answerer,
            chat=lambda version: self.host.chat(version),
            conversations=self.conversations,
            records=self.records,
            live_model=live_model,
            settings=self.settings.answering,
            versions=self.versions(live_model),
        )

    def versions(self, live_model: "Callable[[], LiveModel | None]") -> "Versions":
        """What answers depend on beside their question and the documents."""
        from kingpost.answering.versions import Versions

        return Versions(
            settings=self.settings,
            records=self.records,
            digest_of=lambda name: self.model_cache.digest(name),
            live_model=live_model,
            validation=self.bound.fingerprint,
        )

    @cached_property
    def replayer(self) -> "Replayer":
        from kingpost.answering.replay import Replayer

        return Replayer(records=self.records, alone=self.answering_alone)

    @contextmanager
    def answering_alone(self) -> Iterator["Answerer"]:
        """An answerer with a model of its own that answers one request at a time, stopped at the end."""
        hosts: list[ports.ModelHost] = []

        def chat(version: "ModelVersion | None") -> "BaseChatModel":
            if not hosts:
                hosts.append(self._host(self.settings.models.model_copy(update={"slots": 1})))
            return hosts[0].chat(version)

        try:
            yield replace(self.answerer, chat=chat, documents=replace(self.document_answerer, chat=chat))
        finally:
            for host in hosts:
                host.close()

    # Feedback

    @cached_property
    def journal(self) -> "FeedbackJournal":
        from kingpost.feedback.journal import FeedbackJournal

        return FeedbackJournal(records=self.records)

    @cached_property
    def reviews(self) -> "ReviewDesk":
        from kingpost.feedback.review import ReviewDesk

        return ReviewDesk(records=self.records, bank=self.bank)

    # Fine-tuning

    @cached_property
    def datasets(self) -> "DatasetBuilder":
        from kingpost.finetuning.datasets import DatasetBuilder

        return DatasetBuilder(records=self.records, objects=self.objects, settings=self.settings.finetuning)

    @cached_property
    def registry(self) -> "ModelRegistry":
        from kingpost.finetuning.registry import ModelRegistry

        return ModelRegistry(records=self.records, objects=self.objects)

    @cached_property
    def fine_tuner(self) -> "FineTuner":
        from kingpost.finetuning.training import FineTuner

        return FineTuner(
            trainer=self.trainer,
            registry=self.registry,
            datasets=self.datasets,
            settings=self.settings.finetuning,
            base=self.settings.models.chat,
            lock=self.workspace.lock,
        )

    # Evaluation

    @cached_property
    def promotion(self) -> "Promotion":
        from kingpost.evaluation.promotion import Promotion

        return Promotion(
            registry=self.registry,
            datasets=self.datasets,
            host=self.host,
            records=self.records,
            answerer_with=self.answerer_with,
            settings=self.settings.finetuning,
            lock=self.workspace.lock,
        )

    @cached_property
    def evaluator(self) -> "Evaluator":
        from kingpost.evaluation.runner import Evaluator

        return Evaluator(
            answerer=self.answerer,
            retriever=self.retriever,
            library=self.library,
            embeddings=self.embeddings,
            chat=lambda: self.host.chat(),
            bank_of=self.bank_in_memory,
            viewer=f"http://{self.settings.server.host}:{self.settings.server.port}",
        )

    def bank_in_memory(self, bound: float | None = None) -> "tuple[QuestionBank, QuestionRouter]":
        """A bank of its own, and a router over it, for measuring question validation.

        ``bound`` replaces the one of the settings, and a threshold set there.
        """
        from kingpost.answering.routing import QuestionRouter
        from kingpost.backends.memory import MemoryIndex, MemoryRecords
        from kingpost.retrieval.questions import QuestionBank

        records = Records(MemoryRecords())
        bank = QuestionBank(
            records=records, index=MemoryIndex(), embeddings=self.embeddings, retrieve=lambda question, **_: []
        )
        settings = self.settings.validation
        if bound is not None:
            settings = settings.model_copy(update={"maximum_false_match_rate": bound, "threshold": None})
        router = QuestionRouter(
            bank=bank,
            records=records,
            live_model=lambda: None,
            settings=settings,
            verifier=self.verifier,
            bound=self._bound(settings),
        )
        return bank, router

    @cached_property
    def bound_fitter(self) -> "BoundFitter":
        from kingpost.evaluation.bound_fitting import BoundFitter

        return BoundFitter(records=self.records, bound=self._bound(self.settings.validation), trials=self.trials)

    @cached_property
    def verifier_refiner(self) -> "VerifierRefiner":
        from kingpost.answering.outcomes import judged_wordings
        from kingpost.backends.local.verifier_model import adapter_digest
        from kingpost.evaluation.verifier_refining import VerifierRefiner
        from kingpost.finetuning.verifier_training import VerifierTraining

        return VerifierRefiner(
            records=self.records,
            objects=self.objects,
            lock=self.workspace.lock,
            verifier=self.verifier,
            bound=self._bound(self.settings.validation),
            shipped=adapter_digest(),
            judged=lambda: judged_wordings(self.records),
            candidates=self.bank.candidates,
            training=VerifierTraining(
                encoder=lambda: self.verifier_body, start=self.refined_part, jobs=self.workspace.jobs
            ),
            pair_scores=lambda adapter: self.pair_scorer_of(adapter, into=adapter.parent),
            trials=self.trials,
        )

    def trials(self, verifier: "Verifier | None" = None) -> "Trials":
        """What makes rewordings and near misses of the bank as it is now, and asks them, of another verifier if given.

        Known questions that a refined verifier was taught are not asked.
        """
        from kingpost.evaluation.exchangeable import columns
        from kingpost.evaluation.trials import Trials
        from kingpost.finetuning.bank_families import Part, part_of
        from kingpost.language.siblings import Siblings

        router = replace(self.answerer.router, verifier=verifier) if verifier else self.answerer.router
        pairs = self.bank.pairs()
        groups = tuple(sorted({group for pair in pairs for group in pair.groups}))
        abbreviations = self.vocabularies.of(groups).abbreviations
        return Trials(
            route=router.route,
            pairs=pairs,
            asks=lambda pair: self.refined is None or part_of(pair.id) is not Part.TAUGHT,
            siblings=Siblings.found([pair.question for pair in pairs], columns(self.records)),
            glossary={short.upper(): long for short, long in abbreviations.items()},
            groups=groups,
        )

    @cached_property
    def calibrator(self) -> "Calibrator":
        from kingpost.evaluation.calibration import Calibrator

        return Calibrator(records=self.records, evaluator=self.evaluator)

    @cached_property
    def recalibrator(self) -> "Recalibrator":
        from kingpost.evaluation.recalibration import Recalibrator

        return Recalibrator(records=self.records, calibrator=self.calibrator)
