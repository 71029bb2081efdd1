"""The command line: one module per noun; each command parses, calls the app, prints."""

from kingpost.cli.program import main

__all__ = ["main"]
