"""Asks every question of a set and measures what comes back; puts question validation to the test."""

import hashlib
import logging
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

import kingpost
from kingpost.answering.answerer import Answerer
from kingpost.answering.routing import QuestionRouter
from kingpost.documents.library import Library
from kingpost.errors import NotFound, UsageError
from kingpost.evaluation import validation
from kingpost.evaluation.baseline import SeedMatcher, SeedProfile
from kingpost.evaluation.judging import Judge
from kingpost.evaluation.places import AT, Names
from kingpost.evaluation.profiles import KingpostProfile, Profile, given_passages
from kingpost.evaluation.report import report_page
from kingpost.evaluation.runs import ANSWERS, MATCHES, Row, Run
from kingpost.evaluation.side_by_side import ROUTED, compared, in_turn, outcome
from kingpost.evaluation.side_by_side_tables import tables
from kingpost.evaluation.summary import summarise
from kingpost.evaluation.validation_page import validation_page
from kingpost.language import prompts
from kingpost.retrieval.questions import QuestionBank
from kingpost.retrieval.search import Retriever
from kingpost.types.answers import Answer, Question, Route
from kingpost.types.documents import Document
from kingpost.types.evaluation import EvaluationQuestion, QuestionSet, RunOptions, ValidationSet
from kingpost.types.search import Passage

logger = logging.getLogger(__name__)

AS_SERVED = RunOptions()
"""Asked the way users ask."""
PROFILES = ("kingpost", "seed")
NOWHERE = "not-in-this-workspace"
"""A document id that no document has: what a question is limited to when its own document is missing."""

EVERYTHING = 10_000
"""Passages asked for where each leg is looked at: more than any search gives."""

