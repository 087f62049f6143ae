"""Settings of all tests."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.support.children import NO_BYTECODE
from tests.support.draws import FUZZING, examples, leave_our_constants_out

settings.register_profile("same", max_examples=examples(100), derandomize=True, database=None, deadline=None)
settings.register_profile("random", max_examples=examples(100), print_blob=True, deadline=None)
"""No deadlines: how long an example takes says more about the machine's other work than about the code."""

settings.load_profile("random" if FUZZING else "same")
if not FUZZING:
    leave_our_constants_out()

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
"""Left to itself, structlog draws the variables of every frame where rich happens to be installed: minutes for one
exception that holds a gateway."""


@pytest.fixture(scope="session", autouse=True)
def _children_write_no_bytecode() -> Iterator[None]:
    """The tests' own process does (a fixture, and no line above, because pytest-xdist starts that one too)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FORCE_COLOR", raising=False)  # of the caller's: what is written is compared
        for name, value in NO_BYTECODE.items():
            patch.setenv(name, value)
        yield
