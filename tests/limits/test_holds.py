"""After 429 or 418 nobody behind the gateway calls on."""

import asyncio
import fcntl
import json
import math
import os
import stat
import time
import tracemalloc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from proxy.app.gateway import Gateway
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.retry_after import Scope
from proxy.limits.holds import Holds
from proxy.limits.holds_file import HoldsFile, TimedHold
from proxy.sandbox import Fault, Observation, Sandbox, demo_keys, start
from tests.support.gateway import gateway

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEIGHT = b'{"code":-1003,"msg":"Too much request weight used."}'
ORDERS = b'{"code":-1015,"msg":"Too many new orders."}'


class House:
    def __init__(self, session: ClientSession, box: Sandbox, directory: Path) -> None:
        self.session, self.box, self.directory = session, box, directory
        self.url = self.upstream = ""
        self.seen: list[Observation] = []
        self.running: Gateway

    async def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, Any]:
        async with self.session.request(method, self.url + path, data=body, headers=FORM) as answer:
            await answer.read()
            return answer.status, answer.headers


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(keys=demo_keys())
    exchange = await start(box)
    async with ClientSession() as session:
        made = House(session, box, tmp_path / "j")
        made.upstream = exchange.url
        box.observer = lambda seen: None if seen.target.endswith(b"/time") else made.seen.append(seen)
        # what is refused 200 times would be answered later and later
        async with gateway(exchange.url, made.directory, limits={"refusal_delay_seconds": 0}) as running:
            made.url, made.running = running.url, running
            yield made
    await exchange.stop()


