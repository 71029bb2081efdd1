"""Reading prose: how much is asked for, which sentences answer, and what kind of thing they must hold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kingpost.answering.readers.answerability import evidence_features
from kingpost.answering.readers.extents import Extent, extent_of, goes_across, is_told
from kingpost.answering.readers.kinds import AnswerKind, holds_kind, kind_asked
from kingpost.answering.readers.reading import Reading
from kingpost.answering.readers.sentences import read_sentences
from kingpost.answering.readers.stretches import cut
from kingpost.language.normalise import content_hash, stems
from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.search import Findings
from kingpost.types.documents import Chunk, ChunkKind, Document, SectionLocation
from kingpost.types.search import Passage

HANDBOOK = Document(
    id="handbook",
    name="handbook.md",
    uri="",
    source="test",
    title="Warehouse handbook",
    media_type="text/markdown",
    current_revision="r1",
)
ANNEX = Document(
    id="annex",
    name="annex.md",
    uri="",
    source="test",
    title="Cold store annex",
    media_type="text/markdown",
    current_revision="r1",
)


def embed(texts: list[str]) -> list[list[float]]:
    """Bags of stems as vectors of length 1: texts with words in common are near each other."""
    known = {stem: place for place, stem in enumerate(dict.fromkeys(stem for text in texts for stem in stems(text)))}
    vectors = np.zeros((len(texts), max(1, len(known))))
    for row, text in enumerate(texts):
        for stem in stems(text):
            vectors[row, known[stem]] = 1.0
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: list[list[float]] = (vectors / np.maximum(lengths, 1.0)).tolist()
    return found


def passage(text: str, *, ordinal: int = 0, document: Document = HANDBOOK, score: float = 1.0) -> Passage:
    at = 10_000 * ordinal
    chunk = Chunk(
        id=f"{document.id}-{ordinal}",
        document_id=document.id,
        revision_id="r1",
        ordinal=ordinal,
        kind=ChunkKind.TEXT,
        text=text,
        context="",
        section=("Racking",),
        location=SectionLocation(section=("Racking",), span=(at, at + len(text))),
        content_hash=content_hash(text),
    )
    return Passage(chunk=chunk, document=document, score=score)


def read(question: str, passages: Sequence[Passage]) -> Reading:
    reading = read_sentences(Findings(analysis=analyse(question), passages=tuple(passages)), embed)
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("question", "extent"),
    [
        ("How many sprinklers are in aisle 4?", Extent.VALUE),
        ("When was the rack inspected?", Extent.VALUE),
        ("What is the maximum load of zone B?", Extent.VALUE),
        ("Can a fire door be wedged open?", Extent.FACT),
        ("What are the benefits of narrow aisles?", Extent.DESCRIPTION),
        ("How does the sprinkler valve work?", Extent.DESCRIPTION),
        ("What is the difference between zone A and zone B?", Extent.DESCRIPTION),
        ("Who inspects the racks, and what do they check?", Extent.DESCRIPTION),
    ],
)
def test_a_question_says_how_much_it_asks_for(question: str, extent: Extent) -> None:
    assert extent_of(question) is extent


def test_how_and_why_are_told_in_prose_and_a_count_is_not() -> None:
    assert is_told("Why did the floor settle?")
    assert is_told("What are the main risks of tall racks?")
    assert not is_told("How many racks are there?")


def test_only_a_comparison_is_put_together_from_several_documents() -> None:
    assert goes_across("How do the two annexes differ?")
    assert not goes_across("What does the annex say on floors?")


@pytest.mark.parametrize(
    ("question", "kind", "held", "not_held"),
    [
        ("How many racks stand in hall 2?", AnswerKind.NUMBER, "There are 48 racks.", "Racks stand in hall 2."),
        ("When was the valve tested?", AnswerKind.DATE, "Tested on 4 May 2023.", "The valve was tested."),
        ("Who approved the floor?", AnswerKind.NAME, "It was approved by Orla Quint.", "It was approved."),
        ("Why did the rack lean?", AnswerKind.REASON, "It leaned because the floor sank.", "The rack leaned."),
    ],
)
def test_a_text_holds_the_kind_of_thing_asked_for_or_does_not(
    question: str, kind: AnswerKind, held: str, not_held: str
) -> None:
    assert kind_asked(question) is kind
    assert holds_kind(kind, question, held)
    assert not holds_kind(kind, question, not_held)


def test_a_list_is_given_whole_with_its_lead_in() -> None:
    text = (
        "Racks are steel.\n\nThe weekly rack inspection checks:\n- upright damage\n- beam locks\n- floor anchors\n\n"
        "Pallets are stored elsewhere."
    )
    reading = read("What does the weekly rack inspection check, and how?", [passage(text)])
    assert "The weekly rack inspection checks:\n- upright damage\n- beam locks\n- floor anchors" in reading.text


def test_a_list_runs_over_into_the_passage_that_follows() -> None:
    first = passage("Pallets are wooden. The weekly rack inspection checks:\n- upright damage", ordinal=3)
    second = passage("- beam locks\n- floor anchors", ordinal=4, score=0.1)
    reading = read("What are the things that the weekly rack inspection checks?", [first, second])
    assert "- beam locks" in reading.text
    assert {citation.quote for citation in reading.citations} & {"- beam locks\n- floor anchors"}


def test_a_value_is_answered_by_its_sentence_alone() -> None:
    text = (
        "Hall 2 was built by a contractor who also laid the yard and the road that leads to the gate of the site. "
        "The clear height of hall 2 is 11.5 m, measured from the finished floor to the underside of the lowest beam. "
        "Its walls are insulated panels on a steel frame that stands on a concrete plinth all around the building."
    )
    reading = read("What is the clear height of hall 2?", [passage(text)])
    assert "11.5 m" in reading.text
    assert "walls" not in reading.text


def test_a_heading_alone_is_no_answer() -> None:
    text = "# Floor load of the mezzanine\n\nThe mezzanine floor carries a load of 5 kN/m2."
    reading = read("What is the floor load of the mezzanine?", [passage(text)])
    assert "5 kN/m2" in reading.text


def test_a_question_in_the_text_is_answered_by_what_follows_it() -> None:
    text = "Who may drive a reach truck? Holders of a current licence only. Trucks are charged at night in bay 3."
    assert "Holders of a current licence only." in read("Who may drive a reach truck?", [passage(text)]).text


def test_an_extract_stays_in_one_document_unless_documents_are_compared() -> None:
    here = passage("The fire doors of the hall close by gravity. The fire doors of the hall are tested each month.")
    there = passage("The fire doors of the cold store close by a motor.", document=ANNEX, score=0.9)
    alone = read("How do the fire doors of the hall close?", [here, there])
    assert {citation.document for citation in alone.citations} == {"handbook"}
    both = read("How do the fire doors of hall and cold store compare?", [here, there])
    assert {citation.document for citation in both.citations} == {"handbook", "annex"}


def test_every_sentence_of_an_extract_stands_in_a_citation() -> None:
    text = " ".join(f"Fire door number {n} closes by gravity and is tested each month by the team." for n in range(12))
    reading = read("How do the fire doors close and how are they tested?", [passage(text)])
    quoted = " ".join(citation.quote for citation in reading.citations)
    assert all(sentence in quoted for sentence in reading.text.split(". ") if sentence)
    assert not any(citation.quote.endswith("…") for citation in reading.citations)


def test_passages_given_side_by_side_are_not_read_as_one_text() -> None:
    first, second = passage("Rack one is blue."), passage("Rack two is red.", ordinal=1)
    given = replace(second.chunk, location=SectionLocation(section=("Racking",), span=(0, 16)))
    beside = replace(second, chunk=given)
    assert {sentence.stretch for sentence in cut([first, beside])} == {0, 1}
    assert {sentence.stretch for sentence in cut([first, second])} == {0}


def test_a_name_that_stands_nowhere_counts_against_the_evidence() -> None:
    here = passage("The fire doors of hall 2 were made by Brandt.")
    known = Findings(analysis=analyse("Did Brandt make the doors of hall 2?"), passages=(here,), searched=(HANDBOOK,))
    other = Findings(analysis=analyse("Did Okafor make the doors of hall 7?"), passages=(here,), searched=(HANDBOOK,))
    assert evidence_features(known, "made by Brandt")["names_held"] == 1
    assert evidence_features(known, "made by Brandt")["numbers_held"] == 1
    assert evidence_features(other, "made by Brandt")["names_held"] == 0
    assert evidence_features(other, "made by Brandt")["numbers_held"] == 0


def test_a_name_of_a_document_searched_is_held() -> None:
    here = passage("Doors close by gravity.")
    found = Findings(analysis=analyse("How do doors close in the Warehouse?"), passages=(here,), searched=(HANDBOOK,))
    assert evidence_features(found, "by gravity")["names_held"] == 1


def test_what_is_measured_of_evidence_lies_between_0_and_1() -> None:
    here = passage("The fire doors of hall 2 close by gravity. They were made by Brandt in 2019.")
    question = "Who made the 4 fire doors of hall 2, and when?"
    found = Findings(analysis=analyse(question), passages=(here,))
    reading = read(question, [here])
    measured = {**evidence_features(found, reading.text), **reading.features}
    assert {"passage_words", "answer_words", "best_sentence", "kind_held"} <= set(measured)
    assert all(0 <= value <= 1 + 1e-6 for value in measured.values())


def test_an_answer_without_the_number_asked_for_is_marked() -> None:
    found = Findings(analysis=analyse("How many racks stand in hall 2?"), passages=(passage("Racks stand in hall 2."),))
    assert evidence_features(found, "Racks stand in hall 2.")["kind_held"] == 0
    assert evidence_features(found, "48 racks stand in hall 2.")["kind_held"] == 1


def test_a_question_of_few_words_is_near_to_what_speaks_of_the_question_before() -> None:
    passages = (passage("Reach trucks are charged in hall 2. The charging of forklifts takes six hours."),)
    alone = Findings(analysis=analyse("And how long?"), passages=passages)
    before, after = (
        read_sentences(found, embed) for found in (alone, replace(alone, topic="How are forklifts charged?"))
    )
    assert before is not None
    assert after is not None
    assert after.features["best_sentence"] > before.features["best_sentence"]
    assert "six hours" in after.text
