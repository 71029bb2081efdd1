"""Originals become searchable, citable chunks, and are forgotten again.

sources -> sync -> parsing -> identity, chunking -> entries -> ingest -> revisions, gazetteer; library.
"""
