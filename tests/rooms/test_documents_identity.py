"""What a document is called, and which of several revisions is in force."""

from dataclasses import asdict

import pytest
from document_makers import pdf, read

from kingpost.documents.gazetteer import gazetteer
from kingpost.documents.identity import Identity, identify
from kingpost.documents.revisions import rank, settled
from kingpost.types.documents import Document, RevisionStatus


def document(id: str, number: str, mark: str, **fields: object) -> Document:
    defaults = {"name": f"{id}.pdf", "uri": id, "source": "s", "title": id, "media_type": "", "current_revision": "r"}
    return Document(id=id, number=number, mark=mark, **{**defaults, **fields})  # type: ignore[arg-type]


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


@pytest.mark.parametrize(("lower", "higher"), [("A", "B"), ("Z", "AA"), ("1", "2"), ("9", "10"), ("1.2", "1.10")])
def test_marks_are_ordered(lower: str, higher: str) -> None:
    assert rank(lower) < rank(higher)  # type: ignore[operator]


def test_the_higher_mark_of_a_number_supersedes_the_lower() -> None:
    old, new, other = document("a", "WDS-100", "A"), document("b", "WDS-100", "B"), document("c", "WDS-200", "A")
    changed = settled([old, new, other], {})
    assert [(one.id, one.status, one.superseded_by) for one in changed] == [("a", RevisionStatus.SUPERSEDED, "b")]
    assert settled([*changed, new, other], {}) == []


def test_what_is_superseded_is_current_again_when_its_successor_is_gone() -> None:
    old = document("a", "WDS-100", "A", status=RevisionStatus.SUPERSEDED, superseded_by="b")
    assert settled([old], {})[0].status is RevisionStatus.CURRENT


def test_a_letter_in_a_number_is_a_mark_only_where_the_later_document_says_so() -> None:
    old, new = document("d", "MIL-STD-882D", "D"), document("e", "MIL-STD-882E", "E")
    assert settled([old, new], {}) == []
    says = {"e": asdict(Identity(title="", supersedes=("mil-std-882d",)))}
    assert settled([old, new], says)[0].superseded_by == "e"


def test_a_document_that_calls_itself_withdrawn_is_superseded_by_nothing() -> None:
    changed = settled([document("a", "", "")], {"a": {"withdrawn": True}})
    assert (changed[0].status, changed[0].superseded_by) == (RevisionStatus.SUPERSEDED, "")


def test_the_gazetteer_has_what_only_one_document_names() -> None:
    identities = {
        "a": {"names": ["WDS-100"], "identifiers": ["e-204a", "drt-0073"]},
        "b": {"names": [], "identifiers": ["e-204a", "p-301a"]},
    }
    names = gazetteer([document("a", "WDS-100", "B"), document("b", "", "")], identities)
    assert names["a"]["identifiers"] == ["drt-0073"]
    assert names["a"]["names"] == ["WDS-100"]
    assert names["b"]["identifiers"] == ["p-301a"]
