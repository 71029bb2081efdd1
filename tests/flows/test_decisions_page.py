"""The page of the decision log, run by Streamlit's own test runner against a served workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kingpost.app import App
from kingpost.types.answers import Question, Reader
from kingpost.web.pages import decisions
from serving import Server, serving

KNOWN = "What is the permitted point load of bay D2?"
NEAR_MISS = "What is the permitted point load of bay D3?"
ASKED = [KNOWN, NEAR_MISS] * 14


@pytest.fixture
def server(demo_app: App) -> Iterator[Server]:
    """Served with more decisions than a page of the log shows."""
    demo_app.bank.add(KNOWN, "90 kN", approved_by="expert")
    for text in ASKED:
        demo_app.answerer.answer(Question(text=text, reader=Reader.EXTRACTIVE))
    with serving(demo_app.workspace.root) as server:
        yield server


@pytest.mark.slow
def test_the_page_counts_filters_and_turns_over(server: Server) -> None:
    page = AppTest.from_file(str(Path(decisions.__file__)), default_timeout=60)
    page.secrets["api"] = server.address
    page.run()
    assert not page.exception
    shown = [text.value for text in page.markdown]
    assert len(shown) == decisions.SHOWN
    assert any(f"1 to {decisions.SHOWN} of {len(ASKED)}" in caption.value for caption in page.caption)
    page.button(key="earlier").click().run()
    assert any(f"{decisions.SHOWN + 1} to {len(ASKED)} of" in caption.value for caption in page.caption)
    page.selectbox(key="route").select("approved").run()
    shown = [text.value for text in page.markdown]
    assert len(shown) == len(ASKED) // 2
    assert all("Approved answer" in text and "exact" in text for text in shown)
    page.selectbox(key="verdict").select("stale").run()
    assert [text.value for text in page.markdown] == ["No decision like that. Every question that is asked leaves one."]
