"""Gateways in processes of their own: how they are started, and that none is left behind."""

import asyncio
import json
import os
import socket
import urllib.request
from pathlib import Path

import pytest

from harness.gateway import API_KEY, API_SECRET, GatewayProcess

NOBODY = "http://127.0.0.1:9"
STAND_IN = (
    "import json, os, signal, sys\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN if 'DEAF' in os.environ else signal.SIG_DFL)\n"
    "said = {'gateway': 'http://127.0.0.1:81', 'admin': 'http://127.0.0.1:82'}\n"
    "print(json.dumps(said | {'argv': sys.argv[1:], 'environ': dict(os.environ), 'cwd': os.getcwd()}), flush=True)\n"
    "signal.pause()\n"
)
"""Says a first line and waits, for what cannot be seen from outside of a gateway."""


def test_without_an_event_loop(tmp_path: Path) -> None:
    with GatewayProcess(NOBODY, tmp_path) as running:
        with urllib.request.urlopen(f"{running.admin_url}/livez") as answer:
            assert answer.status == 200
        with socket.create_connection((running.host, running.port), 5):
            pass
        assert (running.host, running.url) == ("127.0.0.1", f"http://127.0.0.1:{running.port}")
        assert running.journal == tmp_path / "journal"
    assert running.process.returncode == 0


async def test_within_an_event_loop(tmp_path: Path) -> None:
    async with GatewayProcess(NOBODY, tmp_path) as running:
        _, writer = await asyncio.open_connection(running.host, running.port)
        writer.close()
        assert running.process.poll() is None
    assert running.process.returncode == 0


def test_one_that_does_not_start_says_why_and_is_gone(tmp_path: Path) -> None:
    starting = GatewayProcess(NOBODY, tmp_path, config={"no_such_setting": 1})
    with pytest.raises(RuntimeError, match="no_such_setting"), starting:
        pytest.fail("it listens")
    assert starting.process.returncode == 3


def test_one_that_does_not_speak_in_time_is_killed(tmp_path: Path) -> None:
    silent = GatewayProcess(NOBODY, tmp_path, program=("-c", "import signal; signal.pause()"), timeout=0.2)
    with pytest.raises(RuntimeError, match="did not start"), silent:
        pytest.fail("it listens")
    assert silent.process.returncode == -9


def test_a_block_that_fails_kills(tmp_path: Path) -> None:
    running = GatewayProcess(NOBODY, tmp_path, program=("-c", STAND_IN))
    with pytest.raises(ZeroDivisionError), running:
        _ = 1 / 0
    assert running.process.returncode == -9


async def test_a_block_that_fails_kills_within_an_event_loop_too(tmp_path: Path) -> None:
    running = GatewayProcess(NOBODY, tmp_path, program=("-c", STAND_IN))
    with pytest.raises(ZeroDivisionError):
        async with running:
            _ = 1 / 0
    assert running.process.returncode == -9


async def test_one_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.gateway._STOP_SECONDS", 0.2)
    async with GatewayProcess(
        NOBODY, tmp_path, program=("-c", STAND_IN), environment={"DEAF": "1"}
    ) as running:
        assert 0.2 <= await running.stop() < 5
    assert running.process.returncode == -9


def test_what_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment has nothing of ours but where programs are, and whether bytecode is written; Python may add the
    locale's."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("BINANCE_API_SECRET_FILE", "/a/secret/of/mine")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    with GatewayProcess(
        NOBODY,
        tmp_path / "folder",
        journal=tmp_path / "j",
        ca=tmp_path / "ca.pem",
        program=("-c", STAND_IN),
        environment={"MORE": "1"},
        config={"log": {"level": "error"}},
        checkout=tmp_path,
    ) as running:
        said = json.loads(running.output.read_text())
    assert said["argv"] == [
        *("run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", NOBODY, "--journal", str(tmp_path / "j")),
        *("--config", str(tmp_path / "folder" / "config.yaml")),
    ]
    assert {name: value for name, value in said["environ"].items() if name != "LC_CTYPE"} == {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path / "folder"),
        "BINANCE_API_KEY": API_KEY,
        "BINANCE_API_SECRET": API_SECRET,
        "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
        "MORE": "1",
    }
    assert said["cwd"] == str(tmp_path)
    assert json.loads((tmp_path / "folder" / "config.yaml").read_text()) == {"log": {"level": "error"}}
