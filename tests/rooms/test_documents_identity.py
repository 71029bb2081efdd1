"""What a document is called, and which of several revisions is in force."""

import io

import docx
import pytest
from document_makers import pdf, read
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Cm

from kingpost.documents.gazetteer import gazetteer
from kingpost.documents.identity import identify
from kingpost.documents.marks import rank
from kingpost.documents.revisions import history, settled
from kingpost.types.documents import Document, Revision, RevisionStatus

TODAY = "2026-06-01"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def document(id: str, number: str = "", mark: str = "", **fields: object) -> Document:
    defaults = {"name": f"{id}.pdf", "uri": id, "source": "s", "title": id, "media_type": "", "current_revision": id}
    return Document(id=id, number=number, mark=mark, **{**defaults, **fields})  # type: ignore[arg-type]


def revision(document: Document, **fields: object) -> Revision:
    """As it was read on the first of January; numbered, of a text of its own."""
    given = {
        "id": document.current_revision,
        "digest": document.current_revision,
        "number": document.number,
        "mark": document.mark,
        "numbered": True,
        "text_digest": document.current_revision,
        "read_at": ("2026-01-01T08:00:00+00:00",),
    }
    return Revision(
        document_id=document.id,
        object_key="",
        indexed_at="2026-01-01T08:00:00+00:00",
        fingerprint="",
        chunks=1,
        **{**given, **fields},  # type: ignore[arg-type]
    )


def settle(*pairs: tuple[Document, dict[str, object]], held: str = "", today: str = TODAY) -> dict[str, Document]:
    """The documents by id, settled, each with what its one revision says."""
    histories = {one.id: history(one, [revision(one, **said)], held=one.id == held) for one, said in pairs}
    return {one.id: one for one in settled([one for one, _ in pairs], histories, today=today)}


def statuses(documents: dict[str, Document]) -> dict[str, str]:
    return {id: one.status.value for id, one in documents.items()}


def test_number_and_mark_are_read_from_the_title_block() -> None:
    lines = ["#Warehouse Design Standard", "", "Document number: WDS-100", "Revision: B", "Supersedes: Revision A", ""]
    identity = identify(read("wds100.pdf", pdf([*lines, "1.1 Scope. This standard applies."])), "wds100.pdf")
    assert (identity.number, identity.mark) == ("WDS-100", "B")
    assert identity.names == ("WDS-100",)
    assert identity.title == "Warehouse Design Standard"


def test_a_revision_spoken_of_in_the_text_is_not_the_documents_own() -> None:
    text = "# Change note CN-031\n\nSubject: WDS-100, step from revision A to revision B.\n"
    assert identify(read("CN-031.md", text), "CN-031.md").mark == ""


@pytest.mark.parametrize(
    ("name", "mark"),
    [("WDS-100_rev_B.md", "B"), ("WDS-100 Rev.3.md", "3"), ("spec-v2.md", "2"), ("reverse.md", ""), ("review.md", "")],
)
def test_the_file_name_may_carry_the_mark(name: str, mark: str) -> None:
    assert identify(read(name, "# Standard\n\nText.\n"), name).mark == mark


def test_a_file_without_title_is_called_by_its_name() -> None:
    assert identify(read("floor_load-report.txt", "only text"), "a/floor_load-report.txt").title == "floor load report"


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("A", "B"),
        ("Z", "AA"),
        ("A", "A1"),
        ("A2", "B"),
        ("1", "2"),
        ("9", "10"),
        ("1.2", "1.10"),
        ("1.2", "1.2.1"),
        ("P09", "C01"),
        ("P01", "P02"),
        ("2004", "2015"),
        ("2023-12", "2024-01-15"),
    ],
)
def test_marks_are_ordered(lower: str, higher: str) -> None:
    assert rank(lower) < rank(higher)  # type: ignore[operator]


def test_marks_of_different_kinds_have_no_order() -> None:
    kinds = [rank(mark) for mark in ("A", "1", "2015", "P01", "2024-01-01")]
    assert len({kind[0] for kind in kinds if kind}) == len(kinds)
    assert rank("ABC") is None


def test_the_higher_mark_of_a_number_supersedes_the_lower() -> None:
    told = settle((document("a", "WDS-100", "A"), {}), (document("b", "WDS-100", "B"), {}), (document("c", "X-2"), {}))
    assert statuses(told) == {"a": "superseded", "b": "current", "c": "current"}
    assert (told["a"].superseded_by, told["b"].superseded_by) == ("b", "")


