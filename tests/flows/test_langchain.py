"""LangChain users: a retriever and a chain over a workspace, in two lines."""

from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable

from kingpost.langchain import KingpostChain, KingpostRetriever

QUESTION = "What does clause 6.3.2 of WDS-100 say?"

pytestmark = pytest.mark.slow


def test_the_retriever_gives_documents_that_say_where_they_stand(demo_workspace: Path) -> None:
    retriever = KingpostRetriever(workspace=demo_workspace)
    found = retriever.invoke(QUESTION)
    retriever.app.close()
    assert isinstance(retriever, BaseRetriever)
    assert "flue space" in found[0].page_content
    assert found[0].metadata["document"]


def test_the_chain_answers_with_citations_and_composes_with_other_runnables(demo_workspace: Path) -> None:
    chain = KingpostChain(demo_workspace)
    answer = (chain | (lambda answer: answer["citations"][0]["location"]["page"])).invoke(QUESTION)
    with chain.app as app:
        assert not list(app.records.turns.partitions()), "a chain keeps no turn"
    assert isinstance(chain, Runnable)
    assert answer == 10


def test_nothing_is_opened_before_the_first_question(tmp_path: Path) -> None:
    KingpostChain(tmp_path / "not-there")
    assert isinstance(KingpostRetriever(workspace=tmp_path / "not-there"), BaseRetriever)
