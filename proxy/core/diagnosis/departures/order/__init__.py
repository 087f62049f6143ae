"""Departures of order: the same pairs, otherwise arranged."""
