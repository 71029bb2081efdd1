"""Originals become searchable, citable chunks, and are forgotten again: sources -> parsing -> chunking -> ingest; library."""
