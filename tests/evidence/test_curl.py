"""curl lines go through the gateway, unsigned, and a shell can read them."""

import shlex
import subprocess
from pathlib import Path

import pytest

from proxy.core.redaction import FlowRecord
from proxy.core.redaction.record import SideRecord
from proxy.evidence.curl import curl_script
from tests.evidence.records import exported, write_journal


@pytest.fixture
def script(tmp_path: Path) -> str:
    write_journal(tmp_path)
    return curl_script(exported(tmp_path), "http://127.0.0.1:8180")


@pytest.fixture
def commands(script: str) -> list[list[str]]:
    return [words for line in script.splitlines() if (words := shlex.split(line, comments=True))]


def test_each_flow_is_a_command_to_the_gateway(commands: list[list[str]]) -> None:
    assert len(commands) == 5
    assert all(words[0] == "curl" for words in commands)
    assert all(any(w.startswith("http://127.0.0.1:8180/") for w in words) for words in commands)


def test_what_the_gateway_adds_is_left_out(script: str) -> None:
    assert "timestamp=" not in script
    assert "signature=" not in script
    assert "X-MBX-APIKEY" not in script


def test_methods_bodies_and_labels(commands: list[list[str]]) -> None:
    read, bad, _, search, cancel = commands
    assert "-X" not in read
    assert read[1].startswith("http://127.0.0.1:8180/api/v3/order?symbol=BTCUSDT&orderId=<order:")
    assert bad[1:3] == ["http://127.0.0.1:8180/api/v3/order", "--data-raw"]
    assert bad[3].startswith("symbol=BTCUSDT&side=BUY&type=LIMIT")
    assert "clientType: web" in search
    assert "Content-Type: application/json" in search
    assert search[-1].startswith('{"asset":"USDT","nickName":"<person:')
    assert cancel[1:3] == ["-X", "DELETE"]


def test_each_command_says_how_it_ended(script: str) -> None:
    assert "r-bad: 400, -1022 Signature for this request is not valid." in script
    assert "r-refused: 403 endpoint_denied" in script
    assert "r-open: outcome not recorded" in script


HOSTILE = "x\ntouch pwned; `touch pwned` $(touch pwned) > pwned & '\"\x1b[2J\x00\u202e"


@pytest.mark.parametrize("field", ["time", "request_id", "method", "path", "code", "message", "error"])
def test_a_hostile_record_runs_nothing_but_curl(tmp_path: Path, field: str) -> None:
    record = FlowRecord(
        schema=1,
        time="2026-07-23T10:00:00.000Z",
        request_id="r-1",
        method="GET",
        path="/api/v3/time",
        came=SideRecord(query=HOSTILE, body=HOSTILE, body_kind="json", headers=[f"clientType: {HOSTILE}"]),
    )
    setattr(record, field, "/" + HOSTILE if field == "path" else HOSTILE)
    script = curl_script([record], "http://127.0.0.1:8180")
    assert script.replace("\n", "").isprintable()
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "curl"
    fake.write_text("#!/bin/sh\necho ran\n")
    fake.chmod(0o755)
    (tmp_path / "cwd").mkdir()
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        env={"PATH": str(tmp_path / "bin")},
        cwd=tmp_path / "cwd",
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert (done.stdout, done.stderr) == ("" if field == "method" else "ran\n", "")
    assert list((tmp_path / "cwd").iterdir()) == []


@pytest.mark.parametrize(("method", "path"), [("-K/etc/passwd", "/x"), ("GET", "@evil.test/x"), ("GET", "")])
def test_what_would_be_an_option_or_another_host_is_no_command(method: str, path: str) -> None:
    record = FlowRecord(schema=1, time="t", request_id="r", method=method, path=path, came=SideRecord())
    assert "\ncurl " not in curl_script([record], "http://127.0.0.1:8180")
