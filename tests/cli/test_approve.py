"""`approve` against gateways that run: list, look, let go, refuse."""

import io
import json
import os
import pty
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.gateway import ROOT, GatewayProcess, variables
from tests.cli.conftest import Run

NOBODY = "http://127.0.0.1:1"
"""Where no exchange listens: what leaves is told by `upstream_unreachable`."""
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
POLICY = {"policy": {"allow": [WITHDRAW], "confirm": ["money_out"], "confirm_mode": "ticket"}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with GatewayProcess(NOBODY, tmp_path_factory.mktemp("gateway"), config=POLICY) as gateway:
        yield gateway


def asked(gateway: GatewayProcess, form: str) -> dict[str, str]:
    """The refusal of a withdrawal."""
    path = WITHDRAW.split(" ")[1]
    try:
        with urllib.request.urlopen(f"{gateway.url}{path}", form.encode(), timeout=10):
            return {}
    except urllib.error.HTTPError as refused:
        told: dict[str, str] = json.loads(refused.read())
        return told


def ticket(gateway: GatewayProcess, address: str) -> str:
    return asked(gateway, f"coin=USDT&address={address}&amount=1.50")["confirmation"]


def test_what_waits_is_listed_by_role(run: Run, running: GatewayProcess) -> None:
    wanted = ticket(running, "TListed")
    said = run("approve", "--journal", str(running.journal))
    assert said.code == 0
    block = next(one for one in said.out.split("\n\n") if one.startswith(wanted))
    lines = [line.split() for line in block.splitlines()]
    assert lines[-1] == [">", "endpoint", *WITHDRAW.split(), "(money", "out)"]
    assert [">", "coin", "coin", "USDT"] in lines
    assert [">", "address", "address", "TListed"] in lines
    assert [">", "amount", "amount", "1.50"] in lines
    listed = json.loads(run("approve", "--journal", str(running.journal), "--json").out)
    assert wanted in {one["id"] for one in listed["confirmations"]}


def test_approve_shows_it_and_lets_it_go(run: Run, running: GatewayProcess) -> None:
    wanted = ticket(running, "TApproved")
    said = run("approve", wanted.lower(), "--yes", "--journal", str(running.journal))
    assert said.code == 0
    assert "TApproved" in said.out
    assert "approved; its client may send the same request again" in said.err
    assert (
        asked(running, "coin=USDT&address=TApproved&amount=1.50")["error"] == "upstream_unreachable"
    )  # it left
    said = run("approve", wanted, "--yes", "--journal", str(running.journal))
    assert said.code == 1
    assert "never a second time" in said.err


def test_refuse_asks_nothing(run: Run, running: GatewayProcess) -> None:
    wanted = ticket(running, "TRefused")
    said = run("approve", wanted, "--refuse", "--journal", str(running.journal))
    assert (said.code, said.err) == (0, "refused\n")
    assert asked(running, "coin=USDT&address=TRefused&amount=1.50")["error"] == "confirmation_refused"


def test_json_is_one_object(run: Run, running: GatewayProcess) -> None:
    wanted = ticket(running, "TJson")
    said = run("approve", wanted, "--yes", "--json", "--journal", str(running.journal))
    assert (said.code, json.loads(said.out)["state"]) == (0, "approved")


def test_without_a_terminal_nothing_is_approved_by_itself(
    run: Run, running: GatewayProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ticket(running, "TScript")
    monkeypatch.setattr("sys.stdin", None)
    said = run("approve", wanted, "--journal", str(running.journal))
    assert said.code == 2
    assert "--yes" in said.err
    assert run("approve", wanted, "--json", "--journal", str(running.journal)).code == 2
    assert ticket(running, "TScript") == wanted


@pytest.mark.parametrize(
    ("answer", "code", "state"), [(b"y\n", 0, "approved"), (b"n\n", 1, "waiting"), (b"\n", 1, "waiting")]
)
def test_a_person_is_asked_on_a_terminal(
    answer: bytes, code: int, state: str, running: GatewayProcess, run: Run, tmp_path: Path
) -> None:
    wanted = ticket(running, f"TPerson{code}{len(answer)}")
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "proxy", "approve", wanted, "--journal", str(running.journal)]
    with subprocess.Popen(
        command,
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=variables(tmp_path),
    ) as child:
        os.write(leader, answer)
        out, err = child.communicate(timeout=20)
    os.close(leader)
    os.close(follower)
    assert child.returncode == code
    assert b"TPerson" in out
    assert b"Approve this?" in err
    listed = json.loads(run("approve", "--journal", str(running.journal), "--json").out)
    assert next(one["state"] for one in listed["confirmations"] if one["id"] == wanted) == state


def test_every_gateway_of_the_directory_is_asked(run: Run, running: GatewayProcess, tmp_path: Path) -> None:
    """One holds the request itself, and another one is asked first."""
    waits = {"policy": POLICY["policy"] | {"confirm_mode": "wait", "confirm_seconds": 60}}
    with GatewayProcess(NOBODY, tmp_path, journal=running.journal, config=waits) as second:
        body = b"coin=USDT&address=THeld&amount=1"
        with subprocess.Popen(
            ["curl", "-s", "-d", body.decode(), f"{second.url}{WITHDRAW.split(' ')[1]}"],
            stdout=subprocess.PIPE,
        ) as client:
            held: list[str] = []
            while not held:
                listed = json.loads(run("approve", "--journal", str(running.journal), "--json").out)
                held = [one["id"] for one in listed["confirmations"] if one["mode"] == "wait"]
            said = run("approve", held[0], "--yes", "--journal", str(running.journal))
            assert (said.code, said.err) == (0, "approved\n")
            assert "its client waits" in said.out
            out, _ = client.communicate(timeout=20)
            assert json.loads(out)["error"] == "upstream_unreachable"


def test_a_port_can_be_named(run: Run, running: GatewayProcess) -> None:
    wanted = ticket(running, "TNamed")
    address = running.admin_url.removeprefix("http://")
    said = run("approve", wanted, "--refuse", "--journal", str(running.journal), "--admin", address)
    assert said.code == 0
    said = run("approve", "--journal", str(running.journal), "--admin", "127.0.0.1:1")
    assert said.code == 1
    assert "no gateway answers" in said.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["AAAAAAAA"], 1, "nothing of this id waits"),
        (["no-id"], 2, "this is no ID"),
        (["../livez"], 2, "this is no ID"),
        (["--refuse"], 2, "an ID is missing"),
        (["--yes"], 2, "an ID is missing"),
        (["--admin", "gateway"], 2, "must be HOST:PORT"),
    ],
)
def test_what_cannot_be_done_is_told(
    words: list[str], code: int, says: str, run: Run, running: GatewayProcess
) -> None:
    said = run("approve", *words, "--journal", str(running.journal))
    assert said.code == code
    assert says in said.err


