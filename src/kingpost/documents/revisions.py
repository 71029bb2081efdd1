"""Decides which documents are superseded: of those that share a number, the highest revision mark is current."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kingpost.documents.identity import base_number
from kingpost.language.identifiers import key
from kingpost.types.documents import Document, RevisionStatus

Identities = Mapping[str, Mapping[str, Any]]
"""By document id: ``names``, ``supersedes`` (keys of numbers, a mark after a space), ``withdrawn``."""


def settled(documents: Sequence[Document], identities: Identities) -> list[Document]:
    """The documents whose status or successor changes, as they should be."""
    successors = _successors(documents, identities)
    changed = []
    for document in documents:
        successor = successors.get(document.id, "")
        withdrawn = bool(identities.get(document.id, {}).get("withdrawn"))
        status = RevisionStatus.SUPERSEDED if successor or withdrawn else RevisionStatus.CURRENT
        if (document.status, document.superseded_by) != (status, successor):
            changed.append(replace(document, status=status, superseded_by=successor))
    return changed


def rank(mark: str) -> tuple[int, int, str] | None:
    """Order of revision marks: numbers among themselves, letters among themselves (Z before AA). None: no mark."""
    if re.fullmatch(r"\d+(?:\.\d+)?", mark):
        whole, _, part = mark.partition(".")
        return (0, int(whole) * 1000 + int(part or 0), "")
    if re.fullmatch(r"[A-Z]{1,2}", mark):
        return (1, len(mark), mark)
    return None


def _successors(documents: Sequence[Document], identities: Identities) -> dict[str, str]:
    families: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.number and rank(document.mark):
            families[base_number(document.number, document.mark)].append(document)
    successors = {}
    for members in families.values():
        for document in members:
            later = [other for other in members if _replaces(other, document, identities)]
            if later:
                successors[document.id] = max(later, key=lambda other: (rank(other.mark) or (0, 0, ""), other.id)).id
    return successors


def _replaces(later: Document, earlier: Document, identities: Identities) -> bool:
    """Same number, higher mark. A letter that is part of the number counts only if the later one says so."""
    first, second = rank(later.mark), rank(earlier.mark)
    if first is None or second is None or first[0] != second[0] or first <= second:
        return False
    if key(later.number) == key(earlier.number):
        return True
    said = [str(entry) for entry in identities.get(later.id, {}).get("supersedes", ())]
    family = base_number(earlier.number, earlier.mark)
    return any(entry.split()[0].startswith(family) for entry in said if entry)
