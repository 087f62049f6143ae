"""What a test of this room opened is closed when it ends."""

from collections.abc import Iterator

import pytest

from tests.clients.ledgers import OPENED


@pytest.fixture(autouse=True)
def close_policy_files() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