def test_what_is_superseded_is_current_again_when_its_successor_is_gone() -> None:
    old = document("a", "WDS-100", "A", status=RevisionStatus.SUPERSEDED, superseded_by="b")
    assert settle((old, {}))["a"].status is RevisionStatus.CURRENT


def test_without_marks_the_effective_date_orders_and_then_what_they_say() -> None:
    dated = settle(
        (document("a", "P-7"), {"effective_date": "2024-01-01"}),
        (document("b", "P-7"), {"effective_date": "2023-01-01"}),
    )
    assert statuses(dated) == {"a": "current", "b": "superseded"}
    said = settle((document("a", "P-7"), {}), (document("b", "P-7"), {"supersedes": ("p-7",)}))
    assert statuses(said) == {"a": "superseded", "b": "current"}


def test_dates_order_nothing_whose_number_is_not_labelled_as_a_documents() -> None:
    said = {"numbered": False}
    told = settle(
        (document("a", "10-Q"), {"effective_date": "2024-01-01", **said}),
        (document("b", "10-Q"), {"effective_date": "2023-01-01", **said}),
    )
    assert statuses(told) == {"a": "current", "b": "current"}
    assert not told["a"].conflicts


def test_files_without_number_are_revisions_where_only_the_mark_in_their_names_differs() -> None:
    one = document("a", mark="1", name="pumps/manual_v1.pdf")
    two = document("b", mark="2", name="pumps/manual_v2.pdf")
    elsewhere = document("c", mark="3", name="fans/manual_v3.pdf")
    told = settle((one, {}), (two, {}), (elsewhere, {}))
    assert statuses(told) == {"a": "superseded", "b": "current", "c": "current"}


def test_a_letter_in_a_number_is_a_mark_only_where_the_later_document_says_so() -> None:
    old, new = document("d", "MIL-STD-882D", "D"), document("e", "MIL-STD-882E", "E")
    assert statuses(settle((old, {}), (new, {}))) == {"d": "current", "e": "current"}
    assert settle((old, {}), (new, {"supersedes": ("mil-std-882d",)}))["d"].superseded_by == "e"


def test_editions_by_year_are_ordered_by_it() -> None:
    old, new = document("o", "EN 12845:2004", "2004"), document("n", "EN 12845:2015", "2015")
    assert statuses(settle((old, {}), (new, {}))) == {"o": "superseded", "n": "current"}


def test_a_document_may_replace_one_with_another_number() -> None:
    old, new = document("o", "WDS-090", "C"), document("n", "WDS-100", "A")
    assert settle((old, {}), (new, {"supersedes": ("wds-090 c",)}))["o"].superseded_by == "n"
    assert settle((old, {}), (new, {"supersedes": ("wds-090 b",)}))["o"].superseded_by == ""


def test_a_revision_is_in_force_from_its_date_until_that_of_the_next() -> None:
    told = settle(
        (document("a", "W", "A"), {"effective_date": "2020-01-01"}),
        (document("b", "W", "B"), {}),
        (document("c", "W", "C"), {"effective_date": "2027-01-01"}),
    )
    periods = {id: (one.periods[0].starts, one.periods[0].ends) for id, one in told.items()}
    assert periods == {"a": ("2020-01-01", "2026-01-01"), "b": ("2026-01-01", "2027-01-01"), "c": ("2027-01-01", "")}
    assert statuses(told) == {"a": "superseded", "b": "current", "c": "upcoming"}
    assert told["b"].status_of("b", "2027-01-01") is RevisionStatus.SUPERSEDED
    assert told["c"].status_of("c", "2027-01-01") is RevisionStatus.CURRENT


def test_a_draft_beside_what_is_in_force_does_not_supersede_it_and_alone_it_is_seen() -> None:
    draft = {"declared": RevisionStatus.DRAFT}
    told = settle((document("a", "W", "A"), {}), (document("b", "W", "B"), draft))
    assert statuses(told) == {"a": "current", "b": "draft"}
    assert told["b"].period_on(TODAY) is None
    alone = settle((document("b", "W", "B"), draft))["b"]
    assert alone.status is RevisionStatus.DRAFT
    assert alone.period_on(TODAY) is not None


