"""What we know of engineers' language: pure functions on text; no clock, no disk.

normalise -> units -> quantities, dates, identifiers, names, polarity, wanted -> slots; quotes; evidence; prompts.
"""
