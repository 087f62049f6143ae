"""Secrets in wrong places."""

COVERED: dict[str, str] = {}
