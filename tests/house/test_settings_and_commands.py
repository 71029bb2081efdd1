"""Every setting is described and every command documented; the pages that are generated are up to date."""

import subprocess
import sys
from pathlib import Path

import pytest
from source_tree import ROOT

from kingpost.settings import Settings, commented_toml, describe

PAGES = ("README.md", "docs/settings.md", "docs/commands.md")


def test_every_setting_is_described() -> None:
    assert not [f"{section}.{key}" for section, key, _, text in describe() if not text.endswith(".")]


def test_every_section_of_the_settings_says_what_it_is_about() -> None:
    assert all((field.annotation.__doc__ or "").strip() for field in Settings.model_fields.values())


def test_the_settings_file_shows_every_knob() -> None:
    text = commented_toml()
    assert not [key for _, key, _, _ in describe() if f"# {key} = " not in text]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated pages, written anew."""
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run([sys.executable, ROOT / "scripts" / "write_docs.py", folder], check=True)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_up_to_date(page: str, written: Path) -> None:
    now = (ROOT / page).read_text(encoding="utf-8")
    assert now == (written / page).read_text(encoding="utf-8"), "run: python scripts/write_docs.py"


def test_every_command_of_the_contract_is_there() -> None:
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    contract = """init; demo; doctor; ingest; documents list|show|remove; search; ask; serve; feedback list|add|export;
        review list|show|approve|edit|reject|request; questions list|add|import|export|retire;
        dataset build|list|show|export; finetune; models list|show|pull|promote|rollback|compare;
        evaluate; compare; validate; calibrate; replay; settings show|describe"""
    wanted = [
        f"## kingpost {noun} {verb}".strip()
        for entry in contract.split(";")
        for noun, verbs in [entry.split() if " " in entry.strip() else (entry.strip(), "")]
        for verb in verbs.split("|")
    ]
    assert not [heading for heading in wanted if f"\n{heading}\n" not in documented]
