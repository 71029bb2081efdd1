"""Hostile and damaged files of our own making, each with the reasons for which it may be refused.

``INDEXED`` among the reasons: the file may be read too, as far as it can be.
"""

from dataclasses import dataclass

INDEXED = ""


@dataclass(frozen=True)
class Attack:
    """A file, and how it may end."""

    name: str
    content: bytes
    reasons: frozenset[str]


def attack(name: str, content: bytes | str, *reasons: str) -> Attack:
    return Attack(name, content.encode() if isinstance(content, str) else content, frozenset(reasons))
