"""How much is taken in."""

COVERED: dict[str, str] = {}
