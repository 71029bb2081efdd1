"""Families of questions become training pairs: same and different in balance, labels true, the same every time."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from kingpost.errors import BadInput
from kingpost.finetuning.pair_sampling import Family, as_written, exchange, misspelt, read_families, sample, split

DOORS = Family(
    known="How wide is the dock door?",
    same=("What is the dock door's width?", "dock door width?", "Give the width of the door at the dock."),
    different=(("attribute", "How high is the dock door?"), ("entity", "How wide is the fire door?")),
    domain="buildings",
)
PUMPS = Family(
    known="Which grease does the feed pump take?",
    same=("What grease is to be used for the feed pump?", "Grease for feed pump?"),
    different=(
        ("entity", "Which grease does the booster pump take?"),
        ("attribute", "Which oil does the feed pump take?"),
    ),
    domain="buildings",
)
ROOT = Path(__file__).parents[2]


def test_same_pairs_come_from_one_family_and_different_ones_never_ask_the_same() -> None:
    pairs = sample([DOORS, PUMPS], [[1], [0]], random.Random(3), per_family=6)
    wordings = [{_plain(text) for text in family.wordings} for family in (DOORS, PUMPS)]
    for pair in pairs:
        inside = any({_plain(pair.first), _plain(pair.second)} <= family for family in wordings)
        assert inside or not pair.label or _has_slip(pair, wordings)
    assert {pair.label for pair in pairs} == {0, 1}
    assert {"attribute", "entity", "same"} <= {pair.kind for pair in pairs}


def test_the_same_seed_gives_the_same_pairs() -> None:
    drawn = [sample([DOORS, PUMPS], [[1], [0]], random.Random(3), per_family=6) for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_an_exchanged_word_is_one_that_both_questions_share() -> None:
    for seed in range(20):
        changed = exchange(DOORS.known, DOORS.same[0], PUMPS.known, random.Random(seed))
        assert changed != DOORS.same[0]
        assert any(word in changed for word in ("grease", "feed", "pump", "take"))
    assert exchange("Who?", "Whom?", "", random.Random(1)) == ""


def test_a_slip_of_the_pen_changes_one_word_only() -> None:
    before = DOORS.known.split()
    for seed in range(20):
        after = misspelt(DOORS.known, random.Random(seed)).split()
        assert len(after) == len(before)
        assert sum(left != right for left, right in zip(before, after, strict=True)) <= 1
    assert as_written("12?", random.Random(1)) in ("12?", "12")


def test_a_line_that_is_no_family_is_named_by_file_and_line(tmp_path: Path) -> None:
    good = json.dumps({"known": "Who signs?", "same": ["Who has to sign?"], "different": [["entity", "Who pays?"]]})
    (tmp_path / "office.jsonl").write_text(f"{good}\n{{broken\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"office\.jsonl:2"):
        read_families(tmp_path)


def test_each_question_of_a_cluster_has_the_wordings_of_the_others_as_near_misses(tmp_path: Path) -> None:
    questions = [["Who signs?", "Signed by?", "Whose signature?"], ["Who pays?", "Paid by?", "Whose money?"]]
    (tmp_path / "clusters").mkdir()
    line = json.dumps({"about": "an order", "questions": questions})
    (tmp_path / "clusters" / "office.jsonl").write_text(f"{line}\n", encoding="utf-8")
    signs, pays = read_families(tmp_path)
    assert signs.wordings == tuple(questions[0])
    assert signs.different == tuple(("cluster", text) for text in questions[1])
    assert pays.different == tuple(("cluster", text) for text in questions[0])
    assert signs.cluster == pays.cluster != ""


def test_no_cluster_is_cut_where_some_are_kept_out_of_training() -> None:
    clusters = [replace(DOORS, known=f"Question {n}?", domain="office", cluster=str(n // 4)) for n in range(20)]
    trained, held_out = split(clusters, 0.1)
    assert len(trained) == 16
    assert {family.cluster for family in trained}.isdisjoint(family.cluster for family in held_out)


def test_what_ships_to_train_on_is_sound() -> None:
    families = read_families(ROOT / "verifier")
    assert len(families) > 9000
    for family in families:
        texts = [text.casefold() for text in (*family.wordings, *(question for _, question in family.different))]
        assert len(set(texts)) == len(texts), family.known
        assert len(family.same) >= 2
        assert len(family.different) >= 2


def _plain(text: str) -> str:
    return text.casefold().rstrip("?. ")


def _has_slip(pair, wordings) -> bool:
    """A misspelt wording is near one of its family: at most a word differs."""

    def near(text: str, known: str) -> bool:
        left, right = _plain(text).split(), known.split()
        return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) <= 1

    return any(
        all(any(near(text, known) for known in family) for text in (pair.first, pair.second)) for family in wordings
    )
