"""No web page gets through: a real Chromium runs an attacking page against the gateway.

The pages lie at a foreign name (evil.test), at localhost on another port (same-site for the browser), and at a
name that leads to the gateway from the second connection on (DNS rebinding). The browser's own protection of
local addresses is switched off, so that the gateway's checks alone are tried.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.devtools import CHROMIUM, NO_CHROMIUM
from tests.browser.pages import PageHandler, serving
from tests.browser.tap import Tap, tap
from tests.hostile.house import House, house, journal_text
from tests.journal.lines import bare_lines

PAGE = (Path(__file__).parent / "attack.html").read_text()
ADDRESSES = (
    "127.0.0.1",
    "localhost",
    "0.0.0.0",
    "[::1]",
    "gate.localhost",
    "[::ffff:127.0.0.1]",
    "rebind.test",
)
PATIENCE_SECONDS = 90.0
QUIET_SECONDS = 1.0
"""So long nothing new comes once the browser has sent everything."""
_TICK_SECONDS = 0.05

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
    pytest.mark.timeout(180),
]


@dataclass
class Attacker:
    """Serves the page and takes its reports. `plans`: what the page does, by the Host it was asked under."""

    wait_until_quiet: Callable[[], None]
    port: int = 0
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)

    def wait(self, reports: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.reports) < reports and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.reports) == reports, "the browser did not come to an end"


@contextmanager
def attacker(front: Tap | None = None) -> Iterator[Attacker]:
    """With the tap at which the page's requests arrive, if it stands already."""
    made = Attacker(lambda: front.wait_until_quiet(QUIET_SECONDS, PATIENCE_SECONDS) if front else None)

    class Handler(PageHandler):
        def do_GET(self) -> None:
            if self.path == "/quiet":
                made.wait_until_quiet()
            plan = made.plans.get(str(self.headers["Host"]).rpartition(":")[0])
            wanted = plan and self.path == "/"
            self.send_page(PAGE.replace("/*PLAN*/null", json.dumps(plan)).encode() if wanted else b"")

        def do_POST(self) -> None:
            content = self.take_report()
            if self.path == "/report":
                made.reports.append(json.loads(content))

    with serving(Handler) as made.port:
        yield made


@contextmanager
def chromium(url: str) -> Iterator[None]:
    """A browser at `url`, with nothing but loopback to talk to, and a home of its own to write into."""
    assert CHROMIUM is not None
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-default-apps", "--disable-popup-blocking", "--remote-debugging-port=0", "--proxy-server=direct://",
        "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,HttpsUpgrades",
        "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP rebind.test 127.0.0.1",
        url,
    ]  # fmt: skip
    quiet = subprocess.DEVNULL
    with tempfile.TemporaryDirectory(
        prefix="browser-", ignore_cleanup_errors=True
    ) as home:  # short: it has a socket
        command.insert(1, f"--user-data-dir={home}/profile")
        places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"), home)
        process = subprocess.Popen(
            command, stdout=quiet, stderr=quiet, start_new_session=True, env=os.environ | places
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def attacks(found: Tap) -> Counter[tuple[str, str]]:
    """How many requests came, by shape and Host name."""
    came: Counter[tuple[str, str]] = Counter()
    for _, target, host in found.requests():
        query = parse_qs(urlsplit(target).query)
        came[query.get("shape", [""])[0], host.rpartition(":")[0]] += 1
    return came


def refusals(running: House) -> Counter[str]:
    records = [json.loads(line) for line in bare_lines(journal_text(running.journal))]
    return Counter(record.get("error.type", "none") for record in records)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as running:
        yield running


def test_no_page_reaches_the_exchange(gateway: House) -> None:
    with tap(gateway.port) as front, attacker(front) as evil:
        addresses = [f"{address}:{front.port}" for address in ADDRESSES]
        evil.plans["evil.test"] = {"addresses": addresses, "next": f"http://localhost:{evil.port}/"}
        evil.plans["localhost"] = {"addresses": addresses, "next": None}
        with chromium(f"http://evil.test:{evil.port}/"):
            evil.wait(2)
        came = attacks(front)

        assert gateway.upstream.take() == [], "a web page reached the exchange"
        shapes = {shape for shape, _ in came}
        assert len(shapes) >= 25, (
            f"shapes that the browser did not send: {set(evil.reports[0]['shapes']) - shapes}"
        )
        assert {host for _, host in came} >= {
            "127.0.0.1",
            "localhost",
            "0.0.0.0",
            "gate.localhost",
            "rebind.test",
        }
        assert not evil.reports[0]["read"]
        assert not evil.reports[1]["read"]
        counted = refusals(gateway)
        assert set(counted) <= {"host_not_allowed", "origin_not_allowed", "cross_site_refused"}, counted
        assert all(
            counted[token] > 20 for token in ("host_not_allowed", "origin_not_allowed", "cross_site_refused")
        )
        print(
            f"{sum(came.values())} requests, {len(shapes)} shapes, {len(came)} shapes at addresses: {counted}"
        )
        _control(gateway, front)


def test_a_name_that_changes_its_address_reaches_nothing(gateway: House) -> None:
    """DNS rebinding: the page comes from rebind.test, and then rebind.test leads to the gateway: same origin."""
    with attacker() as evil, tap(evil.port) as front:
        address = f"rebind.test:{front.port}"
        evil.plans["rebind.test"] = {"addresses": [address], "next": None}
        with chromium(f"http://{address}/"):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not front.requests() and time.monotonic() < deadline:
                time.sleep(_TICK_SECONDS)
            time.sleep(_TICK_SECONDS)  # the page is on its way; the next connection finds the gateway
            front.goal = gateway.port
            deadline = time.monotonic() + PATIENCE_SECONDS
            while attacks(front)["xhr", "rebind.test"] == 0 and time.monotonic() < deadline:
                time.sleep(_TICK_SECONDS)
            front.wait_until_quiet(QUIET_SECONDS, PATIENCE_SECONDS)
        came = attacks(front)
        assert gateway.upstream.take() == []
        assert {"xhr", "fetch-cors-get", "form-urlencoded", "websocket"} <= {shape for shape, _ in came}
        assert set(refusals(gateway)) == {"host_not_allowed"}
        _control(gateway, front)


def _control(gateway: House, front: Tap) -> None:
    """The same way in is open for a program."""
    front.goal = gateway.port
    curl = shutil.which("curl")
    url = f"http://127.0.0.1:{front.port}/api/v3/account"
    if curl:
        answer = subprocess.run(
            [curl, "-s", "--noproxy", "*", url], capture_output=True, timeout=10, check=True
        )
        assert b"orderId" in answer.stdout
        assert len(gateway.upstream.take()) == 1
    assert gateway.good() < 1
