"""After 429 or 418 nobody behind the gateway calls on."""

import asyncio
import fcntl
import json
import os
import stat
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from proxy import app
from proxy.core.backoff import Scope
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.holds import Holds
from proxy.holds_file import HoldsFile, Running
from proxy.sandbox import Fault, Observation, Sandbox, demo_keys, start

from .support.gateway import gateway

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEIGHT = b'{"code":-1003,"msg":"Too much request weight used."}'
ORDERS = b'{"code":-1015,"msg":"Too many new orders."}'


class House:
    def __init__(self, session: ClientSession, box: Sandbox, directory: Path) -> None:
        self.session, self.box, self.directory = session, box, directory
        self.url = self.upstream = ""
        self.seen: list[Observation] = []
        self.running: app.Gateway

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
        async with gateway(exchange.url, made.directory) as running:
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
    dialer = house.running.sender._dialer
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
    assert not holds.host_held(HOST)
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
    assert not holds.host_held(HOST)
    note(holds, "5")
    assert left(holds) == 5


def test_where_the_disk_is_full_the_hold_still_works(tmp_path: Path) -> None:
    holds = Hands().holds(tmp_path / "absent")
    note(holds, "300", 418)
    assert holds.host_held(HOST)


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
    assert [one.scope.value for one in third.under_way()] == ["ip", "orders"]


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each with a descriptor of its own, as processes have; one that cannot have the lock tries again."""

    def write(writer: int) -> None:
        file = HoldsFile(tmp_path / "holds.json", time.monotonic, lambda: time.time_ns() // 1_000_000)
        for n in range(25):
            hold = {(Scope.ORDERS, HOST, f"{writer}-{n}"): Running(time.monotonic() + 300, 300)}
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
    monkeypatch.setattr(HoldsFile, "changed", lambda self: bool(looked.append(hands.now)))
    for _ in range(10_000):
        hands.now += 0.0001
        assert left(holds) is None
    assert 9 <= len(looked) <= 11


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
    assert [(one.scope.value, one.account) for one in holds.under_way()] == [("account", "main")]
