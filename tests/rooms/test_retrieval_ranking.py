"""Fusion of legs, exact look-up, and the order of candidates."""

from dataclasses import replace
from typing import Any

from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.fusion import reciprocal_rank_fusion
from kingpost.retrieval.lookup import Holders, stand_apart, unknown_keys
from kingpost.retrieval.ranking import Candidates, Features, features
from kingpost.retrieval.scoping import Moment, named_documents, of_asked_revision, readable, shares_named
from kingpost.retrieval.wording import StemWeights
from kingpost.types.documents import Chunk, ChunkKind, Document, RevisionStatus, SectionLocation
from kingpost.types.search import Hit, Passage

NOW = Moment(today="2026-01-01")


def chunk(id: str, text: str, *, section: tuple[str, ...] = (), keys: tuple[str, ...] = (), label: str = "") -> Chunk:
    return Chunk(
        id=f"doc-{id}",
        document_id="doc",
        revision_id="r1",
        ordinal=0,
        kind=ChunkKind.TEXT,
        text=text,
        context="",
        section=section,
        location=SectionLocation(section=section, span=(0, len(text))),
        content_hash=id,
        keys=keys,
        label=label,
    )


def document(name: str, **fields: object) -> Document:
    defaults = {"uri": name, "source": "s", "title": "", "media_type": "", "current_revision": "r1"}
    return Document(id=name, name=name, **{**defaults, **fields})  # type: ignore[arg-type]


def measure(question: str, *chunks: Chunk, **found: Any) -> dict[str, Features]:
    """Features of chunks as candidates, by chunk id; ``found`` is how they were found."""
    how = {"fused": {}, "similarities": {}, "legs": {}, **found}
    return features(analyse(question), Candidates(chunks=chunks, documents={}, **how), held={})


def best(question: str, *chunks: Chunk, **found: Any) -> str:
    """The id of the first one when put in order."""
    measured = measure(question, *chunks, **found)
    return max(measured, key=lambda id: measured[id].score())


def test_fusion_adds_reciprocal_ranks_and_breaks_ties_by_id() -> None:
    fused = reciprocal_rank_fusion(
        {
            "dense": [Hit(id="b", score=0.9), Hit(id="a", score=0.8)],
            "lexical": [Hit(id="a", score=7), Hit(id="b", score=1)],
        }
    )
    assert [hit.id for hit in fused] == ["a", "b"]
    assert fused[0].score == fused[1].score == 1 / 61 + 1 / 62


def test_a_leg_with_more_weight_decides() -> None:
    legs = {"lookup": [Hit(id="exact", score=1)], "dense": [Hit(id="alike", score=0.99)]}
    assert reciprocal_rank_fusion(legs, weights={"lookup": 1.5})[0].id == "exact"


def test_a_key_is_held_by_the_chunk_its_section_or_the_one_above_but_not_by_a_cousin() -> None:
    command = chunk("1", "place_pins [-hor_layers]", section=("Pins", "Place pins"), keys=("place_pins",))
    option = chunk("2", "-hor_layers: layers", section=("Pins", "Place pins", "Options"), keys=("-hor_layers",))
    cousin = chunk("3", "-hor_layers: other", section=("Pins", "Cut rows", "Options"), keys=("-hor_layers",))
    holders = Holders.of(("place_pins", "-hor_layers"), [command, option, cousin])
    assert holders.share_held(option) == 1.0
    assert holders.share_held(cousin) == 0.5


def test_identifiers_that_never_meet_are_noticed() -> None:
    one = chunk("1", "-x", section=("A", "one"), keys=("-x",))
    two = chunk("2", "cmd_two", section=("B", "two"), keys=("cmd_two",))
    holders = Holders.of(("-x", "cmd_two"), [one, two])
    passages = [Passage(chunk=c, document=document("d"), score=1.0) for c in (one, two)]
    assert stand_apart(holders, passages)
    assert unknown_keys(Holders.of(("nowhere-1",), [])) == ("nowhere-1",)


def test_a_word_that_all_candidates_hold_weighs_less_than_one_that_tells_them_apart() -> None:
    weights = StemWeights([frozenset({"zone", "load"}), frozenset({"zone", "fire"}), frozenset({"zone"})])
    assert weights.weight("load") > weights.weight("zone")
    assert weights.share(["zone", "load"], frozenset({"load"})) > 0.5


def test_the_chunk_that_names_what_is_asked_ranks_before_one_that_only_sounds_alike() -> None:
    right = chunk("1", "Fire zone: B; Rating: EI 90", label="Fire zone B")
    alike = chunk("2", "Fire zone: A; Rating: EI 30", label="Fire zone A")
    measured = measure(
        "Which rating does fire zone B need?",
        alike,
        right,
        similarities={right.id: 0.7, alike.id: 0.72},
        fused={right.id: 0.03, alike.id: 0.031},
    )
    assert measured[right.id].score() > measured[alike.id].score() - 0.2


def test_a_document_is_named_by_number_title_or_file_name_but_not_by_one_ordinary_word() -> None:
    standard = document("standards/WDS-100_rev_B.pdf", number="WDS-100", title="Warehouse design standard")
    handbook = document("handbook.pdf", title="Handbook")
    assert named_documents("What does WDS-100 say on aisles?", [standard, handbook]) == [standard]
    assert named_documents("What does the warehouse design standard say?", [standard]) == [standard]
    assert named_documents("Is there a handbook?", [handbook]) == []


