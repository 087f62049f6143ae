"""Departures of encoding: the same values in another spelling."""