def test_no_gateway_at_all(run: Run, tmp_path: Path) -> None:
    for words in ([], ["AAAAAAAA"]):
        said = run("approve", *words, "--journal", str(tmp_path))
        assert said.code == 1
        assert "there is no admin token" in said.err


def test_a_gateway_that_died_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "admin-token").write_text("x\n")
    (tmp_path / "admin-address").write_text(f"{NOBODY}\n")
    for words in ([], ["AAAAAAAA"]):
        said = run("approve", *words, "--journal", str(tmp_path))
        assert said.code == 1
        assert "no gateway answers" in said.err


def test_nothing_that_waits_is_said(run: Run, tmp_path: Path) -> None:
    with GatewayProcess(NOBODY, tmp_path) as gateway:
        said = run("approve", "--journal", str(gateway.journal))
    assert (said.code, said.out, said.err) == (0, "", "nothing waits\n")


@pytest.mark.parametrize(("lines", "columns"), [(24, 39), (6, 80)])
def test_what_decides_and_the_question_must_be_seen_together(
    lines: int, columns: int, running: GatewayProcess, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ticket(running, f"TSmall{lines}")
    monkeypatch.setattr("sys.stdin", Terminal())
    size = {"LINES": str(lines), "COLUMNS": str(columns)}
    said = run("approve", wanted, "--journal", str(running.journal), **size)
    assert said.code == 1
    assert f"TSmall{lines}" in said.out
    assert "make the window larger" in said.err
    assert "Approve this?" not in said.err
    assert run("approve", wanted, "--refuse", "--journal", str(running.journal), **size).code == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
