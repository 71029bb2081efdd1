import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kingpost.errors import UsageError
from kingpost.evaluation import charts
from kingpost.evaluation.compare import compare
from kingpost.evaluation.compare_page import compare_page, write_comparison
from kingpost.evaluation.report import report_page
from kingpost.evaluation.rows import anchor
from kingpost.evaluation.runs import ANSWERS, REPORT, Run
from kingpost.evaluation.summary import summarise

VIEWER = "http://127.0.0.1:8420"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
CITATION = {
    "document": "d1",
    "name": "handbook.pdf",
    "title": "Handbook",
    "location": {"page": 3, "rects": []},
    "quote": "Floors carry 5 kN/m2.",
    "uri": "file:///handbook.pdf",
    "view": "/view/d1?page=3&quote=Floors",
}


def row(id: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "question": f"How much does floor {id} carry?",
        "standalone": f"How much does floor {id} carry?",
        "answer": "5 kN/m2",
        "answers": ["5 kN/m2"],
        "type": "load",
        "route": "rag",
        "answerable": True,
        "confidence": 0.8,
        "right": True,
        "measures": {"exact_match": 1.0, "token_f1": 1.0},
        "retrieval": {f"{what}_recall@{k}": 1.0 for what in ("document", "place") for k in (1, 5, 10)} | {"mrr": 1.0},
        "citations": [CITATION],
        "citations_right": [1, 1],
        "cited_first": True,
        "numbers": {"count": 1, "uncited": [], "calculated": False},
        "latency_ms": 100.0,
        "timings_ms": {"retrieval": 40.0},
    } | fields


REFUSED = {"route": "abstain", "citations": [], "citations_right": None, "numbers": None, "cited_first": False}


