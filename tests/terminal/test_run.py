"""`run` and `demo` on a real terminal: what a person sees, and what the keys do."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.gateway import API_KEY, API_SECRET, ROOT, GatewayProcess, arguments, variables
from harness.terminal import OnTerminal
from proxy.sandbox import Sandbox, demo_keys
from proxy.sandbox.threaded import ThreadedSandbox
from tests.cli.conftest import Run, run
from tests.journal.lines import bare_lines

__all__ = ["run"]

WRONG_ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0,01"
RIGHT_ORDER = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001"
LONG = "/sapi/v1/c2c/orderMatch/listUserOrderHistory"
CTRL_C, CTRL_Z, CTRL_QUIT = "\x03", "\x1a", "\x1c"


@pytest.fixture(scope="module")
def exchange() -> Iterator[str]:
    with ThreadedSandbox(Sandbox(keys=demo_keys())) as sandbox:
        yield sandbox.url


def ask(url: str, form: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=form), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_line_a_flow_with_what_is_wrong_beneath(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path) as running:
        banner = running.text()
        for fact in ("gateway ", "admin ", "environment  production", "account      default", "policy       writes of spot",
                     f"journal      {tmp_path}/journal", f"pid          {running.process.pid}", "? for help"):  # fmt: skip
            assert fact in banner
        assert "time, UTC client method path" in banner
        assert '{"event"' not in banner
        assert ask(f"{running.url}/api/v3/account") == 200
        assert ask(f"{running.url}/api/v3/order", WRONG_ORDER) == 400
        assert ask(f"{running.url}/sapi/v1/capital/withdraw/apply", b"coin=BTC") == 403
        running.await_text(r"\d\d:\d\d:\d\dZ -      GET    /api/v3/account +200 +[0-9.]+\+ *[0-9.]+ w20\n")
        running.await_text(r"POST   /api/v3/order +400 -1100 ")
        running.await_text(
            r"\n    proven: A number is written with a comma .*\n        do this: Write the number with a point"
        )
        running.await_text(r"POST   /sapi/v1/capital/withdraw/apply +403 refused")
        running.await_text(r"\n    endpoint_denied: money out is in no profile")
        assert "\x1b[32m200\x1b[0m" in running.raw()
        assert API_KEY not in running.raw()
        assert API_SECRET not in running.raw()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0
        assert running.mode() == running.mode_before
    assert "\nending (SIGTERM): what is under way has 8 s to finish\n" in running.text()


def test_every_key(exchange: str, tmp_path: Path, run: Run) -> None:
    with OnTerminal(exchange, tmp_path, width=80) as running:
        running.await_mode(key_by_key=True)
        running.press("e")
        running.await_text("nothing has failed so far")
        running.press("?")
        running.await_text("pause the view, and go on")
        assert ask(f"{running.url}/api/v3/order", WRONG_ORDER) == 400
        running.await_text("400 -1100")
        running.press("e")
        running.await_text(r"POST 127\.0\.0\.1:\d+/api/v3/order  ->  400 -1100\n")
        running.await_text(r"proven when recorded: param-decimal-comma\n", 30)
        (flows,) = running.journal.glob("flows-*")
        failed = [line for line in bare_lines(flows.read_bytes()) if b'"code":"-1100"' in line]
        (tmp_path / "failed.jsonl").write_bytes(b"\n".join(failed))
        explained = run("explain", str(tmp_path / "failed.jsonl")).out
        assert explained.count("\n") > 8
        assert explained in running.text()
        running.press("r")
        running.await_text("read-only: every write is refused")
        assert ask(f"{running.url}/api/v3/order", RIGHT_ORDER) == 403
        running.await_text(r"POST   /api/v3/order +403 refused")
        running.press("r")
        running.await_text("read-only is off")
        assert ask(f"{running.url}/api/v3/order", RIGHT_ORDER) == 200
        running.await_text(r"POST   /api/v3/order +200")
        running.press("p")
        running.await_text("paused: p goes on")
        for _ in range(3):
            assert ask(f"{running.url}/api/v3/ping") == 200
        assert ask(f"{running.url}/api/v3/nothing_of_the_kind", b"a=1") != 200
        time.sleep(0.3)
        assert "/api/v3/ping" not in running.text()
        running.press("p")
        running.await_text(r"… 4 more while paused: 3 ok, 1 (failed|refused); all in the journal\n")
        assert ask(f"{running.url}/api/v3/ping") == 200
        running.await_text("GET    /api/v3/ping")
        running.press("\x1b")
        running.paste("\x1b[A")  # an arrow
        running.paste("curl -q quit")  # no key of ours, though it holds some
        time.sleep(0.5)
        assert running.process.poll() is None
        running.press("q")
        assert running.process.wait(10) == 0
        assert running.mode() == running.mode_before
    assert not list(tmp_path.glob("journal/admin-token*"))


@pytest.mark.parametrize(
    ("how", "code"),
    [(CTRL_C, 0), (signal.SIGHUP, 0), (CTRL_QUIT, -signal.SIGQUIT)],
    ids=["ctrl-c", "hup", "quit"],
)
def test_the_terminal_is_restored_at_every_end(
    exchange: str, tmp_path: Path, how: str | signal.Signals, code: int
) -> None:
    with OnTerminal(exchange, tmp_path, "-q") as running:
        running.await_mode(key_by_key=True)
        if isinstance(how, signal.Signals):
            running.process.send_signal(how)
        else:
            running.press(how)
        assert running.process.wait(10) == code
        assert running.mode() == running.mode_before


FAILS = """
import sys
from proxy.app import signals
async def wait(self):
    import asyncio
    await asyncio.sleep(0.2)
    raise RuntimeError("a fault of ours")
