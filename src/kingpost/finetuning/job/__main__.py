"""The door of the job: reads the configuration, minds signals and its parent's death, reports by JSON lines."""

import argparse
import ctypes
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kingpost.errors import KingpostError
from kingpost.finetuning.job import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_MISSING_EXTRA
from kingpost.finetuning.recipe import Recipe
from kingpost.types.models import TrainingProgress

NICE = 5
"""The server beside it answers first."""
PR_SET_PDEATHSIG = 1


class StopAsked:
    """Turns true at the first SIGINT or SIGTERM."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def __call__(self) -> bool:
        return self._asked

    def _ask(self, *_: object) -> None:
        self._asked = True


def main() -> int:
    """Run the job. Exit codes: 0 done, 1 failed, 3 the train extra is missing, 130 interrupted with a checkpoint."""
    parser = argparse.ArgumentParser(prog="python -m kingpost.finetuning.job")
    parser.add_argument("--config", type=Path, required=True)
    config = json.loads(parser.parse_args().config.read_text(encoding="utf-8"))
    stop_asked = StopAsked()
    os.nice(NICE)
    os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is imported: see Passes
    if config["parent"] is not None:
        die_with(config["parent"])
    try:
        from kingpost.finetuning.job.pipeline import Job
    except ModuleNotFoundError as error:
        write_line(error={"message": f"{error.name} is not installed", "next": ""})
        return EXIT_MISSING_EXTRA
    job = Job(
        dataset=Path(config["dataset"]),
        base=Path(config["base"]),
        output=Path(config["output"]),
        recipe=Recipe(**config["recipe"]),
        on_progress=report,
        stop_asked=stop_asked,
    )
    try:
        finished = job.finish()
    except (KingpostError, OSError) as error:
        write_line(error={"message": str(error), "next": error.next if isinstance(error, KingpostError) else ""})
        return EXIT_FAILED
    return 0 if finished else EXIT_INTERRUPTED


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent is gone, however that ended (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(EXIT_FAILED)


def report(progress: TrainingProgress) -> None:
    """One step, as a line."""
    write_line(progress=asdict(progress))


def write_line(**content: Any) -> None:
    """One JSON line on standard output, at once."""
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