def summary(rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    head = {
        "questions": "floors.jsonl",
        "profile": "kingpost",
        "reader": "extractive",
        "scope": "all",
        "documents": 2,
        "versions": {"kingpost": "0.1.0"},
        "finished_at": "2026-03-01T10:00:00+00:00",
        "problems": [],
        "viewer": VIEWER,
    }
    return json.loads(json.dumps(head | summarise(rows) | fields))


class Page(HTMLParser):
    """Elements, addresses and text of a page; fails on an element that is closed by none of its own."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.open += [] if tag in self.VOID else [tag]
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if "href" in values else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_report_stands_alone_and_every_link_in_it_leads_somewhere() -> None:
    rows = [row("a"), row("b", right=False), row("c", **REFUSED), row("d", answerable=False, **REFUSED)]
    html = report_page(summary(rows), rows)
    page = Page(html)
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert "img" not in page.tags
    assert len(page.ids) == len(set(page.ids))
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids)
    assert {"right", "wrong", "refused", "rightly_refused"} <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {VIEWER + CITATION["view"]}
    assert "default-src &#39;none&#39;" in html


def test_what_a_document_or_question_says_is_text_on_the_page() -> None:
    hostile = row(
        HOSTILE,
        question=HOSTILE,
        answer=HOSTILE,
        answers=[HOSTILE],
        type=HOSTILE,
        citations=[CITATION | {"title": HOSTILE, "quote": HOSTILE, "view": 'javascript:alert("x")'}],
    )
    made = summary([hostile], questions=HOSTILE, problems=[HOSTILE])
    page = Page(report_page(made, [hostile]))
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [link for link in page.links if "javascript" in link]


def test_a_passage_that_stood_in_the_question_set_has_no_link() -> None:
    given = row("a", citations=[CITATION | {"uri": ""}])
    assert not [link for link in Page(report_page(summary([given]), [given])).links if "/view/" in link]


def test_the_figures_of_a_report_have_their_intervals_and_refusals_stand_side_by_side() -> None:
    rows = [row("a"), row("b", **REFUSED, right=False), row("c", answerable=False, **REFUSED)]
    html = report_page(summary(rows), rows)
    assert "66.7 %" in html
    assert "20.8 to 93.9" in html
    assert html.index("Not answerable: refused") < html.index("Answerable: refused")


def test_numbers_that_no_citation_holds_and_a_wrong_first_document_are_told_at_the_answer() -> None:
    bad = row("a", cited_first=False, numbers={"count": 2, "uncited": ["7 kN"], "calculated": False})
    html = report_page(summary([bad]), [bad])
    assert "in no citation: 7 kN" in html
    assert "the first reference is of another document" in html
    calculated = row("a", numbers={"count": 1, "uncited": ["7 kN"], "calculated": True})
    assert "in no citation:" not in report_page(summary([calculated]), [calculated])


def test_a_run_that_only_searched_is_shown_by_what_was_found() -> None:
    searched = {
        "id": "a",
        "question": "How much does the floor carry?",
        "route": None,
        "type": "",
        "answerable": True,
        "answers": ["5 kN/m2"],
        "retrieval": {"document_recall@1": 0.0, "document_recall@5": 1.0, "document_recall@10": 1.0, "mrr": 0.5},
        "passages": [{"document": "list.xlsx"}, {"document": "handbook.pdf"}],
        "latency_ms": 5.0,
    }
    html = report_page(summary([searched]), [searched])
    assert "Found, but not first" in html
    assert "2. handbook.pdf" in html
    assert "Recall by k" in html
    assert "Reliability" not in html


BINS = [
    {"n": 10, "confidence": 0.2, "right": 0.3, "interval": [0.1, 0.6]},
    {"n": 40, "confidence": 0.9, "right": 0.8, "interval": [0.65, 0.9]},
]


def test_a_drawing_is_well_formed_and_says_its_values_in_words() -> None:
    drawn = charts.reliability(BINS)
    svg = ElementTree.fromstring(drawn)
    assert svg.get("role") == "img"
    assert "confidence 90 %: 80 % right" in (svg.get("aria-label") or "")
    assert len(svg.findall(".//circle")) == len(BINS)


def test_points_stand_where_their_values_are() -> None:
    svg = ElementTree.fromstring(charts.reliability(BINS))
    low, high = ((float(dot.get("cx") or 0), float(dot.get("cy") or 0)) for dot in svg.findall(".//circle"))
    assert low[0] < high[0]
    assert low[1] > high[1]
    diagonal = svg.find(".//*[@class='diagonal']")
    assert diagonal is not None
    top = float(diagonal.get("y2") or 0)
    floor = float(diagonal.get("y1") or 0)
    assert high[1] == pytest.approx(floor + 0.8 * (top - floor), abs=0.2)


def test_lines_are_told_apart_by_more_than_their_colour() -> None:
    values = {1: (0.5, 0.4, 0.6), 5: (0.8, 0.7, 0.9)}
    svg = ElementTree.fromstring(charts.recall({"fused": values, "dense": values, "<lexical>": values}))
    marks = [group[-1].tag for group in svg.findall(".//g")]
    assert (
        len({(tag, kind) for tag, kind in zip(marks, (g.get("class") for g in svg.findall(".//g")), strict=True)}) == 3
    )
    assert {"circle", "rect", "polygon"} == set(marks)
    assert "<lexical>" in [text.text for text in svg.findall(".//text")]


def written(directory: Path, *rows: dict[str, Any]) -> Path:
    run = Run(directory, identity={}, rows_name=ANSWERS)
    for one in rows:
        run.append(one)
    made = summary(list(rows))
    run.finish(made, report=lambda: report_page(made, rows))
    return directory


def test_a_comparison_links_to_both_reports_and_the_viewer_with_the_lost_ones_first(tmp_path: Path) -> None:
    a = written(tmp_path / "a", row("1"), row("2"), row("3", right=False))
    b = written(tmp_path / "b", row("1"), row("2", right=False), row("3"))
    write_comparison(compare(a, b), tmp_path / "new" / "compared")
    html = (tmp_path / "new" / "compared" / "compare.html").read_text()
    page = Page(html)
    rows = [link for link in page.links if REPORT in link]
    assert rows[:2] == [f"../../{side}/{REPORT}#{anchor('2')}" for side in ("a", "b")]
    for link in rows:
        path, _, name = link.partition("#")
        assert f'id="{name}"' in (tmp_path / "new" / "compared" / path).resolve().read_text()
    assert VIEWER + CITATION["view"] in page.links
    assert re.findall(r'class="group (\w+)"', html) == ["lost", "won", "both_right"]


def test_a_comparison_of_runs_without_reports_has_no_dead_links(tmp_path: Path) -> None:
    a, b = written(tmp_path / "a", row("1")), written(tmp_path / "b", row("1"))
    (a / REPORT).unlink()
    page = Page(compare_page(compare(a, b), tmp_path))
    assert [link for link in page.links if REPORT in link] == [f"b/{REPORT}#{anchor('1')}"]


def test_a_comparison_cannot_be_written_over_a_file(tmp_path: Path) -> None:
    a = written(tmp_path / "a", row("1"))
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        write_comparison(compare(a, a), tmp_path / "file")


def test_a_run_begun_anew_leaves_no_report_of_the_one_before(tmp_path: Path) -> None:
    written(tmp_path / "run", row("1"))
    assert (tmp_path / "run" / REPORT).exists()
    Run(tmp_path / "run", identity={}, rows_name=ANSWERS)
    assert not (tmp_path / "run" / REPORT).exists()
