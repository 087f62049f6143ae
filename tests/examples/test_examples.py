"""Each program of examples/ is run, and each request of the collections sent, through a gateway to the strict exchange."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from harness.gateway import GatewayProcess
from proxy.sandbox import Observation, Sandbox, SandboxKey
from proxy.sandbox.threaded import ThreadedSandbox
from tests.examples.collections import ROOT, Request, bruno, postman, variables
from tests.support.gateway import API_KEY, API_SECRET

SAYS: Final = ["account: 200", "test order: 200", "restrictions: 200", "P2P ads: 200", "futures: 200"]
ASKED: Final = [
    "/api/v3/account", "/api/v3/order/test", "/sapi/v1/account/apiRestrictions", "/sapi/v1/c2c/ads/search", "/fapi/v2/balance",
    "/api/v3/order/test",
]  # fmt: skip
PUT_IN: Final = {"adNumber": "11769999000000000001", "orderNumber": "22760000000000000001"}
"""What a reader puts in: an ad and an order of the exchange's first account."""


def with_requests() -> str | None:
    """A Python that has `requests`: this one, or one that `make test-clients` has made."""
    made = (ROOT.parent / ".clients").glob("*/bin/python")
    for one in (sys.executable, *map(str, made)):
        if subprocess.run([one, "-c", "import requests"], capture_output=True, check=False).returncode == 0:
            return one
    return None


PROGRAMS: Final = {
    "bash/requests.sh": ("bash",),
    "python/requests_example.py": (os.environ.get("PYTHON_WITH_REQUESTS") or with_requests() or "",),
    "node/requests.mjs": ("node",),
    "go/requests.go": ("go", "run"),
    "php/requests.php": ("php",),
}


@pytest.fixture(scope="module")
def seen() -> list[Observation]:
    return []


@pytest.fixture(scope="module")
def gateway(seen: list[Observation], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a user who may trade spot and futures."""
    exchange = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)], observer=seen.append)
    policy = {"policy": {"profiles": ["spot", "futures"]}}
    with (
        ThreadedSandbox(exchange) as running,
        GatewayProcess(running.url, tmp_path_factory.mktemp("gateway"), config=policy) as started,
    ):
        yield started.url


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_does_what_it_says(
    program: str, gateway: str, seen: list[Observation], tmp_path: Path
) -> None:
    words = PROGRAMS[program]
    if shutil.which(words[0]) is None:
        pytest.skip(f"{program}: its interpreter, or `requests`, is not installed here")
    seen.clear()
    done = subprocess.run(
        [*words, ROOT / program], cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(tmp_path), "GOCACHE": str(tmp_path / "go"), "GATEWAY": gateway, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *said, wrong = done.stdout.strip().splitlines()
    assert said == SAYS
    assert json.loads(wrong)["code"] == -1100
    assert "with a comma instead of a point" in json.loads(wrong)["msg"]
    paths = [one.target.decode().partition("?")[0] for one in seen]
    assert [path for path in paths if path in ASKED] == ASKED
    assert {one.signature for one in seen if one.target.decode().partition("?")[0] in ASKED} == {"valid"}


def test_every_program_is_known_here() -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("*/*")
        if path.suffix in {".sh", ".py", ".mjs", ".go", ".php"}
    }
    assert there == set(PROGRAMS)
    linked = re.findall(r"\]\(([\w./-]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert set(PROGRAMS) <= set(linked)


def test_all_programs_point_to_the_gateways_usual_address_and_sign_nothing() -> None:
    for path in ROOT.rglob("*"):
        if path.is_file() and path.suffix not in {".md", ".gs"}:
            text = path.read_text("utf-8")
            assert not re.search(r"(?i)hmac|signature=|timestamp=|X-MBX|secret", text), path
            if path.suffix != ".bru" and path.name != "bruno.json":
                assert "http://127.0.0.1:8180" in text, path


GOOGLE: Final = """
const { execFileSync } = require('node:child_process')
const kept = { GATEWAY: process.env.GATEWAY, VIRTUAL_KEY: 'any word' }
const rows = []
const PropertiesService = { getScriptProperties: () => ({ getProperty: (name) => kept[name] }) }
const SpreadsheetApp = { getActiveSheet: () => ({ clear() {}, appendRow: (row) => rows.push(row) }) }
const UrlFetchApp = { fetch(url, options) {
  const words = ['-sS', '-m', '30', '-X', options.method.toUpperCase(), '-w', '\\n%{http_code}', url]
  for (const [name, value] of Object.entries(options.headers)) words.push('-H', `${name}: ${value}`)
  if (options.payload) words.push('-d', new URLSearchParams(options.payload).toString())
  const said = execFileSync('curl', words, { encoding: 'utf-8' })
  const end = said.lastIndexOf('\\n')
  return { getContentText: () => said.slice(0, end), getResponseCode: () => Number(said.slice(end + 1)) }
} }
"""
"""Google's services, as far as the script uses them."""


@pytest.mark.skipif(not (shutil.which("node") and shutil.which("curl")), reason="needs node and curl")
def test_the_apps_script_fills_a_sheet(gateway: str, tmp_path: Path) -> None:
    program = tmp_path / "script.cjs"
    script = (ROOT / "apps-script" / "Code.gs").read_text("utf-8")
    program.write_text(f"{GOOGLE}\n{script}\nbalances(); testOrder(); console.log(JSON.stringify(rows))\n")
    done = subprocess.run(
        ["node", program], capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ.get("PATH", ""), "GATEWAY": gateway},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    head, *rows = json.loads(done.stdout)
    assert head == ["asset", "free", "locked"]
    assert {row[0] for row in rows} >= {"BTC", "USDT"}
    assert all(row[1] + row[2] > 0 for row in rows)


def test_both_collections_hold_the_same_requests() -> None:
    assert sorted(map(str, postman())) == sorted(map(str, bruno()))
    theirs, ours = variables()
    assert theirs == ours
    assert theirs["gateway"] == "http://127.0.0.1:8180"
    assert {one.folder for one in postman()} == {"Spot", "Wallet (SAPI)", "P2P (C2C)", "Futures"}
    assert f"{len(postman())} requests" in (ROOT / "README.md").read_text("utf-8")


def test_every_request_of_the_collections_is_taken(gateway: str, seen: list[Observation]) -> None:
    seen.clear()
    told = [(one.name, *sent(one, gateway)) for one in postman()]
    assert [(name, status) for name, status, _ in told if status != 200] == []
    business = [
        (name, answer["code"]) for name, _, answer in told if isinstance(answer, dict) and "success" in answer
    ]
    assert {code for _, code in business} == {"000000"}
    assert not {one.signature for one in seen} & {"invalid", "unchecked"}
    assert {
        one.signature
        for one in seen
        if one.target.startswith((b"/api/v3/account", b"/sapi/v1/c2c", b"/fapi/v2"))
    } == {"valid"}


def sent(one: Request, gateway: str) -> tuple[int, Any]:
    """Status and answer, its variables put in as those programs do."""
    put_in = {"gateway": gateway, **PUT_IN}

    def filled(text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda found: put_in[found[1]], text)

    form = "urlencoded" in one.kind
    body = filled(urlencode(one.body) if form else json.dumps(one.body)).encode() if one.kind else None
    request = urllib.request.Request(
        filled(one.url), body, {"Content-Type": one.kind} if one.kind else {}, method=one.method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
