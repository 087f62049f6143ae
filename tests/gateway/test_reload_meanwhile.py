"""What waits, and what is asked again, while the configuration is read anew: all in one process, step by step."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from proxy.app import build
from proxy.app.preflight import safe_environments
from proxy.config.load import Overrides, load_settings
from proxy.core.catalogue.environments import sandbox
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings
from proxy.credentials.accounts import Accounts
from proxy.gateway.reload import Configuration, Reloaded
from tests.gateway.house import FORM, ORDER as A_FORM, TWO, House, house, policy, says
from tests.gateway.test_walk import with_clients
from tests.upstream.scripted import Act

SPOT: dict[str, Any] = {"profiles": ["spot"]}
TOKEN = "test-token-of-more-than-16"


async def changed(
    at: House, settings: dict[str, Any], token: str | None = None, accounts: Accounts = TWO
) -> Reloaded:
    """What the gateway of this house was told, once its configuration is another one."""
    file = at.journal.parent / "config.yaml"
    places = {
        "upstream": {"unsafe_url": at.running.settings.upstream.unsafe_url},
        "journal": {"directory": str(at.journal)},
    }
    file.write_text(json.dumps(places | settings))
    loaded = load_settings(Overrides(config=str(file)), {})
    secret = Secret(token.encode()) if token else None
    at.running.reload.read = lambda: Configuration(loaded, accounts, secret)
    return await at.running.reload.run("test")


async def an_order_trickles_in(
    at: House, meanwhile: Callable[[], Awaitable[Any]], headers: dict[str, str] = FORM
) -> str:
    """What becomes of an order that was let in, and whose body ends after this was done: status and token."""

    async def octets() -> AsyncIterator[bytes]:
        yield A_FORM[:10].encode()
        await at.until_accepted(1)
        await meanwhile()
        yield A_FORM[10:].encode()

    async with at.session.post(at.running.url + "/api/v3/order", data=octets(), headers=headers) as answer:
        return f"{answer.status} {answer.headers.get('X-Gateway-Error', '')}"


MEANWHILE: list[tuple[dict[str, Any], str | None, str]] = [
    # the policy that holds before the body of an order has come in, the client token -> what becomes of the order
    (SPOT, None, "200 "),
    ({"profiles": []}, None, "403 endpoint_denied"),
    ({"profiles": ["spot"], "read_only": True}, None, "403 read_only"),
    (policy({"applies_to": "spot", "max_quantity": 0.1}), None, "403 limit_exceeded"),
    ({"profiles": ["spot"], "confirm": ["spot"], "confirm_seconds": 1}, None, "403 confirmation_expired"),
    (SPOT, TOKEN, "401 token_required"),
]


@pytest.mark.parametrize(("new", "token", "ends"), MEANWHILE)
async def test_a_write_whose_body_is_still_coming_is_judged_by_what_holds_then(
    new: dict[str, Any], token: str | None, ends: str, tmp_path: Path
) -> None:
    async with house(tmp_path, policy=SPOT) as at:

        async def meanwhile() -> None:
            assert (await changed(at, {"policy": new}, token)).in_force

        assert await an_order_trickles_in(at, meanwhile) == ends
        assert len(at.sent) == (ends == "200 ")


async def test_who_must_sign_by_now_is_not_served_by_what_was_asked_before(tmp_path: Path) -> None:
    async with with_clients(tmp_path, bot=ClientSettings()) as (at, keys):
        file = {"clients_file": at.running.settings.clients_file}

        async def meanwhile() -> None:
            assert (await changed(at, file | {"clients": {"bot": {"signature": "require"}}})).in_force

        key = {"X-MBX-APIKEY": keys["bot"].api_key}
        assert await an_order_trickles_in(at, meanwhile, FORM | key) == "401 client_signature_invalid"
        assert at.sent == []


async def test_a_write_that_waits_for_a_price_is_asked_once_more_at_the_door(tmp_path: Path) -> None:
    asked, told = asyncio.Event(), asyncio.Event()
    price = b'{"symbol":"BTCUSDT","bidPrice":"50000","askPrice":"50000"}'

    def after(act: Act) -> Act:
        async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await told.wait()
            await act(reader, writer)

        return late

    limited = policy({"applies_to": "spot", "max_quote": 100_000}) | {"prices": "exchange"}
    async with house(tmp_path, after(says(200, price)), policy=limited) as at:
        order = asyncio.create_task(at.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01"))
        await asked.wait()
        assert (await changed(at, {"policy": {"profiles": []}})).in_force
        told.set()
        assert (await order).token == "endpoint_denied"
        assert [one.method for one in at.sent] == ["GET"]


async def test_the_page_is_behind_the_token_of_now(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        assert (await at.ask("GET", "/")).status == 200
        assert (await changed(at, {}, TOKEN)).in_force
        assert (await at.ask("GET", "/")).token == "token_required"
        assert (await at.ask("GET", "/", X_Gateway_Token=TOKEN)).status == 200
        assert (await changed(at, {})).in_force
        assert (await at.ask("GET", "/")).status == 200


async def test_of_a_storm_of_questions_two_are_asked_and_all_are_answered(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await changed(at, {})
        reload, reads = at.running.reload, list[int]()
        read = reload.read
        assert read is not None
        new: dict[str, Any] = {"policy": {"profiles": []}}

        def slowly() -> Configuration:
            reads.append(len(reads))
            time.sleep(0.05)
            return read()

        reload.read = slowly
        first = asyncio.create_task(reload.run("first"))
        await at.until(lambda: bool(reads))
        told = await asyncio.gather(*(reload.run("SIGHUP") for _ in range(500)), first)
        assert (len(reads), all(one.in_force for one in told)) == (2, True)
        assert (await changed(at, new)).in_force, "and none that comes later gets what was read before"
        assert (await at.order()).token == "endpoint_denied"


async def test_who_hangs_up_ends_the_reading_of_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await changed(at, {})
        one, other = (asyncio.create_task(at.running.reload.run(name)) for name in ("one", "other"))
        await asyncio.sleep(0)
        one.cancel()
        assert (await other).in_force


async def test_ready_is_said_of_the_environment_of_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, other = TWO
    elsewhere = Accounts({"main": replace(main, environment="testnet"), "other": other}, "main")
    away = replace(sandbox("http://127.0.0.1:9"), name="testnet")
    monkeypatch.setattr(build, "safe_environments", lambda one: safe_environments(one) | {"testnet": away})
    async with house(tmp_path, admin="127.0.0.1:0") as at:

        async def reasons() -> list[str]:
            async with at.session.get(f"{at.running.admin_url}/readyz") as answer:
                return [one["name"] for one in (await answer.json())["reasons"]]

        assert await reasons() == []
        assert (await changed(at, {}, accounts=elsewhere)).in_force
        assert await reasons() == ["exchange_time_unknown"]
        assert (await changed(at, {})).in_force
        assert await reasons() == []
