"""``python -m kingpost``."""

from kingpost.cli import main

main()