Progress = Callable[[int, int], None]
"""Called after each row with the number done and the number in all."""


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """Measures answers, retrieval and question validation. Nothing it asks is stored as a turn.

    ``chat`` gives the base chat model, ``bank_of`` a question bank of its own with a router over it, held to the
    bound given (None: the one of the settings). ``viewer`` is the address of the server whose viewer reports link to.
    """

    answerer: Answerer
    retriever: Retriever
    library: Library
    embeddings: Embeddings
    chat: Callable[[], BaseChatModel]
    bank_of: Callable[[float | None], tuple[QuestionBank, QuestionRouter]]
    viewer: str = ""

    def evaluate(
        self,
        questions: QuestionSet,
        options: RunOptions = AS_SERVED,
        *,
        out: Path | None = None,
        on_progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Ask all questions; answers.jsonl grows in ``out`` meanwhile, report.html and summary.json close it.

        Interrupted, the same call goes on where it stopped. Raises ``NotFound`` when none of the documents that
        the questions name is in the workspace, ``UsageError`` for options that do not go together.
        """
        return self.measure(questions, options, out=out, on_progress=on_progress)[0]

    def measure(
        self,
        questions: QuestionSet,
        options: RunOptions = AS_SERVED,
        *,
        out: Path | None = None,
        on_progress: Progress | None = None,
    ) -> tuple[dict[str, Any], list[Row]]:
        """As ``evaluate``: the summary, and the rows that it was made of."""
        _check(options)
        profile = self._profile(options.profile)
        documents = self.library.documents()
        names = Names(documents)
        missing = _missing(questions.questions, names, documents)
        state = self._state(documents)
        identity = {"questions": questions.digest, **asdict(options), "workspace": state["workspace"]}
        run = Run(out, identity=identity, rows_name=ANSWERS)
        judge = Judge(names=names, embeddings=self.embeddings, chunks_of=cache(self.library.chunks))
        session = Session(profile=profile, judge=judge, options=options)
        rows = _fill(run, session.row, questions.questions, on_progress)
        head = {"questions": questions.name, **asdict(options), **state, "problems": [*questions.problems, *missing]}
        summary = head | {"finished_at": _now(), "viewer": self.viewer} | summarise(rows)
        side_by_side = compared(rows)
        if side_by_side is not None:
            summary["side_by_side"] = side_by_side
        run.finish(summary, report=lambda: report_page(summary, rows, tables=tables(side_by_side, rows)))
        return summary, rows

    def validate(
        self,
        pairs: ValidationSet,
        *,
        bound: float | None = None,
        profile: str = "kingpost",
        cosine: Sequence[float] = (),
        out: Path | None = None,
        on_progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Ask each pair's ``query`` of a bank that holds all ``known``; matches.jsonl grows in ``out`` meanwhile.

        ``cosine`` are plain thresholds of similarity that are measured beside it, as most others decide.
        """
        matcher = self._matcher(profile, bound)
        run = Run(out, identity={"pairs": pairs.digest, "profile": profile, "bound": bound}, rows_name=MATCHES)
        if len(run.rows) < len(pairs.pairs):
            matcher.learn([pair.known for pair in pairs.pairs])
        rows = _fill(run, lambda pair: validation.row(pair, matcher.match(pair.query)), pairs.pairs, on_progress)
        head = {"pairs": pairs.name, "profile": profile, "bound": bound, "versions": _versions()}
        summary = (
            head
            | {"finished_at": _now(), "n": len(rows), "problems": list(pairs.problems)}
            | validation.summarise(rows)
            | {"cosine": self._plain(pairs, cosine)}
        )
        run.finish(summary, report=lambda: validation_page(summary))
        return summary

    def _plain(self, pairs: ValidationSet, thresholds: Sequence[float]) -> dict[str, Any]:
        """By threshold: what the nearest known question alone would decide."""
        if not thresholds:
            return {}
        matcher = SeedMatcher(embeddings=self.embeddings)
        matcher.learn([pair.known for pair in pairs.pairs])
        rows = [validation.row(pair, matcher.match(pair.query)) for pair in pairs.pairs]
        return {f"{threshold:g}": validation.at_threshold(rows, threshold) for threshold in thresholds}

    def _profile(self, name: str) -> Profile:
        _known_profile(name)
        if name == "seed":
            return SeedProfile(library=self.library, embeddings=self.embeddings, chat=self.chat)
        return KingpostProfile(answerer=self.answerer, retriever=self.retriever)

    def _matcher(self, name: str, bound: float | None) -> validation.Matcher:
        _known_profile(name)
        if name == "seed":
            return SeedMatcher(embeddings=self.embeddings)
        bank, router = self.bank_of(bound)
        return validation.KingpostMatcher(bank=bank, router=router)

    def _state(self, documents: Sequence[Document]) -> dict[str, Any]:
        """What the answers depend on: the documents' revisions and the fingerprint that they were indexed under."""
        revisions = sorted(f"{document.id}:{document.current_revision}" for document in documents)
        fingerprints = sorted({self.library.revision(document).fingerprint for document in documents})
        digest = hashlib.sha256("\n".join([*revisions, *fingerprints]).encode()).hexdigest()[:16]
        return {
            "fingerprint": ", ".join(fingerprints),
            "workspace": digest,
            "documents": len(documents),
            "versions": _versions(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Puts the questions of one run, one way."""

    profile: Profile
    judge: Judge
    options: RunOptions

    def row(self, asked: EvaluationQuestion) -> Row:
        """Ask one question and judge what comes back."""
        documents = self._documents(asked)
        started = time.perf_counter()
        if self.options.retrieval_only:
            passages = self._retrieve(asked.question, asked, documents, limit=EVERYTHING)
            return self.judge.retrieved(asked, passages, _since(started))
        routes = dict(in_turn(asked.id)) if self.options.each_route else {ROUTED: self.options.route}
        ways = {way: self._timed(asked, documents, route) for way, route in routes.items()}
        answer, elapsed = ways.pop(ROUTED)
        passages = self._retrieve(answer.standalone or asked.question, asked, documents, limit=max(AT))
        row = self.judge.answered(asked, answer, passages, elapsed)
        return row | {"ways": {way: outcome(asked, *came) for way, came in ways.items()}} if ways else row

    def _timed(
        self, asked: EvaluationQuestion, documents: tuple[str, ...], route: Route | None
    ) -> tuple[Answer, float]:
        """The answer, and how many milliseconds it took."""
        started = time.perf_counter()
        return self._answer(asked, documents, route), _since(started)

    def _answer(self, asked: EvaluationQuestion, documents: tuple[str, ...], route: Route | None) -> Answer:
        question = Question(
            text=asked.question,
            route=route,
            reader=self.options.reader,
            documents=documents,
            history=asked.history,
        )
        if asked.passages:
            return self.profile.read(question, given_passages(asked))
        return self.profile.answer(question)

    def _documents(self, asked: EvaluationQuestion) -> tuple[str, ...]:
        if self.options.scope != "document" or not asked.documents or asked.passages:
            return ()
        ids = frozenset[str]().union(*(self.judge.names.ids(name) for name in asked.documents))
        return tuple(sorted(ids)) or (NOWHERE,)

    def _retrieve(
        self, text: str, asked: EvaluationQuestion, documents: tuple[str, ...], *, limit: int
    ) -> list[Passage]:
        """The first passages, where recall will be measured on them."""
        if asked.passages or not (self.options.retrieval_only or (asked.answerable and asked.documents)):
            return []
        return self.profile.retrieve(text, limit=limit, documents=documents)


def _fill(run: Run, ask: Callable[[Any], Row], asked: Sequence[Any], on_progress: Progress | None) -> list[Row]:
    """Rows of all that is asked, in order: those already there, and the others as they come."""
    there = {row["id"] for row in run.rows}
    done = sum(one.id in there for one in asked)
    for one in asked:
        if one.id not in there:
            run.append(ask(one))
            done += 1
        if on_progress is not None:
            on_progress(done, len(asked))
    by_id = {row["id"]: row for row in run.rows}
    return [by_id[one.id] for one in asked]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _known_profile(name: str) -> None:
    if name not in PROFILES:
        raise UsageError(f"there is no profile {name!r}", next=f"--profile is one of {', '.join(PROFILES)}")


def _check(options: RunOptions) -> None:
    if options.each_route and (options.route or options.retrieval_only or options.profile != "kingpost"):
        raise UsageError(
            "--routes asks by every route already, and answers",
            next="leave --routes out, or --route, --retrieval-only and --profile",
        )


def _missing(questions: Sequence[EvaluationQuestion], names: Names, documents: Sequence[Document]) -> list[str]:
    """What to say of documents that the questions name and the workspace lacks: their questions count as asked."""
    named = {name for question in questions if not question.passages for name in question.documents}
    missing = sorted(name for name in named if not names.ids(name))
    if missing and len(missing) == len(named):
        raise NotFound(
            f"none of the {len(named)} documents that the questions name is in the workspace ({_some(missing)}; "
            f"it has {len(documents)}: {_some(sorted(document.name for document in documents)) or 'none'})",
            next="ingest the documents first: kingpost ingest PATH",
        )
    if not missing:
        return []
    return [f"{len(missing)} documents that the questions name are not in the workspace: {_some(missing)}"]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _versions() -> dict[str, str]:
    return {"kingpost": kingpost.__version__, "prompts": prompts.VERSION, "python": platform.python_version()}
