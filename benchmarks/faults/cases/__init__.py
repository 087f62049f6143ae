"""The cases, one file a promise, each with `async def measure(scale: float) -> list[Row]`. A written list."""

CASES: dict[str, str] = {}
"""Short name -> module, in the order of the table. Modules are imported when their case is run."""
