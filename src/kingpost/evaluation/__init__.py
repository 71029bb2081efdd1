"""Measures, compares, fits calibrators, lets through: metrics -> runner (baseline) -> compare; calibration; promotion."""