def test_a_superseded_revision_is_searched_only_when_its_mark_is_asked_for() -> None:
    old = document("a.pdf", status=RevisionStatus.SUPERSEDED, mark="A")
    new = document("b.pdf", mark="B")
    assert readable([old, new], groups=("everyone",), question="What load?", moment=NOW) == [new]
    assert readable([old, new], groups=("everyone",), question="What load in revision A?", moment=NOW) == [old, new]
    assert of_asked_revision([old, new], "What load in revision A?") == [old]
    assert of_asked_revision([old, new], "What load in rev. C?") == []
    assert readable([new], groups=("somebody else",), question="What load?", moment=NOW) == []


def of(document_id: str, text: str) -> Chunk:
    return replace(chunk(text[:8], text), document_id=document_id)


def test_words_that_tell_documents_apart_by_name_say_which_is_meant() -> None:
    reports = [document(f"{year} {quarter} Ridge.pdf") for year in (2024, 2025) for quarter in ("Q1", "Q2")]
    shares = shares_named("What did Ridge earn in Q2 of 2025?", [], reports)
    assert shares == {
        "2024 Q1 Ridge.pdf": 0.0,
        "2024 Q2 Ridge.pdf": 0.5,
        "2025 Q1 Ridge.pdf": 0.5,
        "2025 Q2 Ridge.pdf": 1.0,
    }


def test_a_name_that_other_documents_write_of_tells_nothing() -> None:
    owned, other = document("Ridge Steel.pdf"), document("roles.pdf")
    written = [of("roles.pdf", f"Ridge Steel has a manager of kind {number}.") for number in range(3)]
    assert shares_named("Who is a manager at Ridge Steel?", [], [owned, other])["Ridge Steel.pdf"] == 1.0
    assert shares_named("Who is a manager at Ridge Steel?", written, [owned, other])["Ridge Steel.pdf"] == 0.0


def test_words_that_follow_each_other_in_the_question_count_more_where_they_stand_together() -> None:
    together = chunk("1", "The floor load of a rack aisle is posted at its gate.")
    scattered = chunk("2", "The floor is swept daily. Each rack is checked. A load is strapped. An aisle is lit.")
    assert best("What is the floor load of a rack aisle?", scattered, together) == together.id
    measured = measure("What is the floor load of a rack aisle?", scattered, together)
    assert measured[together.id].pairs == 1.0
    assert measured[scattered.id].pairs < 0.5


def test_the_closest_stretch_counts_not_the_whole_text() -> None:
    filler = " ".join(f"Bay {number} is painted green and cleaned weekly." for number in range(12))
    near = chunk("1", f"{filler} Sprinklers are inspected quarterly.")
    apart = chunk("2", f"Sprinklers hang low. {filler} Guards are inspected daily. {filler} Reports are quarterly.")
    measured = measure("Are sprinklers inspected quarterly?", near, apart)
    assert measured[near.id].together == 1.0
    assert measured[apart.id].together < 1.0


def test_a_field_whose_whole_name_is_what_the_question_word_stands_for_comes_first() -> None:
    head = "Inspection report (INS-7)"
    place = replace(chunk("1", "Location: Hall 4", label="Location"), context=head)
    other = replace(chunk("2", "Distance from site: 40 m", label="Distance from site"), context=head)
    assert best("Where was inspection INS-7 done?", other, place) == place.id


def test_the_row_that_an_identifier_names_comes_before_text_about_its_owner() -> None:
    row = chunk("1", "Option: -depth; Meaning: Depth of the rack.", label="-depth")
    about = chunk("2", "plan_rack places racks. The plan_rack command takes a depth and a height.")
    assert best("What does the -depth option of plan_rack do?", about, row) == row.id


def test_a_table_of_contents_comes_after_the_text_that_it_lists() -> None:
    contents = chunk("1", "Fire doors ........ 4\nFloor loads ........ 7\nRack inspection ........ 9")
    text = chunk("2", "Rack inspection. Racks are inspected each year by a competent person.")
    assert best("Which rules are there on rack inspection?", contents, text) == text.id


def test_prose_whose_neighbour_is_about_the_question_gains() -> None:
    first = replace(chunk("1", "Fire doors close by themselves when the alarm sounds."), ordinal=4)
    follows = replace(chunk("2", "They are tested monthly."), ordinal=5)
    elsewhere = replace(chunk("3", "They are tested monthly."), ordinal=40)
    measured = measure("What happens to fire doors when the alarm sounds?", first, follows, elsewhere)
    assert measured[follows.id].beside > measured[elsewhere.id].beside == 0.0


def test_of_a_list_question_only_what_is_listed_counts() -> None:
    measured = measure(
        "List all clauses that mention 'rack guard'.",
        chunk("1", "Each rack guard is bolted down."),
        chunk("2", "This list of clauses mentions nothing else."),
    )
    assert measured["doc-1"].words == 1.0
    assert measured["doc-2"].words == 0.0
