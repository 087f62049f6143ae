"""Identical public reads under way share one request."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from proxy.app.gateway import Gateway
from proxy.core.errors import Refusal, UpstreamError
from proxy.limits.shared_reads import SharedReads
from proxy.upstream.response import UpstreamResponse
from tests.journal.lines import bare_lines
from tests.support.gateway import gateway
from tests.upstream.scripted import Act, Upstream, upstream

PRICE = "/api/v3/ticker/price?symbol=BTCUSDT"
BODY = b'{"symbol":"BTCUSDT","price":"50000.00"}'


def http(body: bytes, status: str = "200 OK", more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (status.encode(), more, len(body)) + body


@dataclass
class House:
    """`go_on` opens the upstream's mouth."""

    session: ClientSession
    script: Upstream
    go_on: asyncio.Event
    running: Gateway
    journal: Path

    async def get(self, path: str = PRICE, **headers: str) -> tuple[int, bytes, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(self.running.url + path, headers=named) as answer:
            return answer.status, await answer.read(), answer.headers

    async def together(self, *asks: Any) -> list[tuple[int, bytes, Any]]:
        """All of them under way before the upstream says a word."""
        tasks = [asyncio.ensure_future(ask) for ask in asks]
        while self.running.pipeline.slots.busy < len(asks):
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
        self.go_on.set()
        answers: list[tuple[int, bytes, Any]] = await asyncio.gather(*tasks)
        return answers

    def asked(self) -> list[bytes]:
        return [request for request in self.script.requests if b"/time HTTP" not in request]

    def use(self, octets: bytes) -> None:
        self.script.acts[:] = [self.after_the_gate(octets)]

    def after_the_gate(self, octets: bytes) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self.go_on.wait()
            writer.write(octets)
            if not octets:
                writer.close()

        return act


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    go_on = asyncio.Event()
    async with upstream() as script, ClientSession(timeout=ClientTimeout(total=20)) as session:
        async with gateway(script.base, tmp_path / "j") as running:
            made = House(session, script, go_on, running, tmp_path / "j")
            made.use(http(BODY, more=b"X-MBX-USED-WEIGHT-1M: 2\r\n"))
            yield made


async def test_many_clients_one_request_the_same_octets(house: House) -> None:
    answers = await house.together(*(house.get() for _ in range(50)))
    assert len(house.asked()) == 1
    assert {(status, body) for status, body, _ in answers} == {(200, BODY)}
    assert {headers["X-MBX-USED-WEIGHT-1M"] for _, _, headers in answers} == {"2"}
    assert {headers["X-Gateway-Execution"] for _, _, headers in answers} == {"answered"}
    assert len({headers["X-Gateway-Request-Id"] for _, _, headers in answers}) == 50


async def test_each_is_recorded_and_says_whether_it_was_shared(house: House) -> None:
    await house.together(*(house.get() for _ in range(3)))
    await house.running.stop()
    records = recorded(house.journal)
    flows = [one for one in records if one["url.path"] == "/api/v3/ticker/price"]
    assert sorted((one.get("shared", False), one["weight"], one.get("attempts", 0)) for one in flows) == [
        (False, 2, 1),
        (True, 0, 0),
        (True, 0, 0),
    ]
    assert all(one["http.response.status_code"] == 200 for one in flows)
    assert all(value >= 0 for one in flows for value in one["phases_ms"].values())
    (entry,) = house.running.pipeline.throttle.budget.spending
    assert (entry.requests, entry.shared, entry.weight) == (1, 2, 2)


def recorded(journal: Path) -> list[Any]:
    return [json.loads(line) for file in journal.glob("flows-*") for line in bare_lines(file.read_bytes())]


async def test_nothing_is_kept_the_next_request_is_sent(house: House) -> None:
    house.go_on.set()
    for _ in range(3):
        await house.get()
    assert len(house.asked()) == 3


DIFFERENT = [
    {"Accept_Encoding": "gzip"},
    {"Accept": "application/sbe"},
    {"X_MBX_TIME_UNIT": "MICROSECOND"},
    {"X_MBX_SBE": "3:1"},
    {"clientType": "web"},
]


@pytest.mark.parametrize("headers", DIFFERENT, ids=[next(iter(one)) for one in DIFFERENT])
async def test_what_goes_out_differently_is_not_shared(headers: dict[str, str], house: House) -> None:
    base = {"Accept_Encoding": "identity", "Accept": "*/*"}
    await house.together(house.get(**base), house.get(**{**base, **headers}))
    assert len(house.asked()) == 2


async def test_what_does_not_go_out_makes_no_difference(house: House) -> None:
    await house.together(house.get(User_Agent="one"), house.get(User_Agent="two", Cookie="a=b"))
    assert len(house.asked()) == 1


NOT_SHARED = [
    ("/api/v3/account", "signed"),
    ("/sapi/v1/asset/assetDetail", "signed"),
    ("/api/v3/time", "clients measure with it"),
    ("/api/v3/ping", "clients measure with it"),
]


@pytest.mark.parametrize(("path", "why"), NOT_SHARED)
async def test_signed_and_measuring_requests_are_never_shared(path: str, why: str, house: House) -> None:
    before = len(house.script.requests)
    await house.together(house.get(path), house.get(path))
    own = [one for one in house.script.requests[before:] if path.encode() in one and b"Accept: " in one]
    assert len(own) == 2, why


async def test_another_query_is_another_request(house: House) -> None:
    await house.together(house.get(), house.get("/api/v3/ticker/price?symbol=ETHUSDT"))
    assert len(house.asked()) == 2


async def test_who_hangs_up_takes_nothing_from_the_others(house: House) -> None:
    first = asyncio.create_task(house.get())
    while not house.asked():
        await asyncio.sleep(0.005)
    others = [asyncio.create_task(house.get()) for _ in range(5)]
    while house.running.pipeline.slots.busy < 6:
        await asyncio.sleep(0.005)
    first.cancel()
    others[0].cancel()
    await asyncio.sleep(0.05)
    house.go_on.set()
    for status, body, _ in await asyncio.gather(*others[1:]):
        assert (status, body) == (200, BODY)
    assert len(house.asked()) == 1


async def test_a_large_answer_is_fetched_by_each_for_itself(house: House) -> None:
    large = b"[" + b"1," * 40_000 + b"1]"
    house.use(http(large))
    answers = await house.together(*(house.get() for _ in range(4)))
    assert {(status, body) for status, body, _ in answers} == {(200, large)}
    assert len(house.asked()) == 4
    house.go_on.clear()  # and from now on at once
    await house.together(*(house.get() for _ in range(4)))
    assert len(house.asked()) == 8


async def test_an_error_answer_is_an_answer(house: House) -> None:
    house.use(http(b'{"code":-1121,"msg":"Invalid symbol."}', "400 Bad Request"))
    answers = await house.together(*(house.get() for _ in range(5)))
    assert {status for status, _, _ in answers} == {400}
    assert len(house.asked()) == 1


async def test_a_429_is_given_to_all_and_holds(house: House) -> None:
    house.use(http(b'{"code":-1003,"msg":"x"}', "429 Too Many Requests", b"Retry-After: 30\r\n"))
    answers = await house.together(*(house.get() for _ in range(20)))
    assert {(status, headers["Retry-After"]) for status, _, headers in answers} == {(429, "30")}
    assert (await house.get())[2]["X-Gateway-Error"] == "upstream_backoff"
    assert len(house.asked()) == 1


async def test_where_no_connection_is_made_all_are_told_so(tmp_path: Path) -> None:
    async with upstream() as script, ClientSession() as session:
        nowhere = script.base
    async with ClientSession() as session, gateway(nowhere, tmp_path / "j") as running:

        async def get() -> tuple[int, str, str]:
            async with session.get(running.url + PRICE) as answer:
                await answer.read()
                return answer.status, answer.headers["X-Gateway-Error"], answer.headers["X-Gateway-Execution"]

        assert set(await asyncio.gather(*(get() for _ in range(10)))) == {
            (502, "upstream_unreachable", "not_sent")
        }


async def test_a_broken_connection_is_its_own_bad_luck(house: House) -> None:
    """The first one's connection dies without an answer; who waited for it asks again and is answered.

    The first one too, if its connection had answered before: then a GET is sent once more."""
    answering = house.after_the_gate(http(BODY))

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (answering if len(house.asked()) > 1 else house.after_the_gate(b""))(reader, writer)

    house.script.acts[:] = [act]
    answers = await house.together(*(house.get() for _ in range(3)))
    statuses = sorted(status for status, _, _ in answers)
    assert statuses[:2] == [200, 200]
    assert statuses[2] in (200, 502)


async def test_it_can_be_switched_off(tmp_path: Path) -> None:
    async with upstream() as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", budget={"coalesce": False}) as running:

            async def get() -> int:
                async with session.get(running.url + PRICE) as answer:
                    return answer.status

            assert set(await asyncio.gather(*(get() for _ in range(10)))) == {200}
            assert len([one for one in script.requests if b"ticker/price" in one]) == 10


async def test_who_stopped_waiting_is_not_answered_and_the_others_are() -> None:
    shared, opened = SharedReads(lambda: 0.0), asyncio.Event()

    async def asking() -> UpstreamResponse:
        await opened.wait()
        raise UpstreamError(Refusal(504, "upstream_timeout", "x"), "head")

    leading = asyncio.ensure_future(shared.lead(b"GET", asking()))
    await asyncio.sleep(0)
    gone, stays = (asyncio.ensure_future(shared.join(b"GET")) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    opened.set()
    found = await asyncio.gather(leading, gone, stays, return_exceptions=True)
    assert [type(one) for one in found] == [UpstreamError, asyncio.CancelledError, UpstreamError]
    assert not shared.can_join(b"GET")


def test_256_large_answers_are_remembered_and_the_oldest_is_forgotten() -> None:
    shared = SharedReads(lambda: 0.0)
    for number in range(257):
        shared._note_large(b"%d" % number)
    assert list(shared._large) == [b"%d" % number for number in range(1, 257)]
