"""Departures of scope: other octets than query and form were signed."""
