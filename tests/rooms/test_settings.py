"""Settings: one file, overridden by the environment; what is unknown is refused."""

from pathlib import Path

import pytest

from kingpost.errors import SettingsError
from kingpost.settings import FILE_NAME, OUTSIDE_SETTINGS, Settings, commented_toml, load


def test_a_fresh_settings_file_is_all_defaults(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(commented_toml())
    assert load(tmp_path) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE_NAME).write_text("[retrieval]\npassages = 4\ncandidates = 40\n")
    monkeypatch.setenv("KINGPOST_RETRIEVAL__PASSAGES", "6")
    settings = load(tmp_path)
    assert (settings.retrieval.passages, settings.retrieval.candidates) == (6, 40)


@pytest.mark.parametrize("name", sorted(OUTSIDE_SETTINGS))
def test_variables_that_are_no_settings_leave_the_settings_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "some/where")
    assert load(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[retrieval]\npasages = 4\n", "retrieval.pasages"),
        ("[retreival]\npassages = 4\n", "retreival"),
        ("[retrieval]\npassages = 0\n", "retrieval.passages"),
        ("[backends]\nindex = 'faiss'\n", "backends.index"),
        ("[retrieval\n", FILE_NAME),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_the_key(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(SettingsError) as refused:
        load(tmp_path)
    assert named in refused.value.message
    assert "kingpost settings describe" in refused.value.next


@pytest.mark.parametrize("name", ["KINGPOST_RETREIVAL__PASSAGES", "KINGPOST_RETRIEVAL__PASAGES", "KINGPOST_RETRIEVAL"])
def test_an_unknown_name_in_the_environment_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "4")
    with pytest.raises(SettingsError, match=name):
        load(tmp_path)


def test_the_earlier_name_of_the_bound_still_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE_NAME).write_text("[validation]\nbound = 0.01\n")
    assert load(tmp_path).validation.maximum_false_match_rate == 0.01
    (tmp_path / FILE_NAME).write_text("")
    monkeypatch.setenv("KINGPOST_VALIDATION__BOUND", "0.02")
    assert load(tmp_path).validation.maximum_false_match_rate == 0.02


def test_both_names_of_the_bound_at_once_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[validation]\nbound = 0.01\nmaximum_false_match_rate = 0.02\n")
    with pytest.raises(SettingsError, match="maximum_false_match_rate"):
        load(tmp_path)


def test_only_what_an_index_depends_on_changes_its_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Settings().fingerprint()
    monkeypatch.setenv("KINGPOST_SERVER__PORT", "9000")
    assert Settings().fingerprint() == before
    monkeypatch.setenv("KINGPOST_DOCUMENTS__CHUNK_TOKENS", "180")
    assert Settings().fingerprint() != before
