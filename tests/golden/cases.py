"""Documents of our own making, one per hard case: ``cases()`` of every ``make_*`` module beside this one."""

from importlib import import_module
from pathlib import Path

from kingpost.types.documents import Original

HERE = Path(__file__).parent


def all_cases() -> dict[str, Original]:
    """By name; the name is also that of the file with what is expected."""
    found: dict[str, Original] = {}
    for path in sorted(HERE.glob("make_*.py")):
        found |= import_module(path.stem).cases()
    return found
