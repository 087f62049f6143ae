"""Which recorded answer a request gets, over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from proxy.sandbox import Observation, Sandbox, demo_keys, start
from proxy.sandbox.recorded.har import Recorded, read_recording
from proxy.sandbox.recorded.playback import Playback
from proxy.sandbox.wire import Received
from tests.sandbox.recorded.recordings import entry, har

ORDER = "/api/v3/order?symbol={}&orderId={}"
RECORDING = har(
    entry("/api/v3/account", 401, {"code": -2008, "msg": "Invalid Api-Key ID."}),
    entry("/api/v3/account", 200, {"canTrade": True}),
    entry(ORDER.format("BTCUSDT", 7), 400, {"code": -2013, "msg": "Order does not exist."}),
    entry(
        ORDER.format("ETHUSDT", "%3Corder:1a2b3c4d5e:3%3E"),
        200,
        {"symbol": "ETHUSDT", "orderId": "<order:1a2b3c4d5e:3>"},
    ),
    entry("/sapi/v1/c2c/ads/search", 200, {"code": "000000", "data": "buy"}, "POST", '{"tradeType":"BUY"}'),
    entry("/sapi/v1/c2c/ads/search", 200, {"code": "000000", "data": "sell"}, "POST", '{"tradeType":"SELL"}'),
    entry("/api/v3/openOrders", 0, ""),
)


class Played:
    """A sandbox that answers out of `RECORDING`."""

    def __init__(self, url: str, session: ClientSession, seen: list[Observation]) -> None:
        self.url, self.session, self.seen = url, session, seen

    async def ask(self, target: str, method: str = "GET", **more: Any) -> tuple[int, Any]:
        async with self.session.request(method, self.url + target, **more) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    (tmp_path / "flows.har").write_text(json.dumps(RECORDING))
    playback = Playback(read_recording(tmp_path / "flows.har"))
    assert playback.requests == 7
    seen: list[Observation] = []
    running = await start(Sandbox(keys=demo_keys(), observer=seen.append), playback=playback)
    async with ClientSession() as session:
        yield Played(running.url, session, seen)
    await running.stop()


async def test_key_time_and_signature_are_not_looked_at_and_the_last_answer_stays(played: Played) -> None:
    target = "/api/v3/account?timestamp=1&signature=nonsense"
    assert await played.ask(target, headers={"X-MBX-APIKEY": "x"}) == (
        401,
        {"code": -2008, "msg": "Invalid Api-Key ID."},
    )
    assert await played.ask(target) == (200, {"canTrade": True})
    assert await played.ask("/api/v3/account") == (200, {"canTrade": True})
    assert [one.status for one in played.seen] == [401, 200, 200]


async def test_the_recording_with_the_most_alike_parameters_answers(played: Played) -> None:
    assert (await played.ask(ORDER.format("BTCUSDT", 7)))[1]["code"] == -2013
    assert (await played.ask(ORDER.format("ETHUSDT", 999)))[1] == {"symbol": "ETHUSDT", "orderId": 112}
    assert (await played.ask("/sapi/v1/c2c/ads/search", "POST", json={"tradeType": "SELL"}))[1][
        "data"
    ] == "sell"
    assert (await played.ask("/sapi/v1/c2c/ads/search", "POST", json={"tradeType": "BUY"}))[1][
        "data"
    ] == "buy"


async def test_of_two_that_fit_the_one_without_a_surplus_answers() -> None:
    few = Recorded("GET", "/a", (("x", "1"),), 200)
    many = Recorded("GET", "/a", (("x", "1"), ("y", "<order:1a2b3c4d5e:3>")), 400)
    for first, second in ((few, many), (many, few)):
        playback = Playback([first, second])
        assert playback.next_for(Received("GET", b"/a?x=1", (), b"", "")) is few
        assert playback.next_for(Received("GET", b"/a?x=1&y=2", (), b"", "")) is many
        assert playback.next_for(Received("GET", b"/b", (), b"", "")) is None


async def test_a_request_that_got_no_answer_gets_none(played: Played) -> None:
    with pytest.raises((ServerDisconnectedError, OSError)):
        await asyncio.wait_for(played.ask("/api/v3/openOrders"), 10)


async def test_what_was_not_recorded_is_told_but_public_endpoints_answer(played: Played) -> None:
    assert (await played.ask("/api/v3/time"))[0] == 200
    assert await played.ask("/api/v3/order", "POST") == (
        404,
        {"code": -1, "msg": "sandbox: the recording holds no POST of this path"},
    )
    assert (await played.ask("/sapi/v1/nonsense"))[0] == 404
