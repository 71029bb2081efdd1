"""The vocabulary: what flows between the rooms. Frozen dataclasses and enums, one module per subject.

documents -> search -> questions -> answers -> feedback -> models -> evaluation
"""
