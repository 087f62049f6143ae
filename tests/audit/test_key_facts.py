"""What a key may do, out of the documented answer, and out of anything else nothing."""

import pytest

from proxy.audit.key_facts import facts_in
from proxy.core.probes import KeyFacts


def test_the_documented_answer() -> None:
    body = b"""{"ipRestrict":%b,"createTime":1698645219000,"enableReading":true,"enableWithdrawals":false,
        "enableInternalTransfer":true,"enableMargin":false,"enableFutures":false,"permitsUniversalTransfer":true,
        "enableVanillaOptions":false,"enableSpotAndMarginTrading":false}"""
    assert facts_in(body % b"false") == KeyFacts(ip_restricted=False)
    assert facts_in(body % b"true") == KeyFacts(ip_restricted=True)
    assert facts_in(body % b'"yes"') == KeyFacts(ip_restricted=None)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"a":', b"\xff", b"[" * 3000])
def test_what_is_no_object_tells_nothing(body: bytes) -> None:
    assert facts_in(body) is None
