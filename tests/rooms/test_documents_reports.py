"""Reports of ingest runs: figures, what to look at, and which are kept."""

from dataclasses import replace

import pytest

from kingpost.backends.memory import MemoryObjects
from kingpost.cli.reports import print_end, print_report, report_json
from kingpost.documents import reports
from kingpost.documents.reports import Reports, findings, overview
from kingpost.errors import NotFound, WorkspaceDamaged
from kingpost.types.documents import FileReport, FileState, IngestReport

ESCAPE = "\x1b[2J"


def a_run(id: str = "20260309T101500.000000Z") -> IngestReport:
    files = (
        FileReport(name="a.pdf", state=FileState.INDEXED, document_id="a", chunks=30, pages=9, seconds=4.0),
        FileReport(name="b.pdf", state=FileState.INDEXED, document_id="b", chunks=2, pages=1, seconds=1, coverage=0.5),
        FileReport(name="c.txt", state=FileState.UNCHANGED, document_id="c"),
        FileReport(name=f"d{ESCAPE}.zip", state=FileState.FAILED, reason="too_large", hint="split it", seconds=0.5),
        FileReport(name="e.zip", state=FileState.FAILED, reason="too_large", hint="split it"),
        FileReport(name="f.pdf", state=FileState.FAILED, reason="timeout", hint="wait longer", seconds=60.0),
    )
    return IngestReport(source="folder-1", files=files, seconds=5.0, id=id, begun_at="2026-03-09T10:15:00+00:00")


def test_the_figures_of_a_run() -> None:
    run = overview(a_run())
    assert run.counts == {"indexed": 2, "unchanged": 1, "failed": 3, "removed": 0}
    assert list(run.reasons.items()) == [("too_large", 2), ("timeout", 1)]
    assert (run.pages, run.pages_per_second, run.chunks) == (10, 2.0, 32)
    assert run.coverage == pytest.approx((9 * 1.0 + 1 * 0.5) / 10)


def test_what_a_person_should_look_at() -> None:
    found = findings(a_run())
    assert [file.name for file in found.low_coverage] == ["b.pdf"]
    assert [file.name for file in found.slowest][:2] == ["f.pdf", "a.pdf"]
    assert len(found.failed) == 3


def test_reports_are_kept_the_newest_first_and_the_oldest_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "KEPT", 3)
    kept = Reports(MemoryObjects())
    for day in range(1, 6):
        kept.keep(a_run(f"2026030{day}T101500.000000Z"))
    assert [run.id[:8] for run in kept.overviews()] == ["20260305", "20260304", "20260303"]
    assert kept.find().id.startswith("20260305")
    assert kept.find("20260304T101500.000000Z") == a_run("20260304T101500.000000Z")


def test_a_report_that_is_not_there_or_is_damaged_is_said_to_be() -> None:
    kept = Reports(MemoryObjects())
    with pytest.raises(NotFound):
        kept.find()
    kept.objects.put("reports/x.json", b"{")
    with pytest.raises(NotFound):
        kept.find("y")
    with pytest.raises(WorkspaceDamaged):
        kept.find("x")


def test_the_terminal_shows_reasons_and_obeys_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    print_end(a_run())
    print_report(a_run())
    shown = capsys.readouterr().out
    assert ESCAPE not in shown
    assert (
        "2 indexed, 1 unchanged, 3 failed in 5.0 s from folder-1, 10 pages, 2.0 a second, 95 % of their words" in shown
    )
    assert "too_large  2" in shown
    assert "wait longer" in shown
    assert "b.pdf  50 %" in shown


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, ""),
        (1, "1 known question needs a new look: kingpost review list"),
        (3, "3 known questions need a new look: kingpost review list"),
    ],
)
def test_a_run_says_how_many_known_questions_it_put_before_the_experts_if_any(
    capsys: pytest.CaptureFixture[str], count: int, told: str
) -> None:
    run = replace(a_run(), stale_questions=count)
    for shown in (print_end, print_report):
        shown(run)
        assert [line for line in capsys.readouterr().out.splitlines() if "known question" in line] == [told] * bool(
            told
        )
    assert report_json(run)["stale_questions"] == count
