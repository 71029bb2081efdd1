"""The served page in a real browser: a question, its answer, the boxed passage, feedback, and the experts' queue."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from serving import Server, serving

sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync".split()
SHOTS = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))
WAIT_MILLISECONDS = 120_000

FROM_A_CLAUSE = "What does clause 6.3.2 of WDS-100 say?"
SAID_THERE = "flue space of at least 150 mm"
FROM_A_CELL = "What is the fire rating of door D-108?"
NOT_TOLD = "What is the mass of part QX-99812?"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, ingested_workspace: Path) -> Iterator[Server]:
    workspace = Path(shutil.copytree(ingested_workspace, tmp_path_factory.mktemp("page") / "workspace"))
    with serving(workspace, settings={"KINGPOST_ANSWERING__READER": "extractive"}) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "sync_api.Browser", server: Server) -> Iterator["sync_api.Page"]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MILLISECONDS)
    asked: list[str] = []
    page = context.new_page()
    context.on("request", lambda request: asked.append(request.url))
    page.goto(server.address)
    page.get_by_role("heading", name="Ask your documents").wait_for()
    yield page
    context.close()
    elsewhere = [url for url in asked if not url.startswith((server.address, "data:", "blob:"))]
    assert elsewhere == [], "the page asks nobody but its own server"


def ask(page: "sync_api.Page", question: str) -> None:
    """Type it, send it by the keyboard, and wait until the answer stands there."""
    answers = page.get_by_text("Reasons and timings")
    before = answers.count()
    page.get_by_placeholder("Ask a question about your documents").fill(question)
    page.keyboard.press("Enter")
    answers.nth(before).wait_for()


def open_reference(page: "sync_api.Page", number: int = 0) -> "sync_api.Page":
    with page.context.expect_page() as opened:
        page.locator('a[href*="/view/"]').nth(number).click()
    viewer = opened.value
    viewer.wait_for_load_state()
    return viewer


def screenshot(page: "sync_api.Page", name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def test_an_answer_opens_its_page_with_the_passage_boxed(page: "sync_api.Page", demo_documents: Path) -> None:
    ask(page, FROM_A_CLAUSE)
    assert page.title() == "Kingpost"
    assert page.get_by_text(SAID_THERE).count()
    assert page.get_by_text("confidence ·").count() == 1
    screenshot(page, "answer")
    viewer = open_reference(page)
    viewer.locator("img").evaluate("image => image.decode()")
    image = viewer.locator("img").bounding_box()
    boxes = [box.bounding_box() for box in viewer.locator(".box").all()]
    screenshot(viewer, "reference-boxed")
    assert image is not None
    assert boxes
    for box in boxes:
        assert image["x"] <= box["x"] < box["x"] + box["width"] <= image["x"] + image["width"]
        assert image["y"] <= box["y"] < box["y"] + box["height"] <= image["y"] + image["height"]
    x, y = middle_of(demo_documents / "standards" / "WDS-100_rev_B.pdf", 10, "flue space")
    over = (image["x"] + x * image["width"], image["y"] + y * image["height"])
    assert any(holds(box, over) for box in boxes), "a box lies over the words"
    assert viewer.locator(".box").first.evaluate("box => box === document.activeElement")


def middle_of(pdf: Path, page_number: int, words: str) -> tuple[float, float]:
    """Where the words stand on the page, as fractions from its top left, read from the PDF itself."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_number - 1]
    text = page.get_textpage()
    found = text.search(words).get_next()
    assert found is not None
    left, bottom, right, top = text.get_rect(text.count_rects(*found) - 1)
    width, height = page.get_size()
    return (left + right) / 2 / width, 1 - (top + bottom) / 2 / height


def holds(box: "sync_api.FloatRect", point: tuple[float, float]) -> bool:
    x, y = point
    return box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"]


def test_the_passage_can_be_seen_without_leaving_the_page(page: "sync_api.Page") -> None:
    ask(page, FROM_A_CLAUSE)
    page.get_by_text("Show the passage").first.click()
    excerpt = page.frame_locator("iframe").first
    excerpt.locator(".box").first.wait_for()
    screenshot(page, "passage-inline")
    assert excerpt.locator("img").count() == 1


def test_what_produced_an_answer_is_fetched_when_it_is_asked_for(page: "sync_api.Page") -> None:
    ask(page, FROM_A_CLAUSE)
    assert page.get_by_text("Question as understood").count() == 0
    page.get_by_text("Why this answer").click()
    page.get_by_text("Question as understood").wait_for()
    page.get_by_text("Passages read").wait_for()
    screenshot(page, "why-this-answer")
    assert page.get_by_text("calibrator").count()


