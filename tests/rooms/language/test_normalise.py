"""One form of a text, its hash, its stems and its sentences."""

import pytest

from kingpost.language.normalise import content_hash, normalise, sentences, stems


def test_dashes_quotes_spaces_and_case_do_not_make_two_texts():
    assert normalise("The \u201cClear\u00a0Width\u201d \u2013 1200\u2009mm") == normalise('the "clear width" - 1200 mm')


def test_a_hash_ignores_layout_and_tells_another_value_and_another_header():
    assert content_hash("Load  15 kN", ["Doors"]) == content_hash("Load 15\u00a0kN", ["Doors"])
    assert content_hash("15", ["Load", "kN"]) != content_hash("15", ["Load", "t"])
    assert content_hash("15", ["Load"]) != content_hash("16", ["Load"])
    assert len(content_hash("15")) == 24


def test_stems_drop_stop_words_and_keep_identifiers_whole():
    assert stems("What are the maximum loads of door E-204A and max_slew?") == [
        "maximum",
        "load",
        "door",
        "e-204a",
        "max_slew",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Use M12 bolts, e.g. grade 8.8. The width is 1.5 m.",
            ["Use M12 bolts, e.g. grade 8.8.", "The width is 1.5 m."],
        ),
        ("3.2.1. The door shall open. See Fig. 3 for more.", ["3.2.1. The door shall open.", "See Fig. 3 for more."]),
        ("Does it hold? Yes.\n\nNew paragraph", ["Does it hold?", "Yes.", "New paragraph"]),
        ("a line\nthat goes on. Next", ["a line\nthat goes on.", "Next"]),
        ("Bring:\n- a lamp\n- a rope", ["Bring:", "- a lamp", "- a rope"]),
    ],
)
def test_sentences_end_where_they_end(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(("stood", "stands"), [("5 mW", "5 MW"), ("10³ N", "103 N"), ("REI 90", "REI 120")])
def test_evidence_whose_unit_or_power_changes_is_other_evidence(stood, stands) -> None:
    assert content_hash(stood) != content_hash(stands)


def test_evidence_set_in_other_dashes_and_spaces_is_the_same() -> None:
    assert content_hash("E\u2013204A  is \u201copen\u201d") == content_hash('E-204A is "open"')
