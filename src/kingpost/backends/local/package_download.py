"""Fetches one package file from the Python package index by ``pip download`` in a child process."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from kingpost.errors import BackendUnavailable, KingpostError, OutOfSpace

LOOK_EVERY_SECONDS = 0.2


def download(package: str, version: str, into: Path, *, on_bytes: Callable[[int], None]) -> Path:
    """The wheel of ``package``, in ``into``; ``on_bytes`` hears how many bytes have arrived.

    pip itself resumes a broken transfer; a wheel that has arrived whole is found again and not fetched twice.
    Raises ``BackendUnavailable`` (no network, no such file there) or ``OutOfSpace``.
    """
    if arrived := _wheel(package, version, into):
        on_bytes(arrived.stat().st_size)
        return arrived
    incoming = into / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    log = into / f"{package}.log"
    with log.open("w", encoding="utf-8") as output:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments from the catalogue
            _command(package, version, into),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(incoming)},
        )
        try:
            while child.poll() is None:
                on_bytes(_arriving(incoming))
                _wait(child)
        finally:
            child.terminate()
            child.wait()
    arrived = _wheel(package, version, into)
    if child.returncode != 0 or arrived is None:
        raise _explained(package, version, log.read_text(encoding="utf-8", errors="replace"))
    on_bytes(arrived.stat().st_size)
    return arrived


def _command(package: str, version: str, into: Path) -> list[str]:
    # No cache: what is built from the file is kept, so the file itself need not lie on the disk twice.
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    retries = ["--retries", "3", "--timeout", "30", "--progress-bar", "off"]
    return [sys.executable, "-m", "pip", "download", *options, *retries, "--dest", str(into), f"{package}=={version}"]


def _wheel(package: str, version: str, into: Path) -> Path | None:
    return next(into.glob(f"{package.replace('-', '_')}-{version}-*.whl"), None)


def _arriving(incoming: Path) -> int:
    """Bytes of the wheel that pip is writing into its temporary directory, which may vanish while it is looked at."""
    sizes = [0]
    for folder, _, names in os.walk(incoming):
        for name in names:
            if name.endswith(".whl"):
                with contextlib.suppress(FileNotFoundError):  # pip has just moved it
                    sizes.append(Path(folder, name).stat().st_size)
    return max(sizes)


def _wait(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.wait(timeout=LOOK_EVERY_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _explained(package: str, version: str, log: str) -> KingpostError:
    again = "then run: kingpost models pull (what has arrived is kept)"
    if "No space left on device" in log:
        return OutOfSpace(f"the disk filled up while fetching {package}", next=f"free some space, {again}")
    if "No module named pip" in log:
        return KingpostError(
            f"{sys.executable} has no pip, which fetches the models",
            next=f"run: {sys.executable} -m ensurepip, {again}",
        )
    if "connection broken by" in log:  # pip then says that there is no such package, which is not the point
        return BackendUnavailable(
            f"the package index cannot be reached, so {package} was not fetched",
            next=f"check the network and pip's settings (index-url, proxy), {again}",
        )
    last = next((line.strip() for line in reversed(log.splitlines()) if line.startswith("ERROR")), "pip gave no reason")
    return BackendUnavailable(
        f"the package index did not give {package} {version}: {last.removeprefix('ERROR: ')[:300]}",
        next=f"check the network and pip's settings (index-url, proxy), {again}",
    )
