"""What is installed with Kingpost is listed with its licence, and none of it is under the AGPL."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from source_tree import ROOT

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")


def requirements(name: str, *, extras: frozenset[str] = frozenset()) -> list[str]:
    """Names of the distributions that one needs."""
    found = []
    for requirement in distribution(name).requires or []:
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        if extra is None or extra[1] in extras:
            found.append(re.match(r"[\w.-]+", requirement)[0])  # type: ignore[index]
    return found


def everything_installed() -> set[str]:
    """All distributions that a default install brings, needed by way of others too."""
    seen: set[str] = set()
    waiting = ["kingpost"]
    while waiting:
        name = waiting.pop()
        try:
            needed = requirements(name)
        except PackageNotFoundError:  # needed on another platform only
            continue
        seen.add(name.lower())
        waiting += [other for other in needed if other.lower() not in seen]
    return seen


def licence(name: str) -> str:
    """All that a distribution's metadata says of its licence."""
    metadata = distribution(name).metadata
    classifiers = [value for value in metadata.get_all("Classifier", []) if value.startswith("License")]
    return " ".join([metadata.get("License-Expression", ""), (metadata.get("License", "") or "")[:200], *classifiers])


def test_every_direct_dependency_is_listed_with_its_licence() -> None:
    listed = {line.split()[0].lower() for line in NOTICE.splitlines() if line.startswith("  ")}
    assert (
        sorted(set(map(str.lower, requirements("kingpost", extras=frozenset({"dev", "ocr", "train"})))) - listed) == []
    )


def test_nothing_in_a_default_install_is_under_the_agpl() -> None:
    pattern = re.compile(r"AGPL|Affero", re.IGNORECASE)
    found = everything_installed()
    assert len(found) > 40
    assert not [name for name in sorted(found) if pattern.search(licence(name))]
