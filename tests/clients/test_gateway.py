"""Clients with virtual keys at a running gateway: the right account and policy each, and nothing for strangers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from aiohttp import ClientSession, DummyCookieJar

from proxy.app.gateway import Gateway
from proxy.clients.store import ClientStore, NewKey
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings, PermitSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.sandbox import Observation, Sandbox, SandboxKey, start
from proxy.upstream.dial import Dialer
from tests.clients.bots import FormBot, QueryBot, WrongBot
from tests.gateway.house import house as quiet_house
from tests.gateway.test_pipeline import records
from tests.support.gateway import API_KEY, API_SECRET, gateway

OTHER_KEY, OTHER_SECRET = "testother" + "0" * 55, "testsecretother" + "0" * 49
TWO = Accounts(
    {
        "main": Account("main", "production", API_KEY, HmacKey(Secret(API_SECRET.encode()))),
        "other": Account("other", "production", OTHER_KEY, HmacKey(Secret(OTHER_SECRET.encode()))),
    },
    "main",
)
ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "50000",
}
_FORM = urlencode(ORDER).encode()
PLAIN = ClientSettings()
READER = ClientSettings(accounts=("other",), policy=PermitSettings(profiles=("read-only",)))
STRICT = ClientSettings(signature="require")


@dataclass
class House:
    """Sandbox and gateway with a file of virtual keys."""

    session: ClientSession
    store: ClientStore
    journal: Path
    gateway: Gateway | None = None
    seen: list[Observation] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self.gateway is not None
        return self.gateway.url

    def add(self, name: str, rights: ClientSettings = PLAIN, *, secret: bool = True) -> NewKey:
        made = self.store.add(name, rights, with_secret=secret, now_ms=0)
        self.follow()
        return made

    def follow(self) -> None:
        """Look at the file now, as the gateway does by itself four times a second."""
        if self.gateway is not None:
            self.gateway.pipeline.clients.refresh()

    def bot(self, key: NewKey, kind: type[QueryBot] = QueryBot) -> QueryBot:
        secret = key.api_secret.reveal().decode() if key.api_secret else "anything"
        return kind(self.session, self.url, key.api_key, secret)

    def accounts_seen(self) -> list[str]:
        names = {API_KEY.encode(): "main", OTHER_KEY.encode(): "other"}
        return [names[dict(one.headers)[b"X-MBX-APIKEY"]] for one in self.seen if one.signature == "valid"]

    async def recorded(self, number: int) -> list[dict[str, Any]]:
        """The records of so many flows, once they are all in the journal."""
        async with asyncio.timeout(5):
            while len(kept := records(self.journal)) < number:
                await asyncio.sleep(0.01)
        return kept


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(
        keys=[
            SandboxKey(API_KEY, "hmac", API_SECRET),
            SandboxKey(OTHER_KEY, "hmac", OTHER_SECRET, account="other"),
        ]
    )
    exchange = await start(box)
    store = ClientStore(str(tmp_path / "clients.json"))
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        gateway(exchange.url, tmp_path / "journal", TWO, clients_file=store.path) as running,
    ):
        made = House(session, store, tmp_path / "journal", running)
        box.observer = lambda seen: None if seen.target.endswith(b"/time") else made.seen.append(seen)
        yield made
    await exchange.stop()


async def test_two_programs_at_once_have_their_own_account_and_policy(house: House) -> None:
    trader, reader = (
        house.bot(house.add("trader")),
        house.bot(house.add("reader", READER), FormBot),
    )
    calls = [
        bot.call(method, path, **params)
        for _ in range(5)
        for bot in (trader, reader)
        for method, path, params in (("GET", "/api/v3/account", {}), ("POST", "/api/v3/order", ORDER))
    ]
    answers = await asyncio.gather(*calls)
    statuses = [status for status, _, _ in answers]
    assert statuses == [200, 200, 200, 403] * 5
    assert {headers["X-Gateway-Error"] for status, headers, _ in answers if status == 403} == {
        "endpoint_denied"
    }
    assert sorted(house.accounts_seen()) == ["main"] * 10 + ["other"] * 5
    kept = await house.recorded(20)
    assert {(one["client"], one["account"]) for one in kept if "account" in one} == {
        ("trader", "main"),
        ("reader", "other"),
    }
    assert not any(
        finding["rule"].startswith("client-") for one in kept for finding in one.get("findings", [])
    )


async def test_revoking_one_stops_that_one_only_and_within_a_second(house: House) -> None:
    first, second = house.bot(house.add("first")), house.bot(house.add("second"))
    assert [(await bot.call("GET", "/api/v3/account"))[0] for bot in (first, second)] == [200, 200]
    house.store.revoke("first", now_ms=0)
    async with asyncio.timeout(1):
        while (await first.call("GET", "/api/v3/account"))[0] == 200:
            await asyncio.sleep(0.02)
    status, headers, body = await first.call("GET", "/api/v3/account")
    assert (status, headers["X-Gateway-Error"], body["code"]) == (401, "client_unknown", -99401)
    assert (await second.call("GET", "/api/v3/account"))[0] == 200


async def test_a_key_revoked_while_the_order_comes_in_places_none(house: House) -> None:
    """Whoever holds back half of a body holds back no right."""
    assert house.gateway is not None
    key = house.add("bot")
    host, _, port = house.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /api/v3/order HTTP/1.1\r\nHost: {host}:{port}\r\nX-MBX-APIKEY: {key.api_key}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(_FORM)}\r\n\r\n"
    )
    writer.write(head.encode() + _FORM[:20])
    async with asyncio.timeout(5):
        await writer.drain()
        while not house.gateway.pipeline.slots.traffic()[0]:
            await asyncio.sleep(0.01)
        house.store.revoke("bot", now_ms=0)
        house.follow()
        writer.write(_FORM[20:])
        assert b" 401 " in await reader.readline()
    writer.close()
    assert house.seen == []


async def test_a_key_revoked_while_the_order_waits_for_a_connection_places_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    key = store.add("bot", PLAIN, with_secret=False, now_ms=0)
    go_on, dialling = asyncio.Event(), asyncio.Event()
    dial = Dialer.open

    async def slowly(*given: Any) -> Any:
        dialling.set()
        await go_on.wait()
        return await dial(*given)

    async with quiet_house(tmp_path, clients_file=store.path) as at:
        at.local.ahead += 100  # no connection is at hand any more
        monkeypatch.setattr(Dialer, "open", slowly)
        waiting = asyncio.create_task(at.order(X_MBX_APIKEY=key.api_key))
        await asyncio.wait_for(dialling.wait(), 5)
        store.revoke("bot", now_ms=0)
        at.running.pipeline.clients.refresh()
        go_on.set()
        got = await waiting
        assert (got.status, got.token, got.execution) == (401, "client_unknown", "not_sent")
        assert at.sent == []


async def test_rotation_overlaps(house: House) -> None:
    old = house.bot(house.add("bot"))
    now = house.gateway.pipeline.local.unix_ms() if house.gateway else 0
    new = house.bot(house.store.rotate("bot", overlap_ms=60_000, now_ms=now))
    house.follow()
    assert [(await bot.call("GET", "/api/v3/account"))[0] for bot in (old, new)] == [200, 200]
    newest = house.bot(house.store.rotate("bot", overlap_ms=0, now_ms=now))
    house.follow()
    statuses = [(await bot.call("GET", "/api/v3/account"))[0] for bot in (old, new, newest)]
    assert statuses == [401, 401, 200]


@pytest.mark.parametrize("key", ["x" * 64, API_KEY, "dummy"])
async def test_unknown_keys_are_refused_the_real_one_too(house: House, key: str) -> None:
    house.add("bot")
    for path in ("/api/v3/account", "/api/v3/ping"):
        status, headers, _ = await QueryBot(house.session, house.url, key, API_SECRET).call("GET", path)
        assert (status, headers["X-Gateway-Error"]) == (401, "client_unknown")
    assert house.seen == []


async def test_without_a_key_only_public_endpoints_pass(house: House) -> None:
    nobody = QueryBot(house.session, house.url, "", "")
    assert (await nobody.public("/api/v3/ping"))[0] == 200
    for target, headers in (
        ("/api/v3/account", {}),
        ("/sapi/v1/margin/allPairs", {}),
        ("/api/v3/account", {"X-Gateway-Security": "none"}),
        ("/api/v3/ping", {"X-Gateway-Security": "signed"}),
    ):
        async with house.session.get(house.url + target, headers=headers) as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (401, "client_unknown"), target
    async with house.session.post(
        house.url + "/api/v3/order", data=ORDER, headers={"X-Gateway-Security": "none"}
    ) as answer:
        assert answer.status == 401
    assert [one.target for one in house.seen] == [b"/api/v3/ping"]


async def test_two_key_headers_are_no_key(house: House) -> None:
    key = house.add("bot").api_key
    headers = [("X-MBX-APIKEY", key), ("X-MBX-APIKEY", key)]
    async with house.session.get(house.url + "/api/v3/account", headers=headers) as answer:
        assert answer.status == 401


async def test_an_account_that_was_not_granted_is_denied(house: House) -> None:
    both = house.add("both", ClientSettings(accounts=("other", "main")))
    one = house.add("one")
    for key, wanted, status in (
        (both, "main", 200),
        (both, "other", 200),
        (one, "main", 200),
        (one, "other", 403),
        (one, "nobody", 403),
    ):
        headers = {"X-MBX-APIKEY": key.api_key, "X-Gateway-Account": wanted}
        async with house.session.get(house.url + "/api/v3/account", headers=headers) as answer:
            assert answer.status == status
            if status == 403:
                assert answer.headers["X-Gateway-Error"] == "account_denied"


async def test_under_require_a_wrong_signature_is_refused_with_the_diagnosis(house: House) -> None:
    bot = house.bot(house.add("strict", STRICT), WrongBot)
    status, headers, body = await bot.call("POST", "/api/v3/order", **ORDER)
    assert (status, headers["X-Gateway-Error"]) == (401, "client_signature_invalid")
    assert headers["X-Gateway-Diagnosis"].startswith("scope-form-body-not-signed; strength=proven")
    assert "body" in body["msg"]
    assert house.seen == []
    (kept,) = await house.recorded(1)
    assert (kept["error.type"], kept["signature"], kept["findings"][0]["rule"]) == (
        "client_signature_invalid",
        "invalid",
        "scope-form-body-not-signed",
    )


async def test_under_require_a_right_signature_passes_and_none_does_not(house: House) -> None:
    key = house.add("strict", STRICT)
    for kind in (QueryBot, FormBot):
        assert (await house.bot(key, kind).call("POST", "/api/v3/order", **ORDER))[0] == 200
    for security in ({}, {"X-Gateway-Security": "key"}, {"X-Gateway-Security": "none"}):  # nor does it help
        async with house.session.get(
            house.url + "/api/v3/account", headers={"X-MBX-APIKEY": key.api_key, **security}
        ) as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (401, "client_signature_invalid")


async def test_under_repair_a_wrong_signature_is_signed_right_and_reported(house: House) -> None:
    bot = house.bot(house.add("loose"), WrongBot)
    status, _, _ = await bot.call("POST", "/api/v3/order", **ORDER)
    assert status == 200
    assert house.accounts_seen() == ["main"]
    (kept,) = await house.recorded(1)
    found = {finding["rule"]: finding for finding in kept["findings"]}
    assert set(found) == {"client-signature-wrong", "scope-form-body-not-signed"}
    assert found["scope-form-body-not-signed"]["facts"]["request"] == "as the client sent it"


async def test_the_long_search_is_made_once_a_minute(house: House) -> None:
    bot = house.bot(house.add("loose"), WrongBot)
    for _ in range(3):
        assert (await bot.call("POST", "/api/v3/order", **ORDER))[0] == 200
    kept = await house.recorded(3)
    assert sorted(len(one["findings"]) for one in kept) == [1, 1, 2]


async def test_a_key_without_a_secret_is_checked_for_presence_only(house: House) -> None:
    bot = house.bot(house.add("plain", secret=False))
    assert (await bot.call("POST", "/api/v3/order", **ORDER))[0] == 200
    (kept,) = await house.recorded(1)
    assert "findings" not in kept


async def test_virtual_secrets_and_keys_never_reach_the_journal(house: House) -> None:
    key = house.add("bot")
    assert key.api_secret is not None
    secret = key.api_secret.reveal().decode()
    bot = house.bot(key)
    await bot.call("GET", "/api/v3/account", newClientOrderId=secret)
    await bot.call("GET", "/api/v3/myTrades", symbol="BTCUSDT", note=secret.lower())
    await house.recorded(2)
    written = b"".join(path.read_bytes() for path in house.journal.glob("flows-*.jsonl"))
    assert b'"client":"bot"' in written
    assert secret.encode() not in written
    assert key.api_key.encode() not in written


async def test_limits_hold_for_each_client_by_itself(tmp_path: Path) -> None:
    line = {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote_per_day": 1000}
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    exchange = await start(box)
    store = ClientStore(str(tmp_path / "clients.json"))
    keys = {name: store.add(name, ClientSettings(), with_secret=True, now_ms=0) for name in ("a", "b")}
    async with (
        ClientSession() as session,
        gateway(
            exchange.url,
            tmp_path / "journal",
            clients_file=store.path,
            clients={name: {"policy": {"limits": [line]}} for name in keys},
        ) as running,
    ):
        bots = {name: House(session, store, tmp_path, running).bot(key) for name, key in keys.items()}
        tried = [
            (name, quantity, (await bots[name].call("POST", "/api/v3/order", **{**ORDER, **more}))[0])
            for name, quantity, more in (
                ("a", "0.01", {}),
                ("a", "0.01", {"symbol": "ETHUSDT"}),
                ("a", "0.011", {"quantity": "0.011"}),
                ("a", "nan", {"quantity": "0.005", "price": "-1"}),
                ("a", "0.01 refused by the exchange", {"timeInForce": "NEITHER"}),
                ("a", "0.01", {}),
                ("b", "0.02", {"quantity": "0.02"}),
                ("b", "0.0001", {"quantity": "0.0001"}),
            )
        ]
    await exchange.stop()
    assert [status for _, _, status in tried] == [200, 403, 403, 403, 400, 200, 200, 403]


async def test_read_only_stops_every_client_at_once(house: House) -> None:
    bot = house.bot(house.add("bot"))
    assert house.gateway is not None
    switch = house.gateway.pipeline.guard.kill_switch
    for on, status in ((False, 200), (True, 403), (False, 200)):
        switch.turn(on, "test")
        got, headers, _ = await bot.call("POST", "/api/v3/order", **ORDER)
        assert got == status
        if on:
            assert headers["X-Gateway-Error"] == "read_only"
        assert (await bot.call("GET", "/api/v3/account"))[0] == 200


async def test_a_write_whose_body_is_still_coming_when_the_switch_turns_is_stopped(house: House) -> None:
    key = house.add("bot")
    assert house.gateway is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    body = b"&".join(f"{name}={value}".encode() for name, value in ORDER.items())
    head = (
        f"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nX-MBX-APIKEY: {key.api_key}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(5):
        while not house.gateway.pipeline.slots.traffic()[0]:
            await asyncio.sleep(0.01)
    house.gateway.pipeline.guard.kill_switch.turn(True, "test")
    writer.write(body)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"X-Gateway-Error: read_only" in answer
    assert house.seen == []


async def test_names_that_do_not_match_are_told_at_the_start(tmp_path: Path) -> None:
    keys = ClientStore(str(tmp_path / "keys.json"))
    keys.add("fut-bot", PLAIN, with_secret=True, now_ms=0)
    exchange = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    rights = {"futbot": {"policy": {"profiles": ["futures"]}}}
    with structlog.testing.capture_logs() as logs:
        async with gateway(exchange.url, tmp_path / "j", clients_file=keys.path, clients=rights):
            pass
    await exchange.stop()
    notes = [one["note"] for one in logs if one["event"] == "configuration"]
    assert notes[0] == "clients.futbot has no virtual key; did you mean fut-bot?"
    assert notes[1].startswith("client fut-bot has a virtual key and no entry under `clients:`")
