"""Cuts text into the words that lexical search counts, the same for every index of ours."""

import re

from kingpost.language.normalise import stems

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_JOINTS = re.compile(r"[-./_']+")


def words(text: str) -> list[str]:
    """Stems of the content words in order. A compound such as ``max_slew`` or ``E-204A`` counts whole and in parts."""
    found: list[str] = []
    for stem in stems(_THOUSANDS.sub("", text)):
        found.append(stem)
        parts = _JOINTS.split(stem)
        if len(parts) > 1:
            found.extend(word for part in parts if len(part) > 1 and not part.isdigit() for word in stems(part))
    return found
