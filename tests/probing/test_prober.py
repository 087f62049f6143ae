"""One call and its probe: what is sent, what is kept of the answer, and what is not."""

import gzip
import json

import pytest
from msgspec import structs

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.errors import RefusedError, UsageError
from proxy.core.probes import Recomputed
from proxy.probing.call import Call, read_call
from proxy.probing.read_only import is_read
from proxy.sandbox import Fault
from tests.probing.conftest import Bench

SPOT = "GET /api/v3/account"


async def test_no_write_of_the_catalogue_can_be_asked(bench: Bench) -> None:
    """Whoever makes the call, and whatever a table says of it: the shipped one decides, just before it is sent."""
    endpoints = list(Catalogue.builtin())
    refused = [one for one in endpoints if not is_read(one)]
    assert len([one for one in endpoints if one.mutates or one.moves_funds]) > 300
    assert {one.name for one in endpoints if one.mutates or one.moves_funds} <= {one.name for one in refused}
    for endpoint in refused:
        made_up = structs.replace(endpoint, mutates=False, moves_funds=False, needs=Needs.NONE)
        for call in (Call(endpoint), Call(made_up)):
            with pytest.raises(UsageError):
                await bench.ask(call)
    assert bench.seen == []


@pytest.mark.parametrize(
    "name",
    [
        "POST /api/v3/order/test",
        "POST /fapi/v1/listenKey",
        "POST /sapi/v1/userListenToken",
        "POST /sapi/v1/convert/getQuote",
        "POST /sapi/v1/capital/withdraw/apply",
    ],
)
async def test_test_orders_stream_keys_and_quotes_neither(name: str, bench: Bench) -> None:
    endpoint = Catalogue.builtin().find(*name.split(" "))
    assert endpoint is not None
    with pytest.raises(UsageError, match="is no read"):
        await bench.ask(Call(endpoint))
    assert bench.seen == []


async def test_what_nobody_lists_is_not_asked(bench: Bench) -> None:
    unlisted = structs.replace(read_call(SPOT).endpoint, path="/sapi/v1/made/up")
    with pytest.raises(UsageError, match="stands in no table"):
        await bench.ask(Call(unlisted))
    assert bench.seen == []


async def test_a_private_read_needs_a_key_and_a_public_one_does_not(bench: Bench) -> None:
    with pytest.raises(ValueError, match="needs a key"):
        await bench.prober.ask(read_call(SPOT), None, bench.environment)
    assert bench.seen == []
    asked = await bench.prober.ask(read_call("GET /api/v3/ping"), None, bench.environment)
    assert (asked.probe.status, asked.probe.account) == (200, "")


async def test_what_the_environment_lacks_is_not_asked(bench: Bench) -> None:
    bare = structs.replace(bench.environment, bases={})
    with pytest.raises(RefusedError):
        await bench.prober.ask(read_call(SPOT), bench.account, bare)
    assert bench.seen == []


async def test_a_good_answer(bench: Bench) -> None:
    found = await bench.probed()
    assert (found.status, found.code, found.message, found.fault) == (200, None, "", "")
    assert found.signature is Recomputed.RIGHT
    assert found.recv_window_ms == 5000
    assert found.weight_used is not None
    assert found.weight_used >= 20
    assert found.host == bench.running.url.removeprefix("http://")
    assert found.clock_offset_ms == 12.3
    assert len(found.edge_request_id) == 36


async def test_a_body_goes_out_as_it_is_written_and_labelled(bench: Bench) -> None:
    await bench.ask('POST /sapi/v1/c2c/ads/search {"asset":"USDT","fiat":"USD","tradeType":"BUY"}')
    json_call = bench.seen[-1]
    assert json_call.body == b'{"asset":"USDT","fiat":"USD","tradeType":"BUY"}'
    labels = {name.lower(): value for name, value in json_call.headers}
    assert (labels[b"content-type"], labels[b"clienttype"]) == (b"application/json", b"web")
    await bench.ask("POST /sapi/v1/asset/get-funding-asset asset=USDT")
    form = bench.seen[-1]
    assert (form.body, form.signature) == (b"asset=USDT", "valid")


async def test_a_public_call_carries_neither_key_nor_signature(bench: Bench) -> None:
    found = await bench.probed("GET /api/v3/ping")
    assert (found.signature, found.recv_window_ms) == (Recomputed.UNCHECKED, None)
    assert b"signature" not in bench.seen[-1].target
    assert not [name for name, _ in bench.seen[-1].headers if name.lower() == b"x-mbx-apikey"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"code":-2008,"msg":"Invalid Api-Key ID."}', -2008, "Invalid Api-Key ID."),
        (b'{"code":-2008,"msg":7}', -2008, ""),
        (b'{"code":-9000,"msg":"Maria Perez, +34 600 123 456"}', -9000, ""),
        (b'{"code":"ILLEGAL_PARAMETERS","msg":null}', "ILLEGAL_PARAMETERS", ""),
        (b'{"code":"%s"}' % (b"a" * 100), "unreadable", ""),
        (b'{"code":"a b","msg":"x"}', "unreadable", ""),
        (b"<html>blocked 203.0.113.9</html>", None, ""),
        (b"", None, ""),
    ],
)
async def test_of_an_answer_the_code_and_a_documented_text_are_kept(
    body: bytes, code: int | str | None, message: str, bench: Bench
) -> None:
    bench.sandbox.faults.add(Fault("/api/v3/account", status=400, body=body))
    found = await bench.probed()
    assert (found.status, found.code, found.message) == (400, code, message)


