"""The request's part of a record: both sides, the signed text, paths, and which keep lists hold."""

import re

import msgspec
import pytest

from proxy.core.catalogue import Needs
from proxy.core.flow import Flow
from proxy.core.redaction.name_rules import C2C_PARAMETER, C2C_RESPONSE, PARAMETER, RESPONSE
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.record import PartRecord, SideRecord
from proxy.core.redaction.requests import RequestRedactor, cut_records, locations
from proxy.core.redaction.values import ValueRedactor
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, finish, prepare, sign
from proxy.core.wire import BodyKind, RawRequest
from tests.core.redaction.flows import json_answer, make_flow, record_of


def values() -> ValueRedactor:
    return ValueRedactor(Tagger(b"k" * 32), ())


def plain(text: str) -> str:
    return re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text)


PATHS = [
    (b"/api/v3/account", False),
    (b"/fapi/v2/account", False),
    (b"/sapi/v1/account/status", False),
    (b"/sapi/v1/c2c/ads/search", True),
    (b"/sapi/v1/c2c/orderMatch/getUserOrderDetail", True),
]


@pytest.mark.parametrize(("path", "short"), PATHS)
def test_which_keep_lists_hold(path: bytes, short: bool) -> None:
    flow = make_flow("POST" if short else "GET", path)
    assert flow.endpoint is not None
    assert locations(flow) == ((C2C_PARAMETER, C2C_RESPONSE) if short else (PARAMETER, RESPONSE))


def test_where_the_endpoint_is_not_known_the_short_lists_hold() -> None:
    """It may be one about people; so of an unknown path no symbol is shown, while a price is."""
    flow = make_flow(
        "GET",
        b"/sapi/v9/made/up?symbol=BTCUSDT&side=BUY&price=1.5",
        answer=json_answer({"symbol": "BTCUSDT", "status": "NEW", "price": "1.5", "canTrade": True}),
    )
    assert flow.endpoint is None
    assert locations(flow) == (C2C_PARAMETER, C2C_RESPONSE)
    record = record_of(flow)
    assert plain(record.came.query) == "symbol=<text:TAG:7:A>&side=<text:TAG:3:A>&price=1.5"
    assert plain(record.body) == (
        '{"symbol":"<text:TAG:7:A>","status":"NEW","price":"1.5","canTrade":"<bool>"}'
    )


def test_a_c2c_path_in_other_letters_is_one_too() -> None:
    flow = make_flow("POST", b"/sapi/v1/c2c/ads/search")
    assert flow.endpoint is not None
    flow.endpoint = msgspec.structs.replace(flow.endpoint, path="/SAPI/v1/C2C/ads/search")
    assert locations(flow) == (C2C_PARAMETER, C2C_RESPONSE)
    flow.endpoint = msgspec.structs.replace(flow.endpoint, path="/x/sapi/v1/c2c/ads")
    assert locations(flow) == (PARAMETER, RESPONSE)


BODIES = [
    (b"side=BUY&note=x", BodyKind.FORM, "side=BUY&note=<text:TAG:1:a>", {"text"}),
    (b'{"side":"BUY"}', BodyKind.JSON, '{"side":"BUY"}', set()),
    (b'{"side', BodyKind.JSON, "<body:malformed-json:6>", {"body"}),
    (b"hello", BodyKind.OTHER, "<body:other:5>", {"body"}),
    (b'{"side":"BUY"}', BodyKind.OTHER, "<body:other:14>", {"body"}),
]


@pytest.mark.parametrize(("body", "kind", "shown", "removed"), BODIES)
def test_bodies(body: bytes, kind: BodyKind, shown: str, removed: set[str]) -> None:
    one = values()
    assert plain(RequestRedactor().body(body, kind, PARAMETER, one)) == shown
    assert one.removed == removed


SEGMENTS = [
    (b"/api/v3/acount", "/api/v3/acount"),
    (b"", ""),
    (b"/", "/"),
    (b"//a", "//a"),
    (b"/12345678", "/<path:TAG:8:0>"),
    (b"/" + b"/".join([b"a"] * 19), "/" + "/".join("a" * 19)),
    (b"/" + b"/".join([b"a"] * 20), "/" + "/".join("a" * 19) + "/<more>"),
]


@pytest.mark.parametrize(("raw", "shown"), SEGMENTS)
def test_paths(raw: bytes, shown: str) -> None:
    assert plain(RequestRedactor().path(raw, values())) == shown


def test_what_came_in() -> None:
    flow = make_flow("POST", b"/api/v3/order?note=x", b"side=BUY", headers=((b"X-Custom", b"y"),))
    machine = RequestRedactor()
    for _ in range(2):
        one = values()
        came = machine.came(flow, PARAMETER, one)
        assert plain(came.query) == "note=<text:TAG:1:a>"
        assert (came.body, came.body_kind, came.body_octets) == ("side=BUY", "form", 8)
        assert [plain(line) for line in came.headers] == [
            "Host: 127.0.0.1:8180",
            "User-Agent: curl/8.5.0",
            "Accept: */*",
            "X-Custom: <text:TAG:1:a>",
        ]
        assert one.removed == {"text"}


