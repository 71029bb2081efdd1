"""Where known questions stand: valid or not, current or not, readable or not, and how experts put them right."""

import pytest

from kingpost.errors import Refused, UsageError
from kingpost.retrieval.outdating import standing
from kingpost.types.answers import Question, Route
from kingpost.types.documents import EVERYONE, RevisionStatus, SheetLocation
from kingpost.types.feedback import ReviewKind
from kingpost.types.questions import ChangeKind, PairState

WIDTH = "What is the clear width of an exit door?"
REWORDED = "How wide must an exit door be?"
LOAD = "What is the floor load of zone D3?"
STRUCTURES = ("everyone", "structures")


def known_load(office, **details):
    return office.bank.add(
        LOAD, "15 kN/m2", approved_by="bea", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"), **details
    )


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2025-12-31", PairState.UPCOMING),
        ("2026-01-01", PairState.CURRENT),
        ("2026-12-31", PairState.CURRENT),
        ("2027-01-01", PairState.EXPIRED),
    ],
)
def test_a_pair_is_served_from_its_first_day_to_the_end_of_its_last(office, day, state):
    pair = office.bank.add(
        WIDTH, "1,200 mm", approved_by="bea", phrasings=[REWORDED], valid_from="2026-01-01", valid_until="2026-12-31"
    )
    office.day = day
    assert office.bank.state(pair) is state
    served = state is PairState.CURRENT
    for asked in (WIDTH, REWORDED):
        assert (office.router().route(Question(text=asked)).route is Route.APPROVED) is served
    assert bool(office.bank.candidates("How wide is an exit door?")) is served
    assert [review.kind for review in office.desk.open()] == ([ReviewKind.EXPIRED] if day > "2026-12-31" else [])


def test_a_validity_that_ends_before_it_begins_is_refused(office):
    with pytest.raises(Refused, match="before"):
        office.bank.add(WIDTH, "1,200 mm", valid_from="2026-02-01", valid_until="2026-01-01")


def test_an_expired_pair_is_approved_again_without_end_or_until_a_day(office):
    pair = known_load(office, valid_until="2026-05-31")
    [review] = office.desk.open()
    assert (review.id, review.valid_until) == (f"expired-{pair.id}", "2026-05-31")
    with pytest.raises(UsageError, match="is over"):
        office.desk.approve(review.id, by="carl", valid_until="2026-05-31")
    again = office.desk.approve(review.id, by="carl", valid_until="2026-06-30")
    assert (again.id, again.valid_until, again.approved_by, again.evidence) == (
        pair.id, "2026-06-30", "carl", pair.evidence,
    )  # fmt: skip
    assert office.router().route(Question(text=LOAD)).route is Route.APPROVED
    office.day = "2026-07-01"
    without_end = office.desk.approve(office.desk.open()[0].id, by="carl")
    assert without_end.valid_until == ""
    assert office.desk.open() == []


def test_an_expired_pair_can_be_retired(office):
    pair = known_load(office, valid_until="2026-05-31")
    office.desk.reject(f"expired-{pair.id}", by="bea")
    assert office.bank.state(office.bank.get(pair.id)) is PairState.RETIRED
    assert office.desk.open() == []


def test_the_answer_of_a_restricted_document_is_for_its_readers_only(office):
    office.change_document("sched", groups=("structures",))
    pair = known_load(office)
    assert pair.groups == ("structures",)
    assert office.bank.exact(LOAD) is None
    assert office.bank.candidates("Which floor load has zone D3?") == []
    assert office.router().route(Question(text=LOAD)).route is Route.RAG
    assert office.router().route(Question(text=LOAD, groups=STRUCTURES)).route is Route.APPROVED


def test_a_document_that_is_restricted_later_takes_its_answers_with_it(office):
    known_load(office)
    office.change_document("sched", groups=("structures",))
    assert office.bank.exact(LOAD) is None
    assert office.bank.exact(LOAD, STRUCTURES) is not None
    office.change_document("sched", groups=EVERYONE)
    assert office.bank.exact(LOAD) is not None


def test_groups_of_a_pair_are_never_more_than_those_of_its_document(office):
    office.change_document("sched", groups=("structures", "fire"))
    assert known_load(office, groups=("fire", "sales")).groups == ("fire",)
    pair = office.bank.add(
        "Which load has zone D4?", "20 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"), groups=("sales",)
    )
    office.bank.index.upsert("questions", [])
    assert office.bank.exact("Which load has zone D4?", ("everyone", "sales")) is None
    assert office.bank.exact("Which load has zone D4?", ("sales", "fire")).pair == pair


