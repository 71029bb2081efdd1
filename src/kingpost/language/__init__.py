"""What we know of engineers' language: pure functions on text; no clock, no disk."""
