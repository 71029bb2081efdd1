"""Corrections by hand: what somebody knows better of a document than its file says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kingpost.documents.marks import MARK, WHOLE_MARK
from kingpost.language.identifiers import key
from kingpost.types.documents import Revision, RevisionStatus


def correction(
    *, number: str | None, mark: str | None, effective_date: str, declared: str | None, said: Sequence[str] | None
) -> dict[str, Any]:
    """Those fields of a revision that are given, as they are stored."""
    fields: dict[str, Any] = {}
    if number is not None:
        fields["number"] = number.strip()
    if mark is not None:
        worded = WHOLE_MARK.fullmatch(mark.strip())
        fields["mark"] = (worded["mark"] if worded else mark.strip()).upper()
    if effective_date:
        fields["effective_date"] = effective_date
    if declared is not None:
        fields["declared"] = str(declared)
    if said is not None:
        fields["supersedes"] = [superseded(one) for one in said if one.strip()]
    return fields


def superseded(said: str) -> str:
    """``WDS-100 Rev. B`` as the key of its number and its mark."""
    mark = MARK.search(said)
    number = key(re.sub(r"[\s,(]+$", "", said[: mark.start()] if mark else said).strip())
    return f"{number} {mark['mark'].lower()}".strip() if mark else number


def corrected(revision: Revision, fields: Mapping[str, Any]) -> Revision:
    """The revision as somebody says that it is."""
    changes = dict(fields)
    if "declared" in changes:
        changes["declared"] = RevisionStatus(changes["declared"])
    if "supersedes" in changes:
        changes["supersedes"] = tuple(changes["supersedes"])
    if changes.get("number"):
        changes["numbered"] = True
    return replace(revision, **changes)
