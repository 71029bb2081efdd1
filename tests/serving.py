"""Starts ``kingpost serve`` as its users do: the real command, in a process of its own, on a free port."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx


@dataclass
class Server:
    """A running server and what it said when it started."""

    address: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """An HTTP client with the server's address as its base."""
        return httpx.Client(base_url=self.address, timeout=120, trust_env=False)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Interrupt it, wait for its end, and give its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@contextmanager
def serving(workspace: Path, *options: str, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server on the workspace, with settings in its environment, stopped at the end."""
    command = [sys.executable, "-m", "kingpost", "serve", "--workspace", str(workspace), "--port", "0", *options]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | dict(settings or {}), start_new_session=True
    )
    said: list[str] = []
    try:
        yield Server(address=_address(process, said), process=process, said=said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        if process.stderr:
            process.stderr.close()


def _address(process: "subprocess.Popen[str]", said: list[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line.strip())
        found = re.search(r"Kingpost is at (http://\S+)", line)
        if found:
            return found[1]
    raise AssertionError(f"the server did not start: {said}")
