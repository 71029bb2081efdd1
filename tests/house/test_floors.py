"""Imports go down the floors only, heavy things stay in their rooms, and nothing goes round in a circle."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from source_tree import PACKAGE, ROOT, inside, trees

VIOLATIONS = {
    "upwards": ("language/normalise.py", "import kingpost.app", "floors BROKEN"),
    "upwards inside a function": (
        "retrieval/fusion.py",
        "def climb():\n    from kingpost.answering import answerer\n    return answerer",
        "floors BROKEN",
    ),
    "sideways": ("feedback/__init__.py", "import kingpost.finetuning.registry", "floors BROKEN"),
    "a room of its own floor": ("attic.py", "FLOOR = 'none'", "attic"),
    "torch outside the training job": (
        "finetuning/datasets.py",
        "import torch",
        "heavy things stay in their rooms BROKEN",
    ),
    "streamlit outside the web": (
        "cli/serve.py",
        "import streamlit",
        "heavy things stay in their rooms BROKEN",
    ),
}


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the package in ``directory``."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(directory), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_contract_of_the_house_is_broken() -> None:
    result = lint(ROOT)
    assert "2 kept, 0 broken" in result.stdout, result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_violation_is_caught(violation: str, tmp_path: Path) -> None:
    file, line, said = VIOLATIONS[violation]
    shutil.copytree(PACKAGE, tmp_path / "kingpost", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    target = tmp_path / "kingpost" / file
    before = target.read_text(encoding="utf-8") if target.exists() else '"""New."""\n'
    target.write_text(f"{before}\n{line}\n", encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert said in result.stdout + result.stderr


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("kingpost", exclude_type_checking_imports=True, cache_dir=None)
    # The package's front door hands out App by a lazy __getattr__; rooms ask it for __version__ only.
    graph.remove_import(importer="kingpost", imported="kingpost.app")
    assert not in_circles(graph)


def test_a_circle_is_found() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in ("ab", "bc", "ca", "cd"):
        graph.add_import(importer=importer, imported=imported)
    assert in_circles(graph) == ["a", "b", "c"]


def in_circles(graph: grimp.ImportGraph) -> list[str]:
    """Modules that import themselves, by way of others."""
    return sorted(
        module
        for module in graph.modules
        if graph.find_upstream_modules(module) & graph.find_downstream_modules(module)
    )


def test_rooms_ask_the_front_door_for_its_version_only() -> None:
    asked = [
        f"{inside(path)}:{node.lineno} {alias.name}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "kingpost"
        for alias in node.names
        if alias.name == "App"
    ]
    assert not asked
