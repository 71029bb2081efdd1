from kingpost.evaluation.citing import evidence_texts, first_is_right, pages_cited, uncited_numbers
from kingpost.evaluation.places import Place
from kingpost.language.normalise import content_hash
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkKind, Location, PageLocation, SectionLocation, SheetLocation

HANDBOOK = frozenset({"handbook"})


def cited(
    document: str = "handbook", *, page: int = 0, quote: str = "Floors carry 5 kN/m2.", **fields: str
) -> Citation:
    location: Location = PageLocation(page=page) if page else SectionLocation(section=(), span=(0, 10))
    return Citation(
        document=document,
        name=f"{document}.pdf",
        title="Handbook",
        revision="r1",
        location=location,
        quote=quote,
        uri="",
        view="",
        **fields,
    )


def test_only_the_first_citation_counts_as_first() -> None:
    assert first_is_right([HANDBOOK], [cited(), cited("other")])
    assert not first_is_right([HANDBOOK], [cited("other"), cited()])
    assert not first_is_right([HANDBOOK], [])


def test_a_page_late_is_told_apart_from_the_page_itself() -> None:
    expected = [Place(documents=HANDBOOK, page=7)]
    assert pages_cited(expected, [cited(page=8), cited(page=7)]) == {
        "page@1": False,
        "page@5": True,
        "page_or_next@1": True,
        "page_or_next@5": True,
    }
    assert not any(pages_cited(expected, [cited(page=6), cited("other", page=7), cited()]).values())
    assert not any(pages_cited(expected, [cited(page=1)] * 5 + [cited(page=7)]).values())


def test_a_page_that_is_right_for_one_of_several_places_counts() -> None:
    expected = [Place(documents=HANDBOOK, page=7), Place(documents=HANDBOOK, page=8)]
    assert pages_cited(expected, [cited(page=8)])["page@1"]


def test_without_a_page_in_the_locator_no_page_is_judged() -> None:
    assert pages_cited([Place(documents=HANDBOOK, clause="4.2")], [cited(page=7)]) == {}


def test_numbers_are_found_again_whatever_their_notation_and_unit() -> None:
    texts = ["Racks stand 1,200 mm apart.", "The floor carries 5 kN/m2."]
    assert uncited_numbers("Racks stand 1.2 m apart; the floor carries 5 kPa.", texts) == ([], 2)


def test_a_number_that_no_citation_holds_is_told() -> None:
    assert uncited_numbers("Racks stand 1,300 mm apart.", ["Racks stand 1,200 mm apart."]) == (["1,300 mm"], 1)
    assert uncited_numbers("The floor carries 5 kN.", ["The floor carries 5 kg."])[0] == ["5 kN"]
    assert uncited_numbers("Three racks: 3 in all.", []) == (["3"], 1)


def test_a_value_whose_unit_stands_in_the_head_of_its_column_is_cited() -> None:
    assert uncited_numbers("5 kN/m2", ["5"]) == ([], 1)


def test_digits_of_dates_and_clause_numbers_must_stand_as_they_are() -> None:
    held = ["4.2.1 Fire doors: checked on 2024-03-11."]
    assert uncited_numbers("Clause 4.2.1, of 2024-03-11", held)[0] == []
    assert uncited_numbers("Clause 4.2.7, of 2024-03-11", held)[0] == ["4.2.7"]


def test_a_number_in_the_cited_heading_or_column_head_is_cited() -> None:
    chunk = Chunk(
        id="handbook-1",
        document_id="handbook",
        revision_id="r1",
        ordinal=1,
        kind=ChunkKind.CLAUSE,
        text="Floors carry 5 kN/m2. " + "More follows. " * 50 + "Racks stand 900 mm apart.",
        context="",
        section=("6 Halls",),
        location=PageLocation(page=1),
        content_hash=content_hash("x"),
        number="6.3",
    )
    quoted = cited(content_hash=chunk.content_hash)
    assert evidence_texts([quoted], lambda _: [chunk]) == ["Floors carry 5 kN/m2.", "6 Halls", "6.3"]
    sheet = SheetLocation(sheet="Racks", range="B2", header=("Load in kN",))
    assert "Load in kN" in evidence_texts([replaced(sheet)], lambda _: [])


def test_a_quote_that_was_cut_stands_for_the_whole_of_what_it_was_cut_from() -> None:
    chunk = Chunk(
        id="handbook-1",
        document_id="handbook",
        revision_id="r1",
        ordinal=1,
        kind=ChunkKind.CLAUSE,
        text="Floors carry 5 kN/m2. Racks stand 900 mm apart.",
        context="",
        section=(),
        location=PageLocation(page=1),
        content_hash=content_hash("y"),
    )
    whole = evidence_texts([cited(content_hash=chunk.content_hash)], lambda _: [chunk])
    cut = evidence_texts([cited(quote="Floors carry…", content_hash=chunk.content_hash)], lambda _: [chunk])
    assert uncited_numbers("900 mm", whole) == (["900 mm"], 1)
    assert uncited_numbers("900 mm", cut) == ([], 1)


def replaced(location: Location) -> Citation:
    return Citation(
        document="list", name="list.xlsx", title="", revision="r1", location=location, quote="12", uri="", view=""
    )
