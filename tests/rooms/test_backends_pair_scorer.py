"""The verifier's cross-encoder: made from the pulled encoder, as torch computes it, and whole or not there."""

from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from tokenizers import Tokenizer

from kingpost.backends.local import locks
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.model_catalogue import CATALOGUE
from kingpost.backends.local.onnx_pair_scorer import UNREAD, OnnxPairScorer
from kingpost.backends.local.pair_graph import encoder_weights
from kingpost.backends.local.verifier_model import (
    BODY,
    FILES,
    LONGEST_TOKENS,
    adapter_digest,
    adapter_file,
    remove_others,
    verifier_model,
)
from kingpost.errors import MissingModel

PAIRS = [
    ("What is the clear width of dock door D-12?", "How wide is dock door D-12"),
    ("Floor load of zone B", "Which load does the floor of zone C take, in the new hall with the long racks?"),
    ("x", "y"),
]


@pytest.fixture(scope="module")
def encoder(models_ready: ModelCache) -> Path:
    return models_ready.embeddings(BODY)


@pytest.fixture(scope="module")
def scorer(encoder: Path) -> OnnxPairScorer:
    return OnnxPairScorer(verifier_model(encoder))


def test_the_onnx_file_computes_what_was_trained(encoder: Path, scorer: OnnxPairScorer) -> None:
    pytest.importorskip("torch")
    from kingpost.finetuning.job.pair_model import PairModel
    from kingpost.finetuning.job.pair_training import logits

    model = PairModel(encoder_weights(encoder / "model.onnx"))
    model.load(adapter_file())
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    both = [*PAIRS, *((asked, known) for known, asked in PAIRS)]
    scored = np.array(scorer(both)).reshape(2, -1).mean(axis=0)
    assert np.allclose(scored, logits(model, tokenizer, PAIRS), atol=1e-3)


def test_a_pair_scores_the_same_whatever_it_is_scored_with(scorer: OnnxPairScorer) -> None:
    assert np.allclose(scorer(PAIRS), [scorer([pair])[0] for pair in PAIRS], atol=1e-4)
    assert scorer([]) == []


def test_questions_too_long_to_be_read_whole_are_not_taken_for_the_same(scorer: OnnxPairScorer) -> None:
    preface = "For the loading hall with the long racks and the conveyor that feeds it from the yard, " * 12
    long, other = f"{preface} who switches the pump off?", f"{preface} how is the gearbox lubricated?"
    first, second = scorer([(long, other), PAIRS[0]])
    assert first == UNREAD < second == pytest.approx(scorer([PAIRS[0]])[0], abs=1e-4)


def test_the_model_is_made_once_and_again_where_a_file_of_it_is_missing(encoder: Path, tmp_path: Path) -> None:
    beside = tmp_path / "models" / BODY
    beside.mkdir(parents=True)
    for name in FILES:
        (beside / name).symlink_to(encoder / name)
    made = verifier_model(beside)
    written = (made / "model.onnx").stat().st_mtime_ns
    assert verifier_model(beside) == made
    assert (made / "model.onnx").stat().st_mtime_ns == written
    (made / "tokenizer.json").unlink()
    assert sorted(path.name for path in verifier_model(beside).iterdir()) == sorted(FILES)
    assert [path.name for path in made.parent.iterdir() if path.name.startswith(".partial")] == []


def test_a_folder_that_cannot_be_written_is_named_with_what_helps(encoder: Path, tmp_path: Path) -> None:
    beside = tmp_path / BODY
    beside.symlink_to(encoder)
    (tmp_path / ".verifier.lock").mkdir()
    with pytest.raises(MissingModel, match="cannot be made there") as refused:
        verifier_model(beside)
    assert "KINGPOST_MODELS" in refused.value.next


def test_a_pull_removes_the_verifiers_of_other_releases_and_what_killed_builds_left(
    encoder: Path, tmp_path: Path
) -> None:
    (tmp_path / BODY).symlink_to(encoder)
    for name in ("verifier-0123456789ab", ".partial-verifier-0123456789ab", "verifier-of-mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.onnx").touch()
    ModelCache(tmp_path, catalogue={BODY: CATALOGUE[BODY]}).pull()
    folders = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert folders == {BODY, f"verifier-{adapter_digest()[:12]}", "verifier-of-mine"}


def test_nothing_is_removed_while_another_process_builds(tmp_path: Path) -> None:
    built = tmp_path / ".partial-verifier-0123456789ab"
    built.mkdir()
    removal = Thread(target=remove_others, args=(tmp_path / "verifier-ba9876543210",))
    with locks.held(tmp_path / ".verifier.lock", kind="verifier"):
        removal.start()
        removal.join(timeout=0.3)
        assert built.is_dir()
    removal.join(timeout=60)
    assert not built.exists()
