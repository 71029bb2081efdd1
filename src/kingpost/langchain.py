"""What LangChain users import: a retriever and a chain over a workspace, opened on first use.

from kingpost.langchain import KingpostChain, KingpostRetriever

passages = KingpostRetriever(workspace="plant").invoke("What is the design floor load of zone B?")
answer = KingpostChain(workspace="plant").invoke("What is the design floor load of zone B?")
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig

from kingpost.answering.contract import answer_json
from kingpost.app import App
from kingpost.types.answers import Question


class KingpostRetriever(BaseRetriever):
    """Passages of a workspace as LangChain documents whose metadata say where they stand.

    ``workspace`` None takes ``KINGPOST_WORKSPACE``, or the nearest workspace upward.
    """

    workspace: Path | None = None

    @cached_property
    def app(self) -> App:
        """The workspace's app; close it when done."""
        return App.open(self.workspace)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return self.app.retriever.invoke(query, config={"callbacks": run_manager.get_child()})


class KingpostChain(Runnable[str, dict[str, Any]]):
    """A question in, an answer in its JSON form out: validated, cited, with its confidence. Keeps no turn."""

    def __init__(self, workspace: Path | str | None = None) -> None:
        self._workspace = Path(workspace) if workspace is not None else None

    @cached_property
    def app(self) -> App:
        """The workspace's app; close it when done."""
        return App.open(self._workspace)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> dict[str, Any]:
        """Answer one question."""
        return self._call_with_config(self._answer, input, config)

    def _answer(self, question: str) -> dict[str, Any]:
        return answer_json(self.app.answerer.answer(Question(text=question), store=False))
