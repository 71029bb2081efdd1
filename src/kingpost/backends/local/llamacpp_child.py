"""The program of the child process that runs llama.cpp: it serves on loopback until its parent ends.

It reads one line of JSON from standard input (so that the secret stands in no process list), answers with one
line that holds its address, and from then on only watches that the parent is still there.
"""

import json
import os
import select
import sys
from typing import Any

import xllamacpp

LOOK_EVERY_SECONDS = 1.0


def main() -> None:
    """Load, say where, and serve until standard input ends or the parent is gone."""
    parent = os.getppid()
    # llama.cpp writes its log to standard output: the answer goes to a copy, everything else to standard error.
    answer = os.dup(1)
    os.dup2(2, 1)
    server = xllamacpp.Server(_parameters(json.loads(sys.stdin.buffer.readline())))
    os.write(answer, json.dumps({"address": server.listening_address}).encode() + b"\n")
    os.close(answer)
    while os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], LOOK_EVERY_SECONDS)
        if readable and not os.read(0, 1):
            break
    os._exit(0)  # without llama.cpp's orderly end, which would wait for requests under way


def _parameters(config: dict[str, Any]) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = config["model"]
    parameters.api_keys = [config["secret"]]
    parameters.lora_adapters = [_adapter(path) for path in config["adapters"]]
    parameters.n_parallel = config["slots"]
    parameters.n_ctx = config["slots"] * config["context_tokens"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = config["threads"]
    # Waiting threads that spin take the processor from everything else on a small machine.
    parameters.cpuparams.poll = parameters.cpuparams_batch.poll = 0
    parameters.n_gpu_layers = 0
    # Prompts kept aside are told apart by their tokens alone, not by the adapters they were read with.
    parameters.cache_ram_mib = 0
    parameters.warmup = False
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.verbosity = -1
    return parameters


def _adapter(path: str) -> xllamacpp.CommonAdapterLoraInfo:
    adapter = xllamacpp.CommonAdapterLoraInfo()
    adapter.path = path
    adapter.scale = 0.0  # every request sends the scale of every adapter
    return adapter


if __name__ == "__main__":
    main()
