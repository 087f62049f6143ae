"""What holds, brake, shared reads and the count of weight add to a request: CPU microseconds, without a network.

    make bench WHAT=throttle       # or: python -m benchmarks.throttle [--requests N] [--rounds N]

Prints the least of some rounds (a busy machine only ever adds).
"""

import argparse
import asyncio
import gc
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from proxy.core.catalogue import Catalogue, PrefixFamily
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.routing import Route
from proxy.core.settings import BudgetSettings, ClockSettings
from proxy.core.wire import RawRequest
from proxy.limits.holds import Holds
from proxy.limits.shared_reads import SharedReads
from proxy.limits.throttle import Throttle
from proxy.limits.weight import WeightBudget
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import ExchangeClock

REQUESTS = ("GET /api/v3/account", "GET /api/v3/depth?symbol=BTCUSDT&limit=100", "POST /api/v3/order")
HEADERS = (
    (b"Content-Type", b"application/json;charset=UTF-8"),
    (b"Content-Length", b"1840"),
    (b"Connection", b"keep-alive"),
    (b"Date", b"Sat, 21 Nov 2026 15:00:00 GMT"),
    (b"Server", b"nginx"),
    (b"x-mbx-uuid", b"8f9c2d5e-0d0a-4e53-9f7b-bb2f3f0a61c7"),
    (b"x-mbx-used-weight", b"20"),
    (b"x-mbx-used-weight-1m", b"20"),
    (b"Strict-Transport-Security", b"max-age=31536000; includeSubdomains"),
    (b"X-Cache", b"Miss from cloudfront"),
)
BODY = b"x" * 1840
ANSWER: Any = SimpleNamespace(status=200, headers=HEADERS)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in REQUESTS:
            cost = asyncio.run(measure(name, Path(folder), options.requests, options.rounds))
            print(f"{name:45} {cost:6.2f} us")


async def measure(name: str, folder: Path, requests: int, rounds: int) -> float:
    """CPU microseconds that the throttle adds to this request: the least of so many rounds."""
    local = LocalClock()
    clock = ExchangeClock(never, local, ClockSettings(), "api")
    throttle = Throttle(
        Holds(folder, local.steady, local.unix_ms),
        WeightBudget(BudgetSettings(), local.steady),
        SharedReads(local.monotonic),
    )
    method, target = name.split(" ")
    endpoint = Catalogue.builtin().find(method, target.partition("?")[0])
    assert endpoint is not None
    route = Route(endpoint, PrefixFamily.API, "https://api.binance.com", endpoint.needs)
    taken = []
    for _ in range(rounds):
        flows = [new_flow(method, target, local) for _ in range(requests)]
        taken.append(await one_round(throttle, route, clock, flows))
    return min(taken) / requests * 1e6


async def one_round(throttle: Throttle, route: Route, clock: ExchangeClock, flows: list[Flow]) -> float:
    """CPU seconds of all these flows, without those of the answer itself."""
    octets = b"x" * 300
    gc.collect()
    gc.disable()
    began = time.thread_time()
    for flow in flows:
        limits = throttle.limits(route, "main", clock)
        throttle.refusal(flow, limits)
        await throttle.send(flow, limits, octets, ask)
        throttle.learn_from_answer(flow, limits)
    all_of_it = time.thread_time() - began
    began = time.thread_time()
    for _ in flows:
        await ask()
    bare = time.thread_time() - began
    gc.enable()
    return all_of_it - bare


async def ask() -> Any:
    return ANSWER


def new_flow(method: str, target: str, local: LocalClock) -> Flow:
    answer = Answer(200, HEADERS, BODY, len(BODY))
    return Flow("x", 0, RawRequest(method, target.encode(), ()), Timings(local.monotonic()), answer=answer)


async def never() -> int:
    raise AssertionError


if __name__ == "__main__":
    main()
