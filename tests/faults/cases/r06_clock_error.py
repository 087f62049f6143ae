"""R6: one clock error heals once; no other HTTP answer causes a second send."""

import asyncio
from collections import Counter
from collections.abc import Callable

from tests.faults.frame import Answer, Order, Row, ask_once, gateway, read, scaled, write
from tests.faults.upstream import Fault, Request, exchange, http

_TIMES = 100
_LATE = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
_HTML = b"<html><body><h1>403 ERROR</h1>The request could not be satisfied.</body></html>"


def _refused(status: int, code: int) -> tuple[str, bytes]:
    return f"{status} {code}", http(status, {"code": code, "msg": "x"})


_OTHERS: tuple[tuple[str, bytes], ...] = (
    *(_refused(400, code) for code in (-1022, -1100, -1102, -1013, -2010, -2011, -2013, -2015, -2026)),
    ("400 -1021 as text", http(400, {"code": "-1021", "msg": "x"})),
    ("400 without JSON", http(400, b"bad")),
    ("400 of 100 KiB", http(400, b" " * 102_400)),
    *(_refused(401, code) for code in (-1021, -2014, -2015)),
    *(_refused(403, code) for code in (-1021, -2015)),
    *(
        _refused(status, -1000)
        for status in (404, 405, 408, 409, 410, 411, 413, 414, 415, 417, 421, 422, 423)
    ),
    *(_refused(status, -1000) for status in (424, 425, 426, 428, 431, 451, 499)),
    _refused(409, -2021),
    *(_refused(500, code) for code in (-1000, -1001, -1021)),
    *(_refused(status, code) for status in (502, 503, 504) for code in (-1006, -1007, -1008, -1021)),
    *(_refused(status, -1000) for status in (501, 505, 507, 520, 521, 522, 524, 530, 599)),
    *(
        (f"{status} redirect", http(status, b"", "Location: /api/v3/order"))
        for status in (301, 302, 303, 307, 308)
    ),
    ("304", http(304, b"")),
    ("200 with -1021 in it", http(200, _LATE)),
    ("202", http(202, {})),
    ("204", b"HTTP/1.1 204 No Content\r\n\r\n"),
)
"""429, 418, -1003 and the firewall's 403 begin a hold: each has a gateway of its own."""
_WAITS = (
    _refused(400, -1003),
    ("403 of the firewall", http(403, _HTML)),
    ("429", http(429, {"code": -1003, "msg": "x"})),
    ("418", http(418, {"code": -1003, "msg": "x"})),
)


async def measure(scale: float) -> list[Row]:
    return [
        await _heals(scaled(_TIMES, scale, 10), always=False),
        await _heals(scaled(_TIMES, scale, 10), always=True),
        await _others(),
    ]


async def _heals(times: int, *, always: bool) -> Row:
    """Every request is called late the first time, or every time."""
    async with exchange() as failing, gateway(failing.base) as running:
        failing.script = _late(always=always)
        orders = [write(f"l{n}", n) if n % 6 else read(f"l{n}") for n in range(times)]
        answers = [await _ask(running.url, order) for order in orders]
        sends = Counter(failing.executed) + Counter(failing.asked)
        bad = failing.refused
    twice = sum(sends[order.test_id] == 2 for order in orders)
    wanted = 400 if always else 200
    told = sum(answer.status == wanted and answer.execution == "answered" for answer in answers)
    return Row(
        "R6",
        "a second -1021 is relayed" if always else "400 with -1021: exactly one re-signed send",
        f"{twice} of {times} sent exactly twice, {told} ended with {wanted}, {bad} wrong signatures",
        twice == told == times and bad == 0,
    )


def _late(*, always: bool) -> Callable[[Request], Fault | None]:
    seen: set[str] = set()

    def script(request: Request) -> Fault | None:
        if not request.test_id or request.is_lookup or (request.test_id in seen and not always):
            return None
        seen.add(request.test_id)
        return Fault(http(400, _LATE))

    return script


async def _others() -> Row:
    odd: list[str] = []
    tried = 0
    async with exchange() as failing, gateway(failing.base) as running:
        for label, octets in _OTHERS:
            failing.script = _answers(octets)
            for order in _one_of_each(f"x{tried}"):
                await _ask(running.url, order)
                tried += 1
                if (failing.executed + failing.asked)[order.test_id] != 1:
                    odd.append(f"{label} to {order.method}")
        failing.script = _answers(http(400, _LATE))
        before = failing.requests
        await ask_once(running.url, "GET", "/api/v3/depth?symbol=BTCUSDT")  # unsigned: no timestamp of ours
        tried += 1
        if failing.requests - before != 1:
            odd.append("400 -1021 to an unsigned GET")
    for label, octets in _WAITS:
        orders = _one_of_each(f"y{tried}")
        async with exchange() as failing, gateway(failing.base) as running:
            failing.script = _answers(octets, seconds=0.5)  # all are under way before the hold begins
            await asyncio.gather(*(_ask(running.url, order) for order in orders))
        tried += len(orders)
        sends = failing.executed + failing.asked
        odd += [f"{label} to {order.method}" for order in orders if sends[order.test_id] != 1]
    return Row(
        "R6",
        "no other HTTP answer causes a second send",
        f"{tried - len(odd)} of {tried} sent exactly once, {len(_OTHERS) + len(_WAITS)} kinds of answers",
        not odd,
        ", ".join(odd),
    )


def _answers(octets: bytes, *, seconds: float = 0.0) -> Callable[[Request], Fault | None]:
    """For requests of clients; time questions and look-ups of the gateway's own are answered as usual."""
    return lambda request: None if request.is_time or request.is_lookup else Fault(octets, seconds=seconds)


def _one_of_each(stem: str) -> list[Order]:
    """GET, POST, DELETE, PUT."""
    return [read(f"{stem}-g"), *(write(f"{stem}-{kind}", kind) for kind in range(3))]


async def _ask(url: str, order: Order) -> Answer:
    return await ask_once(url, order.method, order.target, order.form)