signals.Stop.wait = wait
from proxy.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_it_is_restored_after_a_fault_of_ours(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path, "-q", program=("-c", FAILS)) as running:
        running.await_mode(key_by_key=True)
        assert running.process.wait(10) not in (0, None)
        assert running.mode() == running.mode_before


def test_a_job_is_suspended_and_continued_and_never_stopped_from_behind(
    exchange: str, tmp_path: Path
) -> None:
    ours, its = socket.socketpair()
    ours.settimeout(20)
    shell = (sys.executable, "-m", "tests.terminal.job_shell", str(its.fileno()))

    def say(word: str) -> str:
        ours.send(f"{word}\n".encode())
        return ours.recv(100).decode().strip()

    with ours, its, OnTerminal(exchange, tmp_path, prefix=shell, pass_fds=(its.fileno(),)) as running:
        assert "? for help" not in running.text(), "it starts in the background"
        running.press("q")  # for the shell
        time.sleep(1.2)
        assert ask(f"{running.url}/api/v3/ping") == 200
        assert running.mode() == running.mode_before
        say("fg")
        running.await_mode(key_by_key=True)
        running.press(CTRL_Z)
        assert say("wait") == "stopped"
        assert running.mode() == running.mode_before
        say("fg")
        running.await_mode(key_by_key=True)
        running.press(CTRL_Z)
        assert say("wait") == "stopped"
        say("bg")
        assert ask(f"{running.url}/api/v3/time") == 200
        running.await_text("GET    /api/v3/time")  # it goes on showing, as any job does
        assert running.mode() == running.mode_before
        say("fg")
        running.await_mode(key_by_key=True)
        running.press("q")
        assert say("wait") == "exited 0"
        assert running.mode() == running.mode_before


def test_narrow_without_colour_and_whole(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path, "-v", width=80, environment={"NO_COLOR": "1"}) as running:
        assert ask(f"{running.url}{LONG}?tradeType=BUY") == 200
        assert ask(f"{running.url}/nope/%1b[2J%0d%9b2J") == 400
        running.await_text("path_not_canonical")
        text = running.text()
        assert re.search(r"GET +/sapi/v1…\w*rOrderHistory +200 000000 ", text)
        assert re.search(r"\n    signed  tradeType=BUY&recvWindow=5000&timestamp=\d+\n", text)
        assert re.search(r"\n {12}X-MBX-APIKEY: <key:", text)
        shown = text[text.index("time, UTC") :].splitlines()
        assert max(map(len, shown)) <= 80
        assert running.raw() == text, "no colour, no other escape"


