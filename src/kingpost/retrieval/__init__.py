"""Finds passages and known questions: lookup and search -> fusion -> clustering; questions."""
