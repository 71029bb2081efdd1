"""Words an answer anew: streams the model's draft, checks it, and gives back the quote where the draft fails."""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from langchain_core.language_models import BaseChatModel

from kingpost.answering.checking import checked
from kingpost.answering.drafts import NO_MODEL, Draft
from kingpost.answering.readers.generative import REFUSED, GenerativeReader
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.retrieval.search import Findings
from kingpost.settings import AnsweringSettings
from kingpost.types.answers import AnswerEvent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Asks the base model. ``quotes``: whether it is asked to quote what it relies on, which a tiny one cannot."""

    chat: Callable[[], BaseChatModel]
    settings: AnsweringSettings
    quotes: bool = False

    def worded(self, draft: Draft, findings: Findings, quoted: Reading) -> Generator[AnswerEvent, None, Reading]:
        """The generated reading if its evidence check passes, as it is or repaired, else the quote.

        The draft is sent as it comes, then ``replace`` withdraws it wherever what is shown in the end differs.
        """
        since = time.perf_counter()
        yield AnswerEvent(kind="status", text="Wording the answer; it is checked before it counts")
        try:
            reader = self._reader()
            passages = reader.passages(findings.passages)
            pieces = reader.generate(draft.standalone, passages)
            try:
                while True:
                    yield AnswerEvent(kind="token", text=next(pieces))
            except StopIteration as end:
                generation = end.value
        except NO_MODEL as error:
            logger.warning("no generated answer: %s", error)
            return quoted
        draft.timings |= {"prefill": generation.prefill, "decode": generation.decode}
        draft.usage |= generation.usage
        draft.timed("generation", since)
        since = time.perf_counter()
        reading = reader.read(generation, passages, draft.standalone)
        draft.timed("check", since)
        if reading.kind is not ReadingKind.GENERATED or any(
            s.missing for s in checked(reading.text, reading.citations)
        ):
            logger.info("the quote is shown: %s", reading.reason)
            return _refused(quoted, reading) if reading.features.get(REFUSED) else quoted
        if reading.text != generation.text:
            yield AnswerEvent(kind="replace", text=reading.text)
        return replace(reading, support=quoted.support, features={**quoted.features, **reading.features})

    def _reader(self) -> GenerativeReader:
        chat = self.chat()
        return GenerativeReader(
            chat=chat,
            count_tokens=chat.get_num_tokens,
            prompt_tokens=self.settings.prompt_tokens,
            generated_tokens=self.settings.generated_tokens,
            quotes=self.quotes,
        )


def _refused(quoted: Reading, reading: Reading) -> Reading:
    """The quote, with the model's word that it does not answer: a person may judge, and the calibrator may weigh it."""
    note = "; ".join(filter(None, (quoted.note, reading.reason)))
    return replace(quoted, note=note, features={**quoted.features, **reading.features})
