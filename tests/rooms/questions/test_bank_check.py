"""Duplicates and contradictions within the bank, and how far it reaches."""

import pytest

from kingpost.retrieval.bank_check import difference
from kingpost.types.questions import ProblemKind

WIDTH = "What is the clear width of an exit door?"
REWORDED = "How wide must the clear width of an exit door be?"
LOAD = "What is the floor load of zone D3?"


def kinds(office, **options):
    return [(problem.kind, set(problem.questions)) for problem in office.checker.problems(**options)]


def test_the_same_question_in_other_words_is_a_duplicate_or_a_contradiction(office):
    office.bank.add(WIDTH, "At least 1,200 mm.")
    office.bank.add(REWORDED, "1.2 m")
    assert kinds(office) == [(ProblemKind.DUPLICATE, {WIDTH, REWORDED})]
    office.bank.add(REWORDED, "900 mm")
    [problem] = office.checker.problems()
    assert problem.kind is ProblemKind.CONTRADICTION
    assert "900 mm" in problem.why
    assert problem.score >= office.router().threshold


def test_questions_that_differ_in_a_slot_are_no_problem_however_near(office):
    office.bank.add(LOAD, "15 kN/m2")
    office.bank.add("What is the floor load of zone D4?", "20 kN/m2")
    assert kinds(office) == []


def test_a_phrasing_that_two_pairs_know_is_found_without_the_verifier(office):
    office.bank.add(WIDTH, "1,200 mm", phrasings=["Exit door width"])
    office.bank.add("How broad are exits?", "900 mm", phrasings=["exit door width?"])
    [problem] = office.checker.problems()
    assert (problem.kind, problem.score) == (ProblemKind.CONTRADICTION, 1.0)
    assert "exit door width" in problem.why


def test_pairs_that_nobody_could_be_served_both_of_are_no_problem(office):
    office.bank.add(WIDTH, "900 mm", groups=("fire",))
    office.bank.add(REWORDED, "1,200 mm", valid_until="2026-12-31")
    office.bank.add("How wide shall the clear width of an exit door be?", "1,300 mm", valid_from="2027-01-01")
    assert kinds(office) == []
    office.day = "2027-01-01"
    assert kinds(office) == []


def test_retired_and_stale_pairs_are_no_problem(office):
    pair = office.bank.add(WIDTH, "1,200 mm", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"))
    other = office.bank.add(REWORDED, "900 mm")
    assert len(office.checker.problems()) == 1
    office.put_standard("r2", "3.2.1 Exit doors. The clear width of an exit door shall be at least 900 mm.")
    assert office.checker.problems() == ()
    office.desk.reject(f"stale-{pair.id}", by="bea")
    office.bank.retire(other.id)
    assert office.checker.problems() == ()


def test_only_what_concerns_some_pairs_is_looked_at_when_asked_so(office):
    office.bank.add(WIDTH, "1,200 mm")
    office.bank.add(REWORDED, "900 mm")
    load = office.bank.add(LOAD, "15 kN/m2")
    told = []
    assert office.checker.problems([load.id], on_progress=lambda done, total: told.append((done, total))) == ()
    assert told == [(1, 1)]


def test_an_import_warns_of_what_the_bank_says_otherwise(office, tmp_path):
    office.bank.add(WIDTH, "900 mm", approved_by="bea")
    file = tmp_path / "pairs.csv"
    file.write_text(f'question,answer\n{REWORDED},"1,200 mm"\nWho owns the building?,The port\n')
    report = office.importer.read(file)
    assert report.added == 2
    assert [(warning.kind, set(warning.questions)) for warning in report.warnings] == [
        (ProblemKind.CONTRADICTION, {WIDTH, REWORDED})
    ]


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("At least 1,200 mm.", "1.2 m", False),
        ("15 kN/m2", "16 kN/m2", True),
        ("It is allowed.", "It is not allowed.", True),
        ("Monthly.", "Every week.", True),
        ("The port authority.", "the port authority", False),
        ("The shift lead opens it.", "Opened by the shift lead.", False),
    ],
)
def test_answers_differ_in_numbers_negations_or_most_of_their_words(first, second, differ):
    assert bool(difference(first, second)) is differ
    assert bool(difference(second, first)) is differ


def test_coverage_counts_passages_by_sheet_and_section_with_the_largest_gap_first(office):
    office.bank.add(LOAD, "15 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"))
    office.bank.add(WIDTH, "1,200 mm", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"))
    report = office.coverage.report()
    told = [(part.kind, part.part, part.chunks, part.covered, part.questions, part.stale) for part in report.parts]
    assert told == [("sheet", "Loads", 2, 1, 1, 0), ("section", "3.2 Doors", 1, 1, 1, 0)]
    office.put_schedule("r2", ("16", "20"))
    sheet = office.coverage.report().parts[0]
    assert (sheet.covered, sheet.questions, sheet.stale) == (0, 0, 1)
    assert [(document.name, document.chunks, document.covered) for document in office.coverage.report().documents] == [
        ("schedules/loads.xlsx", 2, 0),
        ("standards/warehouse.pdf", 1, 1),
    ]
    office.records.documents.delete(["sched"])
    assert [document.name for document in office.coverage.report().documents] == ["standards/warehouse.pdf"]
