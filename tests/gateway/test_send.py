"""What leaves, how often, to which host, and with which time."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError

from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from proxy.upstream.response import UpstreamResponse
from tests.gateway.house import LATE, ORDER, House, Sent, house, says
from tests.support.gateway import API_SECRET
from tests.support.independent import hmac_covers
from tests.upstream.scripted import answers_and_hangs_up, hangs_up, rest, upstream

CORRECTED: dict[str, Any] = {"endpoints": [{"endpoint": "GET /api/v3/myTrades", "mutates": True}]}
"""As if a GET changed something."""

REPEATED = [
    # request -> whether it may be sent again if it got no answer, and whether to another host
    ("GET", "/api/v3/account", True, True),
    ("GET", "/api/v3/ticker/price", True, True),
    ("GET", "/sapi/v1/account/status", True, False),
    ("GET", "/fapi/v2/account", True, False),
    ("GET", "/sapi/v9/never/heard/of", True, False),
    ("GET", "/api/v3/myTrades", False, False),
    ("POST", "/api/v3/order", False, False),
    ("POST", "/api/v3/order/test", False, False),
    ("DELETE", "/api/v3/order", False, False),
    ("PUT", "/sapi/v1/margin/listen-key", False, False),
]


@pytest.mark.parametrize(("method", "target", "again", "elsewhere"), REPEATED)
async def test_what_may_be_sent_again(
    method: str, target: str, again: bool, elsewhere: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = {"profiles": ["spot"], "allow": ["GET /api/v3/myTrades"]}
    async with house(tmp_path, policy=policy, **CORRECTED) as at:
        told: list[tuple[bool, bool]] = []

        async def send(
            base: str, octets: bytes, *, repeatable: bool, failover: bool = False, **_: Any
        ) -> None:
            if not Sent.of(octets).is_time:
                told.append((repeatable, failover))
            raise fault("upstream_unreachable", "connect", "Test")

        monkeypatch.setattr(at.running.pipeline.dispatcher.sender, "send", send)
        got = await at.ask(method, target, ORDER if method == "POST" else None)
        assert got.token == "upstream_unreachable"
        assert told == [(again, elsewhere)]


async def test_a_get_that_changes_something_is_announced_and_looked_after_as_a_write(tmp_path: Path) -> None:
    policy = {"profiles": ["spot"], "allow": ["GET /api/v3/myTrades"]}
    async with house(tmp_path, hangs_up, policy=policy, **CORRECTED) as at:
        got = await at.ask("GET", "/api/v3/myTrades")
        assert (got.token, got.headers["X-Gateway-Outcome"]) == ("upstream_no_answer", "undetermined")
        await at.flow()
        assert len(at.lines("intent")) == len(at.lines("outcome")) == len(at.sent) == 1


def fresh(at: House, one: Sent) -> bool:
    """Whether a request bears the time of now, and a signature that fits it."""
    in_time = abs(int(one.params["timestamp"]) - at.local.unix_ms()) < 1000
    return in_time and hmac_covers(API_SECRET.encode(), one.query.encode(), one.body)


@pytest.mark.parametrize(("method", "form"), [("POST", ORDER), ("GET", None)])
async def test_a_request_that_waited_for_its_connection_is_signed_when_that_is_made(
    method: str, form: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dial = Dialer.open

    async def slowly(self: Dialer, base: str, seconds: float | None = None) -> Any:
        at.local.ahead += 4
        return await dial(self, base, seconds)

    async with house(tmp_path) as at:
        at.local.ahead += 100  # no connection is at hand any more
        monkeypatch.setattr(Dialer, "open", slowly)
        assert (await at.ask(method, "/api/v3/order", form)).status == 200
        (sent,) = at.sent
        assert fresh(at, sent)
        record = await at.flow()
        assert record["clock"]["exchange_ms"] == int(sent.params["timestamp"])
        assert record["phases_ms"]["connect"] >= 4000
        assert record["reused"] is False


async def test_a_read_that_is_sent_again_is_signed_again(tmp_path: Path) -> None:
    async def takes_its_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at.local.ahead += 4
        writer.close()

    async with house(tmp_path, says(200), takes_its_time) as at:
        await rest()
        assert (await at.ask("GET", "/api/v3/account")).status == 200
        await rest()
        assert (await at.ask("GET", "/api/v3/account")).status == 200
        _, lost, again = at.sent
        assert fresh(at, again)
        assert int(again.params["timestamp"]) - int(lost.params["timestamp"]) >= 4000
        first, second = await at.flows(2)
        assert [(one["attempts"], one["weight"], one["reused"]) for one in (first, second)] == [
            (1, 20, True),
            (2, 20, False),
        ]


async def test_attempts_add_up_over_a_healing(tmp_path: Path) -> None:
    """Sent, lost, sent again, told that it is late, sent once more."""
    async with house(tmp_path, says(200), hangs_up, says(400, LATE), says(200)) as at:
        for _ in range(2):
            assert (await at.ask("GET", "/api/v3/account")).status == 200
            await rest()
        assert (await at.flows(2))[1]["attempts"] == 3
        assert len(at.sent) == 4


async def test_the_host_that_answered_is_named_and_was_asked_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a read fails over: the request is made anew for the other host."""
    async with upstream() as other, house(tmp_path) as at:
        send = at.running.pipeline.dispatcher.sender.send

        async def elsewhere(base: str, octets: bytes, **more: Any) -> UpstreamResponse:
            assert base == at.running.settings.upstream.unsafe_url
            return await send(other.base, more["again"](other.base), **more)

        with monkeypatch.context() as patched:
            patched.setattr(at.running.pipeline.dispatcher.sender, "send", elsewhere)
            assert (await at.ask("GET", "/api/v3/account")).status == 200
        assert at.sent == []
        sent = Sent.of(other.requests[-1])
        host = other.base.removeprefix("http://")
        assert sent.headers["host"] == host
        assert fresh(at, sent)
        assert (await at.flow())["server.address"] == host


