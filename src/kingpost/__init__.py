"""Kingpost: answers that bear load. Question answering over an engineering organisation's technical documents."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``from kingpost import App``, without importing the app whenever a room is imported."""
    if name == "App":
        from kingpost.app import App

        return App
    raise AttributeError(name)
