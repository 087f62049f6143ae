"""Measurements, not tests: each prints figures of one run on one machine. Read the ratios."""
