"""The command line's own parts: JSON, columns, files, progress, and how errors are told."""

import errno
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from kingpost.cli import main
from kingpost.cli.files import write_rows
from kingpost.cli.printing import columns, shortened
from kingpost.cli.program import refuse_half_characters, run, unexpected
from kingpost.cli.progress import progress
from kingpost.cli.terminal import Stopped, complain, plain, stoppable
from kingpost.errors import KingpostError, UsageError
from kingpost.settings import describe


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    colours: tuple[Colour, ...]
    where: Path


def test_records_become_plain_json() -> None:
    part = Part("beam", (Colour.RED,), Path("a/b"))
    assert json.loads(json.dumps(plain({"part": part}))) == {
        "part": {"name": "beam", "colours": ["red"], "where": "a/b"}
    }


def test_columns_are_as_wide_as_their_longest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    columns(("ID", "TEXT"), [("1", "a\nb"), ("100", "c")])
    assert capsys.readouterr().out.splitlines() == ["ID   TEXT", "1    a b", "100  c"]


def test_long_text_is_cut_with_a_sign() -> None:
    assert shortened("word " * 40, 10) == "word word…"


def test_rows_are_written_whole_as_jsonl_and_csv(tmp_path: Path) -> None:
    rows = [Part("beam", (Colour.RED,), Path("a")), Part("post, steel", (), Path("b"))]
    assert write_rows(tmp_path / "parts.jsonl", rows) == 2
    assert json.loads((tmp_path / "parts.jsonl").read_text().splitlines()[1])["name"] == "post, steel"
    write_rows(tmp_path / "parts.csv", rows)
    assert (tmp_path / "parts.csv").read_text().splitlines() == [
        "name,colours,where",
        'beam,"[""red""]",a',
        '"post, steel",[],b',
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts.csv", "parts.jsonl"]


@pytest.mark.parametrize("name", ["parts.docx", "missing/parts.jsonl"])
def test_a_file_that_cannot_be_written_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"parts\.docx|missing") as refused:
        write_rows(tmp_path / name, [])
    assert refused.value.next


def test_an_error_is_one_line_with_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    complain("two\nlines", next="do this", code="failed", as_json=False)
    told = capsys.readouterr()
    assert told.err == "kingpost: two lines - do this\n"
    assert told.out == ""


def test_an_error_is_a_document_with_json(capsys: pytest.CaptureFixture[str]) -> None:
    complain("broken", next="mend it", code="failed", as_json=True)
    assert json.loads(capsys.readouterr().out) == {"error": {"code": "failed", "message": "broken", "next": "mend it"}}


def test_ctrl_c_says_what_is_kept() -> None:
    with pytest.raises(Stopped) as stopped, stoppable("stopped; much is kept", next="run it again"):
        raise KeyboardInterrupt
    assert (stopped.value.message, stopped.value.next) == ("stopped; much is kept", "run it again")


def test_progress_without_a_terminal_is_a_few_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("read") as shown:
        for done in range(1, 1001):
            shown.at(done, 1000, "file")
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "read 1000/1000 file"
    assert len(lines) <= 21


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["frobnicate"], 2, "kingpost --help"),
        (["ask"], 2, "kingpost ask --help"),
        (["ask", "Why?", "--route", "sideways"], 2, "kingpost ask --help"),
        (["documents", "list", "--workspace", "nowhere"], 2, "kingpost init"),
        (["evaluate", "missing.jsonl"], 1, "JSONL"),
        (["ask", "How wide is \udcff door D3?"], 2, "word 2 of the command is not Unicode text"),
        (["questions", "add", "How wide?", "\ud800"], 2, "word 4 of the command is not Unicode text"),
    ],
)
def test_wrong_usage_names_the_next_step(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words, as_json=False) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_help_and_version_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["models", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
    assert "kingpost 0." in capsys.readouterr().out


def test_an_unforeseen_error_is_one_line_and_its_trace_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert unexpected(ZeroDivisionError("division by zero"), as_json=False) == 1
    line = capsys.readouterr().err
    trace = Path(line.strip().rpartition(" ")[2])
    assert line.count("\n") == 1
    assert "ZeroDivisionError" in trace.read_text()
    trace.unlink()


def test_a_full_disk_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    assert unexpected(OSError(errno.ENOSPC, "No space left on device", "big.bin"), as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "out_of_space"


def test_an_unknown_setting_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "w")], as_json=False) == 0
    monkeypatch.setenv("KINGPOST_RETREIVAL__PASSAGES", "3")
    assert run(["settings", "show", "--workspace", str(tmp_path / "w")], as_json=False) == 2
    assert "KINGPOST_RETREIVAL__PASSAGES" in capsys.readouterr().err


def test_the_environment_wins_over_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "w"
    run(["init", str(workspace)], as_json=False)
    file = workspace / "kingpost.toml"
    file.write_text(file.read_text().replace("# passages = 10", "passages = 3"))
    found = []
    for value in ("", "7"):
        if value:
            monkeypatch.setenv("KINGPOST_RETRIEVAL__PASSAGES", value)
        capsys.readouterr()
        run(["settings", "show", "--json", "--workspace", str(workspace)], as_json=True)
        found.append(json.loads(capsys.readouterr().out)["retrieval"]["passages"])
    assert found == [3, 7]


def test_every_setting_is_described_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings", "describe", "--json"], as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["setting"] for row in rows] == [f"{section}.{key}" for section, key, _, _ in describe()]


def test_errors_of_ours_carry_their_exit_code() -> None:
    assert KingpostError("x").exit_code == 1
    assert UsageError("x").exit_code == 2


def test_an_empty_question_is_refused_before_anything_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "  "], as_json=False) == 2
    assert "the question is empty" in capsys.readouterr().err


def test_a_file_whose_name_is_no_unicode_may_be_named(tmp_path: Path) -> None:
    named = tmp_path / "m\udcfcller.jsonl"
    with pytest.raises(UsageError, match="word 2"):
        refuse_half_characters(["evaluate", str(named)])
    named.touch()
    refuse_half_characters(["evaluate", str(named)])
    with pytest.raises(UsageError, match="word 2"):  # longer than a file's name can be
        refuse_half_characters(["ask", "m\udcfcller " * 100])
