"""The names that proxies and tunnels leave in a head."""

import pytest

from proxy.core.guard.passed_on import NAMES, PREFIXES, was_passed_on
from proxy.core.head import read_fields


@pytest.mark.parametrize("name", sorted(NAMES | {prefix + b"x" for prefix in PREFIXES}))
def test_each_is_known_in_any_case(name: bytes) -> None:
    assert was_passed_on(read_fields(((b"Host", b"localhost"), (name.title(), b""))))
    assert was_passed_on(read_fields(((name.replace(b"-", b"_"), b""),)))


def test_zrok_says_who_it_is_and_not_always_whom_it_serves() -> None:
    assert was_passed_on(read_fields(((b"X-Proxy", b"zrok"),)))
    assert not was_passed_on(read_fields(((b"X-Proxy-Id", b"1"),)))


@pytest.mark.parametrize(
    "name", [b"viable", b"x-cf-ray", b"forwarded-for-us", b"x-request-id", b"x-amzn-trace-id"]
)
def test_others_are_not(name: bytes) -> None:
    assert not was_passed_on(read_fields(((name, b"1"),)))