async def test_headers_and_body_as_they_leave(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "tool/1",
            "Cookie": "a=b",
            "X-MBX-TIME-UNIT": "MICROSECOND",
        }
        await at.order(**headers)
        (sent,) = at.sent
        base = at.running.settings.upstream.unsafe_url
        assert base is not None
        assert list(sent.headers) == [
            "host",
            "x-mbx-apikey",
            "user-agent",
            "accept",
            "accept-encoding",
            "x-mbx-time-unit",
            "content-type",
            "content-length",
        ]
        assert sent.headers["host"] == base.removeprefix("http://")
        assert sent.headers["user-agent"] == "binance-signing-proxy"
        assert (sent.body, sent.headers["content-length"]) == (ORDER.encode(), str(len(ORDER)))


async def test_a_write_is_in_the_journal_before_it_leaves_and_a_read_is_not(tmp_path: Path) -> None:
    found: list[int] = []

    async def looks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        text = b"".join(file.read_bytes() for file in at.journal.glob("flows-*.jsonl"))
        found.append(text.count(b'"type":"intent"'))
        await says(200)(reader, writer)

    large = ORDER + "&newClientOrderId=a&" + "&".join(f"p{n}=1" for n in range(1000))
    async with house(tmp_path, *[looks] * 4) as at:
        await at.order()
        await at.ask("GET", "/api/v3/account")
        await at.ask("POST", "/api/v3/order/test", ORDER)
        await at.order(large)
        assert found == [1, 1, 1, 2]


async def test_a_write_that_ended_unknown_is_looked_after_however_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a long answer, and by a fault of ours: nobody could be told, and the journal is."""
    cut = answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100_000)

    async def broken(*_any: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    async with house(tmp_path, cut) as at:
        with pytest.raises(ClientPayloadError):
            await at.order()
        with monkeypatch.context() as patched:
            patched.setattr(at.running.pipeline.dispatcher.sender, "send", broken)
            assert (await at.order()).status == 500
        await at.flows(2)
        assert [(one["outcome"], one.get("told", False)) for one in at.lines("outcome")] == [
            ("undetermined", False),
            ("undetermined", False),
        ]
