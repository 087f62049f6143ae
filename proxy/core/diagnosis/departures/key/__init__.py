"""Departures of key: another HMAC key was used."""
