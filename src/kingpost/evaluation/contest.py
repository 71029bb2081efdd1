"""Asks a candidate, the live model and RAG the same questions, and says what share each gets right."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from langchain_core.language_models import BaseChatModel

from kingpost.answering.answerer import Answerer
from kingpost.evaluation.metrics import exact_match, is_right, number_accuracy
from kingpost.language.prompts import known_question_messages
from kingpost.ports import ModelHost
from kingpost.types.answers import Answer, Question, Route
from kingpost.types.models import LiveModel, ModelVersion, TrainingExample

SAMPLE = 100
"""Most questions of a kind that are asked: a share is then known to within 0.1."""
SPARE_TOKENS = 24
"""Beyond an answer's characters, which are more than its tokens: one that is longer is not the trained one."""

Progress = Callable[[int, int, str], None]
"""Called with the number of questions asked, the number in all, and what is being measured."""
Shares = dict[str, float]


@dataclass(kw_only=True)
class Contest:
    """One measurement. ``answerer`` answers as if the candidate were live."""

    host: ModelHost
    answerer: Answerer
    trained: Sequence[TrainingExample]
    phrasings: Sequence[TrainingExample]
    facts: Sequence[TrainingExample]
    on_progress: Progress
    _asked: int = field(default=0, init=False)
    _total: int = field(default=0, init=False)

    def measure(self, version: ModelVersion, rival: LiveModel | None) -> dict[str, Shares]:
        """Contestant -> measure -> share (DESIGN's gate). What there is no question for is left out.

        ``trained_exact`` and ``shared_exact`` ask the model itself, in the trained wording: all of the answer's
        words count. ``held_out_phrasings`` go the way that validation chooses; ``untrained_taken`` are questions
        of the bank that it was not trained on and answered all the same.
        """
        shared = [example for example in self.trained if rival and example.pair_id in rival.questions]
        self._total = 2 * (len(self.trained) + len(self.phrasings) + len(shared)) + len(self.facts)
        chat = self.host.chat(version)
        candidate = {"trained_exact": self._exact(chat, self.trained, "candidate: trained questions")}
        rag = {"trained_right": self._right(self.trained, Route.RAG, "RAG: trained questions")}
        if self.phrasings:
            candidate |= self._routed("candidate: held-out phrasings")
            rag["held_out_phrasings"] = self._right(self.phrasings, Route.RAG, "RAG: held-out phrasings")
        if self.facts:
            answers = [answer for _, answer in self._answers(self.facts, None, "candidate: held-out facts")]
            candidate["untrained_taken"] = fmean(answer.route is Route.FINE_TUNED for answer in answers)
        if rival is None:
            return {"candidate": candidate, "rag": rag}
        live: Shares = {}
        if shared:
            candidate["shared_exact"] = self._exact(chat, shared, "candidate: shared questions")
            live["shared_exact"] = self._exact(self.host.chat(rival.version), shared, "live model: shared questions")
        return {"candidate": candidate, "live": live, "rag": rag}

    def _routed(self, what: str) -> Shares:
        answers = list(self._answers(self.phrasings, None, what))
        return {
            "held_out_phrasings": fmean(right(answer, example.answer) for example, answer in answers),
            "held_out_phrasings_fine_tuned": fmean(answer.route is Route.FINE_TUNED for _, answer in answers),
        }

    def _right(self, examples: Sequence[TrainingExample], route: Route, what: str) -> float:
        return fmean(right(answer, example.answer) for example, answer in self._answers(examples, route, what))

    def _answers(
        self, examples: Sequence[TrainingExample], route: Route | None, what: str
    ) -> Iterator[tuple[TrainingExample, Answer]]:
        for example in examples:
            yield example, self.answerer.answer(Question(text=example.question, route=route), store=False)
            self._count(what)

    def _exact(self, chat: BaseChatModel, examples: Sequence[TrainingExample], what: str) -> float:
        shares = []
        for example in examples:
            asked = chat.bind(max_tokens=len(example.answer) + SPARE_TOKENS, temperature=0)
            said = str(asked.invoke(known_question_messages(example.question)).content)
            shares.append(exact_match(said, [example.answer]))
            self._count(what)
        return fmean(shares)

    def _count(self, what: str) -> None:
        self._asked += 1
        self.on_progress(self._asked, self._total, what)


def right(answer: Answer, expected: str) -> bool:
    """Right as everywhere in evaluation, and in every number: what is right but for its number is wrong."""
    abstained = answer.route is Route.ABSTAIN
    numbers = number_accuracy(answer.answer, [expected])
    return is_right(answer.answer, [expected], answerable=True, abstained=abstained) and numbers != 0


def sample(examples: Sequence[TrainingExample], seed: int) -> list[TrainingExample]:
    """At most ``SAMPLE`` of them, always the same ones."""
    return list(examples) if len(examples) <= SAMPLE else random.Random(seed).sample(list(examples), SAMPLE)
