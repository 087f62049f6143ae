"""The corridor as a whole: real clients' side, real sockets, the sandbox or a scripted upstream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, DummyCookieJar

from proxy.app.gateway import Gateway
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.sandbox import Fault, Observation, RunningSandbox, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.upstream.scripted import OK, answers, answers_and_hangs_up, hangs_up, says_nothing, upstream

OTHER_KEY, OTHER_SECRET = "testother" + "0" * 55, "testsecretother" + "0" * 49
TWO = Accounts(
    {
        "main": Account("main", "production", API_KEY, HmacKey(Secret(API_SECRET.encode()))),
        "other": Account("other", "production", OTHER_KEY, HmacKey(Secret(OTHER_SECRET.encode()))),
    },
    "main",
)
ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class House:
    """Sandbox, gateway and a client, with what the exchange saw."""

    def __init__(
        self, session: ClientSession, running: Gateway, exchange: RunningSandbox, box: Sandbox
    ) -> None:
        self.session, self.gateway, self.exchange, self.box = session, running, exchange, box
        self.seen: list[Observation] = []

    async def ask(
        self, method: str, target: str, body: str | None = None, **headers: str
    ) -> tuple[int, Any, Any]:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            fields = FORM | fields
        url = self.gateway.url + target
        async with self.session.request(
            method, url, data=body.encode() if body else None, headers=fields
        ) as answer:
            return answer.status, answer.headers, await answer.read()

    def requests(self, path: str) -> list[Observation]:
        return [o for o in self.seen if o.target.startswith(path.encode())]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(
        keys=[
            SandboxKey(API_KEY, "hmac", API_SECRET),
            SandboxKey(OTHER_KEY, "hmac", OTHER_SECRET, account="other"),
        ]
    )
    exchange = await start(box)
    async with (
        gateway(exchange.url, tmp_path / "journal", TWO) as running,
        ClientSession(cookie_jar=DummyCookieJar()) as session,
    ):
        made = House(session, running, exchange, box)
        box.observer = lambda seen: None if seen.target.endswith(b"/time") else made.seen.append(seen)
        yield made
    await exchange.stop()


def records(journal: Path) -> list[dict[str, Any]]:
    lines = [
        line for file in sorted(journal.glob("flows-*.jsonl")) for line in file.read_bytes().splitlines()
    ]
    return [record for record in map(json.loads, lines) if record["type"] == "flow"]


async def test_each_security_type_gets_what_it_needs_and_nothing_else(house: House) -> None:
    for method, target, needs in (
        ("GET", "/api/v3/ticker/price", "none"),
        ("GET", "/sapi/v1/margin/allPairs", "key"),
        ("GET", "/api/v3/account", "signed"),
    ):
        status, headers, _ = await house.ask(method, target)
        assert status == 200, target
        assert headers["X-Gateway-Execution"] == "answered"
        seen = house.requests(target)[-1]
        names = [name.lower() for name, _ in seen.headers]
        assert names.count(b"x-mbx-apikey") == (0 if needs == "none" else 1)
        assert seen.signature == ("valid" if needs == "signed" else "absent")


async def test_a_signed_request_with_dummy_keys_is_signed_anew(house: House) -> None:
    target = "/api/v3/openOrders?signature=00&symbol=BTCUSDT&timestamp=1&recvWindow=60000"
    status, _, _ = await house.ask("GET", target, X_MBX_APIKEY="dummy")
    assert status == 200
    sent = house.requests("/api/v3/openOrders")[0].target
    assert sent.startswith(b"/api/v3/openOrders?symbol=BTCUSDT&recvWindow=60000&timestamp=")
    assert sent.count(b"signature=") == sent.count(b"timestamp=") == 1


async def test_another_account_by_name(house: House) -> None:
    status, _, _ = await house.ask("GET", "/api/v3/account", X_Gateway_Account="other")
    assert status == 200
    headers = dict(house.requests("/api/v3/account")[0].headers)
    assert headers[b"X-MBX-APIKEY"] == OTHER_KEY.encode()
    status, headers_, _ = await house.ask("GET", "/api/v3/account", X_Gateway_Account="nobody")
    assert (status, headers_["X-Gateway-Error"]) == (403, "account_denied")


async def test_answers_pass_untouched(house: House) -> None:
    """Status, limit headers, body octets; gzip stays gzip."""
    async with ClientSession(auto_decompress=False) as session:
        url = house.gateway.url + "/api/v3/exchangeInfo"
        async with session.get(url, headers={"Accept-Encoding": "gzip"}) as answer:
            body = await answer.read()
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "X-MBX-USED-WEIGHT-1M" in answer.headers
    assert body[:2] == b"\x1f\x8b"
    status, headers, _ = await house.ask("GET", "/api/v3/ticker/price?symbol=NOPE")
    assert status == 400
    assert headers["X-Gateway-Execution"] == "answered"
    assert "X-Gateway-Error" not in headers


async def test_an_error_of_binance_is_diagnosed(house: House) -> None:
    _, headers, body = await house.ask("POST", "/api/v3/order", ORDER.replace("0.01", "0,01"))
    assert json.loads(body)["code"] == -1100
    assert headers["X-Gateway-Diagnosis"].startswith("param-decimal-comma; strength=")


async def test_who_asks_for_it_is_told_where_the_time_went(house: House) -> None:
    started = time.perf_counter()
    _, headers, _ = await house.ask("GET", "/api/v3/account", X_Gateway_Timing="1")
    whole = (time.perf_counter() - started) * 1000
    shares = dict(share.split(";dur=") for share in headers["Server-Timing"].split(", "))
    assert list(shares) == ["gateway", "connection", "upstream"]
    assert all(float(share) >= 0 for share in shares.values())
    assert 0 < sum(map(float, shares.values())) < whole
    assert "Server-Timing" not in (await house.ask("GET", "/api/v3/account"))[1]


async def test_a_dry_run_shows_everything_and_sends_nothing(house: House) -> None:
    status, headers, body = await house.ask("POST", "/api/v3/order?a=1", ORDER, X_Gateway_Dry_Run="1")
    assert (status, headers["X-Gateway-Execution"]) == (200, "not_sent")
    shown = json.loads(body)
    assert shown["payload"]["form"] == ORDER
    assert shown["payload"]["query"].startswith("a=1&recvWindow=5000&timestamp=")
    assert shown["url"].endswith("&signature=********")
    assert ["X-MBX-APIKEY", "********"] in shown["headers"]
    assert API_KEY not in body.decode()
    assert house.seen == []


async def test_refused_requests_reach_nobody(house: House) -> None:
    for method, target, body, token in (
        ("POST", "/sapi/v1/capital/withdraw/apply", "coin=BTC", "endpoint_denied"),
        ("POST", "/fapi/v1/order", ORDER, "endpoint_denied"),
        ("GET", "/sapi/v1/c2c/agent/orderMatch/releaseCoin", None, "endpoint_denied"),
        ("GET", "/evil/v1/x", None, "endpoint_unknown"),
        ("GET", "/bapi/x/y", None, "endpoint_unknown"),
        ("PATCH", "/api/v3/order", None, "method_not_allowed"),
        ("POST", "/api/v3/order", "x" * 70_000, "body_too_large"),
        ("POST", "/api/v3/order", "hello", "unsupported_media_type"),
    ):
        headers = {"Content-Type": "text/plain"} if body == "hello" else {}
        status, answer, text = await house.ask(
            method, target, body, **{k.replace("-", "_"): v for k, v in headers.items()}
        )
        assert answer["X-Gateway-Error"] == token, target
        assert answer["X-Gateway-Execution"] == "not_sent"
        assert json.loads(text)["code"] == -(99000 + status)
    assert house.seen == []


async def test_a_mistake_of_ours_while_a_refusal_is_told_is_recorded_as_ours(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("CANARY")

    monkeypatch.setattr("proxy.gateway.pipeline.refusal_reply", broken)
    status, answer, _ = await house.ask("GET", "/bapi/x/y")
    assert (status, answer["X-Gateway-Error"]) == (500, "internal_error")
    await house.gateway.stop()
    (record,) = records(tmp_path / "journal")
    assert (record["fault_stage"], record["error.type"]) == ("gateway", "endpoint_unknown")
    assert b"CANARY" not in b"".join(file.read_bytes() for file in (tmp_path / "journal").iterdir())


@pytest.mark.parametrize("shift_ms", [3_600_000, -3_600_000])
async def test_one_clock_error_heals_once(house: House, shift_ms: int) -> None:
    """-1021 for our own timestamp: measured anew, signed anew, sent once more; the client sees a 200."""
    assert (await house.ask("GET", "/api/v3/account"))[0] == 200
    house.box.clock_shift_ms = shift_ms
    status, _, _ = await house.ask("POST", "/api/v3/order", ORDER)
    assert status == 200
    tried = house.requests("/api/v3/order")
    assert [o.code for o in tried] == [-1021, None]


async def test_a_second_clock_error_is_relayed(house: House) -> None:
    answer: dict[str, Any] = {
        "status": 400,
        "body": b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
    }
    for _ in range(3):
        house.box.faults.add(Fault(path="/api/v3/account", **answer))
    status, _, _ = await house.ask("GET", "/api/v3/account")
    assert status == 400
    assert len(house.requests("/api/v3/account")) == 2


async def test_minus_1022_is_never_sent_again(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/account", status=400, body=b'{"code":-1022,"msg":"x"}'))
    assert (await house.ask("GET", "/api/v3/account"))[0] == 400
    assert len(house.requests("/api/v3/account")) == 1


async def test_the_default_account_is_not_needed_for_public_calls(tmp_path: Path) -> None:
    async with (
        upstream() as script,
        gateway(script.base, tmp_path / "j", Accounts()) as running,
        ClientSession() as session,
    ):
        async with session.get(running.url + "/api/v3/ping") as answer:
            assert answer.status == 200
        async with session.get(running.url + "/api/v3/account") as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (401, "account_missing")
    assert not any(b"/api/v3/account" in request for request in script.requests)


TIME = b'HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{"serverTime":%d}'


async def ask_scripted(
    script_acts: list[Any], tmp_path: Path, method: str = "POST", **settings: Any
) -> tuple[int, Any, bytes, list[bytes], list[dict[str, Any]]]:
    """One request against a script that answers the clock's questions first."""
    clock = answers(TIME % int(time.time() * 1000))
    async with upstream(*[clock] * 5, *script_acts) as script, ClientSession() as session:
        settings["upstream"] = settings.get("upstream", {}) | {"unsafe_url": script.base}
        async with gateway(script.base, tmp_path / "j", **settings) as running:
            while len(script.requests) < 5:
                await asyncio.sleep(0.01)
            target = "/api/v3/order" if method == "POST" else "/api/v3/account"
            body = ORDER.encode() if method == "POST" else None
            async with session.request(method, running.url + target, data=body, headers=FORM) as answer:
                got = answer.status, answer.headers, await answer.read()
        sent = [request for request in script.requests if b"/time" not in request]
    return *got, sent, records(tmp_path / "j")


