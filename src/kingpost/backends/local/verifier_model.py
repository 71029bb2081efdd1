"""Makes the verifier's model file from the pulled sentence encoder and the trained part that ships with Kingpost."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from kingpost.backends.local import locks
from kingpost.backends.local.file_digests import file_digest
from kingpost.errors import MissingModel

BODY = "all-MiniLM-L6-v2"
"""The encoder whose body it is, whatever encoder the workspace embeds with."""
LONGEST_TOKENS = 200
"""Of both questions together: what it is trained on and what it reads."""
FILES = ("model.onnx", "tokenizer.json")
_NAME = re.compile(r"verifier-[0-9a-f]{12}")


def adapter_file() -> Path:
    """The trained part that ships with Kingpost."""
    return Path(str(files("kingpost.backends.local").joinpath("verifier.safetensors")))


@cache
def adapter_digest() -> str:
    """The sha256 of the trained part: names the verifier wherever something was fitted with it."""
    return file_digest(adapter_file())


def verifier_model(encoder: Path, adapter: Path | None = None, *, into: Path | None = None) -> Path:
    """The folder with ``model.onnx`` and ``tokenizer.json`` of a verifier, made on first use.

    ``encoder`` is the folder of the pulled encoder, ``adapter`` the trained part, else the one that ships. It lies in
    ``into``, else beside the encoder, named by what it was made of, so that another release of Kingpost makes another
    one and none is ever half there.
    """
    parent = into or encoder.parent
    target = parent / f"verifier-{(file_digest(adapter) if adapter else adapter_digest())[:12]}"
    if not _is_there(target):
        with _told(target), locks.held(parent / ".verifier.lock", kind="verifier", wait=True):
            if not _is_there(target):
                _make(encoder, adapter or adapter_file(), target)
    return target


def remove_others(needed: Path) -> None:
    """Remove the verifiers beside this one, which other releases made, and what builds that were killed left there.

    Builds hold the lock, so none is under way meanwhile. A release that is still used makes its own again when it
    starts, and refined verifiers lie in their workspaces. What cannot be removed stays.
    """
    parent = needed.parent
    with suppress(OSError), locks.held(parent / ".verifier.lock", kind="verifier", wait=True):
        for partial in parent.glob(".partial-verifier-*"):
            shutil.rmtree(partial, ignore_errors=True)
        for other in parent.glob("verifier-*"):
            if _NAME.fullmatch(other.name) and other.name != needed.name:
                # By another name first, so that it is never half there.
                shutil.rmtree(other.rename(_partial(other)), ignore_errors=True)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say where the verifier could not be written, and what helps."""
    try:
        yield
    except OSError as error:
        raise MissingModel(
            f"the verifier is not in {target.parent} and cannot be made there: {error.strerror or error}",
            next="run kingpost models pull as a user who may write there, or point KINGPOST_MODELS at another folder",
        ) from error


def _is_there(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def _partial(target: Path) -> Path:
    return target.with_name(f".partial-{target.name}")


def _make(encoder: Path, adapter: Path, target: Path) -> None:
    from kingpost.backends.local.pair_graph import write_pair_scorer

    partial = _partial(target)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_pair_scorer(encoder / "model.onnx", adapter, partial / "model.onnx")
    shutil.copyfile(encoder / "tokenizer.json", partial / "tokenizer.json")
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