async def test_an_address_is_kept_apart(bench: Bench) -> None:
    body = b'{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 2001:db8::7"}'
    headers = {
        "x-amz-cf-id": "Zm9vYmFy==",
        "x-mbx-uuid": "odd \xe9 id",
        "x-mbx-used-weight-1m": "42",
        "Retry-After": "7",
    }
    bench.sandbox.faults.add(Fault("/fapi/v3/balance", status=401, body=body, headers=headers))
    asked = await bench.ask("GET /fapi/v3/balance")
    probe = asked.probe
    assert (probe.status, probe.code, probe.weight_used, probe.retry_after_s) == (401, -2015, 42, 7)
    assert (asked.request_ip, probe.edge_request_id) == ("2001:db8::7", "Zm9vYmFy==")
    assert probe.message == "Invalid API-key, IP, or permissions for action, request ip: (...)"
    assert "2001" not in repr(probe)


async def test_a_compressed_answer_is_read_too(bench: Bench) -> None:
    body = gzip.compress(json.dumps({"code": -2015, "msg": "x" * 5000}).encode())
    bench.sandbox.faults.add(
        Fault("/api/v3/account", status=401, body=body, headers={"Content-Encoding": "gzip"})
    )
    assert (await bench.probed()).code == -2015


async def test_odd_headers_are_not_kept(bench: Bench) -> None:
    headers = {"x-mbx-uuid": "a b<c>", "Retry-After": "soon", "x-mbx-used-weight-1m": "many"}
    bench.sandbox.faults.add(Fault("/api/v3/account", status=400, body=b'{"code":-1000}', headers=headers))
    found = await bench.probed()
    assert (found.edge_request_id, found.retry_after_s, found.weight_used) == ("", None, None)


async def test_where_nobody_listens_no_signature_went_out(bench: Bench) -> None:
    await bench.running.stop()
    found = await bench.probed()
    assert (found.status, found.fault) == (None, "connect: connection refused")
    assert found.signature is Recomputed.UNCHECKED


async def test_half_an_answer_is_none(bench: Bench) -> None:
    bench.sandbox.faults.add(Fault("/api/v3/account", drop="mid_body"))
    found = await bench.probed()
    assert found.status is None
    assert found.fault.startswith("body: ")
    assert found.signature is Recomputed.RIGHT


async def test_of_a_huge_answer_the_beginning_is_kept(bench: Bench) -> None:
    bench.sandbox.faults.add(Fault("/fapi/v1/ping", status=200, body=b"x" * 300_000))
    asked = await bench.ask("GET /fapi/v1/ping")
    assert (asked.probe.status, asked.body) == (200, b"x" * 65_536)


async def test_a_call_is_bounded_in_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.probing.prober._CALL_SECONDS", 0.2)
    bench.sandbox.faults.add(Fault("/api/v3/account", delay_s=1.0))
    found = await bench.probed()
    assert (found.status, found.fault) == (None, "head: no answer in time")


async def test_a_firewall_that_blocks_in_a_row_starts_a_hold(bench: Bench) -> None:
    bench.be("waf-403")
    told = [await bench.ask(SPOT) for _ in range(6)]
    sent = [one.probe.status for one in told if not one.held_seconds]
    assert sent
    assert set(sent) == {403}
    assert len(bench.seen) == len(sent)
    assert int(told[-1].held_seconds) > 0
    assert told[-1].probe.fault == f"not asked: a hold runs for {told[-1].held_seconds} s more"


async def test_a_refusal_that_is_not_the_firewalls_ends_its_row(bench: Bench) -> None:
    for status, body in ((403, b"<html>"), (400, b'{"code":-1121}')) * 4:
        bench.sandbox.faults.add(Fault("/api/v3/account", status=status, body=body))
    statuses = [(await bench.probed()).status for _ in range(8)]
    assert statuses == [403, 400] * 4


async def test_an_expired_time_stamp_is_told_as_it_came(bench: Bench) -> None:
    bench.be("clock-ahead:hidden=yes")
    found = await bench.probed()
    assert (found.status, found.code) == (400, -1021)
    assert found.message.startswith("Timestamp for this request was 1000ms ahead")
