"""The commands of the README and of the documentation, run as they are written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = ("README.md", "docs/users.md", "docs/contributing.md")
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.fixture
def clone(tmp_path: Path, demo_documents: Path) -> Path:
    """A copy of the repository with the demo documents where ``make demo`` leaves them."""
    copy = tmp_path / "clone"
    for name in ("src", "tests", "docs", "examples", "scripts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "documents"))
    for name in ("README.md", "pyproject.toml", "NOTICE", "LICENSE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, copy / name)
    shutil.copytree(ROOT / "src" / "kingpost" / "documents", copy / "src" / "kingpost" / "documents")
    shutil.copytree(demo_documents, copy / "examples" / "documents")
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page: str, clone: Path, models_ready: object) -> None:
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    binaries = Path(sys.executable).parent
    ended = subprocess.run(
        ["bash", "-e", "-c", "\n".join(blocks)],
        cwd=clone,
        env={**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(clone / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"


@pytest.mark.parametrize("page", [*PAGES, "docs/commands.md", "docs/settings.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("page", ["README.md", "docs/users.md"])
def test_every_command_that_a_page_names_is_one(page: str) -> None:
    documented = re.findall(r"^## kingpost (.+)$", (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), re.M)
    nouns = {command.partition(" ")[0] for command in documented if " " in command}
    words = [words.split() for words in named(page, "kingpost")]
    commands = {" ".join(each[:2]) if each[0] in nouns and len(each) > 1 else each[0] for each in words}
    assert commands
    assert not commands - {*documented, *nouns}


def test_both_commands_of_the_readme_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    asked = {words.split()[0] for page in PAGES for words in named(page, "make")}
    assert {"demo", "test", "check"} <= asked <= targets


def named(page: str, program: str) -> list[str]:
    """What a page writes after the program's name, in code."""
    text = (ROOT / page).read_text(encoding="utf-8").partition("<!-- file tree -->")[0]
    code = [
        *re.findall(r"`([^`\n]+)`", text),
        *"".join(re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)).splitlines(),
    ]
    return [found for line in code for found in re.findall(rf"(?:^|[ (]){program} ([a-z][a-z_ ]*)", line)]
