"""Datasets: what is trained on, what is held out to measure with, and that the same bank gives the same dataset."""

from dataclasses import replace

import pytest

from kingpost.backends.memory import MemoryObjects, MemoryRecords
from kingpost.errors import NotFound, Refused
from kingpost.finetuning.datasets import (
    HELD_OUT_FACT,
    HELD_OUT_PHRASING,
    LONGEST_ANSWER,
    TRAIN,
    DatasetBuilder,
    trained_examples,
)
from kingpost.records import Records
from kingpost.settings import FinetuningSettings
from kingpost.types.documents import SheetLocation
from kingpost.types.models import Dataset
from kingpost.types.questions import Evidence, KnownQuestion, Provenance


def pair(number: int, **fields: object) -> KnownQuestion:
    evidence = Evidence(
        document_id="d",
        name="loads.xlsx",
        content_hash=f"hash{number}",
        quote=f"{number} kN",
        location=SheetLocation(sheet="Loads", range=f"B{number}", header=("Load (kN)",)),
    )
    known = KnownQuestion(
        id=f"q{number:03}",
        question=f"What load does bay {number} carry?",
        answer=f"Bay {number} carries {number} kN.",
        phrasings=(f"Load of bay {number}?", f"How much may stand in bay {number}?"),
        evidence=(evidence,),
        provenance=Provenance.IMPORTED,
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def builder(*pairs: KnownQuestion, **settings: object) -> DatasetBuilder:
    records = Records(MemoryRecords())
    records.questions.put_all({pair.id: pair for pair in pairs})
    chosen = FinetuningSettings(**settings)  # type: ignore[arg-type]
    return DatasetBuilder(records=records, objects=MemoryObjects(), settings=chosen)


def splits(datasets: DatasetBuilder, dataset: Dataset) -> dict[str, set[str]]:
    """Split -> ids of pairs in it."""
    found: dict[str, set[str]] = {TRAIN: set(), HELD_OUT_FACT: set(), HELD_OUT_PHRASING: set()}
    for example in datasets.examples(dataset):
        found[example.split].add(example.pair_id)
    return found


def test_the_same_bank_gives_the_same_dataset_again() -> None:
    first, second = (builder(*map(pair, range(20))) for _ in range(2))
    dataset = first.build()
    assert first.build().id == dataset.id == second.build().id
    assert first.build().digest == dataset.digest
    assert len(first.all()) == 1


def test_a_changed_answer_or_its_evidence_makes_another_dataset() -> None:
    ids = {
        builder(pair(1), changed).build().id
        for changed in (pair(2), pair(2, answer="Bay 2 carries 3 kN."), pair(2, evidence=()))
    }
    assert len(ids) == 3


def test_facts_that_are_held_out_are_not_trained_in_any_wording() -> None:
    datasets = builder(*map(pair, range(40)), held_out_share=0.2)
    found = splits(datasets, datasets.build())
    assert len(found[HELD_OUT_FACT]) == 8
    assert not found[HELD_OUT_FACT] & (found[TRAIN] | found[HELD_OUT_PHRASING])


def test_a_small_bank_holds_one_fact_out_and_one_phrasing() -> None:
    datasets = builder(pair(1), pair(2))
    dataset = datasets.build()
    assert dataset.counts == {TRAIN: 2, HELD_OUT_PHRASING: 1, HELD_OUT_FACT: 3, "pairs": 2, "left_out": 0}


def test_nothing_is_held_out_where_the_share_is_zero() -> None:
    datasets = builder(*map(pair, range(8)), held_out_share=0)
    assert datasets.build().counts == {TRAIN: 24, "pairs": 8, "left_out": 0}


def test_a_pairs_own_split_is_kept() -> None:
    kept = [pair(number, split="train") for number in range(10)]
    datasets = builder(*kept, pair(11, split="held_out"), held_out_share=0.5)
    found = splits(datasets, datasets.build())
    assert found[HELD_OUT_FACT] == {"q011"}


def test_approved_pairs_are_not_held_out_as_facts() -> None:
    approved = [pair(number, approved_by="expert") for number in range(10)]
    datasets = builder(*approved, pair(11), pair(12), held_out_share=0.5)
    assert splits(datasets, datasets.build())[HELD_OUT_FACT] <= {"q011", "q012"}


def test_every_trained_pair_is_trained_in_its_own_wording() -> None:
    datasets = builder(*map(pair, range(30)), held_out_share=0.5)
    examples = datasets.examples(datasets.build())
    own = trained_examples(examples)
    assert {example.pair_id for example in own} == {example.pair_id for example in examples if example.split == TRAIN}
    assert all(example.question == pair(int(example.pair_id[1:])).question for example in own)


def test_a_phrasing_that_asks_another_pairs_question_is_left_out() -> None:
    thief = pair(2, phrasings=("WHAT load does bay 1 carry?",))
    datasets = builder(pair(1), thief, held_out_share=0)
    wordings = [example.question for example in datasets.examples(datasets.build()) if example.pair_id == "q002"]
    assert wordings == [thief.question]


def test_retired_pairs_and_answers_too_long_to_recall_stay_out() -> None:
    long = pair(2, answer="Bay 2 is long. " * LONGEST_ANSWER)
    datasets = builder(pair(1), long, pair(3, retired=True), held_out_share=0)
    dataset = datasets.build()
    assert {example.pair_id for example in datasets.examples(dataset)} == {"q001"}
    assert dataset.counts["left_out"] == 1


def test_evidence_travels_with_the_examples() -> None:
    datasets = builder(pair(4), held_out_share=0)
    [example, *_] = datasets.examples(datasets.build())
    assert example.evidence == pair(4).evidence


def test_provenance_is_counted_by_pair() -> None:
    datasets = builder(pair(1), pair(2, provenance=Provenance.FEEDBACK), pair(3))
    assert datasets.build().provenance == {"imported": 2, "feedback": 1}


def test_latest_is_the_one_built_last() -> None:
    datasets = builder(pair(1), pair(2))
    before = datasets.build()
    datasets.records.questions.put("q003", pair(3))
    after = datasets.build()
    assert datasets.get("latest").id == after.id != before.id
    datasets.records.questions.put("q003", pair(3, retired=True))
    assert datasets.build().id == before.id
    assert datasets.get("latest").id == before.id


def test_an_empty_bank_is_refused_with_advice() -> None:
    with pytest.raises(Refused) as refused:
        builder().build()
    assert "import" in refused.value.next
    with pytest.raises(NotFound) as missing:
        builder().get("latest")
    assert "dataset build" in missing.value.next
