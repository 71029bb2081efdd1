"""Errors are one tree, each is raised somewhere, and each says what to do next."""

import ast
import inspect
from collections.abc import Iterator

import pytest
from source_tree import inside, trees

from kingpost import errors

CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.KingpostError)
}


def raised() -> Iterator[tuple[str, str, ast.Call]]:
    """Where each of our errors is made: place, name of its class, call."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in CLASSES:
                    yield f"{inside(path)}:{node.lineno}", name, node


def test_the_tree_is_drawn_in_full() -> None:
    drawn = errors.__doc__ or ""
    assert not [name for name in CLASSES if name not in drawn]


@pytest.mark.parametrize("name", sorted(CLASSES.keys() - {"KingpostError"}))
def test_every_error_is_raised_somewhere(name: str) -> None:
    family = {other for other, kind in CLASSES.items() if issubclass(kind, CLASSES[name])}
    assert any(made in family for _, made, _ in raised())


def test_every_error_says_what_to_do_next() -> None:
    silent = [
        place
        for place, name, call in raised()
        if name != "MissingExtra" and not any(keyword.arg in ("next", None) for keyword in call.keywords)
    ]
    assert not silent


def test_codes_are_unlike_and_exit_codes_are_those_of_the_contract() -> None:
    codes = [kind.code for kind in CLASSES.values()]
    assert len(set(codes)) == len(codes)
    assert {kind.exit_code for kind in CLASSES.values()} == {1, 2}
