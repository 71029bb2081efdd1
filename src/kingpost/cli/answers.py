"""How an answer looks: its words as they come, then route, confidence, evidence, reasons, timings, and what to do."""

import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kingpost.cli.printing import columns, shortened, visible
from kingpost.types.answers import Answer, AnswerEvent, Citation, ConsideredQuestion, Route, TurnRecord
from kingpost.types.documents import RevisionStatus

if TYPE_CHECKING:
    from rich.live import Live

WIDTH = 100
_FAR_SHOWN = 3
"""Most known questions too far in meaning that an explanation lists."""


class LiveAnswer:
    """Takes an answer's events; shows its words as they come where standard output is a terminal."""

    def __init__(self, live: "Live | None") -> None:
        self._live = live
        self._text = ""
        self._answer: Answer | None = None

    def take(self, event: AnswerEvent) -> None:
        """``replace`` withdraws the words so far."""
        self._answer = event.answer or self._answer
        if event.kind == "token":
            self._text += event.text
        elif event.kind == "replace":
            self._text = event.text
        if self._live is not None:
            from rich.text import Text

            words = self._answer.answer if self._answer else self._text
            self._live.update(Text(words) if words else Text(f"... {event.text}", style="dim"))

    @property
    def answer(self) -> Answer:
        """The whole answer, when all events have been taken."""
        if self._answer is None:
            raise RuntimeError("the stream of events ended without an answer")
        return self._answer


@contextmanager
def live_answer(*, silent: bool = False) -> Iterator[LiveAnswer]:
    """An answer in the making; what was shown of it is wiped when it is whole."""
    if silent or not sys.stdout.isatty():
        yield LiveAnswer(None)
        return
    from rich.live import Live

    with Live(transient=True) as live:
        yield LiveAnswer(live)


def print_answer(answer: Answer, *, server: str, record: TurnRecord | None = None) -> None:
    """An answer with everything it stands on; with its record, also how it came about."""
    from kingpost.answering.confidence import band

    for paragraph in answer.answer.splitlines():
        print(textwrap.fill(paragraph, WIDTH))
    print()
    if answer.standalone not in ("", answer.question):
        line("understood", answer.standalone)
    line("route", f"{answer.route.value}{f' ({answer.reader} reader)' if answer.reader else ''}")
    line("confidence", f"{answer.confidence.value:.2f}, {band(answer.confidence.value)}")
    for number, citation in enumerate(answer.citations, start=1):
        print_citation(number, citation, server)
    for reason in answer.confidence.reasons:
        line("because", reason)
    line("took", f"{answer.timings_ms.get('total', 0.0):.0f} ms")
    line("turn", answer.turn)
    print_advice(answer)
    if record is not None:
        print_explanation(answer, record)


def print_citation(number: int, citation: Citation, server: str) -> None:
    """Document, place, quote and link."""
    from kingpost.answering.contract import place_in_words

    place = place_in_words(citation.location)
    out_of_force = "" if citation.status is RevisionStatus.CURRENT else f" ({citation.status.value})"
    line(f"[{number}]", f"{citation.name}, revision {citation.mark or citation.revision[:12]}{out_of_force}, {place}")
    for quoted in textwrap.wrap(f"“{citation.quote}”", WIDTH - 14):
        line("", quoted)
    line("", f"{server}{citation.view}")


def print_advice(answer: Answer) -> None:
    """What to do next: did you mean, ask an expert, say what was wrong."""
    for near in answer.validation.near if answer.route in (Route.RAG, Route.ABSTAIN) else ():
        line("did you mean", visible(near))
        line("", f"kingpost ask {shlex.quote(visible(near))}")
    for number, alternative in enumerate(answer.alternatives, start=1):
        line(f"choice {number}", alternative)
    if answer.alternatives and answer.turn:
        print(f"\nChoose: kingpost ask --conversation {answer.turn.rpartition('.')[0]} '{answer.alternatives[0]}'")
    elif answer.route is Route.ABSTAIN and answer.turn:
        print(f"\nAsk an expert: kingpost review request {answer.turn}")
    elif answer.turn:
        print(f"\nWrong? kingpost feedback add {answer.turn} --rating 1 --wrong answer --correct-answer '...'")


def print_explanation(answer: Answer, record: TurnRecord) -> None:
    """How the answer came about."""
    print()
    validation = answer.validation
    line("asked as", answer.standalone or answer.question)
    line("validation", f"{validation.verdict.value} at stage {validation.stage}: {visible(validation.why)}")
    if validation.nearest:
        line("nearest", f"{visible(validation.nearest)} ({validation.similarity:.2f})")
    if validation.scored:
        line("verifier", f"{validation.score:.2f} at most, for {visible(validation.scored)}")
        line("threshold", f"{validation.threshold:.2f}, {validation.threshold_source}: {validation.threshold_why}")
    if validation.mismatch:
        line("model said", visible(shortened(validation.mismatch)))
    line("model", answer.model or "none")
    line("times", ", ".join(f"{name} {value:.0f} ms" for name, value in answer.timings_ms.items()))
    print_considered(record.considered)
    print()
    for name, value in answer.confidence.features.items():
        line("feature", f"{name} = {value:.3f}")


def print_considered(considered: Sequence[ConsideredQuestion]) -> None:
    """A line a known question that was compared, with its verdict and why; of those too far in meaning the nearest."""
    if not considered:
        return
    near = [one for one in considered if one.stage != "candidates"]
    far = [one for one in considered if one.stage == "candidates"]
    considered = (*near, *far[:_FAR_SHOWN])
    print("\nKnown questions considered")
    rows = (
        (
            one.verdict.value,
            one.stage,
            f"{one.similarity:.2f}",
            f"{one.score:.2f}" if one.threshold else "-",
            f"{one.threshold:.2f} {one.threshold_source}" if one.threshold else "-",
            visible(one.question),
            visible(one.why),
        )
        for one in considered
    )
    columns(("VERDICT", "STAGE", "SIMILAR", "SCORE", "THRESHOLD", "QUESTION", "WHY"), rows)
    if far[_FAR_SHOWN:]:
        print(f"and {len(far) - _FAR_SHOWN} more that are further away in meaning (all with --json)")


def line(label: str, text: str) -> None:
    """A labelled line."""
    print(f"{label:<12}  {text}")
