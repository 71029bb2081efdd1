"""Answers against what they cite: sentences with their citations, drafts repaired, refusals understood."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from kingpost.answering.checking import checked, quoted_if_missing, with_sentences
from kingpost.answering.citations import cite_span
from kingpost.answering.readers.drafted import read_draft
from kingpost.answering.readers.generative import REFUSED, Generation, GenerativeReader
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.repair import REPAIRED, repaired
from kingpost.types.answers import Answer, Citation, Confidence, Route
from kingpost.types.documents import Chunk, ChunkKind, Document, SectionLocation
from kingpost.types.search import Passage

RACKS = "Racks shall be anchored to the floor slab. The floor load shall not exceed 25 kN/m2. Aisles are 2,400 mm wide."
DOORS = "Fire doors shall close by themselves within 25 s. Doors shall not be locked while persons are inside."


def passage(text: str, ordinal: int = 0, kind: ChunkKind = ChunkKind.TEXT) -> Passage:
    chunk = Chunk(
        id=f"d-{ordinal}",
        document_id="d",
        revision_id="r",
        ordinal=ordinal,
        kind=kind,
        text=text,
        context="Northwind warehouse standard > Fire doors",
        section=(),
        location=SectionLocation(section=(), span=(0, len(text))),
        content_hash=text[:9],
    )
    document = Document(
        id="d", name="w.md", uri="", source="s", title="Northwind", media_type="text/markdown", current_revision="r"
    )
    return Passage(chunk=chunk, document=document, score=1.0)


def cited(text: str) -> Citation:
    return cite_span(passage(text), 0, len(text))[0]


def test_each_sentence_names_the_citations_that_hold_it():
    found = checked("Aisles are 2.4 m wide. Doors close within 25 s.", [cited(DOORS), cited(RACKS)])
    assert [(sentence.citations, sentence.missing) for sentence in found] == [((2,), ()), ((1,), ())]


def test_a_sentence_over_two_quotes_names_both():
    found = checked("Aisles are 2,400 mm wide and doors close by themselves within 25 s", [cited(RACKS), cited(DOORS)])
    assert [sentence.citations for sentence in found] == [(1, 2)]


def test_what_no_citation_holds_is_missing():
    (found,) = checked("The floor load shall not exceed 30 kN/m2.", [cited(RACKS)])
    assert found.missing == ("30 kN/m2",)


def test_a_calculated_number_is_not_missed_but_a_name_is():
    (found,) = checked("3 doors in Rotterdam", [cited(DOORS)], calculated=True)
    assert found.missing == ("rotterdam",)
    assert found.citations == (1,)


def test_an_answer_that_its_quotes_do_not_hold_gives_way_to_them():
    quotes = (cited("Aisles are 2,400 mm wide."),)
    reading = Reading(kind=ReadingKind.SENTENCES, text="Aisles are 2,400 mm wide. Racks carry 9 t.", citations=quotes)
    assert quoted_if_missing(reading).text == "Aisles are 2,400 mm wide."
    whole = Reading(kind=ReadingKind.SENTENCES, text="Aisles are 2,400 mm wide.", citations=quotes)
    assert quoted_if_missing(whole) is whole


def test_an_answer_says_what_it_does_not_cite():
    answer = Answer(
        id="",
        turn="",
        question="How wide?",
        answer="Aisles are 2,600 mm wide.",
        route=Route.APPROVED,
        confidence=Confidence(value=0.9),
        citations=(cited(RACKS),),
    )
    told = with_sentences(answer)
    assert told.sentences[0].missing == ("2,600 mm",)
    assert told.confidence.reasons == ("not in what it cites: 2,600 mm",)


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not tell.",
        "The passages do not mention it.",
        "Sorry, I cannot find an answer in these passages.",
        "The provided text doesn't specify the width.",
        "There is no information on doors.",
    ],
)
def test_a_refusal_is_understood_in_whatever_words(text: str):
    assert read_draft(text).refuses


@pytest.mark.parametrize("text", ["The documents shall be kept on site.", "The door does not close.", "No doors."])
def test_a_rule_is_no_refusal(text: str):
    assert not read_draft(text).refuses


def test_a_draft_is_taken_apart():
    draft = read_draft(
        'Answer: Aisles are **2,400 mm** wide. [2] They are clear.\nQuotes:\n"Aisles are 2,400 mm wide" [2]\n"no" [1]'
    )
    assert [(sentence.text, sentence.passages) for sentence in draft.sentences] == [
        ("Aisles are 2,400 mm wide.", (2,)),
        ("They are clear.", ()),
    ]
    assert draft.quotes == (("Aisles are 2,400 mm wide", 2),)


def test_repetitions_and_an_unfinished_end_are_left_out():
    draft = read_draft("1. Doors close.\n2. Doors close.\n3. Aisles are cl", cut=True)
    assert [sentence.text for sentence in draft.sentences] == ["Doors close."]


def read(text: str, question: str = "What holds for racks and doors?") -> Reading:
    return repaired(read_draft(text), [passage(RACKS), passage(DOORS, 1)], question)


def test_a_draft_that_stands_is_shown_as_it_is_with_the_sentences_it_rests_on():
    reading = read("Fire doors close by themselves within 25 s. The aisles are 2.4 m wide.")
    assert reading.kind is ReadingKind.GENERATED
    assert reading.text == "Fire doors close by themselves within 25 s. The aisles are 2.4 m wide."
    assert [citation.quote for citation in reading.citations] == [
        "Fire doors shall close by themselves within 25 s.",
        "Aisles are 2,400 mm wide.",
    ]
    assert reading.features[REPAIRED] == 0


def test_a_sentence_that_fails_gives_way_to_the_quote_nearest_to_it():
    reading = read("Aisles are 2.4 m wide. The floor load shall not exceed 35 kN/m2.")
    assert reading.text == "Aisles are 2.4 m wide. The floor load shall not exceed 25 kN/m2."
    assert reading.features[REPAIRED] == 0.5


def test_a_sentence_like_nothing_in_the_passages_is_dropped():
    assert (
        read("Aisles are 2.4 m wide. Forklift drivers need a licence from Rotterdam.").text == "Aisles are 2.4 m wide."
    )


@pytest.mark.parametrize(
    "text",
    [
        "The floor load shall not exceed 35 kN/m2.",
        "Doors shall be locked while persons are inside the racks.",
        "Aisles close by themselves within 25 s.",
        "The floor load shall exceed 25 kN/m2.",
        "Everything is as it should be.",
    ],
)
def test_a_draft_that_turns_the_evidence_round_is_not_shown(text: str):
    assert read(text).kind is ReadingKind.NOTHING


COVER = (
    "The plan for newborns covers physical therapy of the hips. The plan does not cover cosmetic care."
    " Visits that the plan covers last 14 days."
)


@pytest.mark.parametrize(
    "text",
    ["The plan for newborns does not cover physical therapy.", "The plan for newborns covers visits of 14 days."],
)
def test_a_negation_or_number_of_one_sentence_is_not_said_of_another(text: str):
    assert repaired(read_draft(text), [passage(COVER)], "What is covered?").kind is ReadingKind.NOTHING


def test_a_draft_that_only_repeats_the_question_is_not_shown():
    assert read("Racks and doors.", "What about racks and doors?").kind is ReadingKind.NOTHING


class Scripted(BaseChatModel):
    """Says what it was told to, word by word."""

    words: str
    asked: list[Any]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self.words))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append((messages, stop, kwargs))
        for word in self.words.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        usage = UsageMetadata(input_tokens=40, output_tokens=5, total_tokens=45)
        timings = {"prompt_ms": 30.0, "predicted_ms": 4.0}
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage, response_metadata={"timings": timings})
        )


def reader(words: str, *, prompt_tokens: int = 600, quotes: bool = False) -> GenerativeReader:
    return GenerativeReader(
        chat=Scripted(words=words, asked=[]),
        count_tokens=lambda text: len(text.split()),
        prompt_tokens=prompt_tokens,
        generated_tokens=50,
        quotes=quotes,
    )


def generated(by: GenerativeReader, passages: list[Passage]) -> tuple[list[str], Generation]:
    pieces = by.generate("How wide are aisles?", passages)
    words = []
    while True:
        try:
            words.append(next(pieces))
        except StopIteration as end:
            return words, end.value


def test_a_generation_streams_and_tells_what_it_took():
    words, generation = generated(reader("Aisles are 2.4 m wide."), [passage(RACKS)])
    assert len(words) == 5
    assert generation.text.strip() == "Aisles are 2.4 m wide."
    assert generation.usage == {"prompt_tokens": 40, "completion_tokens": 5}
    assert (generation.prefill, generation.decode) == (30.0, 4.0)


def test_passages_come_in_the_order_of_their_documents_as_many_as_fit_without_summaries():
    found = [passage(DOORS, 7), passage("Columns: Door", 1, ChunkKind.OVERVIEW), passage(RACKS, 3), passage(RACKS, 9)]
    chosen = reader("", prompt_tokens=75).passages(found)
    assert [passage.chunk.ordinal for passage in chosen] == [3, 7]


def test_a_passage_that_is_too_long_ends_with_a_whole_sentence():
    by = reader("Yes.", prompt_tokens=16)
    generated(by, [passage(RACKS)])
    prompt = by.chat.asked[0][0][-1].content
    assert "floor slab." in prompt
    assert "The floor load" not in prompt


def test_quotes_are_asked_of_a_model_that_can_give_them():
    for quotes in (True, False):
        by = reader("Yes.", quotes=quotes)
        generated(by, [passage(RACKS)])
        assert ("Quotes:" in by.chat.asked[0][0][0].content) is quotes


def test_a_model_that_finds_no_answer_is_told_of():
    reading = reader("").read(Generation(text="The documents do not tell."), [passage(RACKS)], "How high?")
    assert reading.kind is ReadingKind.NOTHING
    assert reading.features == {REFUSED: 1.0}
