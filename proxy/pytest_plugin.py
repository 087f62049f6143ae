"""The pytest plugin: the fixture `binance_sandbox`, a strict exchange for each test that asks for one.

pytest loads it wherever this package is installed, so it imports nothing else of ours before a test asks.
How to use it: docs/pytest.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from proxy.sandbox import Observation, Sandbox

_MARKER = "binance_sandbox"


@dataclass(frozen=True, slots=True)
class BinanceSandbox:
    """A strict exchange that listens on loopback until the test is over.

    url: without a trailing slash. api_key, secret: of an HMAC key that may do everything; made up.
    seen: every request, judged: its octets, `signature` (`valid`, `invalid` ...), status, code, text.
    sandbox: the exchange itself: `executed`, `faults`, `add_key`, `move_price` ... (docs/sandbox.md)
    """

    url: str
    api_key: str
    secret: str
    seen: "list[Observation]"
    sandbox: "Sandbox"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f'{_MARKER}(*personalities): what the exchange of the fixture {_MARKER} is like, "flapping-2008:seed=7"; '
        "`signing-proxy sandbox --help` lists them",
    )


@pytest.fixture
def binance_sandbox(request: pytest.FixtureRequest) -> Iterator[BinanceSandbox]:
    """A strict exchange with a key and secret; personalities by `@pytest.mark.binance_sandbox(...)`."""
    from proxy.sandbox import PersonalityError, Sandbox, demo_keys, put_on  # noqa: PLC0415  # see above
    from proxy.sandbox.threaded import ThreadedSandbox  # noqa: PLC0415  # see above

    keys, seen = demo_keys(), list["Observation"]()
    sandbox = Sandbox(keys=keys, observer=seen.append)
    marks = list(request.node.iter_markers(_MARKER))
    for mark in reversed(marks):  # those of the module before those of the test
        if mark.kwargs:
            raise pytest.UsageError(f"{_MARKER}: personalities are given as texts, without names")
        for text in mark.args:
            try:
                put_on(sandbox, str(text))
            except PersonalityError as error:
                raise pytest.UsageError(f"{_MARKER}: {error}") from None
    with ThreadedSandbox(sandbox) as running:
        yield BinanceSandbox(running.url, keys[0].api_key, keys[0].secret, seen, sandbox)
