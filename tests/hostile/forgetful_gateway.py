"""The gateway, but with a short memory of what an upstream did to it: `python -m tests.hostile.forgetful_gateway run ...`.

A gateway stops by itself for up to three days when an answer asks it to wait, and uses each connection to a host once
for ten minutes after that host sent what nobody asked for. A run of hostile answers would be over with the first of
either. Here a wait is over in some thousandths of a second, and distrust at once; all else is the gateway as it comes.
"""

import sys
from typing import Any, Final

import proxy.core.retry_after as retry_after
import proxy.limits.holds_file as holds_file
import proxy.upstream.pool as pool
from proxy.__main__ import main

_HOLD_SECONDS: Final = 0.004


def forget_soon() -> None:
    """Shorten the memory. Raises AttributeError where the product has no such constant any more."""
    shorter: tuple[tuple[Any, str, float], ...] = (
        (retry_after, "MOST_SECONDS", _HOLD_SECONDS),
        (retry_after, "_LEAST_SECONDS", _HOLD_SECONDS),
        (retry_after, "_BAN_SECONDS", _HOLD_SECONDS),
        (retry_after, "_DOUBLED_AT_MOST", _HOLD_SECONDS),
        (retry_after, "_FIREWALL_AT_MOST", _HOLD_SECONDS),
        (holds_file, "MOST_SECONDS", _HOLD_SECONDS),
        (pool, "_DISTRUST_SECONDS", 0.0),
    )
    for module, name, value in shorter:
        getattr(module, name)
        setattr(module, name, value)


if __name__ == "__main__":
    forget_soon()
    sys.exit(main())
