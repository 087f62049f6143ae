"""The head of a request: names compare without case, values stay as they came, control headers are read once."""

import pytest

from proxy.core.head import Controls, read_fields, read_head


def test_request_line_and_fields() -> None:
    headers = ((b"Host", b"a"), (b"X-Twice", b"1"), (b"x-twice", b" 2 "))
    head = read_head("GET", b"/api/v3/time?a=1?b", (1, 1), headers)
    assert (head.method, head.target, head.path, head.version) == (
        "GET",
        b"/api/v3/time?a=1?b",
        b"/api/v3/time",
        (1, 1),
    )
    assert dict(head.fields) == {b"host": [b"a"], b"x-twice": [b"1", b" 2 "]}
    assert head.first(b"x-twice") == b"1"
    assert head.first(b"X-Twice") is None
    assert head.first(b"none") is None


@pytest.mark.parametrize(
    ("name", "value", "controls"),
    [
        (b"X-Gateway-Account", b"main", Controls(account="main")),
        (b"x-gateway-account", b"\xe9", Controls(account="é")),
        (b"X-GATEWAY-HOST", b"dapi", Controls(host="dapi")),
        (b"X-Gateway-Security", b"none", Controls(security="none")),
        (b"X-Gateway-Dry-Run", b"1", Controls(dry_run=True)),
        (b"X-Gateway-Dry-Run", b"0", Controls()),
        (b"X-Gateway-Timing", b"1", Controls(timing=True)),
        (b"X-Gateway-Timing", b"yes", Controls()),
        (b"X-Gateway-Else", b"1", Controls()),
        (b"Account", b"main", Controls()),
    ],
)
def test_controls(name: bytes, value: bytes, controls: Controls) -> None:
    assert read_fields(((b"Host", b"a"), (name, value))).controls == controls


def test_heads_share_nothing() -> None:
    one, other = read_fields(()), read_fields(())
    one.outgoing["x"] = ()
    one.admitted_by = object()
    assert not other.outgoing
    assert other.admitted_by is None
