"""The slots in which two questions must agree to be the same: taken from a question, and compared."""

from kingpost.language.disagreement import abbreviations, contradictions, differences
from kingpost.language.reading import Slots, slots

__all__ = ["Slots", "abbreviations", "contradictions", "differences", "slots"]
