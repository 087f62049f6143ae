"""How many machine instructions a request costs, by valgrind: a figure that a busy machine does not change.

    make bench WHAT=instructions       # or: python -m benchmarks.instructions [CHECKOUT ...], about a minute each
    make bench WHAT=instructions ARGS=--limits     # an order, with and without limits on it

Times on a shared machine differ by a factor of two from one minute to the next; instructions of the process (not the
kernel's) by less than one percent, so that two checkouts can be compared at last: name them, or this one is measured.
Fewer are not always faster: what is counted is work, not waiting for memory. Each checkout is started twice, with few
requests and with many; the difference is what the requests took. The exchange is that of `make bench`; everything
stays on loopback. Needs valgrind (a package of most systems).
"""

import argparse
import asyncio
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.load import REQUEST
from benchmarks.servers import Exchange, exchange
from harness.gateway import ROOT, GatewayProcess
from harness.usage import wanted_seconds

CONNECTIONS: Final = 8
FEW, MANY = 20, 220  # requests of each connection
START_SECONDS: Final = 300.0  # everything takes fifty times as long
STOP_SECONDS: Final = 300.0
QUIET_SECONDS: Final = 3.0
QUIET_SHARE: Final = 0.25  # of a processor; it wants more than one while it loads, and 0.06 afterwards
_VALGRIND: Final = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_TOTAL: Final = re.compile(r"I\s+refs:\s+([\d,]+)")
_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: (\d+)")


@dataclass(frozen=True)
class Work:
    """What is asked, and under which configuration."""

    request: bytes
    config: Mapping[str, Any] | None = None
    program: tuple[str, ...] = ("-m", "proxy")
    """What Python runs."""


READS: Final = {"a read": Work(REQUEST)}
_FORM: Final = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.00001&price=60000.10"
_ORDER: Final = (
    b"POST /api/v3/order HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\nAccept: */*\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b" % (len(_FORM), _FORM)
)
_LINE: Final = {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 1, "max_quote": 1000}
_DAY: Final = {"max_quantity_per_day": 1e6, "max_quote_per_day": 1e9}
WITH_LIMITS: Final = {
    "an order, no limits": Work(_ORDER),
    "an order, limits on one request": Work(_ORDER, {"policy": {"limits": [_LINE]}}),
    "an order, limits on the day as well": Work(_ORDER, {"policy": {"limits": [_LINE | _DAY]}}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], metavar="CHECKOUT")
    parser.add_argument(
        "--limits", action="store_true", help="an order, under policies without and with limits"
    )
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed; install the package of that name and try again")
    with tempfile.TemporaryDirectory(prefix="signing-proxy-instructions-") as directory:
        scratch = Path(directory)
        with exchange(scratch) as upstream, ThreadPoolExecutor(2) as both:
            for checkout in options.checkouts:
                for name, work in (WITH_LIMITS if options.limits else READS).items():
                    each = thousands(both, partial(counted, checkout.resolve(), upstream, scratch, work))
                    print(f"{each:7.1f} thousand instructions a request  {checkout}  {name}", flush=True)


def thousands(both: ThreadPoolExecutor, run: Callable[[int], int]) -> float:
    """Thousand instructions a request, out of a run with few and one with many."""
    few, many = both.map(run, (FEW, MANY))
    return (many - few) / ((MANY - FEW) * CONNECTIONS) / 1000


def counted(checkout: Path, upstream: Exchange, scratch: Path, work: Work, times: int) -> int:
    """The instructions of a whole run with so many requests on each connection."""
    with GatewayProcess(
        upstream.url,
        Path(tempfile.mkdtemp(dir=scratch)),
        ca=upstream.ca,
        config=work.config,
        environment={"PYTHONHASHSEED": "1"},
        prefix=_VALGRIND,
        program=work.program,
        checkout=checkout,
        timeout=START_SECONDS,
    ) as running:
        wait_until_quiet(running.pid)
        asyncio.run(ask(running.port, work.request, times))
        running.process.terminate()
        running.process.wait(STOP_SECONDS)
    told = running.log.read_text()
    total = _TOTAL.search(told)
    if total is None:
        sys.exit(f"valgrind gave no figure:\n{told[-2000:]}")
    return int(total[1].replace(",", ""))


def wait_until_quiet(pid: int) -> None:
    """Until it has loaded what a start puts off, or that would count for the requests: twice with little to do."""
    quiet, before = 0, wanted_seconds(pid)
    while quiet < 2:
        time.sleep(QUIET_SECONDS)
        now = wanted_seconds(pid)
        quiet = quiet + 1 if now - before < QUIET_SHARE * QUIET_SECONDS else 0
        before = now


async def ask(port: int, request: bytes, times: int) -> None:
    """So many requests on each connection, one after the other."""

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(times):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                sys.exit(f"an answer was not 200; the figure is void:\n{head.decode('latin-1')}")
            await reader.readexactly(int(length[1]))
        writer.close()

    await asyncio.gather(*[one() for _ in range(CONNECTIONS)])


if __name__ == "__main__":
    main()
