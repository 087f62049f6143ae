"""Departures of time: another timestamp or window was signed."""
