"""Flows become observation octet for octet, and nothing in a flow changes."""

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # has no types
import pytest
from mitmproxy import http

from addons.doctor import observation
from proxy.core.diagnosis.examination.observation import AnswerSeen, Neighbour
from tests.addons.flows import (
    API_KEY,
    STARTED,
    TIMESTAMP,
    WRONG_SIGNATURE,
    flow_of,
    frame,
    signed,
    websocket_flow,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def answer_of(flow: http.HTTPFlow) -> AnswerSeen:
    found = observation.answer_seen(flow)
    assert found is not None
    return found


AWKWARD = "symbol=币安人生USDT&a=%e5+%E5&b=~'()*&&c=".encode() + b"\xff&timestamp=1"


def test_target_and_body_keep_their_octets() -> None:
    flow = flow_of(b"/api/v3/order?" + AWKWARD, method="POST", body=b"x=\x00%41+ ")
    before = flow.get_state()
    raw = observation.raw_request(flow)
    assert (raw.method, raw.query, raw.body) == ("POST", AWKWARD, b"x=\x00%41+ ")
    assert (b"X-MBX-APIKEY", API_KEY.encode()) in raw.headers
    assert flow.get_state() == before


def test_doubled_headers_stay_doubled() -> None:
    flow = flow_of(headers=((b"X-MBX-APIKEY", b"second"), (b"content-type", b"a/b")))
    assert observation.raw_request(flow).header_values(b"x-mbx-apikey") == [API_KEY.encode(), b"second"]


def test_a_body_that_was_streamed_through_counts_as_empty() -> None:
    flow = flow_of()
    flow.request.data.content = None
    flow.response.data.content = None
    assert observation.raw_request(flow).body == b""
    assert observation.answer_seen(flow).body == b""


def deflate_raw(body: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(body) + machine.flush()


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        (b"", bytes),
        (b"identity", bytes),
        (b"gzip", gzip.compress),
        (b"GZIP", gzip.compress),
        (b"deflate", zlib.compress),
        (b"deflate", deflate_raw),
        (b"br", brotli.compress),
        (b"zstd", zstd.compress),
    ],
)
def test_answers_are_read_through_their_coding(coding: bytes, encode: Callable[[bytes], bytes]) -> None:
    flow = flow_of(
        status=400, answer=encode(WRONG_SIGNATURE), answer_headers=((b"Content-Encoding", coding),)
    )
    seen = observation.answer_seen(flow)
    assert (seen.status, seen.body) == (400, WRONG_SIGNATURE)


@pytest.mark.parametrize(
    ("coding", "encode"),
    [(b"gzip", gzip.compress), (b"br", brotli.compress), (b"zstd", zstd.compress)],
)
def test_a_bomb_is_not_inflated(coding: bytes, encode: Callable[[bytes], bytes]) -> None:
    flow = flow_of(answer=encode(b"a" * 50_000_000), answer_headers=((b"Content-Encoding", coding),))
    assert len(observation.answer_seen(flow).body) <= 131_072


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"zstd", b"deflate", b"unheard-of"])
def test_a_body_that_cannot_be_read_is_left_out(coding: bytes) -> None:
    assert (
        observation.answer_seen(
            flow_of(answer=b"\x00nonsense", answer_headers=((b"content-encoding", coding),))
        ).body
        == b""
    )


def test_a_flow_without_an_answer_has_none() -> None:
    flow = flow_of()
    flow.response = None
    assert observation.answer_seen(flow) is None