def test_adding_a_restricted_pair_again_updates_it(office):
    office.change_document("sched", groups=("structures",))
    first = known_load(office)
    again = known_load(office, phrasings=["Load of D3?"])
    assert (again.id, again.phrasings) == (first.id, ("Load of D3?",))
    assert office.bank.add(LOAD, "15 kN/m2", approved_by="bea").groups == ("structures",)
    assert len(office.bank.pairs()) == 1


def test_a_changed_cell_says_what_stood_there_and_what_stands_there_now_wherever_its_row_went(office):
    pair = known_load(office)
    office.put_schedule("r2", ("16", "20"))
    [change] = office.bank.changes(pair)
    assert (change.kind, change.was, change.now) == (ChangeKind.CHANGED, "15", "16")
    assert change.now_location == SheetLocation(sheet="Loads", range="B5", header=("Floor load", "kN/m2"))
    assert [review.changes for review in office.desk.open()] == [(change,)]


def test_a_changed_clause_says_what_its_sentence_is_now(office):
    pair = office.bank.add(WIDTH, "1,200 mm", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"))
    office.put_standard(
        "r2", "3.2.1 Exit doors. Doors swing outwards. The clear width of an exit door shall be 900 mm."
    )
    [change] = office.bank.changes(pair)
    assert (change.kind, change.now) == (ChangeKind.CHANGED, "The clear width of an exit door shall be 900 mm.")


def test_superseded_and_removed_documents_say_so_and_what_the_successor_says(office):
    pair = known_load(office)
    office.put_standard("r2", "3.2.1 Zones. The floor load of zone D3 is 15 kN/m2.")
    office.change_document("sched", status=RevisionStatus.SUPERSEDED, superseded_by="std")
    assert not office.bank.is_current(pair)
    assert office.router().route(Question(text=LOAD)).route is Route.RAG, "also in its very wording"
    [change] = office.bank.changes(pair)
    assert (change.kind, change.now) == (ChangeKind.SUPERSEDED, "")
    [review] = office.desk.open()
    renewed = office.desk.approve(review.id, by="bea")
    assert [item.document_id for item in renewed.evidence] == ["std"]
    office.records.documents.delete(["std"])
    [change] = office.bank.changes(renewed)
    assert (change.kind, change.now_location) == (ChangeKind.REMOVED, None)


def test_evidence_knows_its_revision_and_older_records_load_without_one(office):
    pair = known_load(office)
    assert [item.revision for item in pair.evidence] == ["r1"]
    stored = office.records.store.get("questions", "all", pair.id).record
    del stored["valid_from"], stored["valid_until"], stored["evidence"][0]["revision"]
    office.records.store.put("questions", "all", {pair.id: stored})
    assert office.bank.get(pair.id).evidence[0].revision == ""
    assert office.bank.state(office.bank.get(pair.id)) is PairState.CURRENT


def test_of_two_pairs_with_one_wording_the_current_one_is_served(office):
    known_load(office)
    office.bank.add("Which load has D3?", "16 kN/m2", phrasings=[LOAD], approved_by="carl")
    office.put_schedule("r2", ("16", "20"))
    assert office.bank.exact(LOAD).pair.answer == "16 kN/m2"


def known_width(office):
    return office.bank.add(WIDTH, "1,200 mm", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"))


def test_what_a_change_makes_stale_is_what_stood_before_and_does_not_stand_after(office):
    load, width = known_load(office), known_width(office)
    before = standing(office.records, ["sched", "std"], today=lambda: office.day)
    office.put_standard("r2")
    assert before.made_stale() == [], "it was read again and says the same"
    office.put_schedule("r2", loads=("20", "20"))
    assert before.made_stale() == [load]
    between = standing(office.records, ["sched", "std"], today=lambda: office.day)
    office.put_schedule("r3", loads=("25", "25"))
    assert between.made_stale() == [], "it was stale before"
    office.records.documents.delete([width.evidence[0].document_id])
    assert between.made_stale() == [width]


def test_a_document_that_another_one_supersedes_makes_its_questions_stale_though_it_is_not_read_again(office):
    width = known_width(office)
    before = standing(office.records, ["a new one"], today=lambda: office.day)
    office.change_document("std", status=RevisionStatus.SUPERSEDED)
    assert before.made_stale() == [width]


def test_what_nobody_is_served_waits_for_no_review(office):
    retired, expired = known_width(office), known_load(office, valid_until="2026-01-01")
    office.bank.retire(retired.id)
    before = standing(office.records, ["sched", "std"], today=lambda: office.day)
    office.records.documents.delete([*(pair.evidence[0].document_id for pair in (retired, expired))])
    assert before.made_stale() == []
