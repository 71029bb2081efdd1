"""Which of several alike documents a question means, and when it leaves that open."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from test_retrieval_ranking import chunk, document

from kingpost.backends.memory import MemoryRecords
from kingpost.records import Records
from kingpost.retrieval.alternatives import alternatives, side_by_side
from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.kinship import families
from kingpost.retrieval.naming import Meant, meant, without_keys
from kingpost.retrieval.profiles import Gazetteer
from kingpost.types.documents import ChunkKind, Document, Profile
from kingpost.types.search import Passage

SHAPE = tuple(range(20))
ENDS = {"2023 Q3": "2023-06-24", "2024 Q1": "2023-12-30", "2024 Q2": "2024-03-30", "2024 Q3": "2024-06-29"}
"""Of a fiscal year that ends in September."""


def report(party: str, issue: str, *, number: int) -> tuple[Document, Profile]:
    """A quarterly report; its file name tells nothing."""
    names = {party.casefold(): 30, "racking": 20, "safety": 12}
    if party == "Northgate":
        names["paletto"] = 9
    if issue == "2024 Q2" and party == "Northgate":
        names["flooding"] = 8
    told = Profile(
        chunks=300,
        names=names,
        head=(party.casefold(), "sr-4"),
        shape=tuple(value + 100 * (party == "Northgate") for value in SHAPE),
        period_end=ENDS[issue],
        months=3,
        quarter=int(issue[-1]),
    )
    return document(f"scan{number}.pdf", title=f"{party} Racking Inc."), told


REPORTS = {
    (party, issue): report(party, issue, number=place)
    for place, (party, issue) in enumerate((party, issue) for party in ("Northgate", "Southgate") for issue in ENDS)
}
HANDBOOK = (document("handbook.pdf", title="Warehouse Handbook"), Profile(chunks=50, names={"racking": 4}))
SHELF = [*REPORTS.values(), HANDBOOK]
NAMES = {owner.id: key for key, (owner, _) in REPORTS.items()} | {HANDBOOK[0].id: ("handbook", "")}


def read(question: str, shelf: Sequence[tuple[Document, Profile]] = SHELF) -> Meant:
    documents, profiles = [owner for owner, _ in shelf], {owner.id: told for owner, told in shelf}
    return meant(question, documents, families(documents, profiles), profiles)


def named(question: str) -> list[tuple[str, str]]:
    return [NAMES[owner.id] for owner in read(question).named]


def kept(question: str) -> set[tuple[str, str]]:
    return {NAMES[owner.id] for owner in read(question).kept}


NORTHGATE = {("Northgate", issue) for issue in ENDS}
OTHERS = {("handbook", "")}


@pytest.mark.parametrize(
    ("question", "issue"),
    [
        ("What was Northgate's breakage in Q2 2024?", "2024 Q2"),
        ("How many bays did Northgate inspect in the first quarter of fiscal 2024?", "2024 Q1"),
        ("What did Northgate report for the quarter ended June 24, 2023?", "2023 Q3"),
        ("What is the breakage in Northgate's latest report?", "2024 Q3"),
        ("For the most recent quarter, what breakage does Northgate state?", "2024 Q3"),
        ("What was Northgate's breakage in the calendar quarter Q1 2024?", "2024 Q2"),
    ],
)
def test_company_and_period_name_one_report(question: str, issue: str) -> None:
    assert named(question) == [("Northgate", issue)]


def test_what_the_question_does_not_name_as_alike_stays_in_the_search() -> None:
    assert kept("What was Northgate's breakage?") == NORTHGATE | OTHERS
    assert kept("What does the handbook say of doors?") == set(NAMES.values())
    assert kept("What was Northgate's breakage in Q4 2029?") == NORTHGATE | OTHERS


def test_a_subject_of_one_company_names_its_reports() -> None:
    assert named("How many Paletto racks broke in the latest quarter?") == [("Northgate", "2024 Q3")]


def test_news_in_one_issue_does_not_hide_the_others_from_a_question_about_all() -> None:
    assert kept("How did Northgate's costs of Flooding change over the reported quarters?") == NORTHGATE | OTHERS
    assert kept("What did Flooding cost Northgate?") == {("Northgate", "2024 Q2")} | OTHERS


def test_issues_that_are_compared_are_asked_about_together_and_the_latest_first() -> None:
    asked = read("How does Northgate's latest quarter compare with the previous quarter?")
    assert [NAMES[owner.id][1] for owner in asked.together] == ["2024 Q3", "2024 Q2"]
    assert asked.first == asked.together[0]
    asked = read("How does Northgate's latest report compare with its earlier reports?")
    assert [NAMES[owner.id][1] for owner in asked.together] == ["2024 Q3", "2024 Q2", "2024 Q1", "2023 Q3"]


def test_companies_side_by_side_are_both_meant() -> None:
    asked = read("Compare the breakage of Northgate and Southgate in Q2 2024.")
    assert {NAMES[owner.id] for owner in asked.together} == {("Northgate", "2024 Q2"), ("Southgate", "2024 Q2")}


def test_a_question_without_company_or_period_is_undecided_between_all_reports() -> None:
    assert {NAMES[owner.id] for owner in read("What was the breakage?").undecided[0]} == set(REPORTS)
    assert read("How did breakage change across the quarters?").undecided == ()
    assert read("State the breakage for each reported period.").undecided == ()
    assert read("What was Northgate's breakage in Q2 2024?").undecided == ()
    assert read("What was Northgate's breakage in Q4 2029?").undecided == ()


def test_the_kind_of_document_is_no_identifier_to_look_up() -> None:
    question = "What does Northgate's SR-4 of Q2 2024 say, and what the other SR-4s?"
    asked = read(question)
    assert without_keys(analyse(question), asked.kinds).identifiers == ()
    assert read("What does SR-9 say of Northgate?").kinds == ()


def test_documents_of_other_headings_names_and_periods_are_not_alike() -> None:
    first, second = document("doors.md"), document("floors.md")
    profiles = {"doors.md": Profile(chunks=5, shape=SHAPE), "floors.md": Profile(chunks=5, shape=tuple(range(50, 70)))}
    assert families([first, second], profiles) == []
    profiles["floors.md"] = Profile(chunks=5, shape=(*range(6), *range(30, 44)))
    assert families([first, second], profiles) == []
    assert families([first, second], {id: Profile(chunks=5, shape=SHAPE) for id in profiles}) == [[first, second]]


def test_editions_are_told_by_the_year_in_their_names() -> None:
    shelf = [(document(f"Rack guide {year}.pdf"), Profile(chunks=9, shape=SHAPE)) for year in (2019, 2021, 2023)]
    assert [owner.name for owner in read("What load does the 2021 rack guide allow?", shelf).named] == [
        "Rack guide 2021.pdf"
    ]
    assert [owner.name for owner in read("What load does the latest edition allow?", shelf).named] == [
        "Rack guide 2023.pdf"
    ]


def test_products_are_told_by_their_figures_and_ordinary_words_tell_nothing() -> None:
    shelf = [(document(f"Stacker {model} manual.pdf"), Profile(chunks=9, shape=SHAPE)) for model in ("X200", "X300")]
    assert [owner.name for owner in read("How is the mast of the X300 greased?", shelf).named] == [
        "Stacker X300 manual.pdf"
    ]
    assert read("How is the mast greased, as the Manual says?", shelf).named == ()


def passage(owner: str, text: str, *, score: float, label: str = "", kind: ChunkKind = ChunkKind.FIELD) -> Passage:
    piece = replace(chunk(f"{owner}-{text}", text, label=label), document_id=owner, kind=kind)
    return Passage(chunk=piece, document=document(owner), score=score)


UNDECIDED = Meant(kept=(), undecided=((document("a"), document("b"), document("c")),))


def open_between(passages: Sequence[Passage], question: str = "What is the clear height?") -> list[str]:
    return [owner.name for owner in alternatives(analyse(question), passages, UNDECIDED)]


def test_the_same_field_with_other_values_leaves_open_which_document_is_meant() -> None:
    first = passage("a", "Clear height: 7 m", score=10.0, label="Clear height")
    assert open_between([first, passage("b", "Clear height: 9 m", score=9.9, label="Clear height")]) == ["a", "b"]
    assert open_between([first, passage("b", "Clear height: 7 m", score=9.9, label="Clear height")]) == []
    assert open_between([first, passage("b", "Door height: 9 m", score=9.9, label="Door height")]) == []
    assert open_between([first, passage("b", "Clear height: 9 m", score=5.0, label="Clear height")]) == []
    assert open_between([first, passage("z", "Clear height: 9 m", score=9.9, label="Clear height")]) == []


def test_counting_fields_asks_for_all_documents() -> None:
    fields = [passage("a", "Zone: B", score=10.0, label="Zone"), passage("b", "Zone: C", score=9.9, label="Zone")]
    assert open_between(fields, "How many zones are there?") == []


def test_prose_must_say_the_same_with_other_figures() -> None:
    def prose(owner: str, text: str) -> Passage:
        return passage(owner, text, score=10.0, kind=ChunkKind.TEXT)

    first = prose("a", "Racks are inspected every 6 months by a trained person.")
    assert open_between([first, prose("b", "Racks are inspected every 9 months by a trained person.")]) == ["a", "b"]
    assert open_between([first, prose("b", "Racks are inspected every 6 months by a trained person.")]) == []
    assert open_between([first, prose("b", "Doors of 2 m swing outwards in all aisles.")]) == []


def test_the_best_passage_of_each_document_that_is_asked_about_comes_first() -> None:
    found = [passage("a", f"a{n}", score=10.0 - n) for n in range(3)] + [passage("b", "b", score=5.0)]
    both = Meant(kept=(), together=(document("a"), document("b")))
    assert [each.chunk.text for each in side_by_side(found, both)] == ["a0", "b", "a1", "a2"]
    ordered = replace(both, first=document("b"))
    assert [each.chunk.text for each in side_by_side(found, ordered)] == ["b", "a0", "a1", "a2"]
    assert side_by_side(found, Meant(kept=())) == found


def test_what_was_not_written_down_at_ingest_is_read_from_the_chunks() -> None:
    records = Records(MemoryRecords())
    for name, owner in (("north.txt", "Northgate"), ("south.txt", "Southgate")):
        pieces = [
            replace(chunk(str(n), f"Bays of {owner} hold {n} t.", label=f"Bay {'abcdefgh'[n]}"), document_id=name)
            for n in range(8)
        ]
        records.chunks.put_all({piece.id: piece for piece in pieces}, partition=name)
    shelf = [document("north.txt"), document("south.txt")]
    gazetteer = Gazetteer(records=records)
    assert [owner.id for owner in gazetteer.meant("What do the bays at Southgate hold?", shelf).named] == ["south.txt"]
    written = Profile(chunks=8, names={"elsewhere": 8}, shape=gazetteer.profile(shelf[1]).shape)
    records.profiles.put("r1", written, partition="south.txt")
    assert Gazetteer(records=records).profile(shelf[1]) == written
