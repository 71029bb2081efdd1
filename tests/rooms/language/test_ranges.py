"""Cell ranges."""

import pytest

from kingpost.language.ranges import corners, within


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
