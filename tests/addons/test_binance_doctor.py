"""A real mitmdump between real self-signing clients and the sandbox exchange.

mitmdump takes seconds to start, so clients run once for all tests of a mode, and each test looks at one thing.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web

from proxy.sandbox import Observation, RunningSandbox, Sandbox, SandboxKey, start
from tests.addons.flows import API_KEY, SECRET, hmac_of
from tests.addons.mitmdump import ADDON, Mitmdump, free_ports, launch, mitmdump

pytestmark = pytest.mark.slow

PYTHON_CLIENT = r"""
import hashlib, hmac, sys, time, urllib.error, urllib.request
base, key, secret, mistake = sys.argv[1:]

def sign(text, secret=secret):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

now = int(time.time() * 1000)
query, body, path, label = f"timestamp={now}", b"", "/api/v3/account", None
signature = sign(query)
if mistake == "clock":
    signature = sign(f"timestamp={now - 3}")
elif mistake == "newline":
    signature = sign(query + "\n")
elif mistake == "quoted":
    signature = sign(query, f'"{secret}"')
elif mistake == "json":
    body, path, label = b'{"asset":"USDT","fiat":"EUR"}', "/sapi/v1/c2c/ads/search", "application/json"
    signature = sign(query + body.decode())
elif mistake == "raw":
    signature = sign("symbol=\u5e01\u5b89\u4eba\u751fUSDT&" + query)
    query = "symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&" + query
    path = "/api/v3/openOrders"
request = urllib.request.Request(f"{base}{path}?{query}&signature={signature}", body or None)
request.add_header("X-MBX-APIKEY", key)
if label:
    request.add_header("Content-Type", label)
    request.add_header("clientType", "web")
try:
    print(urllib.request.urlopen(request, timeout=20).status)
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
"""

SHELL_CLIENT = r"""
query="timestamp=$(date +%s)000"
signature=$(echo "$query" | openssl dgst -sha256 -hmac "$3" | awk '{print $NF}')
curl -sS --max-time 20 -H "X-MBX-APIKEY: $2" "$1/api/v3/account?$query&signature=$signature"
"""

NODE_CLIENT = r"""
const [base, key, secret] = process.argv.slice(2);
const crypto = require("node:crypto");
const path = "/api/v3/account";
const query = `timestamp=${Date.now()}`;
const signature = crypto.createHmac("sha256", secret).update(`${path}?${query}`).digest("hex");
fetch(`${base}${path}?${query}&signature=${signature}`, { headers: { "X-MBX-APIKEY": key } })
  .then(async (answer) => console.log(answer.status, await answer.text()));
"""


RULES = {
    "json": "scope-json-body-appended",
    "newline": "scope-trailing-newline",
    "quoted": "secret-quoted",
    "raw": "enc-[a-z-]+",
    "shell": "scope-trailing-newline",
    "node": "scope-path-included",
    "proxied": "scope-trailing-newline",
    "clock": "scope-timestamp-taken-twice",
}
PYTHON_MISTAKES = ("json", "newline", "quoted", "raw")


async def run(*command: str, **environment: str) -> str:
    """A client to its end; its output."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**inherited, **environment}
    )
    output, _ = await asyncio.wait_for(process.communicate(), 40)
    return output.decode()


def python(base: str, mistake: str) -> tuple[str, ...]:
    return sys.executable, "-c", PYTHON_CLIENT, base, API_KEY, SECRET.decode(), mistake


def secret_file(folder: Path) -> Path:
    path = folder / "secret"
    path.write_bytes(SECRET + b"\n")
    path.chmod(0o600)
    return path


@asynccontextmanager
async def exchange() -> AsyncIterator[tuple[RunningSandbox, list[Observation]]]:
    """The sandbox, and what arrived there."""
    arrived: list[Observation] = []
    key = SandboxKey(API_KEY, "hmac", SECRET.decode())
    running = await start(Sandbox(keys=[key], observer=arrived.append))
    try:
        yield running, arrived
    finally:
        await running.stop()


