"""The rest of the style: ruff's rules, prints, probing, suppressions with a reason, secrets, and honest tests."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from source_tree import PACKAGE, ROOT, inside, repository_files, trees

MACHINE_PATHS = re.compile(
    "|".join(("/work" + "/", "/fa" + "rm/", "/ro" + "ot/", "/ho" + "me/[a-z]", "C:" + r"\\Users"))
)
SECRETS = re.compile(
    "|".join(
        (
            "AKIA" + "[0-9A-Z]{16}",
            "-----BEGIN" + " [A-Z ]*PRIVATE KEY",
            "sk-" + "[A-Za-z0-9]{32,}",
            "gh" + "p_[A-Za-z0-9]{36}",
        )
    )
)


def test_ruff_finds_nothing() -> None:
    ruff = Path(sys.executable).parent / "ruff"
    folders = ["src", "tests", "examples", "scripts", "benchmarks"]
    command = [ruff, "check", "--quiet", "--output-format", "concise", *folders]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_a_print_outside_the_command_line_is_caught_by_ruff(tmp_path: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    said = [
        subprocess.run(
            [ruff, "check", "--output-format", "concise", "--stdin-filename", f"src/kingpost/{room}/new.py", "-"],
            input='"""New."""\n\nprint(1)\n',
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for room in ("answering", "cli")
    ]
    assert "T201" in said[0]
    assert "T201" not in said[1]


def test_the_limits_of_the_house_are_those_of_ruff() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "max-complexity = 10" in settings
    assert "max-args = 6" in settings


def test_nothing_probes_what_an_object_can_do() -> None:
    probes = [
        f"{inside(path)}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    ]
    assert not probes


def test_every_suppression_has_a_reason() -> None:
    bare = re.compile(r"#\s*noqa(?!:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*\s+(?:-\s+)?\w)")
    assert not [
        f"{inside(path)}:{number}"
        for path in trees()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]


def test_broad_excepts_stand_only_at_doors() -> None:
    doors = ("cli/", "web/", "finetuning/job/", "documents/parsing/worker")
    broad = [
        f"{inside(path)}:{node.lineno}"
        for path, tree in trees().items()
        if not path.relative_to(PACKAGE).as_posix().startswith(doors)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    ]
    assert not broad


def test_nothing_names_a_path_of_one_machine_or_a_secret() -> None:
    found = [
        f"{inside(path)}:{number}"
        for path in repository_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1)
        if MACHINE_PATHS.search(line) or SECRETS.search(line)
    ]
    assert not found


def test_the_patterns_of_paths_and_secrets_find_them() -> None:
    assert MACHINE_PATHS.search("open('/ro" + "ot/x')")
    assert SECRETS.search("AKIA" + "A" * 16)


def test_tests_use_real_parts_and_wait_for_conditions() -> None:
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    texts = [path.read_text(encoding="utf-8") for path in tests]
    count = sum(len(re.findall(r"^\s*def test_", text, re.MULTILINE)) for text in texts)
    patches = sum(len(re.findall(r"monkeypatch\.setattr|mock\.patch|MagicMock\(|\bMock\(", text)) for text in texts)
    assert patches <= count * 5 / 100
    assert not [inside(path) for path, text in zip(tests, texts, strict=True) if "time.sleep(" in text]


def test_test_files_of_one_name_do_not_hide_each_other() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names)), sorted(name for name in set(names) if names.count(name) > 1)
