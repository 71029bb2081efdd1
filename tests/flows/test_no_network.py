"""Ingest and ask with no network at all: native code escapes a guard in Python, so loopback is all there is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ONLY_LOOPBACK = ("unshare", "--map-root-user", "--net")
UP = """
import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP | IFF_RUNNING))
"""
REACH = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as out:
    out.settimeout(5)
    try:
        out.connect(("192.0.2.1", 80))
    except OSError as error:
        raise SystemExit(0 if error.errno == 101 else 1)
raise SystemExit(1)
"""


@pytest.fixture(scope="module")
def namespace() -> tuple[str, ...]:
    """The command that runs another one with loopback only."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare to make a network namespace")
    tried = subprocess.run([*ONLY_LOOPBACK, sys.executable, "-c", UP], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"may not make a network namespace here: {tried.stderr.strip()}")
    return ONLY_LOOPBACK


def test_the_namespace_reaches_nothing(namespace: tuple[str, ...]) -> None:
    subprocess.run([*namespace, sys.executable, "-c", UP + REACH], check=True)


def test_ingest_and_ask_need_no_network(
    namespace: tuple[str, ...], tmp_path: Path, models_ready: object, demo_documents: Path
) -> None:
    kingpost = f"{sys.executable} -m kingpost"
    script = f"""set -e
{sys.executable} -c '{UP}'
{kingpost} init {tmp_path}/w
{kingpost} ingest {demo_documents} --workspace {tmp_path}/w --json > {tmp_path}/ingest.json
{kingpost} ask "What fire resistance does Poland require for a storage height over 12 m?" \\
    --workspace {tmp_path}/w --reader generative --json > {tmp_path}/answer.json
"""
    environment = {**os.environ, "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "none"}
    ended = subprocess.run(
        [*namespace, "bash", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    (report,) = json.loads((tmp_path / "ingest.json").read_text())
    assert report["counts"]["indexed"] == 5
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["citations"]
    assert "langsmith" not in ended.stderr.lower()
