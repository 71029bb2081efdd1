"""What every search index promises."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kingpost.backends.local.database import Database
from kingpost.backends.local.sqlite_index import SqliteIndex
from kingpost.backends.memory import MemoryIndex
from kingpost.ports import SearchIndex
from kingpost.types.search import Entry, Hit

DIMENSIONS = 16


@pytest.fixture(params=["memory", "sqlite"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    if request.param == "memory":
        return MemoryIndex()
    return SqliteIndex(
        database=Database.create(tmp_path / "kingpost.db").path, directory=tmp_path / "index" / "b1", language="english"
    )


def vector(seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return values / np.linalg.norm(values)


def entry(id: str, text: str = "", *, seed: int = 0, keys: tuple[str, ...] = (), **facets: str) -> Entry:
    return Entry(
        id=id,
        text=text,
        vector=vector(seed),
        keys=keys,
        facets={name: tuple(value.split()) for name, value in facets.items()},
    )


def ids(hits: list[Hit]) -> list[str]:
    return [hit.id for hit in hits]


def test_an_empty_index_finds_nothing(index: SearchIndex):
    assert index.nearest("chunks", vector(1), limit=5, where={}) == []
    assert index.match("chunks", "door", limit=5, where={}) == []
    assert index.lookup("chunks", ["e-204a"], limit=5, where={}) == []
    assert list(index.scan("chunks", where={})) == []
    assert index.known_keys("chunks", ["e-204a"]) == frozenset()
    index.delete("chunks", ["nothing"])


def test_nearest_is_the_exact_cosine_best_first(index: SearchIndex):
    index.upsert("chunks", [entry(f"c{seed:02}", seed=seed) for seed in range(50)])
    query = vector(99)
    expected = sorted(((float(vector(seed) @ query), f"c{seed:02}") for seed in range(50)), reverse=True)[:7]
    hits = index.nearest("chunks", query, limit=7, where={})
    assert ids(hits) == [id for _, id in expected]
    assert [hit.score for hit in hits] == pytest.approx([score for score, _ in expected], abs=2e-3)


def test_a_vector_finds_itself_with_similarity_1(index: SearchIndex):
    index.upsert("chunks", [entry(f"c{seed}", seed=seed) for seed in range(10)])
    (hit,) = index.nearest("chunks", vector(4), limit=1, where={})
    assert hit.id == "c4"
    assert hit.score == pytest.approx(1, abs=2e-3)


def test_equal_vectors_come_by_id(index: SearchIndex):
    index.upsert("chunks", [entry(id, seed=3) for id in ("d", "b", "e", "a", "c")])
    assert ids(index.nearest("chunks", vector(3), limit=3, where={})) == ["a", "b", "c"]


def test_match_stems_folds_case_and_ranks_by_rarity(index: SearchIndex):
    index.upsert(
        "chunks",
        [
            entry("both", "The sprinklers of the mezzanine"),
            entry("common", "A door, a door and sprinkler heads"),
            entry("none", "Nothing of the kind"),
            *(entry(f"filler{number}", "sprinkler in the aisle") for number in range(5)),
        ],
    )
    hits = index.match("chunks", "MEZZANINE sprinkler?", limit=10, where={})
    assert hits[0].id == "both"
    assert "none" not in ids(hits)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("E-204A", {"tag"}),
        ("e\u2011204a", {"tag"}),
        ("3.2.1", {"clause"}),
        ("max_slew", {"option"}),
        ("slew", {"option"}),
        ("2400", {"number"}),
        ("fire door", {"tag", "fire"}),
    ],
)
def test_match_knows_identifiers_and_numbers_whole(index: SearchIndex, asked: str, found: set[str]):
    index.upsert(
        "chunks",
        [
            entry("tag", "Door E-204A."),
            entry("other tag", "Hatch E-204B"),
            entry("clause", "see 3.2.1, then go on"),
            entry("other clause", "see 3.2.10"),
            entry("option", "-max_slew sets the limit"),
            entry("number", "clear height of 2,400 mm"),
            entry("fire", "fire-rated wall"),
        ],
    )
    assert set(ids(index.match("chunks", asked, limit=10, where={}))) == found


def test_words_that_say_nothing_match_nothing(index: SearchIndex):
    index.upsert("chunks", [entry("a", "what is the door of the house")])
    assert index.match("chunks", "What is the ...?", limit=5, where={}) == []


def test_match_limits_after_ranking(index: SearchIndex):
    index.upsert("chunks", [entry(f"c{number}", "door " * (number + 1) + "wall " * 10) for number in range(20)])
    hits = index.match("chunks", "door", limit=5, where={})
    assert ids(hits) == [f"c{number}" for number in (19, 18, 17, 16, 15)]


def test_lookup_counts_distinct_keys(index: SearchIndex):
    index.upsert(
        "chunks",
        [
            entry("one", keys=("e-204a", "d-12")),
            entry("two", keys=("e-204a", "e-204a")),
            entry("prefix", keys=("e-204",)),
        ],
    )
    assert index.lookup("chunks", ["e-204a", "d-12", "e-204a"], limit=5, where={}) == [
        Hit(id="one", score=2.0),
        Hit(id="two", score=1.0),
    ]
    assert ids(index.lookup("chunks", ["e-204a"], limit=1, where={})) == ["one"]


def test_known_keys_are_those_that_some_entry_holds(index: SearchIndex):
    index.upsert("chunks", [entry("a", keys=("e-204a",)), entry("b", keys=("d-12",))])
    index.upsert("questions", [entry("q", keys=("other",))])
    assert index.known_keys("chunks", ["e-204a", "e-204b", "other"]) == {"e-204a"}
    index.delete("chunks", ["a"])
    assert index.known_keys("chunks", ["e-204a", "d-12"]) == {"d-12"}


def test_where_filters_before_the_limit_in_every_way_of_finding(index: SearchIndex):
    index.upsert(
        "chunks",
        [entry(f"open{n:02}", "door", seed=n, keys=("k",), document="d1", groups="everyone") for n in range(30)]
        + [entry("secret", "a door in the wall", seed=50, keys=("k",), document="d2", groups="board staff")],
    )
    where = {"groups": ["board"], "document": {"d2", "d3"}}
    assert ids(index.nearest("chunks", vector(0), limit=1, where=where)) == ["secret"]
    assert ids(index.match("chunks", "door", limit=1, where=where)) == ["secret"]
    assert ids(index.lookup("chunks", ["k"], limit=1, where=where)) == ["secret"]
    assert list(index.scan("chunks", where=where)) == ["secret"]


@pytest.mark.parametrize("where", [{"document": []}, {"document": ["d9"]}, {"unknown": ["x"]}])
def test_a_where_that_nothing_passes_finds_nothing(index: SearchIndex, where: dict[str, list[str]]):
    index.upsert("chunks", [entry("a", "door", keys=("k",), document="d1")])
    assert index.nearest("chunks", vector(0), limit=5, where=where) == []
    assert index.match("chunks", "door", limit=5, where=where) == []
    assert index.lookup("chunks", ["k"], limit=5, where=where) == []
    assert list(index.scan("chunks", where=where)) == []


def test_collections_do_not_see_each_other(index: SearchIndex):
    index.upsert("chunks", [entry("same", "door", keys=("k",))])
    index.upsert("questions", [entry("same", "window", keys=("q",))])
    assert index.match("questions", "door", limit=5, where={}) == []
    assert index.lookup("questions", ["k"], limit=5, where={}) == []
    index.delete("questions", ["same"])
    assert ids(index.match("chunks", "door", limit=5, where={})) == ["same"]
    assert ids(index.nearest("chunks", vector(0), limit=5, where={})) == ["same"]
    assert index.nearest("questions", vector(0), limit=5, where={}) == []


def test_an_upsert_replaces_everything_of_the_entry(index: SearchIndex):
    index.upsert("chunks", [entry("a", "door", seed=1, keys=("k1",), document="d1")])
    assert ids(index.match("chunks", "door", limit=5, where={})) == ["a"]
    index.upsert("chunks", [entry("a", "window", seed=2, keys=("k2",), document="d2")])
    assert index.match("chunks", "door", limit=5, where={}) == []
    assert ids(index.match("chunks", "window", limit=5, where={"document": ["d2"]})) == ["a"]
    assert index.nearest("chunks", vector(2), limit=5, where={})[0].score == pytest.approx(1, abs=2e-3)
    assert len(index.nearest("chunks", vector(1), limit=5, where={})) == 1
    assert index.lookup("chunks", ["k1"], limit=5, where={}) == []
    assert list(index.scan("chunks", where={"document": ["d1"]})) == []


def test_other_facets_leave_all_else_of_an_entry(index: SearchIndex):
    index.upsert("chunks", [entry("a", "door", seed=1, keys=("k",), document="d1"), entry("b", "gate", document="d1")])
    for found in (
        index.match("chunks", "door", limit=5, where={}),
        index.nearest("chunks", vector(1), limit=1, where={}),
    ):
        assert ids(found) == ["a"]
    index.refacet("chunks", {"a": {"groups": ("fire",)}, "unknown": {"groups": ("fire",)}})
    asked = {"groups": ["fire"]}
    assert ids(index.match("chunks", "door", limit=5, where=asked)) == ["a"]
    assert ids(index.nearest("chunks", vector(1), limit=5, where=asked)) == ["a"]
    assert index.nearest("chunks", vector(1), limit=5, where=asked)[0].score == pytest.approx(1, abs=2e-3)
    assert ids(index.lookup("chunks", ["k"], limit=5, where=asked)) == ["a"]
    assert list(index.scan("chunks", where={"document": ["d1"]})) == ["b"]
    assert list(index.scan("chunks", where={})) == ["a", "b"]


def test_what_is_deleted_is_found_no_more(index: SearchIndex):
    index.upsert("chunks", [entry("a", "door", keys=("k",)), entry("b", "door", keys=("k",))])
    index.match("chunks", "door", limit=5, where={})
    index.delete("chunks", ["a", "unknown"])
    assert ids(index.match("chunks", "door", limit=5, where={})) == ["b"]
    assert ids(index.nearest("chunks", vector(0), limit=5, where={})) == ["b"]
    assert ids(index.lookup("chunks", ["k"], limit=5, where={})) == ["b"]
    assert list(index.scan("chunks", where={})) == ["b"]


def test_a_deleted_entry_may_come_back(index: SearchIndex):
    index.upsert("chunks", [entry("a", "door")])
    index.delete("chunks", ["a"])
    index.upsert("chunks", [entry("a", "window")])
    assert ids(index.match("chunks", "window door", limit=5, where={})) == ["a"]
    assert ids(index.nearest("chunks", vector(0), limit=5, where={})) == ["a"]


def test_ids_facets_and_keys_are_opaque(index: SearchIndex):
    odd = "a/b=c \u00e4\U0001f6aa'\";--\n"
    index.upsert("chunks", [Entry(id=odd, text="door", vector=vector(1), keys=(odd,), facets={"document": (odd,)})])
    where = {"document": [odd]}
    assert ids(index.match("chunks", "door", limit=5, where=where)) == [odd]
    assert ids(index.nearest("chunks", vector(1), limit=5, where=where)) == [odd]
    assert ids(index.lookup("chunks", [odd], limit=5, where=where)) == [odd]
    index.delete("chunks", [odd])
    assert list(index.scan("chunks", where={})) == []


def test_a_question_full_of_operators_is_only_words(index: SearchIndex):
    index.upsert("chunks", [entry("a", "door")])
    assert ids(index.match("chunks", 'door AND (NOT "x OR -y:* ^~ [a TO', limit=5, where={})) == ["a"]


def test_threads_that_write_and_read_see_their_own_writes(index: SearchIndex):
    def live(thread: int) -> None:
        choice = random.Random(thread)
        for turn in range(8):
            id, word = f"t{thread}-{turn}", f"word{thread}x{turn}"
            index.upsert("chunks", [entry(id, word, seed=thread * 100 + turn, keys=(word,))])
            assert ids(index.match("chunks", word, limit=3, where={})) == [id]
            assert ids(index.nearest("chunks", vector(thread * 100 + turn), limit=1, where={})) == [id]
            assert ids(index.lookup("chunks", [word], limit=3, where={})) == [id]
            if choice.random() < 0.5:
                index.delete("chunks", [id])
                assert index.match("chunks", word, limit=3, where={}) == []

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(live, range(4)))


def test_vectors_are_read_back_as_exact_as_they_are_kept(index: SearchIndex):
    index.upsert("questions", [entry(f"q{seed}", seed=seed) for seed in range(3)])
    index.delete("questions", ["q1"])
    found = index.vectors("questions", ["q0", "q1", "q2", "q9"])
    assert set(found) == {"q0", "q2"}
    assert np.asarray(found["q2"]) == pytest.approx(vector(2), abs=2e-3)
    assert index.vectors("chunks", ["q0"]) == {}
