"""The slots in which two questions must agree to be the same: taken from a question, and compared."""

from kingpost.language.disagreement import differences
from kingpost.language.reading import Slots, slots

__all__ = ["Slots", "differences", "slots"]