def test_the_kind_of_a_body_is_what_its_octets_say_whatever_was_made_of_it() -> None:
    flow = make_flow("POST", b"/api/v3/order", b'{"side":"BUY"}')
    assert RequestRedactor().came(flow, PARAMETER, values()).body_kind == "json"
    assert flow.prepared is not None
    flow.prepared = msgspec.structs.replace(flow.prepared, body=b"side=BUY", body_kind=BodyKind.FORM)
    came = RequestRedactor().came(flow, PARAMETER, values())
    assert (came.body, came.body_kind) == ('{"side":"BUY"}', "json")
    flow.prepared = None
    assert RequestRedactor().came(flow, PARAMETER, values()).body == '{"side":"BUY"}'
    labelled = RawRequest("POST", b"/x", ((b"Content-Type", b"application/json"),), b"true")
    flow.client = labelled
    assert RequestRedactor().came(flow, PARAMETER, values()).body == '"<bool>"'


def test_requests_that_differ_in_one_thing_are_told_apart() -> None:
    machine, seen = RequestRedactor(), list[SideRecord]()
    flows = [
        make_flow("POST", b"/api/v3/order?limit=1", b"side=BUY"),
        make_flow("POST", b"/api/v3/order?limit=2", b"side=BUY"),
        make_flow("POST", b"/api/v3/order?limit=1", b"side=SELL"),
        make_flow("POST", b"/api/v3/order?limit=1", b"side=BUY", headers=((b"Accept", b"a/b"),)),
    ]
    for _ in range(2):
        seen += [machine.came(flow, PARAMETER, values()) for flow in flows]
    seen += [machine.came(flows[0], C2C_PARAMETER, values())]
    assert seen[:4] == seen[4:8]
    assert len({msgspec.json.encode(one) for one in seen}) == 5


@pytest.mark.parametrize("octets", [1900, 2048, 2049, 5000])
def test_long_requests_are_shown_as_short_ones(octets: int) -> None:
    flow = make_flow("POST", b"/api/v3/order", b"note=" + b"x" * (octets - 13 - 5))
    assert len(flow.client.target) + len(flow.client.body) == octets
    machine = RequestRedactor()
    for _ in range(2):
        one = values()
        assert plain(machine.came(flow, PARAMETER, one).body) == f"note=<text:TAG:{octets - 18}:a>"
        assert one.removed == {"text"}


SENT = [
    b"symbol=BTCUSDT&timestamp=1784801696801&signature=" + b"ab" * 32,
    b"timestamp=1784801696801&signature=" + b"ab" * 32,
    b"symbol=BTCUSDT&timestamp=1784801696801&signature=" + b"AB" * 32,
    b"symbol=BTCUSDT&timestamp=1784801696801&signature=" + b"ab" * 31,
    b"symbol=BTCUSDT&timestamp=1784801696801&signature=" + b"ab" * 32 + b"&a=1",
    b"symbol=BTCUSDT&timestamp=178480169680&signature=" + b"ab" * 32,
    b"symbol=BTCUSDT&timestamp=2784801696801&signature=" + b"ab" * 32,
    b"symbol=BTCUSDT&xtimestamp=1784801696801&signature=" + b"ab" * 32,
    b"symbol=BTCUSDT&timestamp=1784801696801",
    b"a=1&timestamp=5&b=2&timestamp=1784801696801&signature=" + b"ab" * 32,
    b"limit=1&" * 97 + b"timestamp=1784801696801&signature=" + b"ab" * 32,
    b"limit=1&" * 98 + b"timestamp=1784801696801&signature=" + b"ab" * 32,
    b"limit=1&" * 99 + b"timestamp=1784801696801&signature=" + b"ab" * 32,
    b"limit=1&" * 150 + b"timestamp=1784801696801&signature=" + b"ab" * 32,
]


@pytest.mark.parametrize("query", SENT)
def test_what_went_out_is_shown_as_any_query_is(query: bytes) -> None:
    """The end that the signer writes is not looked at anew each time; it must come out the same."""
    machine = RequestRedactor()
    flow = make_flow("GET", b"/api/v3/account")
    assert flow.sent is not None
    flow.sent = msgspec.structs.replace(flow.sent, query=query)
    for _ in range(2):
        one, other = values(), values()
        went = machine.went(flow, PARAMETER, one)
        assert went is not None
        assert went.query == RequestRedactor().pairs.redact(query, PARAMETER, other)
        assert other.removed | {"key"} == one.removed | {"key"}


def test_nothing_went_out_of_what_was_not_sent() -> None:
    flow = make_flow()
    flow.sent = None
    assert RequestRedactor().went(flow, PARAMETER, values()) is None