FAULTS = [
    ("hangs up", hangs_up, 502, "upstream_no_answer", "unknown"),
    ("says nothing", says_nothing, 504, "upstream_timeout", "unknown"),
    ("half a status line", answers_and_hangs_up(b"HTTP/1.1 20"), 502, "upstream_no_answer", "unknown"),
    ("half a body", answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), 502, "upstream_no_answer", "unknown"),
    ("a redirect", answers(b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"), 502, "redirect_refused", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "status", "token", "execution"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
async def test_after_a_fault_the_truth_is_told(
    act: Any, status: int, token: str, execution: str, tmp_path: Path
) -> None:
    got, headers, body, sent, kept = await ask_scripted([act], tmp_path, upstream={"answer_seconds": 0.5})
    assert (got, headers["X-Gateway-Error"], headers["X-Gateway-Execution"]) == (status, token, execution)
    assert json.loads(body)["execution"] == execution
    assert len(sent) == 1
    assert (kept[-1]["execution"], kept[-1]["error.type"]) == (execution, token)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_408_or_5xx_is_relayed_untouched_and_its_outcome_is_unknown(
    status: int, tmp_path: Path
) -> None:
    said = b'{"code":-1007,"msg":"Timeout"}'
    octets = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(said), said)
    got, headers, body, sent, kept = await ask_scripted([answers(octets)], tmp_path)
    assert (got, headers["X-Gateway-Execution"]) == (status, "unknown")
    assert body == said
    assert len(sent) == 1
    assert kept[-1]["execution"] == "unknown"


async def test_a_large_answer_that_breaks_off_never_looks_whole(tmp_path: Path) -> None:
    octets = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 200_000
    with pytest.raises(Exception, match=r".") as caught:
        await ask_scripted([answers_and_hangs_up(octets)], tmp_path, method="GET")
    assert type(caught.value).__name__ in (
        "ClientPayloadError",
        "ClientConnectionResetError",
        "ServerDisconnectedError",
        "ClientOSError",
    )
    record = records(tmp_path / "j")[-1]
    assert record["execution"] == "unknown"


async def test_answers_lose_headers_that_are_none_of_the_clients_business(tmp_path: Path) -> None:
    octets = OK.replace(
        b"Content-Length",
        b"Set-Cookie: a=b\r\nLocation: x\r\nAccess-Control-Allow-Origin: *\r\nAlt-Svc: h3\r\nX-MBX-USED-WEIGHT-1M: 7\r\nRetry-After: 3\r\nContent-Length",
    )
    _, headers, _, _, _ = await ask_scripted([answers(octets)], tmp_path)
    assert not {"Set-Cookie", "Location", "Access-Control-Allow-Origin", "Alt-Svc"} & set(headers)
    assert (headers["X-MBX-USED-WEIGHT-1M"], headers["Retry-After"]) == ("7", "3")
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_write_is_announced_before_it_leaves(tmp_path: Path) -> None:
    """When the upstream has the request, the intent line is already in the file."""
    found: list[bytes] = []

    async def looks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.extend(file.read_bytes() for file in (tmp_path / "j").glob("flows-*.jsonl"))
        writer.write(OK)

    await ask_scripted([looks], tmp_path)
    assert any(b'"type":"intent"' in content and b"/api/v3/order" in content for content in found)


async def test_draining_lets_requests_finish_and_takes_no_more(tmp_path: Path) -> None:
    release = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.write(OK)

    clock = answers(TIME % int(time.time() * 1000))
    async with upstream(*[clock] * 5, waits) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j") as running:
            url = running.url + "/api/v3/order"
            under_way = asyncio.create_task(session.post(url, data=ORDER.encode(), headers=FORM))
            while not any(b"POST" in request for request in script.requests):
                await asyncio.sleep(0.01)
            stopping = asyncio.create_task(running.stop())
            await asyncio.sleep(0.05)
            with pytest.raises(OSError, match="Connect call failed"):
                await asyncio.open_connection("127.0.0.1", int(running.url.rpartition(":")[2]))
            release.set()
            assert (await under_way).status == 200
            assert await stopping
    assert records(tmp_path / "j")[-1]["execution"] == "answered"
