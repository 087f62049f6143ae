"""Departures of digest: another function, or other arguments."""
