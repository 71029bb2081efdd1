"""Files of pairs."""

import json

import openpyxl
import pytest

from kingpost.errors import BadInput
from kingpost.retrieval.pair_files import PairRow, read
from kingpost.types.questions import ImportProblem


def test_the_forerunner_s_csv_is_read_with_line_breaks_and_context(tmp_path):
    file = tmp_path / "seed.csv"
    file.write_text(
        'instruction,response,context\n"How wide?","1,200 mm\nclear",Doors\nHow high?,,\n', encoding="utf-8"
    )
    first, second = read(file)
    assert first == PairRow(line=2, question="How wide?\nDoors", answer="1,200 mm\nclear")
    assert second == ImportProblem(line=4, reason="no answer")


def test_semicolons_and_excel_s_encoding_are_read(tmp_path):
    file = tmp_path / "excel.csv"
    file.write_bytes("Question;Answer;Paraphrases;Document\nWie?;5 \u20ac;Wie a?|Wie b?;a.pdf\n".encode("cp1252"))
    [row] = read(file)
    assert row == PairRow(
        line=2, question="Wie?", answer="5 \u20ac", paraphrases=("Wie a?", "Wie b?"), document="a.pdf"
    )


def test_a_workbook_is_read_from_its_header_on(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Known questions"],
        [],
        ["Question", "Answer", "Split", "Location"],
        ["How wide?", 1200, "Train", "Doors!B5"],
    ):
        book.active.append(row)
    book.active["XFD1048576"] = "a stray cell at the far corner"
    book.save(tmp_path / "pairs.xlsx")
    [row] = read(tmp_path / "pairs.xlsx")
    assert row == PairRow(line=4, question="How wide?", answer="1200", split="train", location="Doors!B5")


SYSTEM, USER, ASSISTANT = ({"role": role, "content": role[0]} for role in ("system", "user", "assistant"))


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [SYSTEM, USER, ASSISTANT]},
        {"prompt": [SYSTEM, USER], "completion": [ASSISTANT]},
        {"prompt": "u", "completion": "a"},
        {"question": "u", "answer": "a", "location": {"page": 3}},
    ],
)
def test_every_style_of_jsonl_is_read(tmp_path, record):
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(record) + "\n")
    [row] = read(file)
    assert (row.question, row.answer) == ("u", "a")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "not a JSON object"),
        ('{"question": ["q"], "answer": "a"}', "question is not a text"),
        ('{"question": "q", "answer": "a", "split": "maybe"}', "split"),
        ('{"messages": [{"role": "user", "content": "q"}]}', "one of the user and one of the assistant"),
        ('{"messages": "q"}', "not a list of objects"),
    ],
)
def test_a_bad_line_says_what_is_wrong(tmp_path, line, reason):
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"question": "q", "answer": "a"}\n' + line + "\n")
    _, problem = read(file)
    assert problem.line == 2
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b""),
        ("a.csv", b"x,y\n1,2\n"),
        ("a.xlsx", b"no workbook"),
        ("a.docx", b""),
        ("a.csv", b'question,answer\n"open,1\n'),
    ],
)
def test_a_file_without_pairs_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=name) as refused:
        read(tmp_path / name)
    assert refused.value.next
    with pytest.raises(BadInput, match="no such file"):
        read(tmp_path / "missing.csv")
