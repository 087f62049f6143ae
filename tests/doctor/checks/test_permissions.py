"""What Binance tells of a key, read by a list of known switches."""

import json

import pytest

from proxy.core.probes import Probe
from proxy.doctor.checks.permissions import Restrictions, judged, restrictions
from proxy.probing.prober import Asked


def asked(body: object, status: int = 200) -> Asked:
    one = Probe(method="GET", path="/p", host="h", account="a", at_ms=0, status=status)
    return Asked(one, body=body if isinstance(body, bytes) else json.dumps(body).encode())


TOLD = {
    "ipRestrict": True,
    "enableReading": True,
    "enableFutures": True,
    "enableWithdrawals": False,
    "other": True,
}


def test_only_known_switches_are_told() -> None:
    found = restrictions(asked(TOLD))
    assert found == Restrictions(("enableReading", "enableFutures"), True)
    assert found.futures
    assert judged(found).evidence == "on: reading, futures; only from listed addresses"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b""])
def test_an_answer_that_is_none(body: bytes) -> None:
    assert restrictions(asked(body)) is None


def test_a_refusal_is_none() -> None:
    assert restrictions(asked(TOLD, 400)) is None


def test_what_is_not_told_is_not_made_up() -> None:
    found = restrictions(asked({"enableReading": 1}))
    assert found is not None
    assert judged(found).evidence == "on: nothing; from where is not told"


def test_withdrawals_are_warned_of() -> None:
    found = judged(Restrictions(("enableWithdrawals",), True))
    assert (found.mark.value, found.fix.partition(" in ")[0]) == ("warning", "switch withdrawals off")
