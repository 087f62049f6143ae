"""Requests that talk around limits, each through a socket against a gateway that has them."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import yaml

from tests.hostile.entries import Entry, config_text, limited_entries
from tests.hostile.house import House, assert_refusal, house


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, House]]:
    """A running gateway for each configuration that the entries name."""
    with ExitStack() as running:
        yield {
            name: running.enter_context(
                house(tmp_path_factory.mktemp(name), **yaml.safe_load(config_text(name)))
            )
            for name in sorted({entry.config for entry in limited_entries() if entry.config})
        }


@pytest.mark.parametrize("entry", limited_entries(), ids=lambda entry: entry.id)
def test_what_the_limits_do_not_allow_is_refused_and_not_sent(entry: Entry, houses: dict[str, House]) -> None:
    limited = houses[entry.config or ""]
    limited.upstream.take()
    (answer,) = limited.talk(entry.octets(limited.port)).answers
    expected = entry.expected
    assert str(answer.status) in expected.steps[0], answer.body
    assert answer.token in expected.tokens
    assert_refusal(answer)
    assert not [seen for seen in limited.upstream.take() if seen.method != b"GET"]
    assert limited.good() < 1