@pytest.mark.parametrize(
    ("host", "path", "api_key", "concerns"),
    [
        ("api.binance.com", "/api/v3/account", None, True),
        ("API.Binance.COM", "/sapi/v1/c2c/ads/search", API_KEY, True),
        ("fapi.binance.com", "/fapi/v2/account", API_KEY, True),
        ("testnet.binance.vision", "/api/v3/time", None, True),
        ("api-new.binance.com", "/api/v3/time", None, True),
        ("127.0.0.1", "/api/v3/time", None, True),
        ("api.binnance.com", "/api/v3/account", API_KEY, True),
        ("ws-api.binance.com", "/ws-api/v3", None, True),
        ("api.example.com", "/api/v3/account", None, False),
        ("www.binance.com", "/en/trade", None, False),
        ("binance.com.evil.test", "/api/v3/account", None, False),
        ("notbinance.com", "/api/v3/account", None, False),
        ("example.com", "/", API_KEY, False),
    ],
)
def test_requests_to_binance_are_told_from_others(
    host: str, path: str, api_key: str | None, concerns: bool
) -> None:
    assert observation.concerns_binance(flow_of(path, host=host, api_key=api_key)) is concerns


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("GET", b"/api/v3/account", "/api/v3/account"),
        ("GET", b"/api/v3/secret-pasted-here", "/api/<unlisted>"),
        ("GET", b"/sapi/v1/\x1b[31m", "/sapi/<unlisted>"),
        ("GET", b"/elsewhere", "<another path>"),
    ],
)
def test_only_documented_paths_are_shown(method: str, path: bytes, shown: str) -> None:
    assert observation.shown_path(method, path) == shown


def test_a_neighbour_holds_what_a_verdict_needs() -> None:
    flow = flow_of(
        "/sapi/v1/account/apiRestrictions?x=1",
        status=401,
        answer=b'{"code":-2008,"msg":"Invalid Api-Key ID."}',
    )
    found = observation.neighbour(flow, answer_of(flow))
    assert found == Neighbour(
        "GET", "/sapi/v1/account/apiRestrictions", 401, -2008, round(STARTED * 1000), "api.binance.com"
    )


def dated(answer: bytes, *more: tuple[bytes, bytes]) -> http.HTTPFlow:
    return flow_of(answer=answer, answer_headers=((b"Date", b"Sat, 21 Nov 2026 12:30:01 GMT"), *more))


def test_the_date_header_is_good_to_a_second() -> None:
    flow = dated(b"{}")
    seen = observation.time_told(flow, answer_of(flow))
    assert (seen.exchange_ms, seen.doubt_ms) == (1_795_264_201_000, 999)
    assert (seen.asked_ms, seen.answered_ms) == (STARTED * 1000, STARTED * 1000 + 50)


def test_server_time_is_exact() -> None:
    flow = dated(b'{"serverTime":1795264200123}')
    seen = observation.time_told(flow, answer_of(flow))
    assert (seen.exchange_ms, seen.doubt_ms) == (1_795_264_200_123, 0)


def test_a_cached_answer_tells_no_time() -> None:
    flow = dated(b"{}", (b"Age", b"12"))
    assert observation.time_told(flow, answer_of(flow)) is None


def test_an_answer_without_a_date_tells_no_time() -> None:
    flow = flow_of()
    assert observation.time_told(flow, answer_of(flow)) is None


ORDER = {"id": "7a", "method": "order.place", "params": {"apiKey": API_KEY, "timestamp": 1, "signature": "x"}}


def test_frames_are_tied_to_their_answers() -> None:
    flow = websocket_flow()
    asked = frame(flow, ORDER, from_client=True)
    answered = frame(flow, {"id": "7a", "status": 400, "error": {"code": -1022}}, from_client=False)
    assert observation.frame_of(asked) == observation.Frame('"7a"', "order.place")
    assert observation.answered_id(answered) == '"7a"'
    assert observation.frame_key(observation.frame_request(flow, asked)) == API_KEY.encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"not json", b"[1]", b"7", {"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}, {"params": {}},
     b"[" * 100_000, {"method": "x", "params": {}, "pad": "a" * 300_000}],
)  # fmt: skip
def test_other_messages_are_no_frames(content: object) -> None:
    assert observation.frame_of(frame(websocket_flow(), content, from_client=True)) is None


def test_a_method_that_is_no_method_is_not_repeated() -> None:
    found = observation.frame_of(
        frame(websocket_flow(), {"method": "my secret 1", "params": {}}, from_client=True)
    )
    assert found.method == "<another method>"


def test_events_answer_no_frame() -> None:
    assert (
        observation.answered_id(frame(websocket_flow(), {"e": "trade", "id": 4}, from_client=False)) is None
    )


def test_the_query_of_a_signed_request_is_all_there() -> None:
    query = signed(TIMESTAMP)
    assert observation.raw_request(flow_of(b"/api/v3/account?" + query)).query == query
