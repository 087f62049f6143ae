"""Two pairs of eyes: what a policy names leaves after a person approved it, once, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from proxy.clients.store import ClientStore
from proxy.clients.tickets import LIFE_MS, MOST, MOST_OF_ONE_CLIENT, State
from proxy.core.guard.confirm import CONFIRM_GROUPS, LONGEST_ORDER_SECONDS
from proxy.core.guard.description import LONGEST, LONGEST_TEXT, MOST_LETTERS, MOST_VALUES
from proxy.core.settings import ClientSettings, PolicySettings
from proxy.gateway.confirmations import Confirmations
from tests.gateway.house import NOON_MS, ORDER, TWO, House, house, says, trust
from tests.support.gateway import gateway

WITHDRAW = "/sapi/v1/capital/withdraw/apply"
MONEY = "coin=USDT&network=TRX&address=TXmyOwnAddress&amount=250.10"
RELEASE = "/sapi/v1/c2c/orderMatch/releaseCoin"
LOCAL = "/sapi/v1/localentity/withdraw/apply"
MAY = {"profiles": ["spot"], "allow": [f"POST {path}" for path in (WITHDRAW, LOCAL, RELEASE)]}


def waits(**more: Any) -> dict[str, Any]:
    return {
        "policy": MAY | {"confirm": ["money_out", "spot", "p2p_irreversible"], "confirm_seconds": 30} | more
    }


def tickets(**more: Any) -> dict[str, Any]:
    return waits(confirm_mode="ticket", **more)


def room(at: House) -> Confirmations:
    return at.running.pipeline.confirmations


async def one_waits(at: House) -> str:
    """The id of the one that waits, as soon as it does."""
    await at.until(lambda: len(room(at).living()) == 1)
    found: str = room(at).living()[0]["id"]
    return found


async def withdraw(at: House, form: str = MONEY, **headers: str) -> Any:
    return await at.ask("POST", WITHDRAW, form, **headers)


async def test_it_waits_is_shown_and_leaves_when_it_is_approved(tmp_path: Path) -> None:
    async with house(tmp_path, says(200, b'{"id":"1"}'), **waits()) as at:
        with capture_logs() as logs:
            asking = asyncio.create_task(withdraw(at))
            waiting = await one_waits(at)
        assert at.sent == []
        assert at.running.pipeline.slots.busy == 1
        (shown,) = room(at).living()
        assert {name: shown[name] for name in ("mode", "operation", "endpoint", "account", "client")} == {
            "mode": "wait",
            "operation": "money_out",
            "endpoint": f"POST {WITHDRAW}",
            "account": "main",
            "client": None,
        }
        assert [(one.role, one.shown) for one in shown["values"]] == [
            ("coin", "USDT"),
            ("network", "TRX"),
            ("address", "TXmyOwnAddress"),
            ("amount", "250.10"),
        ]
        (told,) = [one for one in logs if one["event"] == "confirmation_waiting"]
        assert (told["id"], told["type"]) == (waiting, f"signing-proxy approve {waiting}")
        assert "250.10" not in str(told)
        decided = room(at).decide(waiting, approved=True)
        assert isinstance(decided, dict)
        assert decided["state"] == "approved"
        got = await asking
        assert (got.status, got.body) == (200, b'{"id":"1"}')
        (sent,) = at.sent
        assert sent.body.decode() == MONEY
        assert room(at).decide(waiting, approved=True) is State.USED


async def test_what_was_shown_is_what_is_sent_even_for_codes_that_nobody_sees(tmp_path: Path) -> None:
    body = b'{"orderNumber":"20260000000000000001","authType":"GOOGLE","code":"123456"}'
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(at.ask("POST", RELEASE, body, Content_Type="application/json"))
        waiting = await one_waits(at)
        values = {one.name: one.shown for one in room(at).living()[0]["values"]}
        assert values == {"orderNumber": "20260000000000000001", "authType": "GOOGLE", "code": "********"}
        room(at).decide(waiting, approved=True)
        assert (await asking).status == 200
        assert at.sent[0].body == body


async def test_a_refusal_is_told_at_once(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at))
        waiting = await one_waits(at)
        room(at).decide(waiting, approved=False)
        got = await asyncio.wait_for(asking, 2)
        assert (got.status, got.token, got.execution) == (403, "confirmation_refused", "not_sent")
        assert room(at).decide(waiting, approved=True) is State.REFUSED
        assert at.sent == []
        assert (await at.flow())["error.type"] == "confirmation_refused"


async def test_when_its_time_is_up_it_is_refused_and_cannot_be_approved_any_more(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at))
        waiting = await one_waits(at)
        at.local.ahead += 30
        assert room(at).decide(waiting, approved=True) is State.EXPIRED  # whether or not anybody noticed yet
        got = await asking
        assert (got.status, got.token, got.execution) == (403, "confirmation_expired", "not_sent")
        assert room(at).decide(waiting, approved=True) is State.EXPIRED
        assert room(at).find(waiting) is State.EXPIRED
        assert room(at).living() == []
        assert at.sent == []


async def test_an_order_waits_no_longer_than_eight_seconds(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(at.order())
        await one_waits(at)
        at.local.ahead += 8
        assert (await asking).token == "confirmation_expired"


async def test_a_client_that_hangs_up_takes_its_request_with_it(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        host, port = at.running.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {WITHDRAW} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(MONEY)}\r\n\r\n"
        writer.write(head.encode() + MONEY.encode())
        waiting = await one_waits(at)
        writer.close()
        await at.until(lambda: at.running.pipeline.slots.busy == 0)
        assert room(at).decide(waiting, approved=True) is State.EXPIRED
        flow = await at.flow()
        assert (flow["error.type"], flow["client_gone"]) == ("confirmation_expired", True)
        assert at.sent == []


async def test_a_stop_refuses_whoever_waits_at_once(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with house(tmp_path) as at:
        async with second(at, **waits()) as other:
            asking = asyncio.create_task(withdraw(other))
            waiting = await one_waits(other)
            began = loop.time()
        assert loop.time() - began < other.running.settings.limits.drain_seconds / 2
        got = await asking
        assert (got.token, got.execution) == ("confirmation_expired", "not_sent")
        assert room(other).decide(waiting, approved=True) is State.EXPIRED
        assert at.sent == []


async def test_an_approval_that_was_given_survives_a_stop(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at))
        room(at).decide(await one_waits(at), approved=True)
        room(at).stop()
        assert (await asking).status == 200


async def test_the_kill_switch_is_asked_again_after_the_wait(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at))
        waiting = await one_waits(at)
        at.running.pipeline.guard.kill_switch.turn(True, "test")
        room(at).decide(waiting, approved=True)
        assert (await asking).token == "read_only"
        assert at.sent == []


@pytest.mark.parametrize(
    ("how", "token"),
    [
        ("revoked", "client_unknown"),
        ("expired", "client_unknown"),
        ("no rights", "endpoint_denied"),
        ("another account", "account_denied"),
    ],
)
async def test_who_asked_must_still_be_known_after_the_wait(how: str, token: str, tmp_path: Path) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    may: Any = {"allow": [f"POST {WITHDRAW}"], "confirm": ["money_out"], "confirm_seconds": 60}
    rights = msgspec.convert({"policy": may}, ClientSettings)
    key = store.add("bot", rights, with_secret=False, now_ms=NOON_MS).api_key
    async with house(tmp_path, clients_file=store.path) as at:
        asking = asyncio.create_task(withdraw(at, X_MBX_APIKEY=key))
        waiting = await one_waits(at)
        cut(store, how)
        at.local.ahead += 30
        room(at).decide(waiting, approved=True)
        got = await asking
        assert (got.token, got.execution) == (token, "not_sent")
        assert at.sent == []


def cut(store: ClientStore, how: str) -> None:
    """Takes something from a client, as people do while a gateway runs."""
    match how:
        case "revoked":
            store.revoke("bot", now_ms=NOON_MS)
        case "expired":
            store.rotate("bot", overlap_ms=30_000, now_ms=NOON_MS)
        case _:
            file = Path(store.path)
            content = json.loads(file.read_text())
            rights = content["clients"]["bot"]["rights"]
            if how == "no rights":
                rights["policy"]["allow"] = [f"POST {RELEASE}"]
            else:
                rights["accounts"] = ["other"]
            file.write_text(json.dumps(content))


async def test_a_client_that_is_still_known_is_served_also_with_a_new_key_beside(tmp_path: Path) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    key = store.add("bot", ClientSettings(), with_secret=False, now_ms=NOON_MS).api_key
    async with house(tmp_path, clients_file=store.path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at, X_MBX_APIKEY=key))
        waiting = await one_waits(at)
        store.rotate("bot", overlap_ms=60_000, now_ms=NOON_MS)
        room(at).decide(waiting, approved=True)
        assert (await asking).status == 200


async def test_what_needs_no_approval_never_waits(tmp_path: Path) -> None:
    async with house(tmp_path, **waits(confirm=["money_out"])) as at:
        assert (await at.order()).status == 200
        assert (await at.ask("GET", "/sapi/v1/capital/withdraw/history")).status == 200
        assert (await withdraw(at, X_Gateway_Dry_Run="1")).status == 200
        assert len(at.sent) == 2
        assert room(at).counts.total() == 0


async def test_only_so_many_wait_of_one_client(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = [asyncio.create_task(withdraw(at)) for _ in range(MOST_OF_ONE_CLIENT)]
        await at.until(lambda: len(room(at).living()) == MOST_OF_ONE_CLIENT)
        got = await withdraw(at)
        assert (got.status, got.token) == (429, "too_many_confirmations")
        room(at).stop()
        await asyncio.gather(*asking)


@pytest.mark.parametrize("mode", ["wait", "ticket"])
async def test_what_cannot_be_shown_is_refused(mode: str, tmp_path: Path) -> None:
    async with house(tmp_path, **waits(confirm_mode=mode)) as at:
        got = await withdraw(at, MONEY + "&a=1" * 300)
        assert (got.status, got.token) == (403, "confirmation_impossible")
        assert at.sent == []


async def test_the_time_that_a_person_takes_is_no_time_of_the_connection(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        asking = asyncio.create_task(withdraw(at))
        waiting = await one_waits(at)
        at.local.ahead += 20
        room(at).decide(waiting, approved=True)
        await asking
        phases = (await at.flow())["phases_ms"]
        assert phases["permit"] >= 20_000
        assert phases["connect"] < 20_000


async def test_a_ticket_is_asked_for_approved_and_used_once(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at:
        first = await withdraw(at)
        ticket = first.headers["X-Gateway-Confirmation"]
        assert (first.status, first.token, first.execution) == (403, "confirmation_required", "not_sent")
        assert f'"confirmation":"{ticket}"'.encode() in first.body
        again = await withdraw(at)
        assert again.headers["X-Gateway-Confirmation"] == ticket
        assert room(at).counts["required"] == 1
        assert at.sent == []
        room(at).decide(ticket, approved=True)
        assert (await withdraw(at)).status == 200
        third = await withdraw(at)
        assert third.token == "confirmation_required"
        assert third.headers["X-Gateway-Confirmation"] != ticket
        assert len(at.sent) == 1
        assert room(at).find(ticket) is State.USED


async def test_signing_pairs_make_no_difference_and_everything_else_does(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at:

        async def ticket(form: str, target: str = WITHDRAW, **headers: str) -> str:
            got = await at.ask("POST", target, form, **headers)
            found: str = got.headers["X-Gateway-Confirmation"]
            return found

        same = {
            await ticket(MONEY),
            await ticket(f"{MONEY}&timestamp=1795262400000&signature={'0' * 64}"),
            await ticket(f"recvWindow=6000&{MONEY}&timestamp=1"),
            await ticket(f"{MONEY}&recvWindow=60000"),
            await ticket(MONEY, X_Gateway_Account="main"),
            await ticket(MONEY, f"{WITHDRAW}?recvWindow=100"),
        }
        others = [
            await ticket(MONEY.replace("250.10", "250.1")),
            await ticket(MONEY.replace("TXmy", "TYmy")),
            await ticket("&".join(reversed(MONEY.split("&")))),
            await ticket(MONEY + "&"),
            await ticket("", f"{WITHDRAW}?{MONEY}"),
            await ticket('{"orderNumber":"7"}', RELEASE, Content_Type="application/json"),
            await ticket(MONEY, LOCAL),
            await ticket(MONEY, X_Gateway_Account="other"),
            await ticket(MONEY, X_Gateway_Security="key"),
            await ticket(MONEY, clientType="web"),
            await ticket(MONEY, clientType=""),
            await ticket(MONEY, X_MBX_TIME_UNIT="MICROSECOND"),
            await ticket(MONEY, X_MBX_SBE="1:0"),
            await ticket(MONEY, Content_Type="application/x-www-form-urlencoded; charset=utf-8"),
        ]
        assert len(same) == 1
        assert len({*same, *others}) == 1 + len(others)


async def test_a_refused_ticket_stays_refused(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at:
        ticket = (await withdraw(at)).headers["X-Gateway-Confirmation"]
        room(at).decide(ticket, approved=False)
        assert (await withdraw(at)).token == "confirmation_refused"
        at.local.ahead += LIFE_MS / 1000
        assert (await withdraw(at)).token == "confirmation_required"


async def test_a_person_is_not_asked_for_what_the_limits_refuse(tmp_path: Path) -> None:
    """Nor does it fill the list of what waits; and asking takes nothing of the day."""
    line = {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity_per_day": 1}
    async with house(tmp_path, **tickets(limits=[line])) as at:
        for form in (ORDER.replace("BTC", "ETH"), ORDER.replace("0.6", "1.1"), ORDER + "&decoy=1"):
            assert (await at.order(form)).token == "limit_exceeded"
        assert room(at).living() == []
        for price in range(5):
            assert (await at.order(ORDER.replace("50000", f"5000{price}"))).token == "confirmation_required"


async def test_limits_are_judged_again_when_it_is_carried_out(tmp_path: Path) -> None:
    line = {"applies_to": "spot", "max_quantity_per_day": 1}
    async with house(tmp_path, **tickets(limits=[line])) as at:
        second_order = ORDER.replace("50000", "50001")
        for form in (ORDER, second_order):
            room(at).decide((await at.order(form)).headers["X-Gateway-Confirmation"], approved=True)
        assert (await at.order(ORDER)).token == ""
        assert (await at.order(second_order)).token == "limit_exceeded"
        at.local.ahead += 43_200  # from noon to midnight; the approval has ended by then
        assert (await at.order(second_order)).token == "confirmation_required"
        assert len(at.sent) == 1


@asynccontextmanager
async def second(at: House, **settings: Any) -> AsyncIterator[House]:
    """Another gateway beside that of a house, with the same directory."""
    base = at.running.settings.upstream.unsafe_url
    assert base is not None
    async with gateway(base, at.journal, TWO, local=at.local, trust=trust, **settings) as running:
        yield replace(at, running=running)


async def test_a_ticket_of_one_gateway_is_approved_and_used_at_another(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at, second(at, **tickets()) as other:
        ticket = (await withdraw(at)).headers["X-Gateway-Confirmation"]
        assert (await withdraw(other)).headers["X-Gateway-Confirmation"] == ticket
        assert [one["id"] for one in room(other).living()] == [ticket]
        room(other).decide(ticket, approved=True)
        assert (await withdraw(at)).status == 200
        assert (await withdraw(other)).token == "confirmation_required"
        assert len(at.sent) == 1


async def test_sixty_at_once_at_two_gateways_on_one_approval_are_one_execution(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at, second(at, **tickets()) as other:
        ticket = (await withdraw(at)).headers["X-Gateway-Confirmation"]
        room(at).decide(ticket, approved=True)
        got = await asyncio.gather(*(withdraw((at, other)[number % 2]) for number in range(60)))
        assert sorted({one.status for one in got}) == [200, 403]
        assert [one.status for one in got].count(200) == 1
        assert len(at.sent) == 1
        assert {one.token for one in got if one.status == 403} == {"confirmation_required"}
        assert len({one.headers["X-Gateway-Confirmation"] for one in got if one.status == 403}) == 1


async def test_a_file_that_cannot_be_used_refuses(tmp_path: Path) -> None:
    async with house(tmp_path, **tickets()) as at:
        (at.journal / "policy.sqlite").unlink()
        (at.journal / "policy.sqlite").mkdir()
        got = await withdraw(at)
        assert (got.status, got.token) == (503, "confirmation_unavailable")
        assert at.sent == []


async def test_each_client_has_tickets_of_its_own_and_none_escapes_by_rights_of_its_own(
    tmp_path: Path,
) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    rights = ClientSettings()
    one = store.add("one", rights, with_secret=False, now_ms=0).api_key
    two = store.add("two", rights, with_secret=False, now_ms=0).api_key
    own = {"policy": {"allow": [f"POST {WITHDRAW}"]}}
    settings = tickets() | {"clients_file": store.path, "clients": {"two": own}}
    async with house(tmp_path, **settings) as at:
        first = (await withdraw(at, X_MBX_APIKEY=one)).headers["X-Gateway-Confirmation"]
        room(at).decide(first, approved=True)
        got = await withdraw(at, X_MBX_APIKEY=two)  # its own policy says nothing of it; the gateway's does
        assert got.token == "confirmation_required"
        assert got.headers["X-Gateway-Confirmation"] != first
        assert (await withdraw(at, X_MBX_APIKEY=one)).status == 200


async def test_nothing_on_the_gateway_port_approves(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", **tickets()) as at:
        ticket = (await withdraw(at)).headers["X-Gateway-Confirmation"]
        assert at.running.admin_token_file is not None
        bearer = f"Bearer {at.running.admin_token_file.read_text().strip()}"
        for method in ("POST", "DELETE", "GET"):
            got = await at.ask(method, f"/confirmations/{ticket}", Authorization=bearer)
            assert got.token == "endpoint_unknown"
        assert (await withdraw(at)).headers["X-Gateway-Confirmation"] == ticket


async def test_what_is_counted(tmp_path: Path) -> None:
    async with house(tmp_path, **waits()) as at:
        for approved in (True, True, False):
            asking = asyncio.create_task(withdraw(at))
            room(at).decide(await one_waits(at), approved=approved)
            await asking
        asking = asyncio.create_task(withdraw(at))
        await one_waits(at)
        readings = {one.name: dict(one.samples) for one in room(at).readings()}
        assert readings["confirmations_waiting"] == {(): 1}
        at.local.ahead += 30
        await asking
        readings = {one.name: dict(one.samples) for one in room(at).readings()}
        assert readings["confirmations_waiting"] == {(): 0}
        assert readings["confirmations"] == {("approved",): 2, ("refused",): 1, ("expired",): 1}


async def test_the_ends_that_are_remembered_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.gateway.confirmations._MOST_REMEMBERED", 2)
    async with house(tmp_path, **waits()) as at:
        ids = []
        for _ in range(3):
            asking = asyncio.create_task(withdraw(at))
            ids.append(await one_waits(at))
            room(at).decide(ids[-1], approved=False)
            await asking
        assert [room(at).find(one) for one in ids] == [None, State.REFUSED, State.REFUSED]


def test_the_page_names_each_group_setting_outcome_and_bound() -> None:
    page = (Path(__file__).parents[2] / "docs" / "confirmations.md").read_text()
    for word in (*CONFIRM_GROUPS, "confirm", "confirm_seconds", "confirm_mode", "wait", "ticket"):
        assert f"`{word}`" in page, word
    for outcome in ("required", "approved", "refused", "expired", "used"):
        assert f"`{outcome}`" in page
    assert f"at most {MOST_OF_ONE_CLIENT} operations of one client and {MOST} in all" in page
    assert f"{MOST_VALUES} values, {MOST_LETTERS:,} characters" in page
    assert f"at most {LONGEST} characters" in page
    assert f"may have {LONGEST_TEXT:,}" in page
    assert f"within {LIFE_MS // 60_000} minutes" in page
    assert f"never wait longer than {LONGEST_ORDER_SECONDS:.0f} s" in page
    assert f"{PolicySettings().confirm_seconds:.0f} s by default, 60 at most" in page
