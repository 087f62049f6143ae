"""What a record holds, and what its readers print."""

COVERED: dict[str, str] = {}
