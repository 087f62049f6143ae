"""What real clients sent arrives at the exchange octet for octet, and rightly signed.

The captures (tests/data/captures.jsonl) are exact requests of real client libraries and tools, recorded on
loopback with the dummy credentials `dummy-key` and `dummy-secret`. Each is sent again over a raw socket with
nothing changed but the value of its Host header, and what the upstream receives is compared with what was
sent, by rules and a verifier of their own (tests/support/independent.py).
"""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.support.independent import brings_window, escaped, hmac_covers, is_form, kept, names, pairs_of
from tests.support.raw_client import RawAnswer, ask
from tests.support.recording_upstream import Received, recording_upstream

CAPTURES = Path(__file__).parents[1] / "data" / "captures.jsonl"

PUBLIC = {
    "GET /api/v3/ping",
    "GET /api/v3/time",
    "GET /api/v3/exchangeInfo",
    "GET /api/v3/depth",
    "GET /api/v3/klines",
    "GET /api/v3/ticker/24hr",
    "GET /api/v3/ticker/price",
    "GET /sapi/v1/system/status",
    "GET /fapi/v1/exchangeInfo",
    "GET /dapi/v1/exchangeInfo",
}
KEY_ONLY = {
    "POST /api/v3/userDataStream",
    "PUT /api/v3/userDataStream",
    "DELETE /api/v3/userDataStream",
    "GET /sapi/v1/margin/allPairs",
    "GET /sapi/v1/margin/isolated/allPairs",
}
"""By Binance's documentation; every other endpoint among the captures is signed."""

ALLOWED = (
    "POST /sapi/v1/asset/dust",
    "POST /sapi/v1/capital/withdraw/apply",
    "POST /sapi/v1/localentity/broker/withdraw/apply",
    "PUT /sapi/v1/localentity/deposit/provide-info",
)
"""The captured writes that are no spot orders; spot orders are allowed by default."""

STREAM_KEYS = tuple(f"{method} /api/v3/userDataStream" for method in ("POST", "PUT", "DELETE"))
"""Retired since these were captured, and sent all the same where the configuration names them."""

EXPECTED = {
    "replayed": 488,
    "no request": 12,  # frames inside a WebSocket, and TLS greetings
    "absolute_form_refused": 10,
    "upgrade_refused": 6,
    "origin_not_allowed": 1,
    "unsupported_media_type": 3,
    "target_not_ascii": 3,
    "body_too_large": 2,
    "endpoint_denied": 1,
    "method_not_allowed": 1,
    "path_not_canonical": 1,
}

REMEDIES = {
    "absolute_form_refused": "set it as the base URL of your tool, not as its HTTP proxy",
    "upgrade_refused": "WebSocket APIs are not proxied",
    "origin_not_allowed": "call the gateway from a program, or add the origin to allow_origins",
    "unsupported_media_type": "send application/x-www-form-urlencoded (curl: -d instead of -F)",
    "target_not_ascii": "percent-encode them as UTF-8 first",
    "body_too_large": "too large for any Binance endpoint",
    "endpoint_denied": "add it under `endpoints:` and, if it is a write, under `policy.allow`",
    "path_not_canonical": "no double or trailing slash",
}
"""What each refusal has to tell the person."""

