"""Each request goes out once, and what is said about its execution is true."""

import asyncio
import time
from typing import Any

import pytest

from proxy.core.errors import Execution, UpstreamError
from proxy.core.settings import UpstreamSettings
from proxy.upstream.connection import Connection
from proxy.upstream.dial import Dialer
from proxy.upstream.sender import Sender
from proxy.upstream.tls import tls_context
from tests.upstream.scripted import (
    OK,
    Act,
    Upstream,
    answers,
    answers_and_hangs_up,
    hangs_up,
    rest,
    says_nothing,
    upstream,
)

GET = b"GET /api/v3/account HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1"


def make_sender(**settings: Any) -> Sender:
    chosen = UpstreamSettings(**settings)
    dialer = Dialer(context=tls_context(), unsafe=True, connect_seconds=chosen.connect_seconds)
    return Sender(dialer, chosen, time.monotonic)


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def ask(
    sender: Sender, base: str, octets: bytes = GET, *, repeatable: bool = True
) -> tuple[int, bytes]:
    answer = await sender.send(base, octets, repeatable=repeatable)
    return answer.status, await answer.read_small(1 << 20) or b""


async def fails(sender: Sender, script: Upstream, octets: bytes, *, repeatable: bool) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await ask(sender, script.base, octets, repeatable=repeatable)
    return caught.value


async def test_a_connection_is_used_again() -> None:
    async with upstream() as script:
        sender = make_sender()
        for _ in range(5):
            assert await ask(sender, script.base) == (200, b"{}")
            await rest()
        await sender.close()
    assert (script.connections, len(script.requests)) == (1, 5)
    assert set(script.requests) == {GET}


@pytest.mark.parametrize("warm", [False, True], ids=["new connection", "warm connection"])
@pytest.mark.parametrize("verb", [b"POST", b"PUT", b"DELETE"])
async def test_a_write_is_never_sent_twice(verb: bytes, warm: bool) -> None:
    octets = POST.replace(b"POST", verb)
    acts: list[Act] = [answers(OK), hangs_up] if warm else [hangs_up]
    async with upstream(*acts) as script:
        sender = make_sender()
        if warm:
            await ask(sender, script.base, octets, repeatable=False)
            await rest()
        error = await fails(sender, script, octets, repeatable=False)
        await sender.close()
    assert (error.refusal.token, error.refusal.status) == ("upstream_no_answer", 502)
    assert error.refusal.execution is Execution.UNKNOWN
    assert script.requests.count(octets) == (2 if warm else 1)


async def test_a_read_survives_one_stale_connection() -> None:
    async with upstream(answers(OK), hangs_up, answers(OK)) as script:
        sender = make_sender()
        await ask(sender, script.base)
        await rest()
        assert await ask(sender, script.base) == (200, b"{}")
        await sender.close()
    assert len(script.requests) == 3


async def test_a_read_whose_repetition_finds_nobody_is_still_unknown() -> None:
    """Its octets had left once: `not_sent` would be untrue."""
    async with upstream(answers(OK), hangs_up) as script:
        sender = make_sender()
        await ask(sender, script.base)
        await rest()
        script.server.close()
        error = await fails(sender, script, GET, repeatable=True)
        await sender.close()
    assert (error.refusal.token, error.refusal.execution) == ("upstream_no_answer", Execution.UNKNOWN)
    assert len(script.requests) == 2


async def test_a_read_on_a_new_connection_is_not_repeated() -> None:
    async with upstream(hangs_up) as script:
        error = await fails(make_sender(), script, GET, repeatable=True)
    assert error.refusal.execution is Execution.UNKNOWN
    assert len(script.requests) == 1


async def test_a_connection_the_upstream_closed_is_seen_before_use() -> None:
    async with upstream(answers_and_hangs_up(OK), answers(OK)) as script:
        sender = make_sender()
        await ask(sender, script.base, POST, repeatable=False)
        await asyncio.sleep(0.05)
        assert await ask(sender, script.base, POST, repeatable=False) == (200, b"{}")
        await sender.close()
    assert script.connections == 2


async def test_a_refused_connection_was_not_sent() -> None:
    async with upstream() as script:
        pass
    started = time.monotonic()
    error = await fails(make_sender(), script, POST, repeatable=False)
    assert (error.refusal.token, error.stage) == ("upstream_unreachable", "connect")
    assert error.refusal.execution is Execution.NOT_SENT
    assert time.monotonic() - started < 1


async def test_silence_ends_in_a_timeout_of_unknown_outcome() -> None:
    async with upstream(says_nothing) as script:
        error = await fails(make_sender(answer_seconds=0.2), script, POST, repeatable=False)
    assert (error.refusal.token, error.refusal.status) == ("upstream_timeout", 504)
    assert error.refusal.execution is Execution.UNKNOWN


async def test_the_time_for_a_connection_is_part_of_the_time_for_an_answer() -> None:
    async with upstream(says_nothing) as script:
        sender = make_sender(answer_seconds=0.3)
        dial = sender._dialer.open

        async def slow(base: str, seconds: float | None = None) -> Connection:
            await asyncio.sleep(0.2)
            return await dial(base, seconds)

        sender._dialer.open = slow  # type: ignore[method-assign]  # the way is long
        started = time.monotonic()
        error = await fails(sender, script, POST, repeatable=False)
        assert time.monotonic() - started < 0.42
    assert error.refusal.execution is Execution.UNKNOWN


