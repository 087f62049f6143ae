"""What the tests with random input draw: the same in every `make test`, others in every `make fuzz`.

A test run tells about the change and not about luck; new examples are looked for by a command of their own, with
more of them. It sets DRAW_SEED, and the same value repeats its draws.
"""

import os
from typing import Final

from hypothesis.internal.conjecture import providers

FUZZING: Final = "DRAW_SEED" in os.environ
SEED: Final = os.environ.get("DRAW_SEED", "0")
"""For tests that draw without hypothesis (marked `draws`)."""
_TIMES: Final = 20


def leave_our_constants_out() -> None:
    """hypothesis strews the constants of our modules among its draws, of those that are imported by then: what a test
    draws would hang on the tests before it, and on every change of a number anywhere."""
    assert callable(providers._get_local_constants)
    providers._get_local_constants = lambda: providers._local_constants  # which is empty


def examples(count: int) -> int:
    """How many examples a test looks at, that takes so many in `make test`."""
    return count * _TIMES if FUZZING else count
