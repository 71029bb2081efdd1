"""Models are pulled whole or not at all: pip, digests, building and resuming, on a package index of our own."""

import hashlib
import json
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import onnxruntime
import pytest
from safetensors.numpy import save_file

from kingpost.backends.local.model_cache import ModelCache, PullProgress
from kingpost.backends.local.model_catalogue import CATALOGUE, CatalogueModel
from kingpost.errors import BackendUnavailable, KingpostError, MissingModel, OutOfSpace

WIDTH, HEADS, INNER, LAYERS, VOCABULARY, LONGEST = 8, 2, 16, 1, 20, 32
CONFIG = {"hidden_size": WIDTH, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip looks for packages."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return shelf


@pytest.fixture
def catalogue(shelf: Path, tmp_path: Path) -> dict[str, CatalogueModel]:
    """A small encoder and a small chat model, packed as the real ones are."""
    weights, chat = tmp_path / "model.safetensors", tmp_path / "tiny.gguf"
    write_encoder_weights(weights)
    write_gguf(chat)
    texts = {"tiny/config.json": json.dumps(CONFIG).encode(), "tiny/tokenizer.json": b"{}"}
    write_wheel(shelf, "tiny-encoder", {"tiny/model.safetensors": weights.read_bytes(), **texts})
    write_wheel(shelf, "tiny-chat", {"tiny/tiny.gguf": chat.read_bytes()})
    encoder = CatalogueModel(
        name="encoder",
        kind="embeddings",
        package="tiny-encoder",
        version="1.0",
        weights="tiny/model.safetensors",
        sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        licence="Apache-2.0",
        download_bytes=1000,
        disk_bytes=1000,
        ready=("model.onnx", "tokenizer.json"),
        companions=tuple(texts),
    )
    model = replace(
        encoder,
        name="chat",
        kind="chat",
        package="tiny-chat",
        weights="tiny/tiny.gguf",
        sha256=hashlib.sha256(chat.read_bytes()).hexdigest(),
        ready=("chat.Q8_0.gguf",),
        companions=(),
    )
    return {"encoder": encoder, "chat": model}


@pytest.fixture
def cache(tmp_path: Path, catalogue: dict[str, CatalogueModel]) -> ModelCache:
    return ModelCache(tmp_path / "models", catalogue=catalogue)


def write_wheel(shelf: Path, package: str, members: dict[str, bytes]) -> None:
    name = f"{package.replace('-', '_')}-1.0"
    with zipfile.ZipFile(shelf / f"{name}-py3-none-any.whl", "w") as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        wheel.writestr(f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{name}.dist-info/RECORD", "")


def write_encoder_weights(path: Path) -> None:
    random = np.random.default_rng(1)
    layer = "encoder.layer.0."
    square = [f"{layer}attention.{name}" for name in ("self.query", "self.key", "self.value", "output.dense")]
    shapes = {
        "embeddings.word_embeddings.weight": (VOCABULARY, WIDTH),
        "embeddings.position_embeddings.weight": (LONGEST, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        f"{layer}intermediate.dense.weight": (INNER, WIDTH),
        f"{layer}intermediate.dense.bias": (INNER,),
        f"{layer}output.dense.weight": (WIDTH, INNER),
        f"{layer}output.dense.bias": (WIDTH,),
        **{f"{name}.weight": (WIDTH, WIDTH) for name in square},
        **{f"{name}.bias": (WIDTH,) for name in square},
    }
    norms = ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm")
    shapes |= {f"{norm}.{part}": (WIDTH,) for norm in norms for part in ("weight", "bias")}
    save_file({name: random.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}, path)


def write_gguf(path: Path) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.name", "tiny")
    writer.add_array("tokenizer.ggml.tokens", ["a", "b", "c"])
    values = np.linspace(-1, 1, 4 * 64, dtype=np.float32).reshape(4, 64)
    kind = gguf.GGMLQuantizationType.Q4_1
    writer.add_tensor("blk.0.attn_q.weight", gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.add_tensor("blk.0.attn_norm.weight", values[0].copy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_pulled_models_are_checked_built_and_found(cache: ModelCache):
    told: list[PullProgress] = []
    assert cache.pull(told.append) == (cache.directory / "encoder", cache.directory / "chat")
    assert cache.embeddings("encoder") == cache.directory / "encoder"
    assert cache.chat("chat") == cache.directory / "chat" / "chat.Q8_0.gguf"
    steps = list(dict.fromkeys(progress.step for progress in told if progress.model == "chat"))
    assert steps == ["download", "check", "build", "ready"]
    assert not list((cache.directory / ".partial").iterdir())
    assert cache.damage("encoder") == cache.damage("chat") == ()


def test_a_second_pull_fetches_nothing(cache: ModelCache, shelf: Path):
    cache.pull()
    for wheel in shelf.iterdir():
        wheel.unlink()
    told: list[PullProgress] = []
    cache.pull(told.append)
    assert {progress.step for progress in told} == {"ready"}


def test_a_model_that_was_not_pulled_is_missing_with_the_command(cache: ModelCache):
    for look in (lambda: cache.embeddings("encoder"), lambda: cache.chat("chat")):
        with pytest.raises(MissingModel) as missing:
            look()
        assert "kingpost models pull" in missing.value.next


def test_a_name_that_nobody_knows_is_told_with_those_that_are(cache: ModelCache, tmp_path: Path):
    with pytest.raises(MissingModel) as missing:
        cache.embeddings("chat")
    assert "encoder" in missing.value.next
    with pytest.raises(MissingModel, match=r"mine\.gguf"):
        cache.chat(str(tmp_path / "mine.gguf"))
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    assert cache.chat(str(tmp_path / "mine.gguf")) == tmp_path / "mine.gguf"


@pytest.mark.parametrize("step", ["check", "build"])
def test_what_has_arrived_is_not_fetched_again(cache: ModelCache, shelf: Path, step: str):
    def stop(progress: PullProgress) -> None:
        if (progress.model, progress.step) == ("chat", step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.pull(stop)
    with pytest.raises(MissingModel):
        cache.chat("chat")
    for wheel in shelf.iterdir():
        wheel.unlink()
    cache.pull()
    assert cache.chat("chat").is_file()


def test_other_weights_than_expected_are_refused_and_thrown_away(
    cache: ModelCache, catalogue: dict[str, CatalogueModel], shelf: Path
):
    right = (shelf / "tiny_chat-1.0-py3-none-any.whl").read_bytes()
    write_wheel(shelf, "tiny-chat", {"tiny/tiny.gguf": b"GGUF something else"})
    with pytest.raises(KingpostError, match="not the ones expected"):
        cache.pull()
    with pytest.raises(MissingModel):
        cache.chat("chat")
    (shelf / "tiny_chat-1.0-py3-none-any.whl").write_bytes(right)
    cache.pull()
    assert cache.chat("chat").is_file()


def test_a_package_without_the_weights_is_told(cache: ModelCache, shelf: Path):
    write_wheel(shelf, "tiny-chat", {"tiny/readme": b""})
    with pytest.raises(KingpostError, match="is broken"):
        cache.pull()


def test_a_package_index_that_gives_nothing_is_told(cache: ModelCache, shelf: Path):
    (shelf / "tiny_chat-1.0-py3-none-any.whl").unlink()
    with pytest.raises(BackendUnavailable, match=r"did not give tiny-chat 1\.0") as error:
        cache.pull()
    assert "network" in error.value.next
    assert cache.embeddings("encoder").is_dir()  # what came before stays


def test_a_network_that_is_down_is_told(cache: ModelCache, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nobody listens there
    with pytest.raises(BackendUnavailable, match="cannot be reached") as error:
        cache.pull()
    assert "kingpost models pull" in error.value.next


def test_an_interpreter_without_pip_is_told(cache: ModelCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(KingpostError, match="has no pip") as error:
        cache.pull()
    assert "ensurepip" in error.value.next


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    tmp_path: Path, catalogue: dict[str, CatalogueModel], shelf: Path
):
    big = {name: replace(model, disk_bytes=10**18) for name, model in catalogue.items()}
    with pytest.raises(OutOfSpace) as error:
        ModelCache(tmp_path / "models", catalogue=big).pull()
    assert "KINGPOST_MODELS" in error.value.next


@pytest.mark.parametrize("how", ["truncated", "changed", "gone", "no manifest"])
def test_a_damaged_model_is_noticed_and_pulled_again(cache: ModelCache, how: str):
    cache.pull()
    file = cache.chat("chat")
    content = file.read_bytes()
    match how:
        case "truncated":
            file.write_bytes(content[:-1])
        case "changed":
            file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "gone":
            file.unlink()
        case _:
            (file.parent / "manifest.json").write_text("{")
    assert cache.damage("chat") == ("chat.Q8_0.gguf",)
    cache.pull()
    assert cache.damage("chat") == ()
    assert cache.chat("chat").read_bytes() == content


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KINGPOST_MODELS", str(tmp_path))
    assert ModelCache().directory == tmp_path


def test_requantised_weights_keep_values_and_metadata(cache: ModelCache, tmp_path: Path):
    cache.pull()
    before, after = gguf.GGUFReader(tmp_path / "tiny.gguf"), gguf.GGUFReader(cache.chat("chat"))
    for tensor, changed in zip(before.tensors, after.tensors, strict=True):
        assert tensor.name == changed.name
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert gguf.quants.dequantize(changed.data, changed.tensor_type) == pytest.approx(values, abs=0.01)
    kinds = {tensor.name: tensor.tensor_type.name for tensor in after.tensors}
    assert kinds == {"blk.0.attn_q.weight": "Q8_0", "blk.0.attn_norm.weight": "F32"}
    assert after.fields["general.name"].contents() == "tiny"
    assert after.fields["tokenizer.ggml.tokens"].contents() == ["a", "b", "c"]


def test_padding_changes_no_vector(cache: ModelCache):
    cache.pull()
    session = onnxruntime.InferenceSession(cache.embeddings("encoder") / "model.onnx")
    short = {"input_ids": np.array([[5, 6, 7]]), "attention_mask": np.array([[1, 1, 1]])}
    padded = {"input_ids": np.array([[5, 6, 7, 0, 0]]), "attention_mask": np.array([[1, 1, 1, 0, 0]])}
    (alone,), (with_padding,) = session.run(None, short), session.run(None, padded)
    assert alone == pytest.approx(with_padding, abs=1e-6)
    assert np.linalg.norm(alone) == pytest.approx(1, abs=1e-6)


def test_the_catalogue_names_licences_and_full_digests():
    for model in CATALOGUE.values():
        assert model.licence == "Apache-2.0"
        assert len(model.sha256) == 64


def test_the_digest_of_a_model_of_ones_own_is_that_of_the_file_as_it_is_now(tmp_path: Path) -> None:
    cache, model = ModelCache(tmp_path / "cache"), tmp_path / "own.gguf"
    assert cache.digest(str(model)) == ""
    model.write_bytes(b"first")
    assert cache.digest(str(model)) == cache.digest(str(model)) == hashlib.sha256(b"first").hexdigest()
    model.write_bytes(b"another")
    assert cache.digest(str(model)) == hashlib.sha256(b"another").hexdigest()
    assert cache.digest("a model that is in no catalogue") == ""
