"""Asks the question of a turn again as it was asked, stores nothing, and says what changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any

from kingpost.answering import differences
from kingpost.answering.answerer import Answerer
from kingpost.answering.contract import answer_json
from kingpost.answering.whereabouts import Whereabouts
from kingpost.errors import Refused
from kingpost.records import Records, find_turn
from kingpost.retrieval.scoping import Moment, allowed
from kingpost.types.answers import Answer, PassageRead, Question, Route, Turn, TurnRecord
from kingpost.types.replay import Fate, PassageChange, Replay
from kingpost.types.search import Passage

Produced = tuple[Answer, TurnRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayer:
    """Replays turns. ``alone`` gives an answerer whose model answers one request at a time, so that it repeats itself.

    A turn is asked with what its conversation held before it, for the same user and groups, with the same options.
    """

    records: Records
    alone: Callable[[], AbstractContextManager[Answerer]]

    def replay(self, turn_id: str, *, as_recorded: bool = False) -> Replay:
        """Ask again and compare. ``as_recorded`` reads the recorded passages instead of searching.

        Raises ``NotFound`` for an unknown turn, and ``Refused`` when it cannot be read as recorded.
        """
        turn = find_turn(self.records, turn_id)
        asked = turn.record.asked or _asked_plainly(turn)
        with self.alone() as answerer:
            before = replace(answerer, conversations=replace(answerer.conversations, before=turn.number))
            if as_recorded:
                answer, record = self._reread(before, turn, asked)
            else:
                answer, record = before.rehearse(asked)
            moment = Moment(
                today=answerer.documents.retriever.today(),
                as_of=asked.as_of,
                include_superseded=asked.include_superseded,
            )
        whereabouts = Whereabouts(records=self.records, asked=asked, standalone=answer.standalone, moment=moment)
        return _compared(turn, (answer, record), whereabouts, as_recorded=as_recorded)

    def _reread(self, answerer: Answerer, turn: Turn, asked: Question) -> Produced:
        """What the readers of now make of the passages of then."""
        if not turn.record.passages or turn.answer.route not in (Route.RAG, Route.ABSTAIN):
            raise Refused(f"no passages were read for turn {turn.id}", next=f"search again: kingpost replay {turn.id}")
        found = answerer.documents.retriever.search(
            turn.answer.standalone or asked.text,
            documents=asked.documents,
            groups=asked.groups,
            as_of=asked.as_of,
            include_superseded=asked.include_superseded,
        )
        passages = tuple(self._as_it_was(passage, turn, asked) for passage in turn.record.passages)
        recorded = replace(found, passages=passages, unknown=turn.record.unknown, apart=turn.record.apart)
        return answerer.reread(asked, recorded)

    def _as_it_was(self, read: PassageRead, turn: Turn, asked: Question) -> Passage:
        """Raises ``Refused`` also where the asker may no longer read the document, without saying which of the two."""
        document = self.records.documents.find(read.document)
        readable = document is not None and allowed([document], asked.groups)
        chunk = self.records.chunks.find(read.chunk, partition=read.document) if readable else None
        if document is None or chunk is None or chunk.content_hash != read.content_hash:
            mark = f", revision {read.mark or read.revision[:12]}"
            raise Refused(
                f"a passage of {read.name}{mark} is no longer kept as it was read, or no longer yours to read",
                next=f"search again: kingpost replay {turn.id}",
            )
        return Passage(
            chunk=chunk,
            document=replace(document, current_revision=read.revision, mark=read.mark),
            score=read.score,
            similarity=read.similarity,
            legs=read.legs,
            features=read.features,
        )


def replay_json(replay: Replay) -> dict[str, Any]:
    """The comparison as plain JSON values, the two answers in the form of the contract."""
    lists = ("words", "changes", "versions", "settings", "citations", "passages", "documents")
    compared: dict[str, Any] = asdict(replay)
    return {
        "turn": replay.turn.id,
        "question": replay.turn.answer.question,
        "asked_at": replay.turn.asked_at,
        "verdict": replay.verdict,
        "same_answer": replay.same_answer,
        "as_recorded": replay.as_recorded,
        "before": answer_json(replay.turn.answer),
        "now": answer_json(replay.answer),
        **{name: compared[name] for name in lists},
    }


def _asked_plainly(turn: Turn) -> Question:
    """The question of a turn that was stored before it was kept how it was asked."""
    return Question(text=turn.answer.question, conversation=turn.conversation, user=turn.user, groups=turn.groups)


def _compared(turn: Turn, produced: Produced, whereabouts: Whereabouts, *, as_recorded: bool) -> Replay:
    answer, record = produced
    then = turn.record
    passages = _passage_changes(then.passages, record.passages, whereabouts)
    documents = whereabouts.changed((*then.passages, *turn.answer.citations))
    versions = differences.changes(then.versions, record.versions) if then.versions else ()
    settings = differences.changes(differences.flat(then.settings), differences.flat(record.settings))
    settings = settings if then.settings else ()
    same = differences.answers_agree(turn.answer, answer)
    found = differences.Compared(
        before=turn.answer,
        now=answer,
        same_answer=same,
        passages=passages,
        documents=documents,
        versions=versions,
        settings=settings,
        as_recorded=as_recorded,
        kept=then.asked is not None,
    )
    return Replay(
        turn=turn,
        answer=answer,
        record=record,
        as_recorded=as_recorded,
        same_answer=same,
        words=differences.said_differently(turn.answer.answer, answer.answer),
        changes=differences.answer_changes(turn.answer, answer),
        versions=versions,
        settings=settings,
        citations=differences.citation_changes(turn.answer.citations, answer.citations),
        passages=passages,
        documents=documents,
        verdict=differences.verdict(found),
    )


def _passage_changes(
    before: tuple[PassageRead, ...], now: tuple[PassageRead, ...], whereabouts: Whereabouts
) -> tuple[PassageChange, ...]:
    """Those read then, in their order, then those that are read now only (where it is known what was read then)."""
    changes = []
    for rank, passage in enumerate(before, start=1):
        fate, view = whereabouts.of(passage)
        rank_now = differences.rank_of(passage, now)
        if fate in (Fate.SAME, Fate.OTHER_REVISION) and rank_now is None:
            fate = Fate.DROPPED
        changes.append(
            PassageChange(
                document=passage.document,
                name=passage.name,
                passage=passage,
                fate=fate,
                rank=rank,
                rank_now=rank_now,
                revision_now=view.current_revision if view else "",
                mark_now=view.mark if view else "",
            )
        )
    new = [(rank, passage) for rank, passage in enumerate(now, start=1) if not differences.rank_of(passage, before)]
    return (*changes, *(_new(passage, rank) for rank, passage in new if before))


def _new(passage: PassageRead, rank: int) -> PassageChange:
    return PassageChange(
        document=passage.document,
        name=passage.name,
        passage=passage,
        fate=Fate.NEW,
        rank=None,
        rank_now=rank,
        revision_now=passage.revision,
        mark_now=passage.mark,
    )