HOP_BY_HOP = (
    b"connection", b"expect", b"http2-settings", b"keep-alive", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of the captures."""

    number: int
    client: str
    call: str
    event: str | None
    form: str | None  # of the request target: origin, absolute, authority
    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes

    @property
    def name(self) -> str:
        return f"{self.number} {self.client} {self.call}"

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.target.partition(b'?')[0].decode('latin-1')}"

    @property
    def query(self) -> bytes:
        return self.target.partition(b"?")[2]

    @property
    def form_body(self) -> bytes:
        return self.body if is_form(self.body) else b""

    @property
    def signed(self) -> bool:
        return self.endpoint not in PUBLIC | KEY_ONLY

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def addressed_to(self, host: str) -> bytes:
        """The octets as they were sent, with another value in the Host header."""
        head, _, rest = self.raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        for i, line in enumerate(lines):
            if line.lower().startswith(b"host:"):
                lines[i] = line[:5] + b" " + host.encode()
        return b"\r\n".join(lines) + b"\r\n\r\n" + rest


@dataclass(frozen=True, slots=True)
class Replay:
    """A capture, what the client got, and what the upstream received for it."""

    capture: Capture
    answer: RawAnswer
    received: tuple[Received, ...]

    @property
    def outcome(self) -> str:
        return self.answer.header("X-Gateway-Error") or "replayed"

    @property
    def arrived(self) -> Received:
        return self.received[0]


def _capture(row: dict[str, Any]) -> Capture:
    return Capture(
        number=row["n"],
        client=row["client"],
        call=row["call"],
        event=row.get("event"),
        form=row.get("form"),
        method=row.get("method", ""),
        target=row.get("target", "").encode("latin-1"),
        headers=tuple((name, value) for name, value in row.get("headers", [])),
        body=base64.b64decode(row.get("body_b64", "")),
        raw=base64.b64decode(row.get("raw_b64", "")),
    )


def captures() -> list[Capture]:
    with CAPTURES.open(encoding="utf-8") as lines:
        return [_capture(json.loads(line)) for line in lines]


def expected_outcome(capture: Capture) -> str:
    """What must become of a capture, told from the capture alone."""
    if capture.event in ("websocket_message", "tls_client_hello"):
        return "no request"
    if any(octet > 0x7E for octet in capture.target):
        return "target_not_ascii"
    if capture.form != "origin":
        return "absolute_form_refused"
    if capture.event == "websocket_upgrade":
        return "origin_not_allowed" if capture.header("origin") else "upgrade_refused"
    if capture.method == "HEAD":
        return "method_not_allowed"
    if capture.target.startswith(b"//"):
        return "path_not_canonical"
    if capture.endpoint == "POST /api/v1/asset/dust":  # no such path: a client's mistake
        return "endpoint_denied"
    if capture.header("content-type").startswith("multipart/"):
        return "unsupported_media_type"
    return "body_too_large" if capture.event == "large_body_cut" else "replayed"


async def _replay_all(journal: Path) -> list[Replay]:
    replays = []
    async with (
        recording_upstream() as upstream,
        gateway(
            upstream.url,
            journal,
            policy={"allow": ALLOWED},
            endpoints=[{"endpoint": name} for name in STREAM_KEYS],
        ) as running,
    ):
        host = running.url.partition("://")[2]
        for capture in captures():
            if capture.raw:
                answer = await ask(running.url, capture.addressed_to(host))
                replays.append(Replay(capture, answer, tuple(upstream.take())))
    return replays


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> list[Replay]:
    return asyncio.run(_replay_all(tmp_path_factory.mktemp("journal")))


@pytest.fixture
def replayed(replays: list[Replay]) -> list[Replay]:
    """Those that reached the upstream."""
    return [replay for replay in replays if replay.outcome == "replayed"]


def wrong(replays: list[Replay], right: Callable[[Replay], bool]) -> Iterator[str]:
    """The captures, by name and with what arrived, for which a rule does not hold."""
    for replay in replays:
        if not right(replay):
            yield f"{replay.capture.name}: {replay.capture.target!r} {replay.capture.body!r} -> {replay.received}"


def test_every_capture_has_the_outcome_that_it_must_have(replays: list[Replay]) -> None:
    outcomes = {replay.capture.number: replay.outcome for replay in replays}
    everything = captures()
    wanted = {capture.number: expected_outcome(capture) for capture in everything}
    assert {n: outcomes.get(n, "no request") for n in wanted} == wanted
    counts = Counter(wanted.values())
    print(f"{len(everything)} captures: " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))
    assert counts == EXPECTED


def test_a_replayed_capture_goes_out_once_and_gets_the_answer(replayed: list[Replay]) -> None:
    assert not list(wrong(replayed, lambda r: len(r.received) == 1))
    assert not list(wrong(replayed, lambda r: r.answer.status == 200 and "serverTime" in r.answer.json()))
    assert not list(wrong(replayed, lambda r: r.answer.header("X-Gateway-Execution") == "answered"))


def test_a_refused_capture_never_goes_out_and_is_told_why_and_what_to_do(replays: list[Replay]) -> None:
    refused = [replay for replay in replays if replay.outcome != "replayed"]
    assert not list(wrong(refused, lambda r: r.received == ()))
    assert not list(wrong(refused, lambda r: r.answer.header("Content-Type") == "application/json"))
    assert not list(wrong(refused, lambda r: r.answer.header("X-Gateway-Execution") == "not_sent"))
    for replay in refused:
        if replay.outcome == "method_not_allowed":  # HEAD: an answer without a body
            assert replay.answer.header("Allow") == "GET, POST, PUT, DELETE"
            continue
        told = replay.answer.json()
        assert told["code"] == -99_000 - replay.answer.status, replay.capture.name
        assert told["error"] == replay.outcome, replay.capture.name
        assert told["execution"] == "not_sent", replay.capture.name
        assert told["msg"].startswith("gateway: "), replay.capture.name
        assert REMEDIES[replay.outcome] in told["msg"], replay.capture.name


def test_signed_endpoints_get_one_key_one_timestamp_and_one_right_signature(replayed: list[Replay]) -> None:
    signed = [replay for replay in replayed if replay.capture.signed]
    assert len(signed) == 369

    def right(replay: Replay) -> bool:
        arrived = replay.arrived
        form = arrived.body if is_form(arrived.body) else b""
        present = Counter(names(arrived.query) + names(form))
        return (
            arrived.values(b"X-MBX-APIKEY") == [API_KEY.encode()]
            and present[b"timestamp"] == present[b"signature"] == present[b"recvWindow"] == 1
            and hmac_covers(API_SECRET.encode(), arrived.query, arrived.body)
        )

    assert not list(wrong(signed, right))


def test_key_only_endpoints_get_one_key_and_nothing_else(replayed: list[Replay]) -> None:
    key_only = [replay for replay in replayed if replay.capture.endpoint in KEY_ONLY]
    assert len(key_only) == 28
    assert not list(wrong(key_only, lambda r: r.arrived.values(b"X-MBX-APIKEY") == [API_KEY.encode()]))
    assert not list(wrong(key_only, _carries_no_signature))


def test_public_endpoints_go_out_bare(replayed: list[Replay]) -> None:
    public = [replay for replay in replayed if replay.capture.endpoint in PUBLIC]
    assert len(public) == 91
    assert not list(wrong(public, lambda r: r.arrived.values(b"X-MBX-APIKEY") == []))
    assert not list(wrong(public, _carries_no_signature))


def _carries_no_signature(replay: Replay) -> bool:
    present = names(replay.arrived.query) + names(replay.arrived.body)
    return not {b"signature", b"timestamp", b"recvWindow"} & set(present)


def test_every_other_pair_keeps_its_octets_and_its_place(replayed: list[Replay]) -> None:
    def right(replay: Replay) -> bool:
        capture, arrived = replay.capture, replay.arrived
        window = capture.signed and brings_window(capture.query, capture.form_body)
        wanted = kept(capture.query, window=window)
        got = pairs_of(arrived.query)
        added = names(arrived.query)[len(wanted) :]
        ours = [b"timestamp", b"signature"] if window else [b"recvWindow", b"timestamp", b"signature"]
        return (
            arrived.method.decode() == capture.method
            and arrived.target.partition(b"?")[0] == capture.target.partition(b"?")[0]
            and got[: len(wanted)] == wanted
            and added == (ours if capture.signed else [])
        )

    assert not list(wrong(replayed, right))


def test_form_bodies_keep_all_but_the_pairs_that_are_ours(replayed: list[Replay]) -> None:
    forms = [replay for replay in replayed if replay.capture.form_body]
    assert len(forms) == 98

    def right(replay: Replay) -> bool:
        capture = replay.capture
        window = capture.signed and brings_window(capture.query, capture.form_body)
        return replay.arrived.body == b"&".join(kept(capture.form_body, window=window))

    assert not list(wrong(forms, right))


def test_some_captures_hold_octets_that_must_be_encoded(replayed: list[Replay]) -> None:
    """Otherwise the rule of percent-encoding would not be tried here at all."""
    raw = [
        r
        for r in replayed
        if escaped(r.capture.query + r.capture.form_body) != r.capture.query + r.capture.form_body
    ]
    assert {replay.capture.client for replay in raw} >= {"ccxt-python", "ccxt-js"}


def as_form(body: bytes) -> bytes:
    """What Python's own encoder makes of a flat JSON body."""
    return urlencode(json.loads(body), quote_via=quote, safe="").encode()


def takes_json(replay: Replay) -> bool:
    return replay.capture.target.startswith(b"/sapi/v1/c2c/")


def test_json_bodies_go_out_octet_for_octet_where_json_is_taken_and_as_a_form_elsewhere(
    replayed: list[Replay],
) -> None:
    json_bodies = [r for r in replayed if r.capture.body and not r.capture.form_body]
    kept_ones = [r for r in json_bodies if takes_json(r)]
    made = [r for r in json_bodies if not takes_json(r)]
    assert (len(kept_ones), len(made)) == (21, 7)
    assert not list(wrong(kept_ones, lambda r: r.arrived.body == r.capture.body))
    assert not list(wrong(kept_ones, lambda r: r.arrived.values(b"Content-Type") == [b"application/json"]))
    assert {r.capture.client for r in made} >= {"axios", "requests", "httpx", "aiohttp", "curl", "httpie"}
    assert not list(wrong(made, lambda r: r.arrived.body == as_form(r.capture.body)))


def test_bodies_are_labelled_by_their_octets(replayed: list[Replay]) -> None:
    def right(replay: Replay) -> bool:
        labels = [value.partition(b";")[0] for value in replay.arrived.values(b"Content-Type")]
        if not replay.capture.body:
            return labels == []
        is_form = replay.capture.form_body or not takes_json(replay)
        return labels == [b"application/x-www-form-urlencoded" if is_form else b"application/json"]

    assert not list(wrong(replayed, right))


def test_framing_and_hop_by_hop_headers_are_the_gateways_own(replayed: list[Replay]) -> None:
    def right(replay: Replay) -> bool:
        arrived = replay.arrived
        length = [b"%d" % len(arrived.body)] if arrived.method != b"GET" else []
        return (
            arrived.line.endswith(b" HTTP/1.1")
            and not arrived.chunked
            and arrived.values(b"Content-Length") == length
            and not any(arrived.values(name) for name in HOP_BY_HOP)
        )

    assert not list(wrong(replayed, right))
    assert sum("chunked" in replay.capture.header("transfer-encoding") for replay in replayed) == 6
    assert sum(replay.capture.header("upgrade") == "h2c" for replay in replayed) == 18


def test_an_expected_continue_is_answered_here_and_not_passed_on(replayed: list[Replay]) -> None:
    expecting = [replay for replay in replayed if replay.capture.header("expect")]
    assert len(expecting) == 3
    assert not list(wrong(expecting, lambda r: r.answer.interims == (100,)))
    assert not list(wrong([r for r in replayed if r not in expecting], lambda r: r.answer.interims == ()))


def test_only_headers_of_the_list_go_out_and_nothing_of_the_dummy_key(replayed: list[Replay]) -> None:
    listed = {
        b"host", b"x-mbx-apikey", b"user-agent", b"accept", b"accept-encoding", b"clienttype", b"content-type",
        b"content-length",
    }  # fmt: skip

    def right(replay: Replay) -> bool:
        arrived = [name.lower() for name, _ in replay.arrived.headers]
        return (
            set(arrived) <= listed
            and len(arrived) == len(set(arrived))
            and b"binance-signing-proxy" in replay.arrived.values(b"User-Agent")
            and replay.arrived.values(b"Host") != [replay.capture.header("host").encode()]
            and b"dummy-" not in repr(replay.arrived).encode()
        )

    assert not list(wrong(replayed, right))


def test_c2c_calls_carry_one_client_type(replayed: list[Replay]) -> None:
    c2c = [replay for replay in replayed if "/sapi/v1/c2c/" in replay.capture.endpoint]
    assert len(c2c) == 36
    assert not list(wrong(c2c, lambda r: r.arrived.values(b"clientType") == [b"web"]))
    others = [replay for replay in replayed if replay not in c2c]
    assert not list(wrong(others, lambda r: r.arrived.values(b"clientType") == []))
