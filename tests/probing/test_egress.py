"""The address in a refusal of futures, and in nothing else."""

import pytest

from proxy.probing.egress import request_ip

REFUSED = "Invalid API-key, IP, or permissions for action, request ip: "


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::7"])
def test_it_is_told_at_the_end(address: str) -> None:
    assert request_ip(REFUSED + address) == address


@pytest.mark.parametrize(
    "text", ["", REFUSED, REFUSED + "x", "Way too many requests; IP(203.0.113.9) banned"]
)
def test_else_there_is_none(text: str) -> None:
    assert request_ip(text) == ""
