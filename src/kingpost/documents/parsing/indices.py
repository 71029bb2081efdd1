"""Raised and lowered figures as the signs there are for them: ``m²``, ``10⁻³``, ``H₂O``."""

import re

SUPERSCRIPTS = str.maketrans("0123456789+-\u2212=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
RAISED = re.compile(r"[-+\u2212]?(?:\d+|n)(?:[-+\u2212]\d+)?")
LOWERED = re.compile(r"[-+\u2212]?\d+(?:[-+]\d+)?")
AS_IT_IS = re.compile(r"st|nd|rd|th|er|e|o|a|º|ª|™|®|TM|SM|\*+|†|‡|\d{1,2}\)|[\[(].*", re.IGNORECASE)
"""Endings of ordinals, marks of notes."""
LONGEST_POWER = 12


def raised(text: str) -> str:
    """Powers as signs, other powers behind a circumflex; endings of ordinals and marks of notes as they are."""
    bare = text.strip()
    if RAISED.fullmatch(bare):
        return bare.translate(SUPERSCRIPTS)
    return text if not bare or AS_IT_IS.fullmatch(bare) or len(bare) > LONGEST_POWER else f"^{bare}"


def lowered(text: str) -> str:
    """Figures as signs, the rest as it is."""
    return text.strip().translate(SUBSCRIPTS) if LOWERED.fullmatch(text.strip()) else text
