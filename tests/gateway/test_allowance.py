"""The day's allowance: taken before a request leaves, and given back only if nothing can have come of it."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from tests.gateway.house import LATE, ONE_A_DAY, ORDER, WEIGHT, House, house, policy, says
from tests.upstream.scripted import Act, answers, answers_and_hangs_up, hangs_up, says_nothing

POLICY: dict[str, Any] = {"policy": policy(ONE_A_DAY)}
REPLACE = (
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.6&price=50000"
    "&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=7"
)
CANCELLED_ONLY = b'{"code":-2021,"msg":"x","data":{"cancelResult":"SUCCESS","newOrderResult":"FAILURE"}}'
PLACED_ONLY = b'{"code":-2021,"msg":"x","data":{"cancelResult":"FAILURE","newOrderResult":"SUCCESS"}}'
NEITHER = b'{"code":-2022,"msg":"x","data":{"cancelResult":"FAILURE","newOrderResult":"NOT_ATTEMPTED"}}'
REJECTED = b'{"status":"REJECTED","time":1795262400500}'


def large(status: int, *, whole: bool) -> Act:
    """An answer of 100 kB: streamed."""
    octets = b"HTTP/1.1 %d X\r\nContent-Length: 100000\r\n\r\n" % status + b"x" * 100_000
    return answers(octets) if whole else answers_and_hangs_up(octets[:-1000])


ENDS: list[tuple[str, tuple[Act, ...], str]] = [
    # what the exchange does with an order of 0.6 -> what comes of a second one, where 1 a day is allowed
    ("200", (says(200),), "limit_exceeded"),
    ("202", (says(202),), "limit_exceeded"),
    ("399", (says(399),), "limit_exceeded"),
    ("400", (says(400, b'{"code":-2010,"msg":"x"}'),), ""),
    ("401", (says(401),), ""),
    ("403", (says(403, b'{"code":-2015,"msg":"x"}'),), ""),
    ("404", (says(404),), ""),
    ("407", (says(407),), ""),
    ("408", (says(408),), "limit_exceeded"),
    ("409", (says(409),), "limit_exceeded"),
    ("410", (says(410),), ""),
    ("418", (says(418, WEIGHT, "Retry-After: 30"),), "upstream_backoff"),
    ("429", (says(429, WEIGHT, "Retry-After: 30"),), "upstream_backoff"),
    ("451", (says(451),), ""),
    ("499", (says(499),), ""),
    ("500", (says(500),), "limit_exceeded"),
    ("503", (says(503, b'{"code":-1008,"msg":"x"}'),), "limit_exceeded"),
    ("504", (says(504, b'{"code":-1007,"msg":"x"}'),), "limit_exceeded"),
    ("a redirect", (says(302, b"", "Location: http://x/"),), "limit_exceeded"),
    ("it hangs up", (hangs_up,), "limit_exceeded"),
    ("it says nothing", (says_nothing,), "limit_exceeded"),
    ("half an answer", (answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),), "limit_exceeded"),
    ("a large answer", (large(200, whole=True),), "limit_exceeded"),
    ("a large answer that breaks off", (large(200, whole=False),), "limit_exceeded"),
    ("a large refusal", (large(400, whole=True),), ""),
    ("healed", (says(400, LATE), says(200)), "limit_exceeded"),
    ("healed and refused", (says(400, LATE), says(400)), ""),
    ("lost after the healing", (says(400, LATE), hangs_up), "limit_exceeded"),
]  # fmt: skip


@pytest.mark.parametrize(("acts", "second"), [one[1:] for one in ENDS], ids=[one[0] for one in ENDS])
async def test_whether_an_order_still_counts(acts: tuple[Act, ...], second: str, tmp_path: Path) -> None:
    async with house(tmp_path, *acts, upstream={"answer_seconds": 0.3}, **POLICY) as at:
        try:
            first = await at.order()
        except Exception as error:
            assert type(error).__name__ == "ClientPayloadError"  # noqa: PT017  # the one that breaks off
        else:
            assert first.token != "limit_exceeded"
        assert (await at.order()).token == second


HALVES = [
    # status and body of a cancel-replace -> what comes of an order after it
    (200, b"{}", "limit_exceeded"),
    (409, CANCELLED_ONLY, "limit_exceeded"),
    (409, PLACED_ONLY, "limit_exceeded"),
    (400, NEITHER, ""),
]


@pytest.mark.parametrize(("status", "body", "second"), HALVES)
async def test_half_a_cancel_replace_still_counts(
    status: int, body: bytes, second: str, tmp_path: Path
) -> None:
    """409 says that one half took effect; which one is not looked for: the new order may stand."""
    async with house(tmp_path, says(status, body), **POLICY) as at:
        first = await at.ask("POST", "/api/v3/order/cancelReplace", REPLACE)
        assert (first.status, first.body) == (status, body)
        assert (await at.order()).token == second


async def test_an_order_that_the_look_up_did_not_find_still_counts(tmp_path: Path) -> None:
    """`not_found` is what the exchange showed at that moment, and no promise."""
    async with house(tmp_path, hangs_up, says(200, REJECTED), **POLICY) as at:
        first = await at.order(ORDER + "&newClientOrderId=a")
        assert (first.execution, first.headers["X-Gateway-Outcome"]) == ("unknown", "not_found")
        assert (await at.order()).token == "limit_exceeded"


async def test_an_order_for_which_no_connection_could_be_made_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_any: Any) -> None:
        raise fault("upstream_unreachable", "connect", "ConnectionRefusedError")

    async with house(tmp_path, **POLICY) as at:
        with monkeypatch.context() as patched:
            patched.setattr(Dialer, "open", fails)
            at.local.ahead += 100  # no connection is at hand any more
            assert (await at.order()).token == "upstream_unreachable"
        assert (await at.order()).token == ""


async def test_an_order_that_a_hold_kept_back_does_not_count(tmp_path: Path) -> None:
    async with house(tmp_path, says(429, WEIGHT, "Retry-After: 30"), **POLICY) as at:
        await at.ask("GET", "/api/v3/account")
        for _ in range(3):
            assert (await at.order()).token == "upstream_backoff"
        at.local.ahead += 31
        assert [(await at.order()).token for _ in range(2)] == ["", "limit_exceeded"]


async def test_a_dry_run_is_held_to_the_limits_and_uses_nothing_up(tmp_path: Path) -> None:
    async with house(tmp_path, **POLICY) as at:
        shown = [await at.order(X_Gateway_Dry_Run="1") for _ in range(3)]
        assert [(one.status, one.token) for one in shown] == [(200, "")] * 3
        assert (await at.order(ORDER.replace("0.6", "1.1"), X_Gateway_Dry_Run="1")).token == "limit_exceeded"
        assert (await at.order()).token == ""
        assert (await at.order(X_Gateway_Dry_Run="1")).token == "limit_exceeded"
        assert len(at.sent) == 1


REFUSED_BEFORE: list[tuple[str, dict[str, str], str]] = [
    (ORDER, {"Content-Encoding": "br"}, "content_encoding_refused"),
    (ORDER, {"X-Gateway-Account": "nobody"}, "account_denied"),
    ("hello", {"Content-Type": "text/plain"}, "unsupported_media_type"),
    (ORDER.replace("0.6", "0.6&quantity=0.6"), {}, "limit_exceeded"),
    (ORDER.replace("0.6", "1.001"), {}, "limit_exceeded"),
]


async def test_what_is_refused_uses_nothing_up(tmp_path: Path) -> None:
    async with house(tmp_path, **POLICY) as at:
        for form, headers, token in REFUSED_BEFORE:
            assert (await at.order(form, **headers)).token == token
        at.running.pipeline.guard.kill_switch.turn(True, "test")
        assert (await at.order()).token == "read_only"
        at.running.pipeline.guard.kill_switch.turn(False, "test")
        assert [(await at.order()).token for _ in range(2)] == ["", "limit_exceeded"]


async def test_cancels_and_reads_use_nothing_up_and_pass_when_it_is_used_up(tmp_path: Path) -> None:
    cancel = ("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=7")
    async with house(tmp_path, **POLICY) as at:
        for _ in range(2):
            assert (await at.ask(*cancel)).token == ""
            assert (await at.ask("GET", "/api/v3/openOrders?quantity=5")).token == ""
            assert (await at.ask("POST", "/api/v3/order/test", ORDER)).token == ""
        assert [(await at.order()).token for _ in range(2)] == ["", "limit_exceeded"]
        for _ in range(2):
            assert (await at.ask(*cancel)).token == ""
            assert (await at.ask("GET", "/api/v3/openOrders?quantity=5")).token == ""


async def test_each_request_counts_while_it_is_under_way(tmp_path: Path) -> None:
    """Of five orders at once, one may leave; if it is refused, the next one may."""
    go_on = asyncio.Event()

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await says(400)(reader, writer)

    async with house(tmp_path, refuses, **POLICY) as at:
        first = asyncio.create_task(at.order())
        await at.until_sent(1)
        others = await asyncio.gather(*(at.order() for _ in range(4)))
        assert {one.token for one in others} == {"limit_exceeded"}
        go_on.set()
        assert (await first).status == 400
        assert (await at.order()).token == ""


async def test_an_order_whose_client_has_gone_still_counts(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await says(200)(reader, writer)

    async with house(tmp_path, waits, **POLICY) as at:
        await hang_up_after_sending(at, ORDER)
        go_on.set()
        await at.flows(1)
        assert (await at.order()).token == "limit_exceeded"


async def hang_up_after_sending(at: House, form: str) -> None:
    """An order whose client leaves once the exchange has it."""
    address = urlsplit(at.running.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(form)}\r\n\r\n"
    writer.write(head.encode() + form.encode())
    await at.until_sent(1)
    writer.close()
    await writer.wait_closed()


async def test_after_a_fault_of_ours_on_the_way_out_an_order_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_any: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    async with house(tmp_path, **POLICY) as at:
        with monkeypatch.context() as patched:
            patched.setattr(at.running.pipeline.dispatcher.sender, "send", broken)
            assert (await at.order()).token == "internal_error"
        assert (await at.order()).token == "limit_exceeded"


async def test_the_next_day_begins_anew(tmp_path: Path) -> None:
    async with house(tmp_path, **POLICY) as at:
        assert [(await at.order()).token for _ in range(2)] == ["", "limit_exceeded"]
        at.local.ahead += 43_200  # from noon to midnight
        assert [(await at.order()).token for _ in range(2)] == ["", "limit_exceeded"]
