"""Imports pairs from files: finds the evidence of each, names bad lines, and warns of what the bank says otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kingpost.errors import Refused
from kingpost.language.normalise import normalise
from kingpost.language.wordings import same_answer
from kingpost.records import Records
from kingpost.retrieval import pair_files
from kingpost.retrieval.pair_files import PairRow
from kingpost.retrieval.pairs import PairDetails, pair_id
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import BankProblem, Evidence, ImportProblem, ImportReport, KnownQuestion, Provenance

_BATCH = 50
"""Pairs that are stored at once: what was stored stays when an import is stopped."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairImporter:
    """Imports into one bank. ``problems_of(ids)`` gives what these pairs double or contradict."""

    bank: QuestionBank
    records: Records
    problems_of: Callable[[Sequence[str]], Sequence[BankProblem]]

    def read(
        self, path: Path, *, approved_by: str = "", groups: Sequence[str] = (), on_progress: Progress | None = None
    ) -> ImportReport:
        """Add the pairs of a file with the evidence found for them; bad lines are named and the rest goes on.

        ``approved_by`` and ``groups`` are for lines that name none. Raises ``BadInput`` for a file that cannot be read.
        """
        run = _Run(
            bank=self.bank,
            approved_by=approved_by,
            groups=tuple(groups) or EVERYONE,
            documents={document.name: document.id for document in self.records.documents.all()},
        )
        rows = pair_files.read(path)
        for number, row in enumerate(rows, start=1):
            run.take(row)
            if number % _BATCH == 0:
                run.store()
            if on_progress:
                on_progress(number, len(rows))
        run.store()
        report = run.report(str(path))
        return replace(report, warnings=tuple(self.problems_of(report.pairs)))


@dataclass(slots=True, kw_only=True)
class _Run:
    """One import on its way."""

    bank: QuestionBank
    approved_by: str
    groups: tuple[str, ...]
    documents: dict[str, str]
    """Ids by name."""
    pairs: dict[str, KnownQuestion] = field(default_factory=dict)
    waiting: dict[str, KnownQuestion] = field(default_factory=dict)
    problems: list[ImportProblem] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Ids of those that were there before."""

    def take(self, row: PairRow | ImportProblem) -> None:
        """Make a pair of a row, or note what is wrong with it."""
        if isinstance(row, ImportProblem):
            self.problems.append(row)
            return
        try:
            pair = self._pair(row)
        except Refused as refused:
            self.problems.append(ImportProblem(line=row.line, reason=refused.message, next=refused.next))
            return
        self.pairs[pair.id] = self.waiting[pair.id] = pair

    def store(self) -> None:
        """Store what waits for it."""
        self.bank.store(list(self.waiting.values()))
        self.waiting.clear()

    def report(self, file: str) -> ImportReport:
        """What has been done."""
        return ImportReport(
            added=len(self.pairs) - len(self.known),
            updated=len(self.known),
            without_evidence=sum(not pair.evidence for pair in self.pairs.values()),
            problems=tuple(self.problems),
            file=file,
            pairs=tuple(self.pairs),
        )

    def _pair(self, row: PairRow) -> KnownQuestion:
        groups = row.groups or self.groups
        known = self._known(row.question, groups)
        question = known.question if known else row.question
        evidence = self._evidence(row, known)
        groups = self.bank.readers(groups, evidence)
        self._refuse_second_answer(question, groups, row.answer)
        pair = self.bank.merged(question, row.answer, **self._details(row, evidence, groups))
        if known is not None and pair.id not in self.pairs:
            self.known.add(pair.id)
        return replace(pair, retired=row.retired)

    def _known(self, question: str, groups: Sequence[str]) -> KnownQuestion | None:
        """The pair of the bank with this question, else with this phrasing, that these groups were given."""
        own = self.bank.find(pair_id(question, groups))
        worded = [
            pair for pair in self.bank.worded(question) if self.bank.readers(groups, pair.evidence) == pair.groups
        ]
        return (
            own
            or next((pair for pair in worded if normalise(pair.question) == normalise(question)), None)
            or (worded[0] if worded else None)
        )

    def _refuse_second_answer(self, question: str, groups: Sequence[str], answer: str) -> None:
        same = self.pairs.get(pair_id(question, groups))
        if same is not None and not same_answer(same.answer, answer):
            raise Refused("the same question stands above with another answer", next="keep one of the two lines")

    def _details(self, row: PairRow, evidence: Sequence[Evidence], groups: Sequence[str]) -> PairDetails:
        details = PairDetails(provenance=row.provenance or Provenance.IMPORTED, evidence=evidence, groups=groups)
        if row.approved_by or self.approved_by:
            details["approved_by"] = row.approved_by or self.approved_by
        if row.paraphrases:
            details["phrasings"] = row.paraphrases
        if row.split:
            details["split"] = row.split
        if row.turn:
            details["turn"] = row.turn
        if row.created_at:
            details["created_at"] = row.created_at
        if row.valid_from is not None:
            details["valid_from"] = row.valid_from
        if row.valid_until is not None:
            details["valid_until"] = row.valid_until
        return details

    def _evidence(self, row: PairRow, known: KnownQuestion | None) -> tuple[Evidence, ...]:
        """What an export says, where its documents are here; what the pair has, if it stands; else what is found."""
        stated = self._at_home(row.evidence)
        if stated:
            return stated
        same = known is not None and same_answer(known.answer, row.answer)
        if known is not None and same and known.evidence and self.bank.is_current(known):
            return known.evidence
        return self.bank.locate_evidence(row.question, row.answer, row.document, place=row.location)

    def _at_home(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """The evidence in the documents of this workspace, by id or name; nothing when one of them is not here."""
        here = frozenset(self.documents.values())
        ids = [item.document_id if item.document_id in here else self.documents.get(item.name) for item in evidence]
        return (
            tuple(replace(item, document_id=id) for item, id in zip(evidence, ids, strict=True) if id)
            if all(ids)
            else ()
        )
