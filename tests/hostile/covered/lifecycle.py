"""Start, faults, end."""

COVERED: dict[str, str] = {}