def test_a_document_that_calls_itself_withdrawn_is_superseded_by_nothing() -> None:
    told = settle((document("a", "W", "A"), {"declared": RevisionStatus.WITHDRAWN, "effective_date": "2020-01-01"}))[
        "a"
    ]
    assert (told.status, told.superseded_by) == (RevisionStatus.WITHDRAWN, "")
    assert told.period_on("2021-01-01") is not None
    assert told.period_on(TODAY) is None


def test_nothing_to_order_two_by_is_a_conflict_and_the_same_text_is_not() -> None:
    one, two = document("a", "W", "B"), document("b", "W", "B")
    told = settle((one, {}), (two, {}))
    assert (told["a"].conflicts, told["b"].conflicts) == (("b",), ("a",))
    assert statuses(told) == {"a": "current", "b": "current"}
    same = settle((one, {"text_digest": "t"}), (two, {"text_digest": "t"}))
    assert (same["a"].duplicate_of, same["b"].duplicate_of, same["a"].conflicts) == ("", "a", ())


def test_the_same_bytes_for_other_readers_are_no_duplicate() -> None:
    one, two = document("a"), document("b", groups=("safety",))
    told = settle((one, {"digest": "d"}), (two, {"digest": "d"}))
    assert told["b"].duplicate_of == ""


def test_what_is_current_by_hand_is_the_latest() -> None:
    told = settle((document("a", "W", "A"), {}), (document("b", "W", "B"), {}), held="a")
    assert statuses(told) == {"a": "current", "b": "superseded"}


TITLE_BLOCK = """<html><body><table>
<tr><td>Doc. No.</td><td>FD-204</td><td>Rev.</td><td>C</td></tr>
<tr><td>Date of issue</td><td>14/03/2024</td><td>Status</td><td>Approved</td></tr>
<tr><td>Supersedes</td><td>FD-204 Rev. B</td><td>Page</td><td>1</td></tr>
</table><h1>Fire doors</h1><p>Doors are checked on 05/04/2024.</p></body></html>"""


def test_the_cells_of_a_title_block_are_read() -> None:
    identity = identify(read("doors.html", TITLE_BLOCK), "doors.html")
    assert (identity.number, identity.numbered, identity.mark) == ("FD-204", True, "C")
    assert (identity.effective_date, identity.declared) == ("2024-03-14", RevisionStatus.CURRENT)
    assert identity.supersedes == ("fd-204 b",)


def word_file(custom: str = "") -> bytes:
    """A file with its title block in a table of the page header, and properties of its organisation."""
    document = docx.Document()
    document.add_paragraph("Racks are inspected every year.")
    table = document.sections[0].header.add_table(rows=1, cols=4, width=Cm(16))
    for cell, text in zip(table.rows[0].cells, ("Doc. No.", "RI-31", "Rev.", "D"), strict=True):
        cell.text = text
    if custom:
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        part = Part(PackURI("/docProps/custom.xml"), kind, custom.encode(), document.part.package)
        document.part.package.relate_to(part, f"{RELATIONS}/custom-properties")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_title_block_in_the_header_of_a_word_file_is_read() -> None:
    identity = identify(read("racks.docx", word_file()), "racks.docx")
    assert (identity.number, identity.numbered, identity.mark) == ("RI-31", True, "D")


def test_properties_that_an_organisation_has_added_are_read() -> None:
    entry = '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{}"><vt:{}>{}</vt:{}></property>'
    entries = entry.format("Effective Date", "filetime", "2024-03-01T00:00:00Z", "filetime")
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    custom = f'<Properties xmlns="{office}/custom-properties" xmlns:vt="{office}/docPropsVTypes">{entries}</Properties>'
    assert identify(read("racks.docx", word_file(custom)), "racks.docx").effective_date == "2024-03-01"


def test_of_a_list_of_revisions_the_latest_counts() -> None:
    text = "# Rack rules RR-7\n\n| Rev. | Date | Change |\n| --- | --- | --- |\n"
    text += "| A | 2020-05-01 | first |\n| B | 2022-06-01 | second |\n\nText of RR-7.\n"
    identity = identify(read("RR-7.md", text), "RR-7.md")
    assert (identity.number, identity.mark, identity.effective_date) == ("RR-7", "B", "2022-06-01")