def test_the_body_that_went_out() -> None:
    flow = make_flow("POST", b"/api/v3/order", b"side=BUY")
    went = RequestRedactor().went(flow, PARAMETER, values())
    assert went is not None
    assert (went.body, went.body_kind, went.body_octets) == ("side=BUY", "form", 8)
    assert [line.partition(":")[0] for line in went.headers] == ["Host", "X-MBX-APIKEY", "User-Agent"]
    flow.prepared = None  # what must not happen
    went = RequestRedactor().went(flow, PARAMETER, values())
    assert went is not None
    assert (went.body, went.body_kind) == ("<body:other:8>", "other")


def signed(
    query: bytes, form: bytes = b"", kind: BodyKind = BodyKind.FORM, added: bytes = b""
) -> list[tuple[str, str, str, int]]:
    prepared = prepare(query, form, kind if form else BodyKind.EMPTY, signed=True)
    prepared = msgspec.structs.replace(prepared, added=added)
    sent = sign(
        "POST", b"/p", prepared, HmacKey(Secret(b"k")), timestamp_ms=1_784_801_696_801, recv_window_ms=5000
    )
    machine = RequestRedactor()
    first = machine.signed(sent, prepared)
    assert machine.signed(sent, prepared) == first
    return [(one.place, one.name, one.origin, one.octets) for one in first]


WINDOW, STAMP = ("query", "recvWindow", "gateway", 15), ("query", "timestamp", "gateway", 23)
SIGNED = [
    (signed(b""), [WINDOW, STAMP]),
    (signed(b"a=1"), [("query", "*", "client", 3), WINDOW, STAMP]),
    (signed(b"a=1&"), [("query", "*", "client", 4), WINDOW, STAMP]),
    (signed(b"recvWindow=5000"), [("query", "*", "client", 15), STAMP]),
    (signed(b"", b"b=22"), [WINDOW, STAMP, ("form", "*", "client", 4)]),
    (signed(b"a=1", b"b=22"), [("query", "*", "client", 3), WINDOW, STAMP, ("form", "*", "client", 4)]),
    (signed(b"", b'{"a":1}', BodyKind.JSON), [WINDOW, STAMP]),
    (
        signed(b"a=1", added=b"newClientOrderId=x"),
        [("query", "*", "client", 3), ("query", "newClientOrderId", "gateway", 18), WINDOW, STAMP],
    ),
    (signed(b"a=1&signature=old"), [("query", "*", "client", 3), WINDOW, STAMP]),
]


@pytest.mark.parametrize(("parts", "expected"), SIGNED)
def test_the_parts_of_the_signed_text(
    parts: list[tuple[str, str, str, int]], expected: list[tuple[str, str, str, int]]
) -> None:
    assert parts == expected


def test_signed_texts_of_one_length_but_other_parts_are_told_apart() -> None:
    machine = RequestRedactor()

    def parts(query: bytes, added: bytes, recv_window_ms: int) -> list[PartRecord]:
        prepared = msgspec.structs.replace(prepare(query, b"", BodyKind.EMPTY, signed=True), added=added)
        sent = sign(
            "GET", b"/p", prepared, HmacKey(Secret(b"k")), timestamp_ms=9, recv_window_ms=recv_window_ms
        )
        return machine.signed(sent, prepared)

    texts = [
        parts(b"a=1", b"", 5000),
        parts(b"a=1", b"b=1", 500),
        parts(b"a=1", b"c=1", 500),
        parts(b"recvWindow=1", b"", 5000),
        parts(b"aaaaaaaaaa=1", b"", 5000),
    ]
    assert [[one.name for one in text] for text in texts] == [
        ["*", "recvWindow", "timestamp"],
        ["*", "b", "recvWindow", "timestamp"],
        ["*", "c", "recvWindow", "timestamp"],
        ["*", "timestamp"],
        ["*", "recvWindow", "timestamp"],
    ]


def test_nothing_is_signed_where_no_signature_is_needed() -> None:
    prepared = prepare(b"a=1", b"", BodyKind.EMPTY, signed=False)
    assert RequestRedactor().signed(finish("GET", b"/p", prepared, Needs.KEY), prepared) == []


def test_cuts() -> None:
    prepared = prepare(b"timestamp=12&signature", b"recvWindow=", BodyKind.FORM, signed=True)
    assert [(one.place, one.name, one.value_octets) for one in cut_records(prepared)] == [
        ("query", "timestamp", 2),
        ("query", "signature", 0),
        ("form", "recvWindow", 0),
    ]


def test_a_flow_of_which_nothing_is_known_has_its_request() -> None:
    flow = Flow("id", 0, RawRequest("GET", b"/made/up", ()), make_flow().timings)
    record = record_of(flow)
    assert (record.path, record.listed, record.family, record.went, record.signed) == (
        "/made/up",
        True,
        "",
        None,
        [],
    )
