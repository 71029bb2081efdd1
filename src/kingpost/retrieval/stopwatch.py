"""Adds up how long each part of a question's way took."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class Stopwatch:
    """Milliseconds by part. A part that is timed inside another one counts for itself alone."""

    def __init__(self) -> None:
        self.spent_ms: defaultdict[str, float] = defaultdict(float)
        self._inside = [0.0]

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Count what happens inside for this part."""
        started = time.perf_counter()
        self._inside.append(0.0)
        try:
            yield
        finally:
            took = (time.perf_counter() - started) * 1000
            self.spent_ms[part] += took - self._inside.pop()
            self._inside[-1] += took

    def timed(self, part: str, function: Callable[[Given], Made]) -> Callable[[Given], Made]:
        """The function, each call of which counts for this part."""

        def call(given: Given) -> Made:
            with self.timing(part):
                return function(given)

        return call