def test_quiet_shows_the_start_warnings_and_the_end(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path, "-q") as running:
        assert ask(f"{running.url}/api/v3/order", WRONG_ORDER) == 400
        os.kill(running.pid, signal.SIGUSR1)
        running.await_text("read_only_on")
        assert "/api/v3/order" not in running.text()
        assert "refused" not in running.text()
        running.press("q")
        running.await_text("ended;")


def test_json_on_a_terminal_is_all_json(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path, "--json") as running:
        assert ask(f"{running.url}/api/v3/account") == 200
        running.await_text('"url.path":"/api/v3/account"')
        assert running.mode() == running.mode_before, "no keys"
    lines = [json.loads(line) for line in running.text().splitlines()]
    assert [one["pid"] for one in lines if one.get("event") == "listening"] == [running.pid]
    assert [one["url.path"] for one in lines if one.get("type") == "flow"] == ["/api/v3/account"]


def test_a_pipe_gets_one_line_of_json_and_with_json_the_flows(exchange: str, tmp_path: Path) -> None:
    with GatewayProcess(exchange, tmp_path / "plain") as plain:
        assert ask(f"{plain.url}/api/v3/account") == 200
        assert ask(f"{plain.url}/api/v3/order", WRONG_ORDER) == 400
    (line,) = plain.output.read_text().splitlines()
    assert list(json.loads(line)) == [
        "event", "gateway", "admin", "admin_token_file", "environment", "accounts", "journal", "version", "pid",
    ]  # fmt: skip
    folder = tmp_path / "json"
    folder.mkdir()
    command = [sys.executable, "-m", "proxy", *arguments(exchange, folder / "journal"), "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, env=variables(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        said = json.loads(process.stdout.readline())
        assert ask(f"{said['gateway']}/api/v3/order", WRONG_ORDER) == 400
        flow = json.loads(process.stdout.readline())
        process.terminate()
    assert (flow["type"], flow["code"], flow["http.request.method"]) == ("flow", "-1100", "POST")


def test_a_terminal_that_takes_nothing_stops_nobody(exchange: str, tmp_path: Path) -> None:
    with OnTerminal(exchange, tmp_path, "-v") as running:
        ask(f"{running.url}/api/v3/ping")
        running.await_text("/api/v3/ping")
        running.stop_reading()
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
        for _ in range(80):  # each shows several lines: more than a terminal holds back
            connection.request("POST", "/api/v3/order", "a=1")
            connection.getresponse().read()
        connection.close()
        assert ask(f"{running.url}/api/v3/ping") == 200
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0, "nor does it keep the end waiting"
        assert "ended;" not in running.text(), "it took nothing"


def test_the_demo_shows_what_comes_after_its_tour(tmp_path: Path) -> None:
    with OnTerminal("http://127.0.0.1:9", tmp_path, program=("-c", DEMO)) as running:
        running.await_text("cost")
        assert ask(f"{running.url}/api/v3/account") == 200
        running.await_text(r"Z -      GET    /api/v3/account +200 ")
        running.press("q")
        assert running.process.wait(10) == 0
        assert running.mode() == running.mode_before


def test_in_front_of_the_built_in_exchange_the_table_begins_below_what_to_try(tmp_path: Path) -> None:
    with OnTerminal("http://127.0.0.1:9", tmp_path, program=("-c", SANDBOX)) as running:
        running.await_text("time, UTC")
        shown = running.text()
        order = ("binance-signing-proxy ", "sandbox exchange  ", "  curl -H ", "time, UTC client method path")
        places = [shown.index(one) for one in order]
        assert places == sorted(places)
        journal = re.search(r"  journal      (/\S+)\n", shown)
        assert journal is not None
        assert f"  admin token  {journal[1]}/admin-token\n" in shown
        running.await_mode(key_by_key=True)
        running.press("?")
        running.await_text("in the journal: signing-proxy logs --journal /")
        running.press("q")
        assert running.process.wait(10) == 0


SANDBOX = """
import sys
from proxy.__main__ import main
sys.exit(main(["run", "--sandbox", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]))
"""
DEMO = """
import sys
from proxy.__main__ import main
sys.exit(main(["demo"]))
"""


def test_the_three_ways_to_show_exclude_each_other(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "proxy", "run", "-q", "--json"],
        cwd=ROOT, env=variables(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert "exclude each other" in said.stderr
