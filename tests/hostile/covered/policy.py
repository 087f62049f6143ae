"""Policies and virtual keys."""

COVERED: dict[str, str] = {}
