"""Control headers: the documented values, once, or nothing is sent."""

import re
from pathlib import Path

import pytest

from proxy.core.guard.controls import CONTROLS, bad_control
from proxy.core.head import read_fields

GOOD = [
    (b"X-Gateway-Dry-Run", b"1"), (b"x-gateway-dry-run", b" 1\t"), (b"X-Gateway-Timing", b"1"),
    (b"X-Gateway-Security", b"none"), (b"X-Gateway-Security", b"key"), (b"X-Gateway-Security", b"signed"),
    (b"X-Gateway-Host", b"dapi"), (b"X-Gateway-Host", b"fapi"), (b"X-Gateway-Account", b"main"),
    (b"X-Gateway-Token", b"test-token"), (b"X-Gatewax-Timing", b"true"), (b"X-Laundry", b"run"), (b"Trailer", b"Expires, Apex-Gateway"), (b"X-Api-Gateway-Id", b"1"),
]  # fmt: skip
BAD = [
    *((b"X-Gateway-Dry-Run", value) for value in (b"", b"0", b"01", b"true", b"on", b"yes", b"1,1", b"1;", b"\xb9")),
    *((b"X-Gateway-Timing", value) for value in (b"", b"0", b"true")),
    *((b"X-Gateway-Security", value) for value in (b"", b"public", b"None", b"key,signed", b"SIGNED")),
    *((b"X-Gateway-Host", value) for value in (b"", b"api.binance.com", b"evil.test", b"DAPI")),
    (b"X-Gateway-Token", b""),
    (b"X-Gateway-", b"1"), (b"X-Gateway-Dryrun", b"1"), (b"X_Gateway_Dry_Run", b"1"), (b"X-GatewayDry-Run", b"1"), (b"X-Gateway-Dry_Run", b"1"), (b"XGateway-Dry-Run", b"1"),
    (b"X.Gateway.Dry.Run", b"1"), (b"-X--Gateway-Dry-Run", b"1"), (b"Trailer", b"X-Gateway-Dry-Run"), (b"Trailer", b"Expires, x-gateway-repeat"),
    (b"X-Gateway-Error", b"x"),
    # whatever asks for a dry run in other words
    (b"Gateway-Dry-Run", b"1"), (b"X-Gatewax-Dry-Run", b"1"), (b"X-Dry-Run", b"1"), (b"Dry_Run", b"1"), (b"dryrun", b"1"), (b"X-GW-DryRun", b"1"),
    (b"X-Gate-Way-Security", b"none"), (b"HTTP_X_GATEWAY_ACCOUNT", b"main"), (b"Gateway-Repeat", b"yes"), (b"Trailer", b"X-Dry-Run"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_is_documented_is_taken_once(name: bytes, value: bytes) -> None:
    assert bad_control(read_fields(((b"Host", b"x"), (name, value)))) is None
    twice = bad_control(read_fields(((name, value), (name.upper(), value))))
    assert (twice is not None) == name.lower().startswith(b"x-gateway-")


@pytest.mark.parametrize(("name", "value"), BAD)
def test_anything_else_is_refused_without_an_echo(name: bytes, value: bytes) -> None:
    refusal = bad_control(read_fields(((b"Host", b"x"), (name, value))))
    assert refusal is not None
    assert (refusal.status, refusal.token) == (400, "bad_control_header")
    if len(value) > 3 and value not in b"key,signed":
        assert value.decode("latin-1") not in refusal.message


def test_each_refusal_says_what_to_write_instead() -> None:
    said = [
        bad_control(read_fields(((b"X-Gateway-" + name, b"x"),)))
        for name in (b"Dryrun", b"Dry-Run", b"Repeat")
    ]
    unknown, dry_run, repeat = (one.message if one else "" for one in said)
    assert unknown.endswith("X-Gateway-Repeat, X-Gateway-Token. Leave it out, or write one of these")
    assert dry_run == "X-Gateway-Dry-Run has a value that it does not take; write X-Gateway-Dry-Run: 1"
    assert repeat == "X-Gateway-Repeat has a value that it does not take; write X-Gateway-Repeat: yes"


def test_the_page_lists_each_of_them() -> None:
    page = (Path(__file__).parents[3] / "docs" / "refusals.md").read_text()
    table = page.partition("## Headers you get")[0]
    listed = set(re.findall(r"\| `(X-Gateway-[A-Za-z-]+)", table))
    assert listed == {shown for shown, _, _ in CONTROLS.values()}
