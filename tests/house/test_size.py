"""Files and functions stay small enough to read, and are named for what they do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_tree import PACKAGE, functions, inside, trees

FILE_LINES = 500
FUNCTION_LINES = 60
DOOR_LINES = 25
FORBIDDEN = {"util", "utils", "common", "helper", "helpers", "misc", "base", "manager", "managers", "core", "stuff"}
HANDLER = re.compile(r"\.(command|callback|get|post|put|patch|delete|api_route|exception_handler)$")


def test_files_are_short() -> None:
    lengths = {inside(path): len(path.read_text(encoding="utf-8").splitlines()) for path in trees()}
    assert not {name: length for name, length in lengths.items() if length > FILE_LINES}


def test_functions_are_short() -> None:
    long = [
        f"{inside(path)}:{function.lineno} {function.name}"
        for path, tree in trees().items()
        for function in functions(tree)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]
    assert not long


@pytest.mark.parametrize("room", ["cli", "web"])
def test_commands_and_handlers_parse_call_and_print(room: str) -> None:
    long = [
        f"{inside(path)}:{function.lineno} {function.name}: {lines} lines"
        for path, function in doors(PACKAGE / room)
        if (lines := body_lines(function)) > DOOR_LINES
    ]
    assert not long


def doors(folder: Path) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions that a command or a path of the API stands for."""
    for path, tree in trees().items():
        if folder in path.parents:
            for function in functions(tree):
                is_verb = folder.name == "cli" and function.name == path.stem
                if is_verb or any(HANDLER.search(decorator_name(node)) for node in function.decorator_list):
                    yield path, function


def decorator_name(node: ast.expr) -> str:
    """``router.get`` of ``@router.get("/path")``."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, the parameters and the docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_there_are_doors_to_measure() -> None:
    assert sum(1 for _ in doors(PACKAGE / "cli")) > 30


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [inside(path) for path in trees() if path.stem in FORBIDDEN or path.parent.name in FORBIDDEN]


def test_every_module_says_its_duty() -> None:
    silent = [inside(path) for path, tree in trees().items() if not first_line(tree).endswith((".", ":"))]
    assert not silent


def first_line(tree: ast.Module) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(tree) or "\n").splitlines()[0].strip()
