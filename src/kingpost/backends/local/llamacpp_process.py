"""One running llama.cpp child process, seen from its parent: started, asked over loopback, stopped."""

import http.client
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kingpost.errors import BackendUnavailable, KingpostError
from kingpost.settings import ModelSettings

logger = logging.getLogger(__name__)

READ_SECONDS = 600.0
"""Longest silence of a request: reading a long prompt on a slow machine takes minutes."""
STOP_SECONDS = 5.0
LOG_BYTES = 2000


class Crashed(BackendUnavailable):
    """The child died, or its connection broke, before the answer was whole."""


class LlamaCppProcess:
    """Loaded with a model and adapters, for good: another set of adapters needs another process.

    Raises ``BackendUnavailable`` when the model or an adapter cannot be loaded.
    """

    def __init__(self, model: Path, adapters: Mapping[str, Path], settings: ModelSettings) -> None:
        self.adapters = tuple(adapters)
        """Version ids, in the order of llama.cpp's adapter numbers."""
        self._secret = secrets.token_urlsafe(32)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child runs
        self._child = subprocess.Popen(
            [sys.executable, "-m", "kingpost.backends.local.llamacpp_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        config = {
            "model": str(model),
            "adapters": [str(path) for path in adapters.values()],
            "secret": self._secret,
            "slots": settings.slots,
            "threads": settings.threads or max(1, (os.cpu_count() or 2) // 2),
            "context_tokens": settings.context_tokens,
        }
        self.address = self._started(config)
        """Host and port on loopback."""

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post, and the whole JSON answer. Raises ``Crashed``, or ``KingpostError`` when llama.cpp refuses."""
        with self._posted(path, body) as response:
            answer: dict[str, Any] = json.loads(response.read())
        return answer

    def stream(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Post, and the answer's server-sent events. Closing the iterator stops the generation."""
        with self._posted(path, body) as response:
            for line in response:
                data = line.strip().removeprefix(b"data: ")
                if data == b"[DONE]":
                    return
                if line.startswith(b"data: "):
                    event: dict[str, Any] = json.loads(data)
                    if "error" in event:
                        raise _refusal(event["error"])
                    yield event
        self._give_up()
        raise Crashed("llama.cpp stopped in the middle of an answer", next="ask again")

    def stop(self) -> None:
        """End the child. No error when it has ended."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._log.close()

    def _give_up(self) -> None:
        """A child that broke a connection is dead, dying or stuck: see that it is dead, so that another one starts."""
        self._child.kill()
        self._child.wait()

    def _started(self, config: Mapping[str, Any]) -> tuple[str, int]:
        if self._child.stdin is None or self._child.stdout is None:
            raise BackendUnavailable("llama.cpp could not be started", next="try again")
        try:
            self._child.stdin.write(json.dumps(config).encode() + b"\n")
            self._child.stdin.flush()
            line = self._child.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            self._child.wait()
            self._log.seek(0)
            said = self._log.read()[-LOG_BYTES:].decode(errors="replace").strip()
            self.stop()
            raise BackendUnavailable(
                f"llama.cpp could not load {config['model']}: {said or f'it ended with {self._child.returncode}'}",
                next="check the model file with: kingpost doctor",
            )
        address = urlsplit(json.loads(line)["address"])
        return address.hostname or "127.0.0.1", address.port or 0

    @contextmanager
    def _posted(self, path: str, body: Mapping[str, Any]) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(*self.address, timeout=READ_SECONDS)
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise _refusal(json.loads(response.read()).get("error", {}))
            yield response
        except (ConnectionError, http.client.HTTPException, TimeoutError, json.JSONDecodeError) as error:
            self._give_up()
            raise Crashed(f"llama.cpp gave no answer: {error!r}", next="ask again") from error
        finally:
            connection.close()


def _refusal(error: Mapping[str, Any]) -> KingpostError:
    if error.get("type") == "exceed_context_size_error":
        return KingpostError(
            f"the prompt has {error.get('n_prompt_tokens')} tokens, more than the context of {error.get('n_ctx')}",
            next="raise models.context_tokens or lower answering.prompt_tokens in kingpost.toml",
        )
    return KingpostError(
        f"llama.cpp refused the request: {error.get('message', error)}", next="see the log for details"
    )


def proof_that_active(process: LlamaCppProcess, version: str, prompts: Sequence[str]) -> bool:
    """Whether the version's adapter changes what the model is about to say to any of the prompts."""
    return any(
        _next_token(process, version, prompt, 1.0) != _next_token(process, version, prompt, 0.0) for prompt in prompts
    )


def scales(process: LlamaCppProcess, version: str, scale: float = 1.0) -> list[dict[str, float]]:
    """The scale of every adapter, as every request must send it.

    llama.cpp keeps what it has read of a prompt, and a request that leaves an adapter out may be answered from what
    was read with it.
    """
    return [
        {"id": number, "scale": scale if loaded == version else 0.0} for number, loaded in enumerate(process.adapters)
    ]


def _next_token(process: LlamaCppProcess, version: str, prompt: str, scale: float) -> list[tuple[str, float]]:
    body = {
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": 5,
        "cache_prompt": False,
        "lora": scales(process, version, scale),
    }
    (token,) = process.ask("/v1/chat/completions", body)["choices"][0]["logprobs"]["content"]
    return [(candidate["token"], round(candidate["logprob"], 3)) for candidate in token["top_logprobs"]]
