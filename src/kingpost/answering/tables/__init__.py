"""Asks whole tables: looks up, filters, counts, adds up and compares, by small programs.

A question is understood (``cues``), linked to a table's headers (``naming``), its columns or rows that are bands
(``banding``) and its cells (``linking``), and turned into candidate programs (``choosing``, ``proposals``) over the
table model (``values``, ``model``); the programs (``program``) are executed (``matching``, ``execution``, ``steps``),
and the best one answers (``fitting``, ``scoring``, ``asking``).
"""
