"""Answers of the exchange."""

COVERED: dict[str, str] = {}
