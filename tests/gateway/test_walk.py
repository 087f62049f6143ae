"""From the door to the signature: who asks, with which account, what for, and may they? In that order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from proxy.clients.store import ClientStore
from proxy.core.settings import ClientSettings, PermitSettings
from proxy.credentials.accounts import Accounts
from tests.gateway.house import ONE_A_DAY, ORDER, OTHER_KEY, OTHER_SECRET, House, house, policy
from tests.support.gateway import API_KEY, API_SECRET
from tests.support.independent import hmac_covers

COMPRESSED = {"Content-Encoding": "br"}
STRANGER = {"Host": "evil.example"}
NOBODYS = {"X-Gateway-Account": "nobody"}
PASSED_ON = {"Via": "1.1 proxy"}
UNCLEAR = {"X-Gateway-Security": "maybe"}
NO_FORM = "hello", {"Content-Type": "text/plain"}
TWICE = "quantity=0.1&quantity=0.1"

FIRST_FAULT: list[tuple[str, str, str, dict[str, str], str]] = [
    # a write with several faults -> the one that is told: the order of the rooms
    ("an unknown path of a stranger", "/evil/v1/x", ORDER, STRANGER | NOBODYS, "host_not_allowed"),
    ("an unknown path with an account of nobody's", "/evil/v1/x", ORDER, NOBODYS | COMPRESSED, "account_denied"),
    ("an unknown path, compressed", "/evil/v1/x", ORDER, COMPRESSED, "endpoint_unknown"),
    ("an unclear header, through another proxy", "/fapi/v1/order", ORDER, UNCLEAR | PASSED_ON, "proxied_refused"),
    ("a denied endpoint with an unclear header", "/fapi/v1/order", ORDER, UNCLEAR, "bad_control_header"),
    ("a denied endpoint, compressed", "/fapi/v1/order", ORDER, COMPRESSED, "endpoint_denied"),
    ("compressed, and no form", "/api/v3/order", NO_FORM[0], NO_FORM[1] | COMPRESSED, "content_encoding_refused"),
    ("too large, and beyond a limit", "/api/v3/order", TWICE + "&a=" + "x" * 70_000, {}, "body_too_large"),
    ("no form, and so beyond a limit", "/api/v3/order", *NO_FORM, "unsupported_media_type"),
    ("beyond a limit", "/api/v3/order", TWICE, {}, "limit_exceeded"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "form", "headers", "token"),
    [row[1:] for row in FIRST_FAULT],
    ids=[row[0] for row in FIRST_FAULT],
)
async def test_the_first_fault_is_told(
    target: str, form: str, headers: dict[str, str], token: str, tmp_path: Path
) -> None:
    async with house(tmp_path, policy=policy(ONE_A_DAY)) as at:
        got = await at.ask("POST", target, form, **headers)
        assert (got.token, got.execution) == (token, "not_sent")
        assert at.sent == []
        assert at.lines("intent") == []


async def test_without_an_account_the_rest_is_judged_before_the_limits(tmp_path: Path) -> None:
    async with house(tmp_path, accounts=Accounts(), policy=policy(ONE_A_DAY)) as at:
        assert (await at.order(*NO_FORM[:1], **NO_FORM[1])).token == "unsupported_media_type"
        missing = await at.order(TWICE)
        assert (missing.status, missing.token) == (401, "account_missing")
        assert b"BINANCE_API_KEY" in missing.body
        assert (await at.ask("GET", "/sapi/v1/margin/allPairs")).token == "account_missing"
        assert (await at.ask("GET", "/api/v3/account", X_Gateway_Security="none")).status == 200
        assert (await at.ask("GET", "/api/v3/ping")).status == 200
        assert (await at.ask("GET", "/api/v3/ping", X_Gateway_Account="main")).token == "account_denied"
        assert [one.path for one in at.sent] == ["/api/v3/account", "/api/v3/ping"]
        assert all("x-mbx-apikey" not in one.headers for one in at.sent)


KEYS = {"main": API_KEY, "other": OTHER_KEY}
SECRETS = {"main": API_SECRET, "other": OTHER_SECRET}


@pytest.mark.parametrize(("wanted", "used"), [(None, "main"), ("main", "main"), ("other", "other")])
async def test_the_account_that_is_wanted_signs(wanted: str | None, used: str, tmp_path: Path) -> None:
    headers = {} if wanted is None else {"X-Gateway-Account": wanted}
    async with house(tmp_path) as at:
        for method, target, form in (("GET", "/api/v3/account", None), ("POST", "/api/v3/order", ORDER)):
            assert (await at.ask(method, target, form, **headers)).status == 200
            sent = at.sent[-1]
            assert sent.headers["x-mbx-apikey"] == KEYS[used]
            assert hmac_covers(SECRETS[used].encode(), sent.query.encode(), sent.body)
            assert "x-gateway-account" not in sent.headers
        assert [one["account"] for one in await at.flows(2)] == [used] * 2


@pytest.mark.parametrize("name", ["nobody", "", "MAIN", "main ,other", "m\xe9in"])
async def test_another_name_is_no_account(name: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.ask("GET", "/api/v3/ping", X_Gateway_Account=name)
        assert (got.status, got.token) == (403, "account_denied")
        assert at.sent == []


NEEDS: list[tuple[str, dict[str, str], bool, bool]] = [
    # request, headers -> whether the key goes out, whether it is signed
    ("/api/v3/ticker/price", {}, False, False),
    ("/sapi/v1/margin/allPairs", {}, True, False),
    ("/api/v3/account", {}, True, True),
    ("/sapi/v9/never/heard/of", {}, True, True),
    ("/api/v3/account", {"X-Gateway-Security": "none"}, False, False),
    ("/api/v3/account", {"X-Gateway-Security": "key"}, True, False),
    ("/api/v3/ticker/price", {"X-Gateway-Security": "signed"}, True, True),
]


@pytest.mark.parametrize(("target", "headers", "key", "signed"), NEEDS)
async def test_what_an_endpoint_needs_and_no_more(
    target: str, headers: dict[str, str], key: bool, signed: bool, tmp_path: Path
) -> None:
    """With and without what a tool added for itself."""
    async with house(tmp_path) as at:
        for own in ("", "?timestamp=1&signature=00&recvWindow=7000"):
            assert (await at.ask("GET", target + own, X_MBX_APIKEY="dummy", **headers)).status == 200
            sent = at.sent[-1]
            assert sent.headers.get("x-mbx-apikey") == (API_KEY if key else None)
            assert ("signature" in sent.params, "timestamp" in sent.params) == (signed, signed)
            if signed:
                assert hmac_covers(API_SECRET.encode(), sent.query.encode(), b"")
                assert sent.params["recvWindow"] == ("7000" if own else "5000")
        for record in await at.flows(2):
            assert ("clock" in record, "key" in record) == (signed, key)


async def test_settings_of_signing_are_used(tmp_path: Path) -> None:
    signing = {"recv_window_ms": 4321, "client_type": "sapi"}
    async with house(tmp_path, signing=signing, orders={"add_client_order_id": True}) as at:
        got = await at.order()
        await at.ask("POST", "/api/v3/order?newClientOrderId=mine", ORDER)
        await at.ask("POST", "/api/v3/order", ORDER, X_Gateway_Security="key")
        await at.ask("GET", "/sapi/v1/account/status")
        named, mine, unsigned, wallet = at.sent
        assert named.params["recvWindow"] == "4321"
        assert named.params["newClientOrderId"] == "gw-" + got.headers["X-Gateway-Request-Id"]
        assert mine.params["newClientOrderId"] == "mine"
        assert unsigned.params == {}
        assert [one.headers.get("clienttype") for one in (named, wallet)] == [None, "web"]


async def test_without_the_setting_no_order_is_named(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.order()
        assert sorted(at.sent[0].params) == ["recvWindow", "signature", "timestamp"]


MENDED = [
    ("POST", "/api/v3/order?recvWindow=70000", ORDER, {}, ["recvwindow-replaced"]),
    ("POST", "/api/v3/order", ORDER, {"Content-Type": "text/plain"}, ["content-type-mended"]),
    ("GET", "/sapi/v9/never/heard/of", None, {}, ["endpoint-unlisted"]),
    ("GET", "/api/v3/account", None, {}, []),
]


@pytest.mark.parametrize(("method", "target", "form", "headers", "rules"), MENDED)
async def test_what_was_mended_is_recorded(
    method: str, target: str, form: str | None, headers: dict[str, str], rules: list[str], tmp_path: Path
) -> None:
    async with house(tmp_path) as at:
        assert (await at.ask(method, target, form, **headers)).status == 200
        assert [one["rule"] for one in (await at.flow()).get("findings", [])] == rules
        label = "application/x-www-form-urlencoded" if form else None
        assert at.sent[0].headers.get("content-type") == label


@pytest.mark.parametrize(
    "headers", [{"Via": "1.1 proxy"}, {"Forwarded": "for=1.2.3.4"}, {"X-Forwarded-For": "::1"}]
)
async def test_what_another_proxy_passed_on_is_not_answered(headers: dict[str, str], tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for got in (
            await at.ask("GET", "/api/v3/account", **headers),
            await at.ask("POST", "/api/v3/order/test", ORDER, **headers),
            await at.order(**headers),
        ):
            assert (got.status, got.token, got.execution) == (403, "proxied_refused", "not_sent")
        assert at.sent == []


@asynccontextmanager
async def with_clients(
    tmp_path: Path, **rights: ClientSettings
) -> AsyncIterator[tuple[House, dict[str, Any]]]:
    """A house that wants virtual keys, and the keys of some clients."""
    store = ClientStore(str(tmp_path / "clients.json"))
    keys = {name: store.add(name, right, with_secret=True, now_ms=0) for name, right in rights.items()}
    async with house(tmp_path, clients_file=store.path) as at:
        yield at, keys


PUBLIC = [
    # request without a key, where keys are wanted -> whether it passes
    ("/api/v3/ping", {}, True),
    ("/api/v3/ping", {"X-Gateway-Security": "none"}, True),
    ("/api/v3/ping", {"X-Gateway-Security": "key"}, False),
    ("/api/v3/ping", {"X-Gateway-Security": "signed"}, False),
    ("/sapi/v1/margin/allPairs", {}, False),
    ("/sapi/v1/margin/allPairs", {"X-Gateway-Security": "none"}, False),
    ("/api/v3/account", {}, False),
    ("/api/v3/account", {"X-Gateway-Security": "none"}, False),
    ("/sapi/v9/never/heard/of", {"X-Gateway-Security": "none"}, False),
]


async def test_without_a_virtual_key_only_what_is_public_passes(tmp_path: Path) -> None:
    async with with_clients(tmp_path, bot=ClientSettings()) as (at, _):
        for target, headers, passes in PUBLIC:
            got = await at.ask("GET", target, **headers)
            assert (got.status, got.token) == ((200, "") if passes else (401, "client_unknown")), target
        assert (await at.ask("POST", "/api/v3/order", ORDER, X_Gateway_Security="none")).status == 401
        assert [one.path for one in at.sent] == ["/api/v3/ping"] * 2


async def test_each_client_is_named_has_its_account_and_its_policy(tmp_path: Path) -> None:
    reader = ClientSettings(accounts=("other",), policy=PermitSettings(profiles=("read-only",)))
    async with with_clients(tmp_path, bot=ClientSettings(), reader=reader) as (at, keys):
        ends = [
            (name, (await at.ask(method, target, form, X_MBX_APIKEY=keys[name].api_key)).token)
            for name in ("bot", "reader")
            for method, target, form in (("GET", "/api/v3/account", None), ("POST", "/api/v3/order", ORDER))
        ]
        unknown = await at.ask("GET", "/api/v3/ping", X_MBX_APIKEY="x" * 64)
        assert ends == [("bot", ""), ("bot", ""), ("reader", ""), ("reader", "endpoint_denied")]
        assert (unknown.status, unknown.token) == (401, "client_unknown")
        assert [one.headers["x-mbx-apikey"] for one in at.sent] == [API_KEY, API_KEY, OTHER_KEY]
        records = await at.flows(5)
        assert [one.get("client") for one in records] == ["bot", "bot", "reader", "reader", None]


async def test_a_signature_that_must_be_right_is_looked_at_where_one_is_needed(tmp_path: Path) -> None:
    async with with_clients(tmp_path, bot=ClientSettings(signature="require")) as (at, keys):
        key = keys["bot"].api_key
        for target, token in (
            ("/api/v3/ping", ""),
            ("/sapi/v1/margin/allPairs", ""),
            ("/api/v3/account", "client_signature_invalid"),
        ):
            got = await at.ask("GET", target, X_MBX_APIKEY=key)
            assert (got.status, got.token) == ((401, token) if token else (200, "")), target
        assert len(at.sent) == 2


async def test_the_kill_switch_is_looked_at_again_when_the_body_has_come(tmp_path: Path) -> None:
    """A write whose head came before the switch turned, and its body after; a read POST is not concerned."""
    async with house(tmp_path) as at:
        port = int(at.running.url.rpartition(":")[2])

        async def half_sent(target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(ORDER)}\r\n\r\n".encode()
            )
            return reader, writer

        write, read = await half_sent("/api/v3/order"), await half_sent("/api/v3/order/test")
        await at.until_accepted(2)
        at.running.pipeline.guard.kill_switch.turn(True, "test")
        answers = []
        for reader, writer in (write, read):
            writer.write(ORDER.encode())
            answers.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.close()
        assert answers[0].startswith("HTTP/1.1 403")
        assert "X-Gateway-Error: read_only" in answers[0]
        assert answers[1].startswith("HTTP/1.1 200")
        assert [one.path for one in at.sent] == ["/api/v3/order/test"]


async def test_a_switch_that_turned_back_stops_nobody(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for on in (True, False):
            at.running.pipeline.guard.kill_switch.turn(on, "test")
            assert (await at.order()).token == ("read_only" if on else "")
            assert (await at.ask("GET", "/api/v3/account")).status == 200


NO_REQUEST = [
    ("/api/v3/ticker/price?symbol=币安".encode(), "target_not_ascii", 400),
    (b"/api/v3/time HTTP/1.1\r\nHost localhost\r\n\r\nGET /", "bad_request", 400),
    (b"/api/v3/time?a=" + b"x" * 9000, "target_too_long", 414),
]


@pytest.mark.parametrize(("target", "token", "status"), NO_REQUEST)
async def test_what_the_parser_refuses_has_its_row_like_any_other(
    target: bytes, token: str, status: int, tmp_path: Path
) -> None:
    async with house(tmp_path) as at:
        address = urlsplit(at.running.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert b"X-Gateway-Error: " + token.encode() in answer
        row = await at.flow()
        assert (row["request_id"], row["error.type"], row["refused"]) == ("unparsed", token, status)
        assert at.sent == []
