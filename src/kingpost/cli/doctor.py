"""``kingpost doctor``: what is wrong with the workspace, and how to mend it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show
from kingpost.errors import KingpostError, NotFound, UsageError
from kingpost.types.search import CHUNKS, QUESTIONS

if TYPE_CHECKING:
    from kingpost.app import App

LITTLE_SPACE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was looked at: whether it is well, what was found, and how to mend it."""

    check: str
    well: bool
    found: str
    mend: str = ""


def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Look at everything a workspace stands on; exit 1 when something is wrong."""
    findings = list(examine(workspace))
    show({"findings": findings}, as_json=as_json, text=lambda: print_findings(findings))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def examine(workspace: Path | None) -> Iterator[Finding]:
    """All findings; a check that fails does not keep the next ones from being made."""
    try:
        app = open_app(workspace)
    except UsageError as error:
        yield Finding(check="settings", well=False, found=error.message, mend=error.next)
        return
    yield Finding(check="settings", well=True, found=str(app.workspace.settings_file))
    with app:
        for name, check in CHECKS:
            try:
                yield from check(app)
            except KingpostError as error:
                yield Finding(check=name, well=False, found=error.message, mend=error.next)


def directories(app: "App") -> Iterator[Finding]:
    """The directories are there and can be written; the disk has room."""
    root = app.workspace.root
    for path in (root, app.workspace.objects, app.workspace.index, app.workspace.jobs, app.workspace.logs):
        if not path.is_dir():
            yield Finding(
                check="directories", well=False, found=f"{path} is missing", mend=f"run: kingpost init {root}"
            )
        elif not os.access(path, os.W_OK):
            yield Finding(check="directories", well=False, found=f"{path} cannot be written", mend="change its rights")
    free = shutil.disk_usage(root).free
    well = free >= LITTLE_SPACE_BYTES
    yield Finding(
        check="disk",
        well=well,
        found=f"{free // 1_000_000} MB free",
        mend="" if well else "free some space on the disk",
    )


def database(app: "App") -> Iterator[Finding]:
    """The SQLite file is whole."""
    if app.settings.backends.records != "sqlite":
        return
    from kingpost.backends.local.database import Database

    with Database(app.workspace.database).reading() as connection:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    mend = (
        "" if answer == "ok" else f"put back a copy of {app.workspace.root}, or make a new workspace and ingest again"
    )
    yield Finding(check="database", well=answer == "ok", found=f"{app.workspace.database.name}: {answer}", mend=mend)


def index(app: "App") -> Iterator[Finding]:
    """The word indexes can be read; one that is behind is no fault, since searching brings it up to date."""
    if app.settings.backends.index != "sqlite":
        return
    from kingpost.backends.local.sqlite_index import SqliteIndex

    opened = SqliteIndex(
        database=app.workspace.database,
        directory=app.workspace.index / app.settings.fingerprint(),
        language=app.settings.documents.language,
    )
    for collection in (CHUNKS, QUESTIONS):
        yield Finding(check="index", well=True, found=f"{collection}: {opened.lag(collection)} changes to take in")


def models(app: "App") -> Iterator[Finding]:
    """The model files are there and are what they were when they were pulled."""
    from kingpost.backends.local.model_catalogue import CATALOGUE

    for name in (app.settings.models.embeddings, app.settings.models.chat):
        damaged = app.model_cache.damage(name) if name in CATALOGUE else missing_file(Path(name))
        found = f"{name}: {', '.join(damaged)} missing or changed" if damaged else f"{name} is whole"
        yield Finding(
            check="models", well=not damaged, found=found, mend="run: kingpost models pull" if damaged else ""
        )


def missing_file(path: Path) -> tuple[str, ...]:
    """The path, if no file is there."""
    return () if path.expanduser().is_file() else (str(path),)


def documents(app: "App") -> Iterator[Finding]:
    """Every document has its original, and was indexed with the settings in force."""
    everything = app.library.documents()
    lost, old = [], []
    for document in everything:
        try:
            revision = app.library.revision(document)
            app.objects.local_path(revision.object_key)
        except NotFound:
            lost.append(document.name)
            continue
        if revision.fingerprint != app.settings.fingerprint():
            old.append(document.name)
    if lost:
        mend = "ingest their folder again, or take them out: kingpost documents remove NAME"
        yield Finding(check="documents", well=False, found=f"original lost: {', '.join(lost)}", mend=mend)
    if old:
        found = f"{len(old)} indexed under other settings: {old[0]}{', ...' if old[1:] else ''}"
        yield Finding(check="documents", well=False, found=found, mend="ingest their folders again")
    if not lost and not old:
        yield Finding(check="documents", well=True, found=f"{len(everything)} documents with their originals")


def reading(_: "App") -> Iterator[Finding]:
    """The processes that read files have no network and write no files."""
    command = [sys.executable, "-m", "kingpost.documents.parsing.confinement"]
    confined = subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own module
    if confined:
        yield Finding(check="reading", well=True, found="files are read without network and without writing")
    else:
        found = "this system cannot take the network from processes that read files (seccomp is missing)"
        mend = "read files of strangers on Linux (x86_64 or aarch64), or in a container without network"
        yield Finding(check="reading", well=False, found=found, mend=mend)


def live_model(app: "App") -> Iterator[Finding]:
    """The adapter of the live version is there."""
    live = app.registry.live_model()
    if live is None:
        yield Finding(check="live model", well=True, found="no fine-tuned version is live")
        return
    app.objects.local_path(live.version.adapter_key)
    yield Finding(check="live model", well=True, found=f"{live.version.id} with its adapter")


def validation_bound(app: "App") -> Iterator[Finding]:
    """What was fitted for question validation belongs to what it is used with."""
    refused = app.bound.refused()
    if refused:
        why = f"{refused.partition(':')[0]}; the shipped threshold counts"
        mend = "fit it anew: kingpost calibrate --validation"
        yield Finding(check="bound", well=False, found=why, mend=mend)
    else:
        threshold = app.bound.threshold()
        yield Finding(check="bound", well=True, found=f"from {threshold.value:.4f} on ({threshold.source})")


def refined_verifier(app: "App") -> Iterator[Finding]:
    """The verifier that was refined here is used, and is whole."""
    from kingpost.answering.refined_verifier import refused
    from kingpost.backends.local.verifier_model import adapter_digest

    why = refused(app.records, shipped=adapter_digest())
    if why:
        found, _, mend = why.partition(": ")
        yield Finding(check="verifier", well=False, found=f"{found}; the one that ships counts", mend=mend)
        return
    app.refined_part()
    found = f"refined here ({app.refined.digest[:12]})" if app.refined else "as it ships"
    yield Finding(check="verifier", well=True, found=found)


CHECKS: tuple[tuple[str, Callable[["App"], Iterator[Finding]]], ...] = (
    ("directories", directories),
    ("database", database),
    ("index", index),
    ("models", models),
    ("documents", documents),
    ("reading", reading),
    ("live model", live_model),
    ("verifier", refined_verifier),
    ("bound", validation_bound),
)


def print_findings(findings: list[Finding]) -> None:
    """A line a finding, and what to do below what is wrong."""
    for finding in findings:
        print(f"{'ok   ' if finding.well else 'WRONG'}  {finding.check:<12} {finding.found}")
        if not finding.well:
            print(f"       {'':<12} {finding.mend}")