async def test_after_a_429_nothing_reaches_the_exchange_until_it_is_over(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/account", status=429, body=WEIGHT, headers={"Retry-After": "2"}))
    assert (await house.ask("/api/v3/account"))[0] == 429
    house.seen.clear()
    began = time.monotonic()
    answers = await asyncio.gather(*(house.ask("/api/v3/openOrders") for _ in range(200)))
    for status, headers in answers:
        assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
        assert headers["X-Gateway-Execution"] == "not_sent"
        assert headers["Retry-After"] in ("1", "2")
    assert (await house.ask("/api/v3/ticker/price"))[0] == 429
    assert house.seen == []
    while (await house.ask("/api/v3/account"))[0] == 429:
        await asyncio.sleep(0.05)
    assert 1.8 <= time.monotonic() - began <= 4
    assert len(house.seen) == 1


async def test_the_answer_itself_is_relayed(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/account", status=429, body=WEIGHT, headers={"Retry-After": "1"}))
    async with house.session.get(house.url + "/api/v3/account") as answer:
        assert (answer.status, await answer.read()) == (429, WEIGHT)
        assert "X-Gateway-Error" not in answer.headers
        assert answer.headers["Retry-After"] == "1"


async def test_too_many_orders_hold_orders_only(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/order", status=429, body=ORDERS, headers={"Retry-After": "60"}))
    assert (await house.ask("/api/v3/order", "POST", ORDER))[0] == 429
    status, headers = await house.ask("/api/v3/order", "POST", ORDER)
    assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
    assert (await house.ask("/api/v3/account"))[0] == 200
    status, headers = await house.ask("/api/v3/order?symbol=BTCUSDT&orderId=1", "DELETE")
    assert "X-Gateway-Error" not in headers  # it reached the exchange, which knows no such order
    assert house.seen[-1].method == "DELETE"


async def test_a_ban_outlives_a_restart(house: House) -> None:
    house.box.faults.add(
        Fault(path="/api/v3/account", status=418, body=WEIGHT, headers={"Retry-After": "300"})
    )
    assert (await house.ask("/api/v3/account"))[0] == 418
    house.seen.clear()
    async with gateway(house.upstream, house.directory) as again:
        async with house.session.get(again.url + "/api/v3/account") as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (429, "upstream_backoff")
            assert 290 <= int(answer.headers["Retry-After"]) <= 300
    assert house.seen == []


async def test_a_dry_run_is_no_call(house: House) -> None:
    house.box.faults.add(
        Fault(path="/api/v3/account", status=418, body=WEIGHT, headers={"Retry-After": "300"})
    )
    await house.ask("/api/v3/account")
    async with house.session.get(house.url + "/api/v3/account", headers={"X-Gateway-Dry-Run": "1"}) as answer:
        assert answer.status == 200


async def test_a_limit_code_holds_under_any_status(house: House) -> None:
    """-1003 was seen under 400 and 403; 200 with a code is how some services answer."""
    for path, status, says in [
        ("/api/v3/account", 400, "Too many requests queued."),
        ("/api/v3/time", 200, "x"),
        ("/api/v3/account", 503, "x"),
    ]:
        body = f'{{"code":-1003,"msg":"{says}"}}'.encode()
        house.box.faults.add(Fault(path=path, status=status, body=body, headers={"Retry-After": "1"}))
        assert (await house.ask(path))[0] == status
        house.seen.clear()
        assert (await house.ask("/api/v3/openOrders"))[1]["X-Gateway-Error"] == "upstream_backoff"
        assert house.seen == []
        while (await house.ask("/api/v3/account"))[0] == 429:
            await asyncio.sleep(0.05)


async def test_who_waited_for_a_connection_when_the_hold_began_does_not_send(house: House) -> None:
    made = asyncio.Event()
    await house.ask("/api/v3/ping")
    await asyncio.sleep(0.1)  # the connection that it used has rested
    house.seen.clear()
    dialer = house.running.pipeline.dispatcher.sender._dialer
    dial = dialer.open

    async def slowly(base: str, seconds: float | None = None) -> Any:
        await made.wait()
        return await dial(base, seconds)

    dialer.open = slowly  # type: ignore[method-assign]  # the way is long
    fault = Fault(path="/api/v3", status=429, body=WEIGHT, headers={"Retry-After": "30"}, times=99)
    house.box.faults.add(fault)
    tasks = [asyncio.create_task(house.ask("/api/v3/account")) for _ in range(20)]
    await asyncio.wait(tasks, timeout=5, return_when=asyncio.FIRST_COMPLETED)  # it had a connection at hand
    await asyncio.sleep(0.05)
    before = len(house.seen)
    assert 1 <= before < 20
    made.set()
    answers = await asyncio.gather(*tasks)
    held = [headers for _, headers in answers if headers.get("X-Gateway-Error") == "upstream_backoff"]
    assert len(held) == 20 - before
    assert {headers["X-Gateway-Execution"] for headers in held} == {"not_sent"}
    assert len(house.seen) == before


async def test_the_text_of_a_ban_is_obeyed(house: House) -> None:
    until = time.time_ns() // 1_000_000 + 300_000
    body = f'{{"code":-1003,"msg":"Way too much request weight used; IP banned until {until}."}}'.encode()
    house.box.faults.add(Fault(path="/api/v3/account", status=403, body=body))
    assert (await house.ask("/api/v3/account"))[0] == 403
    status, headers = await house.ask("/sapi/v1/account/status")
    assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
    assert 295 <= int(headers["Retry-After"]) <= 300


async def test_one_firewall_page_holds_nobody_and_a_row_of_them_does(house: House) -> None:
    page = Fault(path="/api/v3/allOrders", status=403, body=b"<html>403 Forbidden</html>", times=10)
    house.box.faults.add(page)
    for _ in range(2):
        assert (await house.ask("/api/v3/allOrders?symbol=BTCUSDT"))[1].get("X-Gateway-Error") is None
    assert (await house.ask("/api/v3/account"))[0] == 200  # something else got through: it was the content
    for _ in range(3):
        assert (await house.ask("/api/v3/allOrders?symbol=BTCUSDT"))[1].get("X-Gateway-Error") is None
    house.seen.clear()
    status, headers = await house.ask("/api/v3/account")
    assert (status, headers["X-Gateway-Error"], headers["Retry-After"]) == (429, "upstream_backoff", "30")
    assert house.seen == []


async def test_any_hold_outlives_a_restart(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/order", status=429, body=ORDERS, headers={"Retry-After": "60"}))
    assert (await house.ask("/api/v3/order", "POST", ORDER))[0] == 429
    async with gateway(house.upstream, house.directory) as again:
        house.url = again.url
        status, headers = await house.ask("/api/v3/order", "POST", ORDER)
        assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
        assert (await house.ask("/api/v3/account"))[0] == 200


async def test_gateways_that_share_a_directory_share_their_holds(house: House) -> None:
    async with gateway(house.upstream, house.directory) as other:
        first, second = house.url, other.url
        house.url = second
        assert (await house.ask("/api/v3/account"))[0] == 200
        house.url = first
        house.box.faults.add(
            Fault(path="/api/v3/account", status=429, body=WEIGHT, headers={"Retry-After": "30"})
        )
        assert (await house.ask("/api/v3/account"))[0] == 429
        house.seen.clear()
        house.url = second
        await asyncio.sleep(0.12)  # the file is looked at ten times a second
        answers = await asyncio.gather(*(house.ask("/api/v3/openOrders") for _ in range(50)))
        assert {(status, headers["X-Gateway-Error"]) for status, headers in answers} == {
            (429, "upstream_backoff")
        }
        assert house.seen == []


class Hands:
    """Clocks that are moved."""

    def __init__(self) -> None:
        self.now, self.wall_ms = 100.0, 1_700_000_000_000

    def holds(self, directory: Path) -> Holds:
        return Holds(directory, lambda: self.now, lambda: self.wall_ms)


HOST = "https://x"


def endpoint(name: str = "GET /api/v3/account") -> Endpoint:
    found = Catalogue.builtin().find(*name.split(" "))
    assert found is not None
    return found


def note(holds: Holds, seconds: str | None, status: int = 429, **more: Any) -> None:
    holds.note(endpoint(), HOST, "main", **{"status": status, "code": -1003, "retry_after": seconds, **more})


def left(
    holds: Holds, base: str = HOST, name: str = "GET /api/v3/account", account: str = "main"
) -> int | None:
    refusal = holds.refusal(endpoint(name), base, account)
    return int(dict(refusal.headers)["Retry-After"]) if refusal else None


def test_wall_clock_steps_do_not_lengthen_a_wait(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    note(holds, "7")
    hands.wall_ms -= 86_400_000
    hands.now += 6.5
    assert left(holds) == 1
    hands.now += 0.6
    assert left(holds) is None
    assert left(holds, "https://other") is None


@pytest.mark.parametrize("step_ms", [-86_400_000, -3_600_000, 3_600_000, 86_400_000])
def test_nor_do_they_after_a_restart(step_ms: int, tmp_path: Path) -> None:
    """The file counts on the steady clock of this boot."""
    hands = Hands()
    note(hands.holds(tmp_path), "300", 418)
    hands.wall_ms += step_ms
    hands.now += 100
    assert left(hands.holds(tmp_path)) == 200
    hands.now += 201
    assert left(hands.holds(tmp_path)) is None


@pytest.mark.parametrize(
    ("passed_ms", "seconds"),
    [(100_000, 200), (299_500, 1), (301_000, None), (-86_400_000, 301), (10**15, None)],
)
def test_after_a_reboot_the_wall_clock_counts_and_never_for_longer_than_the_hold_was(
    passed_ms: int, seconds: int | None, tmp_path: Path
) -> None:
    hands = Hands()
    note(hands.holds(tmp_path), "300", 418)
    file = tmp_path / "holds.json"
    content = json.loads(file.read_bytes())
    content["holds"][0]["boot"] = "another"
    file.write_text(json.dumps(content))
    hands.now = 3.0  # the steady clock has begun anew
    hands.wall_ms += passed_ms
    assert left(hands.holds(tmp_path)) == seconds


def forged(**changes: Any) -> bytes:
    line = {"scope": "ip", "host": HOST, "account": "", "seconds": 1e18, "until_ms": 10**18}
    line |= {"until_steady": 1e18, "boot": "", **changes}
    return json.dumps({"holds": [line]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"{",
            b"[]",
            b'{"a":"b"}',
            b'{"https://x":1}',
            b"\xff",
            b"[" * 5000,
            b" " * 300_000 + forged(),
        ),
        *(forged(scope="all"), forged(until_ms="x"), forged(until_ms=0)),
    ],
)
def test_a_damaged_file_holds_nothing_back(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "holds.json").write_bytes(content)
    holds = Hands().holds(tmp_path)
    assert not holds.is_host_held(HOST)
    note(holds, "300")
    assert json.loads((tmp_path / "holds.json").read_bytes())["holds"][0]["host"] == HOST


def test_what_a_file_says_is_believed_for_three_days_at_most(tmp_path: Path) -> None:
    (tmp_path / "holds.json").write_bytes(forged())
    hands = Hands()
    holds = hands.holds(tmp_path)
    assert left(holds) == 259_200
    hands.now += 259_201
    assert left(holds) is None


@pytest.mark.parametrize("kind", ["link", "fifo", "directory"])
def test_what_is_no_file_of_ours_is_not_read(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "holds.json"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(forged())
    match kind:
        case "link":
            file.symlink_to(elsewhere)
        case "fifo":
            os.mkfifo(file)
        case "directory":
            file.mkdir()
    holds = Hands().holds(tmp_path)
    assert not holds.is_host_held(HOST)
    note(holds, "5")
    assert left(holds) == 5


def test_where_the_disk_is_full_the_hold_still_works(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path / "absent")
    note(holds, "300", 418)
    assert holds.is_host_held(HOST)


def test_a_hold_that_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path / "later")
    note(holds, "300")
    (tmp_path / "later").mkdir()
    hands.now += 1.1
    assert left(holds) == 299
    assert left(hands.holds(tmp_path / "later")) == 299


def test_the_file_is_the_owners_alone_and_names_nothing_but_hosts_and_accounts(tmp_path: Path) -> None:
    note(Hands().holds(tmp_path), "300")
    for name in ("holds.json", "holds.json.lock"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["holds.json", "holds.json.lock"]
    line = json.loads((tmp_path / "holds.json").read_bytes())["holds"][0]
    assert sorted(line) == ["account", "boot", "host", "scope", "seconds", "until_ms", "until_steady"]


def test_two_gateways_lose_no_hold_of_each_other(tmp_path: Path) -> None:
    hands = Hands()
    one, two = hands.holds(tmp_path), hands.holds(tmp_path)
    note(one, "300")
    two.note(endpoint("POST /api/v3/order"), HOST, "main", status=429, code=-1015, retry_after="200")
    third = hands.holds(tmp_path)
    assert left(third) == 300
    for holds in (one, two, third):
        hands.now += 0.11
        assert left(holds) in (299, 300)
        assert left(holds, name="POST /api/v3/order") in (299, 300)
    hands.now += 190
    assert [one.scope.value for one in third.active_holds()] == ["ip", "orders"]


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each with a descriptor of its own, as processes have; one that cannot have the lock tries again."""

    def write(writer: int) -> None:
        file = HoldsFile(tmp_path / "holds.json", time.monotonic, lambda: time.time_ns() // 1_000_000)
        for n in range(25):
            hold = {(Scope.ORDERS, HOST, f"{writer}-{n}"): TimedHold(time.monotonic() + 300, 300)}
            while file.merge(hold) is None:
                time.sleep(0.001)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = json.loads((tmp_path / "holds.json").read_bytes())["holds"]
    assert {one["account"] for one in found} == {f"{writer}-{n}" for writer in range(4) for n in range(25)}


def test_a_shorter_hold_never_shortens_one(tmp_path: Path) -> None:
    hands = Hands()
    one, two = hands.holds(tmp_path), hands.holds(tmp_path)
    note(one, "300")
    note(two, "2")
    hands.now += 0.2
    assert left(one) == left(two) == 300


def test_while_another_process_sleeps_on_the_lock_the_hold_works_and_is_written_after(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    with (tmp_path / "holds.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note(holds, "300")
        assert left(holds) == 300
        assert not (tmp_path / "holds.json").exists()
    hands.now += 1.1
    assert left(holds) == 299
    assert (tmp_path / "holds.json").exists()


def test_200_answers_at_the_limit_write_the_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    written: list[int] = []
    merge = HoldsFile.merge

    def counted(self: HoldsFile, ours: Any) -> Any:
        written.append(len(ours))
        return merge(self, ours)

    monkeypatch.setattr(HoldsFile, "merge", counted)
    for _ in range(200):
        hands.now += 0.001
        note(holds, "30")
    assert len(written) == 1
    hands.now += 0.2
    assert left(holds) == 30  # the look writes the rest
    assert len(written) == 2
    assert left(hands.holds(tmp_path)) == 30


def test_without_a_hold_a_request_costs_one_stat_in_100_ms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    looked: list[float] = []

    def changed(_: HoldsFile) -> bool:
        looked.append(hands.now)
        return False

    monkeypatch.setattr(HoldsFile, "changed", changed)
    for _ in range(10_000):
        hands.now += 0.0001
        assert left(holds) is None
    assert 9 <= len(looked) <= 11
    for _ in range(10_000):  # nor does who asks whether a host is held at all
        hands.now += 0.0001
        assert not holds.is_host_held(HOST)
    assert 19 <= len(looked) <= 22


def test_doubling_begins_when_a_hold_is_over_not_while_it_runs(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    for _ in range(50):
        note(holds, None, message="Too many requests queued.")
    assert left(holds) == 1
    hands.now += 1.5
    note(holds, None)
    assert left(holds) == 2
    hands.now += 130
    note(holds, None)
    assert left(holds) == 1


@pytest.mark.parametrize(
    ("name", "account", "held"),
    [
        ("GET /sapi/v1/capital/withdraw/history", "main", True),
        ("GET /sapi/v1/capital/withdraw/history", "other", False),
        ("GET /sapi/v1/account/status", "main", False),
        ("GET /api/v3/account", "main", False),
        ("POST /api/v3/order", "main", False),
    ],
)
def test_the_limit_of_an_account_holds_what_counts_by_account(
    name: str, account: str, held: bool, tmp_path: Path
) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    uid = endpoint("GET /sapi/v1/capital/withdraw/history")
    holds.note(uid, HOST, "main", status=429, code=-1003, retry_after="9")
    assert (left(holds, name=name, account=account) is not None) == held
    assert [(one.scope.value, one.account) for one in holds.active_holds()] == [("account", "main")]


HELD = {
    "ip": ("GET /api/v3/account", -1003),
    "account": ("GET /sapi/v1/capital/withdraw/history", -1003),
    "orders": ("POST /api/v3/order", -1015),
}
"""What was asked, and the code of the 429 that came back, for each kind of hold."""

COVERED = [
    # request, host, account -> the kinds of hold that cover it
    ("POST /api/v3/order", HOST, "main", {"ip", "orders"}),
    ("POST /api/v3/order", HOST, "other", {"ip"}),
    ("POST /api/v3/order", "https://y", "main", set()),
    ("PUT /fapi/v1/order", HOST, "main", {"ip", "orders"}),
    ("POST /api/v3/orderList/oco", HOST, "main", {"ip", "orders"}),
    ("DELETE /api/v3/order", HOST, "main", {"ip"}),
    ("DELETE /api/v3/openOrders", HOST, "main", {"ip"}),
    ("GET /api/v3/openOrders", HOST, "main", {"ip"}),
    ("POST /api/v3/order/test", HOST, "main", {"ip"}),
    ("GET /api/v3/ticker/price", HOST, "", {"ip"}),
    ("GET /sapi/v1/capital/withdraw/history", HOST, "main", {"ip", "account"}),
    ("GET /sapi/v1/capital/withdraw/history", HOST, "other", {"ip"}),
    ("GET /sapi/v1/capital/withdraw/history", "https://y", "main", set()),
    ("POST /sapi/v1/capital/withdraw/apply", HOST, "main", {"ip", "account"}),
]


@pytest.mark.parametrize("kind", list(HELD))
@pytest.mark.parametrize(("name", "base", "account", "covers"), COVERED)
def test_what_a_hold_covers(
    kind: str, name: str, base: str, account: str, covers: set[str], tmp_path: Path
) -> None:
    holds = Hands().holds(tmp_path)
    asked, code = HELD[kind]
    holds.note(endpoint(asked), HOST, "main", status=429, code=code, retry_after="9")
    assert (left(holds, base, name, account) is not None) is (kind in covers)
    assert holds.is_host_held(HOST) is (kind == "ip")
    assert not holds.is_host_held("https://y")


USD_M, COIN_M = "https://fapi.binance.com", "https://dapi.binance.com"


@pytest.mark.parametrize(("said", "other"), [(USD_M, COIN_M), (COIN_M, USD_M)])
@pytest.mark.parametrize(("status", "banned"), [(429, False), (418, True)])
def test_a_429_or_a_ban_of_one_futures_host_speaks_for_both(
    status: int, banned: bool, said: str, other: str, tmp_path: Path
) -> None:
    """One rate-limit pool since 2026-06-30 (notice of 2026-06-10)."""
    holds = Hands().holds(tmp_path)
    asked = endpoint("GET /fapi/v2/account")
    with capture_logs() as logs:
        holds.note(asked, said, "main", status=status, code=-1003, retry_after="9")
    assert holds.is_host_held(said)
    assert holds.is_host_held(other)
    assert left(holds, other, "GET /dapi/v1/account", "main") == 9
    assert not holds.is_host_held(HOST)
    assert {(one["host"], one["banned"]) for one in logs} == {(said, banned), (other, banned)}
    assert {host for _, host, _ in HoldsFile(tmp_path / "holds.json", time.monotonic, lambda: 0).read()} <= {
        said,
        other,
    }


def test_too_many_orders_at_one_futures_host_hold_the_orders_of_both(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    holds.note(endpoint("POST /dapi/v1/order"), COIN_M, "main", status=429, code=-1015, retry_after="9")
    assert left(holds, USD_M, "POST /fapi/v1/order", "main") == 9
    assert left(holds, USD_M, "POST /fapi/v1/order", "other") is None
    assert left(holds, USD_M, "DELETE /fapi/v1/order", "main") is None
    assert left(holds, COIN_M, "PUT /dapi/v1/order", "main") == 9


def test_the_firewall_of_one_futures_host_speaks_for_that_host_alone(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    for _ in range(3):
        holds.note(endpoint("GET /dapi/v1/account"), COIN_M, "main", status=403, code=None, retry_after=None)
    assert holds.is_host_held(COIN_M)
    assert not holds.is_host_held(USD_M)


def test_demo_hosts_are_held_one_by_one(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    asked = endpoint("GET /fapi/v2/account")
    holds.note(asked, "https://demo-fapi.binance.com", "m", status=429, code=-1003, retry_after="9")
    assert not holds.is_host_held("https://demo-dapi.binance.com")


@pytest.mark.parametrize(("ip", "orders", "order", "read"), [("3", "60", 60, 3), ("60", "3", 60, 60)])
def test_of_several_holds_the_longest_counts(
    ip: str, orders: str, order: int, read: int, tmp_path: Path
) -> None:
    holds = Hands().holds(tmp_path)
    note(holds, ip)
    holds.note(endpoint("POST /api/v3/order"), HOST, "main", status=429, code=-1015, retry_after=orders)
    assert (left(holds, name="POST /api/v3/order"), left(holds)) == (order, read)


def test_the_refusal_of_a_held_request(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    note(holds, "7")
    refusal = holds.refusal(endpoint(), HOST, "main")
    assert refusal is not None
    assert (refusal.status, refusal.token, refusal.execution.value) == (429, "upstream_backoff", "not_sent")
    assert refusal.headers == (("Retry-After", "7"),)


LEFT = [
    # seconds since an answer with `Retry-After: 7` -> seconds that a client is told, rounded up
    (0, 7),
    (0.25, 7),
    (1, 6),
    (1.25, 6),
    (6, 1),
    (6.25, 1),
    (6.875, 1),
    (7, None),
    (7.25, None),
]


@pytest.mark.parametrize(("passed", "told"), LEFT)
def test_how_long_it_lasts(passed: float, told: int | None, tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    note(holds, "7")
    hands.now += passed
    assert holds.is_host_held(HOST) is (told is not None)
    assert [(one.scope.value, one.host, one.account, one.seconds_left) for one in holds.active_holds()] == (
        [] if told is None else [("ip", HOST, "", 7 - passed)]
    )
    assert left(holds) == told


ANOTHER = [
    # Retry-After of a second answer, 10 s after one with `Retry-After: 30` -> seconds left then
    ("5", 20),
    ("19", 20),
    ("20", 20),
    ("21", 21),
    ("300", 300),
    (None, 20),
]


@pytest.mark.parametrize(("second", "told"), ANOTHER)
@pytest.mark.parametrize("written", [True, False])
def test_an_answer_lengthens_a_hold_and_never_shortens_it(
    second: str | None, told: int, written: bool, tmp_path: Path
) -> None:
    """In memory as in the file: without a disk there is no file that would bring the longer one back."""
    hands = Hands()
    holds = hands.holds(tmp_path if written else tmp_path / "absent")
    note(holds, "30")
    hands.now += 10
    note(holds, second)
    assert left(holds) == told
    if written:
        assert left(hands.holds(tmp_path)) == told


AGAIN = [
    # seconds since the end of a hold of 4 s -> the next one's, where no answer says how long
    (-2, 2),  # it runs: an answer that was under way says nothing new
    (-0.5, 1),
    (0, 8),
    (1, 8),
    (119.9, 8),
    (120, 1),
    (500, 1),
]


@pytest.mark.parametrize(("over", "seconds"), AGAIN)
@pytest.mark.parametrize("looks", [True, False])
def test_a_hold_that_ended_not_long_ago_is_doubled(
    over: float, seconds: int, looks: bool, tmp_path: Path
) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    note(holds, "4")
    hands.now += 4 + over
    if looks:
        holds.refresh()
    note(holds, None)
    assert [one.seconds_left for one in holds.active_holds()] == [seconds]


def test_one_host_account_or_kind_is_not_doubled_for_another(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    order = endpoint("POST /api/v3/order")
    for account in ("main", "main", "other"):
        holds.note(order, HOST, account, status=429, code=-1015, retry_after=None)
        hands.now += 2.5
    holds.note(order, "https://y", "main", status=429, code=-1015, retry_after=None)
    note(holds, None)
    assert [(one.scope.value, one.host, one.account) for one in holds.active_holds()] == [
        ("orders", "https://y", "main"),
        ("ip", HOST, ""),
    ]
    assert {one.seconds_left for one in holds.active_holds()} == {1}


@pytest.mark.parametrize(("passed", "kept"), [(119.0, True), (121.0, False)])
def test_holds_that_ended_long_ago_are_forgotten(passed: float, kept: bool, tmp_path: Path) -> None:
    """Of 400 accounts, each with a hold of its own: what is remembered of them takes memory, and gives it back."""
    hands = Hands()
    holds, order = hands.holds(tmp_path / "absent"), endpoint("POST /api/v3/order")
    tracemalloc.start()
    try:
        for number in range(400):
            holds.note(order, HOST, f"{number:032}", status=429, code=-1015, retry_after="1")
        full, _ = tracemalloc.get_traced_memory()
        hands.now += 1 + passed
        holds.refresh()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (full - after > 40_000) is not kept


def page(holds: Holds, base: str = HOST, retry_after: str | None = None) -> None:
    """The firewall refuses: 403, without a code."""
    holds.note(endpoint(), base, "main", status=403, code=None, retry_after=retry_after)


@pytest.mark.parametrize(("pages", "told"), [(1, None), (2, None), (3, 30), (4, 30)])
def test_three_pages_of_the_firewall_in_a_row_hold_the_host(
    pages: int, told: int | None, tmp_path: Path
) -> None:
    holds = Hands().holds(tmp_path)
    for _ in range(pages):
        page(holds)
    assert left(holds) == told
    assert left(holds, "https://y") is None


def test_another_answer_of_the_host_ends_the_row(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    for _ in range(5):
        page(holds)
        page(holds)
        holds.host_answered("https://y")  # says nothing of this host
        holds.host_answered(HOST)
    assert left(holds) is None
    page(holds)
    page(holds)
    holds.host_answered("https://y")
    page(holds)
    assert left(holds) == 30


def test_the_firewall_is_left_alone_for_longer_each_time(tmp_path: Path) -> None:
    hands = Hands()
    holds = hands.holds(tmp_path)
    page(holds)
    page(holds)
    for seconds in (30, 60, 120, 240, 300, 300):
        page(holds)
        assert left(holds) == seconds
        hands.now += seconds
    hands.now += 120
    page(holds)
    assert left(holds) == 30
    page(holds, retry_after="900")
    assert left(holds) == 900


def test_a_403_with_a_code_is_not_the_firewall(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    for _ in range(5):
        note(holds, "5", 403, code=-2015)
    assert left(holds) is None
    note(holds, "5", 403)
    assert left(holds) == 5


def test_other_answers_hold_nothing(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path)
    for status, code in ((200, None), (400, -1121), (401, -2015), (404, None), (503, None)):
        note(holds, "60", status, code=code)
    assert left(holds) is None
    assert list(holds.active_holds()) == []
    assert not (tmp_path / "holds.json").exists()


DATE = "Tue, 14 Nov 2023 22:14:20 GMT"
"""One minute after the wall clock of the tests, 1,700,000,000 s after 1970."""


@pytest.mark.parametrize(("exchange_ms", "told"), [(None, 60), (1_700_000_050_000, 10)])
def test_a_date_counts_from_the_exchanges_clock_where_it_is_known(
    exchange_ms: int | None, told: int, tmp_path: Path
) -> None:
    holds = Hands().holds(tmp_path)
    note(holds, DATE, exchange_ms=exchange_ms)
    assert left(holds) == told
    for _ in range(3):
        holds.note(endpoint(), "https://y", "main", status=403, code=None, retry_after=DATE, exchange_ms=exchange_ms)  # fmt: skip
    assert left(holds, "https://y") == told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Way too much request weight used; IP banned until 1700000045000.", 45),
        ("Too much request weight used; current limit is 6000 request weight per 1 MINUTE.", 40),
        ("Too many requests queued.", 1),
    ],
)
def test_the_text_of_an_answer_tells_where_no_header_does(message: str, told: int, tmp_path: Path) -> None:
    """The wall clock of the tests stands at second 20."""
    holds = Hands().holds(tmp_path)
    note(holds, None, message=message)
    assert left(holds) == told


class TestShared:
    """Several gateways, one file."""

    @pytest.mark.parametrize(("passed", "seen"), [(0.0, False), (0.09375, False), (0.1, True), (0.125, True)])
    @pytest.mark.parametrize("asks", ["refusal", "is_host_held", "look"])
    def test_the_file_is_looked_at_ten_times_a_second(
        self, passed: float, seen: bool, asks: str, tmp_path: Path
    ) -> None:
        hands = Hands()
        one, two = hands.holds(tmp_path), hands.holds(tmp_path)
        assert left(two) is None  # which is a look
        note(one, "300")
        hands.now += passed
        match asks:
            case "refusal":
                assert (left(two) is not None) is seen
            case "is_host_held":
                assert two.is_host_held(HOST) is seen
            case "look":
                two.refresh()
                assert bool(list(two.active_holds())) is seen

    @pytest.mark.parametrize(("later", "written"), [(0.25, False), (0.5, False), (0.75, True), (30.0, True)])
    def test_a_hold_that_grows_is_written_at_once_if_it_grows_much(
        self, later: float, written: bool, tmp_path: Path
    ) -> None:
        hands = Hands()
        holds = hands.holds(tmp_path)
        note(holds, "30")
        note(holds, str(30 + later))
        ends = [one["until_steady"] for one in json.loads((tmp_path / "holds.json").read_bytes())["holds"]]
        assert ends == [130 + later if written else 130]

    @pytest.mark.parametrize(("later", "written"), [(0.0078125, False), (0.015625, True), (0.25, True)])
    def test_what_grew_a_little_is_written_with_the_next_look(
        self, later: float, written: bool, tmp_path: Path
    ) -> None:
        hands = Hands()
        holds = hands.holds(tmp_path)
        note(holds, "30")
        note(holds, str(30 + later))
        hands.now += 0.125
        holds.refresh()
        ends = [one["until_steady"] for one in json.loads((tmp_path / "holds.json").read_bytes())["holds"]]
        assert ends == [130 + later if written else 130]

    @pytest.mark.parametrize(("passed", "written"), [(0.125, False), (0.9375, False), (1.0, True)])
    def test_a_disk_that_was_full_is_tried_again_after_a_second(
        self, passed: float, written: bool, tmp_path: Path
    ) -> None:
        hands = Hands()
        holds = hands.holds(tmp_path / "later")
        note(holds, "300")
        (tmp_path / "later").mkdir()
        hands.now += passed
        holds.refresh()
        assert (tmp_path / "later" / "holds.json").exists() is written

    def test_a_file_that_was_lost_is_written_again(self, tmp_path: Path) -> None:
        hands = Hands()
        holds = hands.holds(tmp_path)
        note(holds, "30")
        (tmp_path / "holds.json").unlink()
        hands.now += 0.125
        holds.refresh()
        assert left(hands.holds(tmp_path)) == 30

    def test_a_hold_that_is_over_is_not_written_again(self, tmp_path: Path) -> None:
        hands = Hands()
        holds = hands.holds(tmp_path)
        note(holds, "30")
        hands.now += 30
        (tmp_path / "holds.json").unlink()
        holds.refresh()
        assert not (tmp_path / "holds.json").exists()

    @pytest.mark.parametrize(
        ("theirs", "told"), [("5", 30), ("30", 30), ("30.0078125", 30), ("31", 31), ("300", 300)]
    )
    def test_what_another_gateway_was_told_counts_where_it_is_longer(
        self, theirs: str, told: float, tmp_path: Path
    ) -> None:
        hands = Hands()
        one, two = hands.holds(tmp_path), hands.holds(tmp_path)
        note(one, "30")
        note(two, theirs)
        hands.now += 0.125
        one.refresh()
        assert [math.floor(each.seconds_left + 0.125) for each in one.active_holds()] == [told]
        assert [math.floor(each.seconds_left + 0.125) for each in two.active_holds()] == [told]

    def test_what_another_gateway_was_told_is_doubled_too(self, tmp_path: Path) -> None:
        hands = Hands()
        one, two = hands.holds(tmp_path), hands.holds(tmp_path)
        note(one, "8")
        hands.now += 1
        assert left(two) == 7
        hands.now += 8
        note(two, None)
        assert left(two) == 16

    def test_where_the_file_is_may_be_chosen(self, tmp_path: Path) -> None:
        hands = Hands()
        file = tmp_path / "elsewhere.json"
        holds = Holds(tmp_path / "absent", lambda: hands.now, lambda: hands.wall_ms, file=file)
        note(holds, "300")
        assert json.loads(file.read_bytes())["holds"][0]["host"] == HOST
        again = Holds(tmp_path / "other", lambda: hands.now, lambda: hands.wall_ms, file=file)
        assert left(again) == 300


def test_the_log_says_what_is_held_and_why(tmp_path: Path) -> None:
    hands = Hands()
    with capture_logs() as said:
        holds = hands.holds(tmp_path)
        note(holds, "7.26")
        note(holds, "7.26")  # says nothing new
        note(holds, "3")
        holds.note(endpoint("POST /api/v3/order"), HOST, "main", status=429, code=-1015, retry_after="9")
        note(holds, "300", 418)
    told = {"event": "upstream_backoff", "log_level": "warning", "host": HOST}
    assert said == [
        {**told, "scope": "ip", "seconds": 7.3, "banned": False},
        {**told, "scope": "orders", "seconds": 9.0, "banned": False},
        {**told, "scope": "ip", "seconds": 300.0, "banned": True},
    ]
    with capture_logs() as said:
        hands.now += 1.25
        hands.holds(tmp_path)
    told = {"event": "still_held", "log_level": "warning", "host": HOST}
    assert said == [{**told, "scope": "ip", "seconds": 299}, {**told, "scope": "orders", "seconds": 8}]