def test_a_workbook_reference_opens_with_its_cells_marked(page: "sync_api.Page") -> None:
    ask(page, FROM_A_CELL)
    viewer = open_reference(page)
    assert viewer.locator("td.cited").count() >= 1
    assert viewer.locator(".sheet thead th").nth(1).inner_text() == "A"
    screenshot(viewer, "reference-cells")


def test_feedback_reaches_the_server(page: "sync_api.Page", server: Server) -> None:
    ask(page, FROM_A_CELL)
    page.get_by_text("Feedback", exact=True).click()
    page.get_by_text("Disagree", exact=True).click()
    page.get_by_role("button", name="The answer").click()
    page.get_by_text("Major", exact=True).click()
    page.get_by_label("The correct answer").fill("EI 90")
    page.get_by_label("Comment").fill("see <b>CN-031</b>")
    screenshot(page, "feedback")
    page.get_by_role("button", name="Send feedback").click()
    page.get_by_text("Thank you").wait_for()
    with server.client() as http:
        [feedback] = http.get("/api/v1/feedback").json()
    assert feedback["rating"] == 2
    assert feedback["severity"] == "major"
    assert feedback["wrong"] == ["answer"]
    assert feedback["correct_answer"] == "EI 90"
    assert feedback["comment"] == "see <b>CN-031</b>"


def test_a_refused_question_goes_to_the_experts_and_their_answer_serves(page: "sync_api.Page", server: Server) -> None:
    ask(page, NOT_TOLD)
    page.get_by_role("button", name="Ask an expert").click()
    page.get_by_text("Sent to the experts").wait_for()
    screenshot(page, "refused")
    page.get_by_role("link", name="Reviews").click()
    card = page.locator('[data-testid="stVerticalBlock"]').filter(has_text=NOT_TOLD).last
    card.get_by_label("Approved answer").fill("11.4 kg")
    screenshot(page, "reviews")
    card.get_by_role("button", name="Approve").click()
    page.get_by_text("it answers from now on").wait_for()
    page.get_by_role("link", name="Ask", exact=True).click()
    ask(page, NOT_TOLD)
    assert page.get_by_text("11.4 kg").count()
    assert page.get_by_text("Approved answer").count()
    screenshot(page, "approved")


def test_a_reload_amid_an_answer_loses_nothing(page: "sync_api.Page") -> None:
    page.get_by_placeholder("Ask a question about your documents").fill(FROM_A_CELL)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?job=*")
    page.reload()
    page.get_by_text("Reasons and timings").wait_for()
    assert page.get_by_text(FROM_A_CELL).count()


def test_decisions_are_counted_and_lead_to_their_turns(page: "sync_api.Page") -> None:
    ask(page, FROM_A_CELL)
    page.get_by_role("link", name="Decisions").click()
    page.get_by_text("latest first").wait_for()
    page.locator('[data-testid="stVegaLiteChart"]').wait_for()
    screenshot(page, "decisions")
    with page.context.expect_page() as opened:
        page.locator('a[href*="conversation="]').first.click()
    opened.value.get_by_text(FROM_A_CELL).first.wait_for()


def test_documents_are_listed_and_open(page: "sync_api.Page") -> None:
    page.get_by_role("link", name="Documents").click()
    page.get_by_text("superseded").first.wait_for()
    screenshot(page, "documents")
    assert open_reference(page).locator("h1").count() == 1


def test_the_last_ingest_is_told_with_its_figures(page: "sync_api.Page") -> None:
    page.get_by_role("link", name="Ingest reports").click()
    page.get_by_text("Slowest").wait_for()
    page.get_by_text("passages ·").wait_for()
    screenshot(page, "ingest-report")
    assert page.get_by_test_id("stMetric").first.inner_text().split() == ["Indexed", "5"]


def test_what_was_read_is_boxed_on_the_page_and_told_beside_it(page: "sync_api.Page") -> None:
    page.get_by_role("link", name="Documents").click()
    page.get_by_text("superseded").first.wait_for()
    viewer = page.context.new_page()
    viewer.goto(page.locator('a[href*="blocks=1"]').nth(3).evaluate("link => link.href"))
    viewer.locator("img").evaluate("image => image.decode()")
    for _ in range(6):
        viewer.get_by_label("Next page").click()
    viewer.locator("img").evaluate("image => image.decode()")
    screenshot(viewer, "blocks")
    assert viewer.locator(".block-box.read-table").count() >= 1
    assert viewer.locator(".head-box").count() >= 2
    numbered = viewer.locator(".block-number").all_text_contents()
    assert numbered == [str(number) for number in range(1, len(numbered) + 1)]
    viewer.locator(".boxes a").first.click()
    assert viewer.url.endswith("#block-1")