BAD_ANSWERS = {
    "both framings": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "escape in a header": b"HTTP/1.1 200 OK\r\nX-MBX-A: \x1b[31m\r\nContent-Length: 2\r\n\r\n{}",
    "not HTTP": b"SSH-2.0-OpenSSH_9\r\n\r\n",
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "interims without end": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50 + OK,
}


@pytest.mark.parametrize("octets", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_improper_answers_are_refused_and_the_connection_is_dropped(octets: bytes) -> None:
    async with upstream(answers(octets), answers(OK)) as script:
        sender = make_sender()
        error = await fails(sender, script, POST, repeatable=False)
        assert await ask(sender, script.base, POST, repeatable=False) == (200, b"{}")
        await sender.close()
    assert error.refusal.token == "upstream_bad_answer"
    assert error.refusal.execution is Execution.UNKNOWN
    assert script.connections == 2


async def test_interim_answers_are_dropped() -> None:
    interims = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    async with upstream(answers(interims + OK)) as script:
        sender = make_sender()
        assert await ask(sender, script.base) == (200, b"{}")
        await sender.close()


async def test_left_over_octets_never_answer_another_request() -> None:
    extra = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    async with upstream(answers(extra), answers(OK)) as script:
        sender = make_sender()
        assert await ask(sender, script.base) == (200, b"1")
        assert await ask(sender, script.base) == (200, b"{}")
        await sender.close()
    assert script.connections == 2


async def test_a_redirect_is_never_followed() -> None:
    redirect = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n"
    async with upstream(answers(redirect)) as script:
        error = await fails(make_sender(), script, POST, repeatable=False)
    assert error.refusal.token == "redirect_refused"
    assert error.refusal.execution is Execution.UNKNOWN


async def test_a_cut_body_is_told() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    async with upstream(answers_and_hangs_up(cut)) as script:
        error = await fails(make_sender(), script, POST, repeatable=False)
    assert (error.stage, error.refusal.execution) == ("body", Execution.UNKNOWN)


async def test_chunked_and_empty_answers() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    until_close = b"HTTP/1.1 200 OK\r\n\r\nto the end"
    async with upstream(answers(chunked), answers(empty), answers_and_hangs_up(until_close)) as script:
        sender = make_sender()
        assert await ask(sender, script.base) == (200, b"abc")
        assert await ask(sender, script.base) == (204, b"")
        assert await ask(sender, script.base) == (200, b"to the end")
        await sender.close()


async def test_a_large_answer_can_still_be_streamed_after_a_peek() -> None:
    body = b"x" * 300_000
    octets = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    async with upstream(answers(octets)) as script:
        sender = make_sender()
        answer = await sender.send(script.base, GET, repeatable=True)
        assert await answer.read_small(1000) is None
        assert b"".join([chunk async for chunk in answer.chunks()]) == body
        await sender.close()


PRIVATE = [
    "127.0.0.1",
    "10.0.0.5",
    "169.254.169.254",
    "192.168.1.1",
    "::1",
    "fe80::1",
    "100.64.0.1",
    "0.0.0.0",
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_into_a_private_network_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def poisoned(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (address, 443))]

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(poisoned))
    dialer = Dialer(context=tls_context())
    with pytest.raises(UpstreamError) as caught:
        await dialer.open("https://api.binance.com")
    assert caught.value.refusal.token == "upstream_refused_address"
    assert caught.value.refusal.execution is Execution.NOT_SENT


async def test_an_unsafe_upstream_must_be_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    async def public(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", ("1.1.1.1", 443))]

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(public))
    with pytest.raises(UpstreamError) as caught:
        await Dialer(context=tls_context(), unsafe=True).open("http://localhost:1")
    assert caught.value.refusal.token == "upstream_refused_address"


async def test_a_host_in_use_has_a_fresh_connection_at_hand() -> None:
    """After the 15 s in which a write may use it, an idle connection is joined by a new one, ahead of need."""
    hand = Hand()
    async with upstream() as script:
        settings = UpstreamSettings()
        sender = Sender(Dialer(context=tls_context(), unsafe=True), settings, hand)
        await ask(sender, script.base)
        hand.now += 10
        await sender.tend(script.base)
        assert script.connections == 1
        hand.now += 10
        await sender.tend(script.base)
        await asyncio.sleep(0.02)
        assert script.connections == 2
        await ask(sender, script.base, POST, repeatable=False)
        assert script.connections == 2  # the write used the one made ahead of need
        await sender.close()


async def test_a_host_out_of_use_is_let_go() -> None:
    hand = Hand()
    async with upstream() as script:
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), hand)
        await ask(sender, script.base)
        hand.now += 601
        await sender.tend(script.base)
        await asyncio.sleep(0.02)
        assert script.connections == 1
        assert not sender._pool.waiting(script.base)
        await sender.close()
