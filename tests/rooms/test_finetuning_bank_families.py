"""A bank's own questions become families: what people said counts, and no question is ever judged by what it taught."""

from collections import Counter

from kingpost.finetuning.bank_families import ANOTHER, FEEDBACK, FamilyMaker, Part, drawn, part_of
from kingpost.language.normalise import normalise
from kingpost.language.slots import differences, slots
from kingpost.types.questions import JudgedWording, KnownQuestion


def known(id: str, question: str, answer: str, *phrasings: str) -> KnownQuestion:
    return KnownQuestion(id=id, question=question, answer=answer, phrasings=phrasings)


GATE = known("gate", "How wide is the gate of the wash bay?", "4 m", "gate width of the wash bay")
DOOR = known("door", "How wide is the door of the wash bay?", "1.2 m")
AGAIN = known("again", "What is the width of the wash bay's gate?", "4 M")
LOAD = known("load", "Which load does the floor of the wash bay carry?", "5 kN/m²")
BANK = [GATE, DOOR, AGAIN, LOAD]


def family_of(pair: KnownQuestion, *, judged: tuple[JudgedWording, ...] = (), bank: list[KnownQuestion] = BANK):
    maker = FamilyMaker(bank=BANK, near=lambda _: BANK, judged=judged)
    return next(family for family in maker.families(bank) if family.known == pair.question)


def test_phrasings_and_rewordings_are_the_same_and_changes_of_one_thing_are_not() -> None:
    family = family_of(GATE)
    assert family.same[0] == "gate width of the wash bay"
    assert len(family.same) > 2
    assert {kind for kind, _ in family.different} - {ANOTHER, FEEDBACK}
    assert not {normalise(text) for text in family.wordings} & {normalise(text) for _, text in family.different}


def test_changes_that_the_guard_lets_through_come_first() -> None:
    changed = [text for kind, text in family_of(GATE).different if kind != ANOTHER]
    parted = [bool(differences(slots(GATE.question), slots(text))) for text in changed]
    assert parted == sorted(parted)


def test_near_questions_with_another_answer_differ_and_those_with_the_same_answer_do_not() -> None:
    others = {text for kind, text in family_of(GATE).different if kind == ANOTHER}
    assert others == {DOOR.question, LOAD.question}


def test_a_near_miss_that_is_a_known_question_is_not_made() -> None:
    made = next(text for kind, text in family_of(GATE).different if kind not in (ANOTHER, FEEDBACK))
    there = known("there", made, "4 m")
    maker = FamilyMaker(bank=[*BANK, there], near=lambda _: [])
    assert made not in {text for _, text in maker.families([GATE])[0].different}


def test_nothing_of_a_question_outside_the_taught_ones_is_in_a_family() -> None:
    family = family_of(GATE, bank=[GATE, LOAD])
    assert DOOR.question not in {text for _, text in family.different}
    assert LOAD.question in {text for _, text in family.different}


def test_confirmed_matches_are_the_same_wrong_ones_differ_and_disputed_ones_are_neither() -> None:
    def said(text: str, *, right: bool, pair: str = "gate") -> JudgedWording:
        return JudgedWording(pair_id=pair, text=text, right=right)

    judged = (
        said("can a van pass the wash bay gate", right=True),
        said("how wide is the gate when half open", right=False),
        said("gate size", right=True),
        said("gate size", right=False),
        said("of another known question", right=True, pair="load"),
    )
    family = family_of(GATE, judged=judged)
    assert "can a van pass the wash bay gate" in family.same
    assert (FEEDBACK, "how wide is the gate when half open") in family.different
    texts = {*family.same, *(text for _, text in family.different)}
    assert not texts & {"gate size", "of another known question"}


def test_a_known_question_keeps_its_part_and_a_third_is_the_gate() -> None:
    ids = [f"q{number}" for number in range(3000)]
    counted = Counter(part_of(id) for id in ids)
    assert [part_of(id) for id in ids] == [part_of(id) for id in ids]
    assert 0.3 < counted[Part.GATE] / 3000 < 0.37
    assert 0.46 < counted[Part.TAUGHT] / 3000 < 0.54


def test_a_growing_bank_draws_of_its_old_questions_no_others() -> None:
    pairs = [known(f"q{number}", f"question {number}", "a") for number in range(60)]
    first, later = drawn(pairs[:40], 20), drawn(pairs, 20)
    assert len(first) == len(later) == 20
    assert {pair.id for pair in later} - {pair.id for pair in pairs[40:]} <= {pair.id for pair in first}
