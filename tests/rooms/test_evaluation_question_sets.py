import json
from pathlib import Path
from typing import Any

import pytest

from kingpost.errors import BadInput
from kingpost.evaluation.question_sets import read_pairs, read_questions


def written(path: Path, *lines: Any) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    return path


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "question": "How wide is the door?",
        "answers": ["1.2 m", 1.2],
        "doc": "doors.xlsx",
        "page_or_locator": {"sheet": "Doors", "cells": "B5"},
        "answerable": True,
        "type": "cell",
        "history": [{"role": "user", "text": "Which door?"}],
        "passages": ["The door is 1.2 m wide."],
        "meta": {"ignored": 1},
    }
    (question,) = read_questions(written(tmp_path / "set.jsonl", row)).questions
    assert question.id == "7"
    assert question.answers == ("1.2 m", "1.2")
    assert question.documents == ("doors.xlsx",)
    assert question.history == (("user", "Which door?"),)
    assert question.passages == ("The door is 1.2 m wide.",)


def test_only_a_question_is_needed(tmp_path: Path) -> None:
    (question,) = read_questions(written(tmp_path / "set.jsonl", {"question": "How wide?"})).questions
    assert (question.id, question.answers, question.answerable, question.locator) == ("line-1", (), True, None)


def test_several_documents_and_a_bare_page_number_are_understood(tmp_path: Path) -> None:
    row = {"question": "How wide?", "doc": ["a.pdf", "b.pdf"], "page_or_locator": 3}
    (question,) = read_questions(written(tmp_path / "set.jsonl", row)).questions
    assert question.documents == ("a.pdf", "b.pdf")
    assert question.locator == {"page": 3}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"id": "x"}', "question must be a text"),
        ('{"question": "  "}', "question must be a text"),
        ('{"question": "q", "answers": [{"text": "a"}]}', "answers must be a text"),
        ('{"question": "q", "answerable": "yes"}', "answerable must be true or false"),
        ('{"question": "q", "history": ["earlier"]}', "history must be a list"),
        ('{"question": "q", "page_or_locator": "page 3"}', "page_or_locator must be"),
        ('{"id": "good", "question": "again"}', "stands on an earlier line"),
    ],
)
def test_a_bad_line_is_reported_with_its_place_and_the_rest_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    path = written(tmp_path / "set.jsonl", {"id": "good", "question": "q"}, "", line, {"id": "last", "question": "r"})
    questions = read_questions(path)
    assert [question.id for question in questions.questions] == ["good", "last"]
    (problem,) = questions.problems
    assert problem.startswith(f"{path}:3: ")
    assert reason in problem


def test_bytes_that_are_no_utf8_spoil_their_own_line_only(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"question": "one"}\r\n{"question": "\xff"}\r\n{"question": "two"}')
    questions = read_questions(path)
    assert [question.question for question in questions.questions] == ["one", "two"]
    assert questions.problems == (f"{path}:2: not UTF-8",)


def test_a_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no usable row; .*set\.jsonl:1: not JSON"):
        read_questions(written(tmp_path / "set.jsonl", "{"))
    with pytest.raises(BadInput, match="there is no such file"):
        read_questions(tmp_path / "missing.jsonl")
    with pytest.raises(BadInput, match="cannot be read"):
        read_questions(tmp_path)


def test_a_limit_takes_the_first_rows(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", *({"question": f"question {i}"} for i in range(5)))
    assert [q.question for q in read_questions(path, limit=2).questions] == ["question 0", "question 1"]


def test_pairs_need_a_label_of_one_or_nought(tmp_path: Path) -> None:
    good = {"id": "a", "known": "How wide?", "query": "What width?", "label": 1, "kind": "paraphrase"}
    pairs = read_pairs(written(tmp_path / "pairs.jsonl", good, good | {"id": "b", "label": 2}))
    assert [pair.id for pair in pairs.pairs] == ["a"]
    assert "label must be 1" in pairs.problems[0]
