"""Tells whether two texts are one wording: case, spaces and punctuation do not count, numbers and tags do."""

import re

from kingpost.language.normalise import normalise, one_form, with_powers
from kingpost.language.quantities import quantities, same
from kingpost.language.units import exchanged_scales, large_or_small

_SENTENCE_MARKS = re.compile(r"[,;:!?.()\[\]{}\"'…]+")
"""Punctuation within a word without digits; ``/``, ``+``, ``#`` and the like may tell units and names apart."""
_ENDS = ",;:!?.…"
_QUOTED = re.compile(r"(?P<quote>[\"'])(?P<inner>.+)(?P=quote)")
_LEADING = re.compile(r"^[,;:!?…]+|^\.(?!\d)")
_DASH = "-"


def plain_wording(text: str) -> str:
    """The text in small letters without the punctuation that only structures it.

    A token with a digit keeps all that stands within it and the sign before it: ``E-204A`` is not ``E204A``,
    ``-5`` is not ``5``, ``10³`` is not ``103``, and ``1,200`` is not ``1.200``.
    """
    tokens = normalise(with_powers(text)).split()
    kept = (_token(token, following) for token, following in zip(tokens, [*tokens[1:], ""], strict=True))
    return " ".join(" ".join(kept).split())


def same_wording(known: str, asked: str) -> bool:
    """Whether both are one wording. Letters whose case tells units apart (``mW``, ``MW``) make another wording."""
    if known == asked:
        return True
    if plain_wording(known) != plain_wording(asked):
        return False
    if exchanged_scales(large_or_small(known), large_or_small(asked)):
        return False
    left, right = quantities(one_form(known)), quantities(one_form(asked))
    return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))


def same_answer(known: str, given: str) -> bool:
    """Whether both say the same word for word: case and spaces do not count, unless they make another number of it."""
    if normalise(with_powers(known)) != normalise(with_powers(given)):
        return False
    return large_or_small(known) == large_or_small(given)


def _token(token: str, following: str) -> str:
    if any(letter.isdigit() for letter in token):
        return _figure(token)
    if not token.strip(_DASH):  # a dash on its own is a minus only before a number
        return _DASH if following[:1].isdigit() else ""
    return _SENTENCE_MARKS.sub(" ", token).replace(_DASH, " ")


def _figure(token: str) -> str:
    """Without what ends a sentence, and without quotes around it: behind a number they are feet and inches."""
    bare = _LEADING.sub("", token.rstrip(_ENDS))
    quoted = _QUOTED.fullmatch(bare)
    return quoted["inner"].rstrip(_ENDS) if quoted else bare
