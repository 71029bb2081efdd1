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


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_is_one(page: str) -> None:
    known = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    named = re.findall(r"kingpost ((?:documents|feedback|review|questions|dataset|models|settings) [a-z]+|[a-z]+)",
                       (ROOT / page).read_text(encoding="utf-8"))  # fmt: skip
    prose = {"beside"}
    assert not [name for name in named if f"\n## kingpost {name}\n" not in known and name not in prose]


def test_both_commands_of_the_readme_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`?make ([a-z]+)`?", text)) <= targets
