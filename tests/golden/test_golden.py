"""Every hard case is read exactly as was checked by eye. ``KINGPOST_WRITE_GOLDENS=1`` writes what is read now."""

import os

import pytest
from cases import HERE, all_cases

from kingpost.documents.parsing import parse
from kingpost.documents.preview import preview
from kingpost.types.documents import Original

CASES = all_cases()


@pytest.mark.parametrize("name", CASES)
def test_a_hard_case_is_read_as_it_was_checked(name: str) -> None:
    expected = HERE / "expected" / f"{name}.txt"
    read = "\n".join(preview(parse(CASES[name]))) + "\n"
    if os.environ.get("KINGPOST_WRITE_GOLDENS"):
        expected.write_text(read, encoding="utf-8")
    assert read == expected.read_text(encoding="utf-8")


def test_nothing_is_expected_that_no_case_makes() -> None:
    assert {path.stem for path in (HERE / "expected").glob("*.txt")} == set(CASES)


def test_every_case_has_bytes() -> None:
    assert all(isinstance(case, Original) and case.content for case in CASES.values())
