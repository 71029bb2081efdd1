"""Measures, compares, fits calibrators, lets through.

question_sets -> runner (profiles: baseline) -> metrics, places -> statistics -> summary -> compare; validation;
calibration; promotion.
"""