@pytest.mark.parametrize(
    "table",
    [
        "| Doc. No. | Rev. | Date |\n| --- | --- | --- |\n| WDS-1 | A | 2020-01-01 |\n| WDS-2 | B | 2021-01-01 |\n",
        "| Part | Rev. | Mass |\n| --- | --- | --- |\n| P-1 | C | 4 kg |\n| P-2 | A | 5 kg |\n",
        "## Related documents\n\n| Doc. No. | Rev. |\n| --- | --- |\n| WDS-1 | A |\n",
    ],
)
def test_numbers_and_marks_of_other_things_are_not_the_documents(table: str) -> None:
    identity = identify(read("list.md", f"# List\n\n{table}"), "list.md")
    assert (identity.number, identity.mark, identity.effective_date) == ("", "", "")


def test_the_heads_of_a_table_that_compares_revisions_are_not_marks_of_the_document() -> None:
    text = (
        "# Change note CN-7\n\n| Clause | Revision A | Revision B |\n| --- | --- | --- |\n| 3.1 | 900 kg | 1000 kg |\n"
    )
    assert identify(read("CN-7.md", text), "CN-7.md").mark == ""


def test_a_date_behind_the_mark_in_the_headline_is_that_of_issue() -> None:
    text = "# DS-204 Door schedule - Revision 3 - 2026-03-09\n\nText.\n"
    identity = identify(read("DS-204.md", text), "DS-204.md")
    assert (identity.mark, identity.effective_date) == ("3", "2026-03-09")


def test_front_matter_is_a_title_block_too() -> None:
    text = '---\ntitle: Dock rules\ndocument_number: DR-3\nrevision: "4"\nstatus: Draft\n'
    text += "effective_date: 2025-02-01\n---\n\nText.\n"
    identity = identify(read("dock.md", text), "dock.md")
    assert (identity.number, identity.mark, identity.effective_date) == ("DR-3", "4", "2025-02-01")
    assert identity.declared is RevisionStatus.DRAFT


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("Effective date: 2024-03-01", "2024-03-01"),
        ("Valid from 1 March 2024", "2024-03-01"),
        ("In force since March 1, 2024.", "2024-03-01"),
        ("This procedure applies from 01-Mar-2024.", "2024-03-01"),
        ("Effective from: 2024/03/01", "2024-03-01"),
        ("Effective March 2024", "2024-03-01"),
        ("Issue date: 25/03/2024", "2024-03-25"),
        ("Issue date: 03/25/2024", "2024-03-25"),
        ("Effective date: 03/04/2024", ""),
        ("The lease of the hall is valid from 2024-03-01.", ""),
        ("Effective ventilation of 2024 m3 is needed.", ""),
    ],
)
def test_the_effective_date_is_read_where_it_is_one_date(said: str, date: str) -> None:
    identity = identify(read("rules.md", f"# Rules\n\n{said}\n\nText.\n"), "rules.md")
    assert identity.effective_date == date


def test_a_date_that_may_be_two_is_told_and_other_dates_of_the_text_decide_it() -> None:
    text = "# Rules\n\nEffective date: 03/04/2024\n\nText.\n"
    assert identify(read("rules.md", text), "rules.md").warnings
    decided = identify(read("rules.md", text + "\nRevised on 25/04/2023.\n"), "rules.md")
    assert (decided.effective_date, decided.warnings) == ("2024-04-03", ())


@pytest.mark.parametrize(
    ("title", "declared"),
    [
        ("Rules (withdrawn)", "withdrawn"),
        ("DRAFT Rules for docks", "draft"),
        ("Handling of withdrawn stock", "current"),
        ("Draft beer coolers", "current"),
        ("SUPERSEDED - Rules", "superseded"),
    ],
)
def test_a_stamp_tells_the_status_and_the_subject_does_not(title: str, declared: str) -> None:
    assert identify(read("rules.md", f"# {title}\n\nText.\n"), "rules.md").declared == declared


def test_the_gazetteer_has_what_only_one_document_names() -> None:
    identities = {
        "a": {"names": ["WDS-100"], "identifiers": ["e-204a", "drt-0073"]},
        "b": {"names": [], "identifiers": ["e-204a", "p-301a"]},
    }
    names = gazetteer([document("a", "WDS-100", "B"), document("b", "", "")], identities)
    assert names["a"]["identifiers"] == ["drt-0073"]
    assert names["a"]["names"] == ["WDS-100"]
    assert names["b"]["identifiers"] == ["p-301a"]
