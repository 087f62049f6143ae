"""Whether colour may be written: https://no-color.org, https://force-color.org and terminals that have none."""

from collections.abc import Mapping


def wants_colour(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """On a terminal that can show it. `NO_COLOR` says never, before `FORCE_COLOR`, which says always; empty ones say
    nothing."""
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
