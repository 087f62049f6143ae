"""One call and its probe: what is sent, what is kept of the answer, and what is not."""

import gzip
import json

import pytest
from msgspec import structs

from proxy.audit.calls import Call, read_call
from proxy.audit.prober import Asked
from proxy.audit.run import Skipped
from proxy.audit.way import open_way
from proxy.core.probes import KeyFacts, Probe, Recomputed
from proxy.sandbox import Fault
from tests.audit.conftest import World

SPOT = "GET /api/v3/account"


async def ask(world: World, call: str | Call) -> Asked | Skipped:
    plan = world.plan()
    ((account, environment),) = plan.accounts
    async with open_way(plan.settings, plan.trust, plan.local) as prober:
        return await prober.ask(read_call(call) if isinstance(call, str) else call, account, environment)


async def probed(world: World, call: str = SPOT) -> Probe:
    asked = await ask(world, call)
    assert isinstance(asked, Asked)
    return asked.probe


async def test_a_good_answer(world: World) -> None:
    found = await probed(world)
    assert (found.status, found.code, found.message, found.fault) == (200, None, "", "")
    assert found.signature is Recomputed.RIGHT
    assert found.recv_window_ms == 5000
    assert found.weight_used is not None
    assert found.weight_used >= 20
    assert found.host == world.running.url.removeprefix("http://")
    assert abs(found.clock_offset_ms or 0) < 100
    assert len(found.edge_request_id) == 36


async def test_a_body_goes_out_as_it_is_written_and_labelled(world: World) -> None:
    await ask(world, 'POST /sapi/v1/c2c/ads/search {"asset":"USDT","fiat":"USD","tradeType":"BUY"}')
    json_call = world.seen[-1]
    assert json_call.body == b'{"asset":"USDT","fiat":"USD","tradeType":"BUY"}'
    labels = {name.lower(): value for name, value in json_call.headers}
    assert (labels[b"content-type"], labels[b"clienttype"]) == (b"application/json", b"web")
    await ask(world, "POST /sapi/v1/asset/get-funding-asset asset=USDT")
    form = world.seen[-1]
    assert (form.body, form.signature) == (b"asset=USDT", "valid")


async def test_a_public_call_carries_neither_key_nor_signature(world: World) -> None:
    found = await probed(world, "GET /api/v3/ping")
    assert (found.signature, found.recv_window_ms) == (Recomputed.UNCHECKED, None)
    assert b"signature" not in world.seen[-1].target
    assert not [name for name, _ in world.seen[-1].headers if name.lower() == b"x-mbx-apikey"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"code":-2008,"msg":"Invalid Api-Key ID."}', -2008, "Invalid Api-Key ID."),
        (b'{"code":-9000,"msg":"Maria Perez, +34 600 123 456"}', -9000, ""),
        (b'{"code":"ILLEGAL_PARAMETERS","msg":null}', "ILLEGAL_PARAMETERS", ""),
        (b'{"code":"%s"}' % (b"a" * 100), "unreadable", ""),
        (b'{"code":"a b","msg":7}', None, ""),
        (b"<html>blocked 203.0.113.9</html>", None, ""),
        (b"", None, ""),
    ],
)
async def test_of_an_answer_the_code_and_a_documented_text_are_kept(
    body: bytes, code: int | str | None, message: str, world: World
) -> None:
    world.sandbox.faults.add(Fault("/api/v3/account", status=400, body=body))
    found = await probed(world)
    assert (found.status, found.code, found.message) == (400, code, message)


async def test_a_compressed_answer_is_read_too(world: World) -> None:
    body = gzip.compress(json.dumps({"code": -2015, "msg": "x" * 5000}).encode())
    world.sandbox.faults.add(
        Fault("/api/v3/account", status=401, body=body, headers={"Content-Encoding": "gzip"})
    )
    assert (await probed(world)).code == -2015


async def test_what_the_key_may_do_is_learned_from_one_answer_alone(world: World) -> None:
    asked = await ask(world, "GET /sapi/v1/account/apiRestrictions")
    assert isinstance(asked, Asked)
    assert asked.facts == KeyFacts(ip_restricted=False)
    other = await ask(world, SPOT)
    assert isinstance(other, Asked)
    assert other.facts is None


async def test_odd_headers_are_not_kept(world: World) -> None:
    headers = {"x-mbx-uuid": "a b<c>", "Retry-After": "soon", "x-mbx-used-weight-1m": "many"}
    world.sandbox.faults.add(Fault("/api/v3/account", status=400, body=b'{"code":-1000}', headers=headers))
    found = await probed(world)
    assert (found.edge_request_id, found.retry_after_s, found.weight_used) == ("", None, None)


async def test_half_an_answer_is_none(world: World) -> None:
    world.sandbox.faults.add(Fault("/api/v3/account", drop="mid_body"))
    found = await probed(world)
    assert found.status is None
    assert found.fault.startswith("body: ")


async def test_a_call_is_bounded_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.audit.prober._CALL_SECONDS", 0.2)
    world.sandbox.faults.add(Fault("/api/v3/account", delay_s=1.0))
    found = await probed(world)
    assert (found.status, found.fault) == (None, "head: no answer in time")


async def test_a_firewall_that_blocks_in_a_row_starts_a_hold(world: World) -> None:
    world.be("waf-403")
    plan = world.plan()
    ((account, environment),) = plan.accounts
    async with open_way(plan.settings, plan.trust, plan.local) as prober:
        told = [await prober.ask(read_call(SPOT), account, environment) for _ in range(6)]
    statuses = [one.probe.status for one in told if isinstance(one, Asked)]
    assert statuses
    assert set(statuses) == {403}
    assert isinstance(told[-1], Skipped)


async def test_an_expired_time_stamp_is_told_as_it_came(world: World) -> None:
    world.be("clock-ahead:hidden=yes")
    found = await probed(world)
    assert (found.status, found.code) == (400, -1021)
    assert structs.asdict(found)["message"].startswith("Timestamp for this request was 1000ms ahead")
