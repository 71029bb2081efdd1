"""Cell ranges."""

import pytest

from kingpost.language.ranges import corners, meet, within


@pytest.mark.parametrize(
    ("cells", "found"),
    [("B5", (2, 5, 2, 5)), ("$B$5:C7", (2, 5, 3, 7)), ("Doors!AA10", (27, 10, 27, 10)), ("", None), ("5B", None)],
)
def test_a_range_is_read_by_its_corners(cells, found):
    assert corners(cells) == found


@pytest.mark.parametrize(
    ("cells", "around", "inside"),
    [("B5", "A5:C5", True), ("B5:D5", "A5:C5", False), ("B6", "A5:C5", False), ("row 3", "row 3", True)],
)
def test_a_range_lies_in_one_that_holds_all_of_it(cells, around, inside):
    assert within(cells, around) is inside


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [("B5:D7", "D7:E9", True), ("B5:D7", "E7", False), ("B5", "B6", False), ("row 3", "row 3", False)],
)
def test_ranges_meet_where_they_have_a_cell_in_common(one, other, common):
    assert meet(one, other) is common
    assert meet(other, one) is common