@asynccontextmanager
async def websocket_api() -> AsyncIterator[str]:
    """A WebSocket API that refuses every frame, as Binance refuses wrong signatures."""

    async def refuse(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            error = {"code": -1022, "msg": "Signature for this request is not valid."}
            await socket.send_json({"id": message.json()["id"], "status": 400, "error": error})
        return socket

    application = web.Application()
    application.router.add_get("/ws-api/v3", refuse)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def send_frame(base: str) -> str:
    signature = hmac_of(b"timestamp=1795264200000").decode()  # over one of two params
    params = {"apiKey": API_KEY, "timestamp": 1795264200000, "signature": signature}
    async with ClientSession() as session, session.ws_connect(f"{base}/ws-api/v3") as socket:
        await socket.send_json({"id": "1", "method": "account.status", "params": params})
        return await socket.receive_str(timeout=10)


# -- diagnosis ---------------------------------------------------------------------------------------


@dataclass
class Run:
    """What clients got, what mitmdump said, what it wrote."""

    folder: Path
    answers: dict[str, str]
    doctor: Mitmdump
    secret: Path

    def finding_lines(self, rule: str) -> list[str]:
        return [line for line in self.doctor.lines if re.search(rf": ({rule}) \(proven\)", line)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def passed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All clients through one mitmdump in reverse, WebSocket and regular mode, then SIGTERM at once."""
    folder = tmp_path_factory.mktemp("passed")
    secret = secret_file(folder)
    options = (
        "--set", f"binance_api_secret_file={secret}", "--set", "binance_allow_private=true",
        "--set", f"binance_save_redacted={folder / 'saved.jsonl'}", "-w", str(folder / "plain.mitm"),
        "--flow-detail", "3",
    )  # fmt: skip
    async with exchange() as (sandbox, _), websocket_api() as socket:
        modes = (f"reverse:{sandbox.url}", f"reverse:{socket}", "regular")
        async with mitmdump(folder, modes, *options) as doctor:
            base, frames, proxy = (f"http://127.0.0.1:{port}" for port in doctor.ports)
            calls = {mistake: run(*python(base, mistake)) for mistake in (*PYTHON_MISTAKES, "none")}
            calls["proxied"] = run(*python(sandbox.url, "newline"), http_proxy=proxy)
            calls["shell"] = run("bash", "-c", SHELL_CLIENT, "client", base, API_KEY, SECRET.decode())
            if shutil.which("node"):
                calls["node"] = run("node", "-e", NODE_CLIENT, "client", base, API_KEY, SECRET.decode())
            calls["frame"] = send_frame(frames)
            calls["clock"] = run(*python(base, "clock"))
            answers = {name: await call for name, call in calls.items()}
    return Run(folder, answers, doctor, secret)


@pytest.mark.parametrize("client", RULES)
def test_every_client_gets_the_exchanges_own_answer(passed: Run, client: str) -> None:
    if client == "node" and not shutil.which("node"):
        pytest.skip("no Node.js here")
    assert '{"code":-1022,"msg":"Signature for this request is not valid."}' in passed.answers[client]


def test_every_mistake_is_named_in_one_line(passed: Run) -> None:
    """Also the last one, whose search was still under way when mitmdump was told to end."""
    expected = Counter(rule for client, rule in RULES.items() if client in passed.answers)
    for rule, count in expected.items():
        assert len(passed.finding_lines(rule)) == count, (rule, passed.doctor.lines)


def test_a_right_request_is_answered_and_not_spoken_of(passed: Run) -> None:
    assert passed.answers["none"].strip() == "200"
    assert [line for line in passed.doctor.lines if "HTTP 200" in line] == []


def test_a_frame_of_the_websocket_api_is_diagnosed(passed: Run) -> None:
    assert '"code": -1022' in passed.answers["frame"]
    lines = [line for line in passed.doctor.lines if "WebSocket account.status, HTTP 400, code -1022" in line]
    assert any("(proven)" in line for line in lines), passed.doctor.lines


def test_what_the_addon_logs_holds_no_value_of_a_request(passed: Run) -> None:
    said = "\n".join(passed.doctor.lines)
    assert [value for value in (SECRET.decode(), API_KEY, "USDT", "timestamp=1") if value in said] == []


def test_the_view_stands_in_the_dump_of_a_mistaken_request(passed: Run) -> None:
    output = passed.doctor.output
    assert "signed    timestamp=" in output
    assert '{"asset":"USDT","fiat":"EUR"}' in output
    assert "first different octet: number 23" in output
    assert SECRET.decode() not in output


def test_the_redacted_file_holds_the_findings_and_no_canary(passed: Run) -> None:
    saved = passed.folder / "saved.jsonl"
    text = saved.read_text(encoding="ascii")
    records = [json.loads(line) for line in text.splitlines()]
    assert Counter(record["verdict"] for record in records) == {"mistaken": len(records) - 1, "correct": 1}
    assert [value for value in (API_KEY, SECRET.decode(), SECRET.decode()[3:]) if value in text] == []
    assert saved.stat().st_mode & 0o777 == 0o600


def test_mitmproxys_own_file_is_not_redacted(passed: Run) -> None:
    """As the documentation warns. The doctor's comment travels in it."""
    plain = (passed.folder / "plain.mitm").read_bytes()
    assert API_KEY.encode() in plain
    assert b"Binance: scope-json-body-appended (proven)" in plain


async def test_flows_from_a_file_are_diagnosed_like_live_ones(passed: Run, tmp_path: Path) -> None:
    plain, option = passed.folder / "plain.mitm", f"binance_api_secret_file={passed.secret}"
    again = await launch(tmp_path, "-n", "-r", str(plain), "--set", option, "--flow-detail", "0")
    assert await again.ended() == 0, again.output
    findings = Counter(line for line in passed.doctor.lines if "(proven)" in line)
    assert Counter(line for line in again.lines if "(proven)" in line) == findings


async def test_mitmweb_shows_mark_comment_and_view(tmp_path: Path) -> None:
    (web_port,) = free_ports(1)
    options = (
        "--set", f"binance_api_secret_file={secret_file(tmp_path)}", "--set", "binance_allow_private=true",
        "--web-port", str(web_port), "--set", "web_password=test", "--no-web-open-browser",
    )  # fmt: skip
    async with (
        exchange() as (sandbox, _),
        mitmdump(tmp_path, (f"reverse:{sandbox.url}",), *options, program="mitmweb") as doctor,
        ClientSession(f"http://127.0.0.1:{web_port}/", headers={"Authorization": "Bearer test"}) as session,
    ):
        await run(*python(f"http://127.0.0.1:{doctor.ports[0]}", "newline"))
        await doctor.says(r"scope-trailing-newline \(proven\)")
        (flow,) = await (await session.get("flows")).json()
        view = await (
            await session.get(f"flows/{flow['id']}/request/content/binance%20signature.json")
        ).json()
    assert flow["marked"] == "\N{LARGE RED CIRCLE}"
    assert flow["comment"].startswith("Binance: scope-trailing-newline (proven)")
    assert "expected  timestamp=" in view["text"]


def test_signing_proxy_explain_reads_the_redacted_file(passed: Run) -> None:
    command = [sys.executable, "-m", "proxy", "explain", "--json", str(passed.folder / "saved.jsonl")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=ADDON.parents[1]
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert Counter(one["verdict"] for one in told)["correct"] == 1
    rules = {finding["rule"] for one in told for finding in one["findings"]}
    assert {"scope-json-body-appended", "secret-quoted", "scope-timestamp-taken-twice"} <= rules


# -- private targets ---------------------------------------------------------------------------------


REBINDING = """
import socket

real, asked = socket.getaddrinfo, []

def rebind(host, *arguments, **more):
    if host != "rebound.test":
        return real(host, *arguments, **more)
    asked.append(host)  # public for whoever looks first, loopback for whoever connects
    return real("127.0.0.1" if len(asked) > 1 else "8.8.8.8", *arguments, **more)

socket.getaddrinfo = rebind
"""


@dataclass
class Refusals:
    """What came back from the doctor's doors, and what arrived at the exchange."""

    answers: dict[str, str]
    arrived: list[Observation]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def refused(tmp_path_factory: pytest.TempPathFactory) -> Refusals:
    """Somebody asks for the gateway's own address through a doctor that was not told to allow it."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "rebinding.py").write_text(REBINDING)
    async with exchange() as (sandbox, arrived):
        modes = ("regular", f"reverse:{sandbox.url}", "socks5")
        async with mitmdump(
            folder, modes, "--flow-detail", "0", "-s", str(folder / "rebinding.py")
        ) as doctor:
            proxy, reverse, socks = doctor.ports
            answers = {
                host: await ask(
                    proxy, f"GET http://{host}:{sandbox.port}/api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n"
                )
                for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]")
            }
            answers["tunnel"] = await ask(
                proxy, f"CONNECT 127.0.0.1:{sandbox.port} HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            answers["reverse"] = await ask(reverse, "GET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n")
            head = f"GET http://rebound.test:{sandbox.port}/api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n"
            answers["rebound"] = await ask(proxy, head)
            await doctor.says("a name led to a private address")
            target = b"\x05\x01\x00\x01\x7f\x00\x00\x01" + sandbox.port.to_bytes(2)
            answers["socks"] = await ask(socks, b"\x05\x01\x00" + target)
    return Refusals(answers, arrived)


async def ask(port: int, octets: str | bytes) -> str:
    """Send, and read what comes until the other side has nothing more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(octets if isinstance(octets, bytes) else octets.encode())
    answer = b""
    try:
        while chunk := await asyncio.wait_for(reader.read(65_536), 3):
            answer += chunk
            if b"private_target_refused" in answer:
                break
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return answer.decode("latin-1")


@pytest.mark.parametrize(
    "way",
    ["127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]", "tunnel", "reverse"],
)
def test_a_proxy_is_no_way_around_a_loopback_bind(refused: Refusals, way: str) -> None:
    assert refused.answers[way].startswith("HTTP/1.1 403 ")
    assert "binance_allow_private=true" in refused.answers[way]


def test_other_protocols_are_refused_as_well(refused: Refusals) -> None:
    assert refused.answers["socks"].startswith("\x05\x00")  # the handshake, then the request is not granted
    assert not refused.answers["socks"][2:].startswith("\x05\x00")


def test_a_name_that_changes_its_address_meanwhile_gets_nowhere(refused: Refusals) -> None:
    assert refused.answers["rebound"].startswith("HTTP/1.1 502 ")


def test_nothing_arrived(refused: Refusals) -> None:
    assert refused.arrived == []


# -- it says what is missing -------------------------------------------------------------------------


async def ends_at_once(folder: Path, *arguments: str, addon: Path = ADDON, **environment: str) -> str:
    """Start one that cannot work; returns what it said. It must end by itself, without a traceback."""
    failing = await launch(folder, "-n", *arguments, addon=addon, environment=environment)
    assert await failing.ended() == 1, failing.output
    assert "Traceback" not in failing.output
    return failing.output


async def test_without_the_package_it_says_what_to_install(tmp_path: Path) -> None:
    alone, blocked = tmp_path / "binance_doctor.py", tmp_path / "blocked"
    shutil.copy(ADDON, alone)
    for name in ("addons", "proxy"):  # they stand before an installed package on the path
        (blocked / name).mkdir(parents=True)
        (blocked / name / "__init__.py").touch()
    said = await ends_at_once(tmp_path, addon=alone, PYTHONPATH=str(blocked))
    (line,) = [line for line in said.splitlines() if "binance_doctor:" in line]
    assert line.endswith("-m pip install binance-signing-proxy")


async def test_a_secret_on_the_command_line_is_not_repeated(tmp_path: Path) -> None:
    said = await ends_at_once(tmp_path, "--set", f"binance_api_secret_file={SECRET.decode()}")
    assert SECRET.decode() not in said
    assert "never the secret itself" in said
