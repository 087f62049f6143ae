"""What is sent again is what came, without what the gateway adds, and with every value known."""

from typing import Any

import pytest

from proxy.core.redaction import decode_foreign, encode_record
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent
from proxy.core.redaction.record import FlowRecord, SideRecord
from proxy.evidence.replay.request import Again, again
from proxy.journal import Reader
from tests.hostile.foreign_journal import hostile_journal


def made(values: dict[str, str] | None = None, **fields: Any) -> Again | str:
    usual: dict[str, Any] = {"method": "GET", "path": "/api/v3/order", "came": SideRecord()}
    record = FlowRecord(schema=1, time="t", request_id="r", **{**usual, **fields})
    read = decode_foreign(encode_record(record))
    assert isinstance(read, ForeignFlow)
    return again(read, values or {})


def sent(values: dict[str, str] | None = None, **fields: Any) -> Again:
    one = made(values, **fields)
    assert isinstance(one, Again), one
    return one


def test_a_read_as_it_came() -> None:
    came = SideRecord(
        query="symbol=BTCUSDT&recvWindow=6000&timestamp=1&signature=<sig:hex:64>",
        headers=[
            "Host: x",
            "clientType: web",
            "X-MBX-APIKEY: <key:f060413a51:64:0Aa>",
            "X-Gateway-Security: none",
        ],
    )
    one = sent(came=came)
    assert (one.method, one.target, one.body) == ("GET", "/api/v3/order?symbol=BTCUSDT&recvWindow=6000", b"")
    assert (one.headers, one.reads, one.missing) == ({"clientType": "web"}, True, ())


def test_values_that_were_not_recorded_are_asked_for_and_given() -> None:
    came = SideRecord(query="symbol=BTCUSDT&orderId=<order:1a2b3c4d5e:6>")
    assert [name.terminal() for name in sent(came=came).missing] == ["orderId"]
    one = sent({"orderId": "7 &x", "symbol": "no"}, came=came)
    assert (one.target, one.missing) == ("/api/v3/order?symbol=BTCUSDT&orderId=7%20%26x", ())


def test_a_form_and_json() -> None:
    form = sent(
        method="POST", path="/api/v3/order/test", came=SideRecord(body="a=1&signature=x", body_kind="form")
    )
    assert (form.body, form.headers) == (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"})
    body = '{"page":1,"orderNo":"<order:1a2b3c4d5e:19>","in":{"x":"<bool>"}}'
    fields: dict[str, Any] = {"method": "POST", "path": "/sapi/v1/c2c/ads/search"}
    missing = sent(came=SideRecord(body=body, body_kind="json"), **fields).missing
    assert [name.terminal() for name in missing] == ["orderNo", "in"]
    one = sent({"orderNo": "1", "in": "2"}, came=SideRecord(body=body, body_kind="json"), **fields)
    assert one.body == b'{"page":1,"orderNo":"1","in":"2"}'


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("GET /api/v3/account", True), ("POST /sapi/v1/c2c/ads/search", True), ("POST /api/v3/order", False),
        ("DELETE /api/v3/order", False), ("POST /sapi/v9/unheard", False), ("GET /sapi/v9/unheard", False),
        ("GET /sapi/v1/c2c/merchant/getOnline", False), ("GET /api/v3//account", False), ("GET /API/v3/account", False),
        ("DELETE /fapi/v1/listenKey", False), ("PUT /sapi/v1/userDataStream", False), ("POST /api/v3/order/test", False),
    ],
)  # fmt: skip
def test_what_is_a_read_stands_in_the_catalogue(name: str, reads: bool) -> None:
    method, _, path = name.partition(" ")
    assert sent(method=method, path=path).reads is reads


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"method": "_OTHER"}, "none that could be sent"),
        ({"path": "@evil.test/"}, "none that could be sent"),
        ({"path": "/a b"}, "none that could be sent"),
        ({"path": "/api/<path:1a2b3c4d5e:3:a>"}, "none that could be sent"),
        (
            {"came": SideRecord(body="<body:multipart:9>", body_kind="multipart", body_octets=9)},
            "neither a form nor JSON",
        ),
        ({"came": SideRecord(body="<body:malformed-json:9>", body_kind="json")}, "not recorded as JSON"),
    ],
)
def test_what_cannot_be_sent_is_said(fields: dict[str, Any], why: str) -> None:
    one = made(**fields)
    assert isinstance(one, str)
    assert why in one


def test_no_record_adds_a_header_or_a_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("foreign")
    hostile_journal(directory)
    count = 0
    for entry in Reader(directory).entries():
        assert isinstance(entry.record, ForeignFlow | ForeignIntent)
        one = again(entry.record, {})
        if isinstance(one, Again):
            count += 1
            assert one.target.isascii()
            assert one.target.isprintable()
            assert " " not in one.target
            assert all(f"{name}{value}".isprintable() for name, value in one.headers.items())
    assert count > 200
