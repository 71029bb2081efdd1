"""What all tests share: a guard that lets loopback through and nothing else, a workspace, and demo documents."""

import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.workspace import Workspace
from kingpost.errors import MissingModel
from kingpost.settings import Settings

ROOT = Path(__file__).parent.parent

os.environ.setdefault("OMP_NUM_THREADS", "1")  # many threads on few cores are slower than one
os.environ.pop("KINGPOST_WORKSPACE", None)  # no test may write into the developer's workspace
os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook that stops Python code from reaching beyond this machine (native code: test_no_network.py)."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::"):
        return
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise PermissionError(f"tests may not reach the network: {name}")


sys.addaudithook(refuse_network)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="count a skipped test as failed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no worker ends long after the others."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield
    if report.skipped and item.config.getoption("--no-skips") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --no-skips forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report: pytest.CollectReport = yield
    if report.skipped and collector.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --no-skips forbids: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def models_ready() -> ModelCache:
    """The model cache, with both default models in it."""
    cache, names = ModelCache(), Settings().models
    try:
        cache.embeddings(names.embeddings)
        cache.chat(names.chat)
    except MissingModel as error:
        pytest.skip(f"{error.message}; {error.next}")
    return cache


@pytest.fixture
def app(tmp_path: Path, models_ready: ModelCache) -> Iterator[App]:
    """An app on a fresh, empty workspace with the real embedded backends."""
    with App.open(Workspace.create(tmp_path / "workspace").root) as app:
        yield app


@pytest.fixture(scope="session")
def demo_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demo documents. Do not write into it: copy it."""
    folder = tmp_path_factory.mktemp("demo") / "documents"
    subprocess.run([sys.executable, ROOT / "examples" / "make_documents.py", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def ingested_workspace(
    tmp_path_factory: pytest.TempPathFactory, models_ready: ModelCache, demo_documents: Path
) -> Path:
    """A workspace with the demo documents, ingested once. Do not write into it: ``demo_workspace`` is a copy."""
    from kingpost.documents.sources.folder import FolderSource

    root = tmp_path_factory.mktemp("ingested") / "workspace"
    with App.open(Workspace.create(root).root) as app:
        app.ingestor.ingest(FolderSource(demo_documents))
    return root


@pytest.fixture
def demo_workspace(tmp_path: Path, ingested_workspace: Path) -> Path:
    """A copy of the workspace with the demo documents, to do anything with."""
    return Path(shutil.copytree(ingested_workspace, tmp_path / "demo-workspace"))


@pytest.fixture
def demo_app(demo_workspace: Path) -> Iterator[App]:
    """An app on a workspace with the demo documents."""
    with App.open(demo_workspace) as app:
        yield app
