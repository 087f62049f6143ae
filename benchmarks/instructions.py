"""How many machine instructions a request costs, by valgrind: a figure that a busy machine does not change.

    .venv/bin/python benchmarks/instructions.py [CHECKOUT ...]     # about a minute each; this one, if none is named

Times on a shared machine differ by a factor of two from one minute to the next; instructions of the process (not the
kernel's) by less than one percent, so that two checkouts can be compared at last. Fewer are not always faster: what is
counted is work, not waiting for memory. Each checkout is started twice, with few requests and with many; the
difference is what the requests took. The exchange is that of `make bench`; everything stays on loopback.
Needs valgrind (a package of most systems) and the development environment (`make setup`).
"""

import argparse
import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bench import KEY, SECRET, exchange, free_port  # noqa: E402
from benchmarks.load import REQUEST  # noqa: E402

CONNECTIONS = 8
FEW, MANY = 20, 220  # requests of each connection
WARM_SECONDS = 25.0  # everything takes fifty times as long: until then the rules of diagnosis are loaded
_TOTAL = re.compile(r"I\s+refs:\s+([\d,]+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")


async def ask(port: int, times: int) -> None:
    """So many requests on each connection, one after the other."""

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(times):
            writer.write(REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                sys.exit(f"an answer was not 200; the figure is void:\n{head.decode('latin-1')}")
            await reader.readexactly(int(length[1]))
        writer.close()

    await asyncio.gather(*[one() for _ in range(CONNECTIONS)])


def counted(checkout: Path, upstream: str, scratch: Path, times: int) -> int:
    """The instructions of a whole run with so many requests on each connection."""
    port, directory = free_port(), Path(tempfile.mkdtemp(dir=scratch))
    command = [
        *("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
        *(sys.executable, "-m", "proxy", "run", "--listen", f"127.0.0.1:{port}", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", upstream, "--journal", str(directory / "journal")),
    ]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "1",
        "PYTHONPATH": str(checkout),
        "SSL_CERT_FILE": str(scratch / "test-authority.pem"),
        "BINANCE_API_KEY": KEY,
        "BINANCE_API_SECRET": SECRET,
    }
    told = directory / "output"
    with told.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=checkout, stdout=output, stderr=output)
    try:
        wait_for(port)
        time.sleep(WARM_SECONDS)
        asyncio.run(ask(port, times))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    total = _TOTAL.search(told.read_text())
    if total is None:
        sys.exit(f"valgrind gave no figure:\n{told.read_text()[-2000:]}")
    return int(total[1].replace(",", ""))


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                sys.exit("the gateway did not start within a minute")
            time.sleep(0.1)
        else:
            return


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], metavar="CHECKOUT")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed; install the package of that name and try again")
    with tempfile.TemporaryDirectory(prefix="signing-proxy-instructions-") as directory:
        scratch = Path(directory)
        with exchange(scratch) as upstream, ThreadPoolExecutor(2) as both:
            for checkout in options.checkouts:
                run = partial(counted, checkout.resolve(), upstream, scratch)
                few, many = both.map(run, (FEW, MANY))
                each = (many - few) / ((MANY - FEW) * CONNECTIONS)
                print(f"{each / 1000:7.1f} thousand instructions a request  {checkout}", flush=True)


if __name__ == "__main__":
    main()
