"""`audit` on the command line: pages, exit codes, what is refused before anything is sent, and a killed series."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from proxy.sandbox import Observation, Sandbox, demo_keys, put_on
from proxy.sandbox.threaded import ThreadedSandbox
from tests.cli.conftest import Run, Said
from tests.support.children import ROOT, bare_environment

KEY = demo_keys()[0]
KEYS = {"BINANCE_API_KEY": KEY.api_key, "BINANCE_API_SECRET": KEY.secret}


class Exchange:
    """A strict exchange, and the command that asks it."""

    def __init__(self, run: Run, journal: Path, running: ThreadedSandbox, seen: list[Observation]) -> None:
        self.run, self.journal, self.running, self.seen = run, journal, running, seen

    @property
    def words(self) -> list[str]:
        return ["--unsafe-upstream", self.running.url, "--journal", str(self.journal)]

    def audit(self, *words: str, **environ: str) -> Said:
        return self.run("audit", *self.words, *words, **(environ or KEYS))

    def history(self, *words: str) -> Said:
        return self.run("audit", "history", "--journal", str(self.journal), *words)


@pytest.fixture
def exchange(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    monkeypatch.setattr("proxy.cli.audit.set_up_logs", lambda *_: None)  # the tests' own log stays as it is
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seen: list[Observation] = []
    with ThreadedSandbox(Sandbox(keys=demo_keys(), observer=seen.append)) as running:
        yield Exchange(run, tmp_path / "journal", running, seen)
    structlog.configure(**before)


def be(exchange: Exchange, *personalities: str) -> None:
    for one in personalities:
        put_on(exchange.running.sandbox, one)


def test_everything_works_and_the_exit_code_says_so(exchange: Exchange) -> None:
    said = exchange.audit("--set", "c2c", "--set", "spot", "--budget", "200")
    assert said.code == 0
    assert said.out.startswith("c2c, account default, sandbox: 1 sweep, ")
    assert "the merchant's six: 6 of 6 (100 %) work" in said.out
    assert "spot reads: 5 of 5 (100 %) work" in said.out
    assert "verdict: works, proven." in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert KEY.secret not in said.out + said.err
    assert KEY.api_key not in said.out + said.err


def test_the_merchant_is_told_that_it_is_not_the_merchants_fault(exchange: Exchange) -> None:
    be(exchange, "flapping-2008:seed=7")
    said = exchange.audit()
    assert said.code == 1
    assert "the merchant's six: 1 of 6 (17 %) work" in said.out
    told = " ".join(said.out.split())
    assert "verdict: refused-here-only, proven." in told
    assert "with correct signatures: not fixable on the client." in told
    assert "signature right" in said.out


def test_one_object_for_programs(exchange: Exchange) -> None:
    be(exchange, "permission-missing")
    said = exchange.audit("--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert told["verdicts"]["default"]["leaf"] == "permission-missing"
    assert [row["works"] for row in told["matrices"][0]["groups"][0]["rows"]] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert len(told["runs"][0]["probes"]) == 15


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--set", "nonsense"), 2, "one of c2c, spot, sapi, futures"),
        (("--set", "./none.yaml"), 3, "cannot be read"),
        (("--budget", "10"), 2, "weigh about 34"),
        (("--account", "nobody"), 2, "known: default"),
        (("--every", "soon"), 2, "a time such as"),
        (("--for", "1h"), 2, "belong to a series"),
        (("--new",), 2, "belong to a series"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_sent(
    words: tuple[str, ...], code: int, why: str, exchange: Exchange
) -> None:
    said = exchange.audit(*words)
    assert (said.code, said.out) == (code, "")
    assert why in said.err
    assert "hint:" in said.err
    assert exchange.seen == []


def test_a_write_in_a_set_of_ones_own(exchange: Exchange) -> None:
    Path("mine.yaml").write_text("name: mine\ngroups: [{calls: [POST /api/v3/order]}]\n")
    said = exchange.audit("--set", "mine.yaml")
    assert (said.code, exchange.seen) == (2, [])
    assert "POST /api/v3/order is no read" in said.err


def test_a_set_of_ones_own(exchange: Exchange) -> None:
    Path("mine.yaml").write_text("name: mine\ngroups: [{name: a few, calls: [GET /api/v3/openOrderList]}]\n")
    said = exchange.audit("--set", "mine.yaml")
    assert said.code == 0
    assert "a few: 1 of 1 (100 %) work" in said.out


def test_without_a_key_it_says_what_to_set(exchange: Exchange) -> None:
    said = exchange.audit(HOME="/nonexistent")
    assert (said.code, exchange.seen) == (2, [])
    assert "BINANCE_API_KEY" in said.err


def test_to_binance_itself_not_every_second(run: Run, tmp_path: Path) -> None:
    words = ("audit", "--journal", str(tmp_path / "j"), "--environment", "testnet", "--every", "1s")
    said = run(*words, BINANCE_API_KEY="a" * 64, BINANCE_API_SECRET="b" * 64)
    assert said.code == 2
    assert "less than 10 s" in said.err


def test_a_series_and_what_it_came_to(exchange: Exchange) -> None:
    said = exchange.audit("--set", "spot", "--every", "0.3s", "--for", "0.9s")
    assert said.code == 0
    told = said.err.splitlines()
    assert any(line.startswith("a series from ") for line in told)
    assert "4 rounds of weight 73" in " ".join(map(str.strip, told))
    assert [line.split(",")[0] for line in told if " work; " in line] == [
        f"{number} of 4" for number in range(1, 5)
    ]
    assert all(len(line) <= 80 for line in told if not line.startswith("warning: "))
    assert "4 sweeps" in said.out
    assert "4/4" in said.out


@pytest.mark.slow
def test_ctrl_c_ends_a_series_with_its_matrix_and_the_same_command_goes_on(exchange: Exchange) -> None:
    words = ["audit", *exchange.words, "--set", "spot", "--every", "0.5s", "--for", "1h"]
    environment = bare_environment(**KEYS)
    told = ""
    with subprocess.Popen(
        [sys.executable, "-m", "proxy", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        while "\n2 of" not in told:
            told += process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopped; until " in rest
    assert re.search(r"spot, account default, sandbox: [23] sweeps", out)

    with subprocess.Popen(
        [sys.executable, "-m", "proxy", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        told = ""
        while " work; " not in told:
            told += process.stderr.readline()
        process.kill()
        process.communicate(timeout=30)
    assert "continues the series of " in told
    assert "a series from" not in told
    assert "\n1 of" not in told
    shown = exchange.history("--json")
    assert json.loads(shown.out)["matrix"]["runs"] >= 3


def test_a_journal_that_cannot_be_written_is_told_in_a_line(exchange: Exchange, tmp_path: Path) -> None:
    (tmp_path / "journal").symlink_to(tmp_path)
    said = exchange.audit()
    assert said.code == 3
    assert "cannot be opened" in said.err
    assert "Traceback" not in said.err
    assert exchange.seen == []


def test_history_shows_time_and_changes_and_draws(exchange: Exchange) -> None:
    exchange.audit()
    time.sleep(0.05)
    be(exchange, "flapping-2008:seed=7")
    exchange.audit()
    said = exchange.history("--svg", "timeline.svg", "--changes-since", "0s")
    assert said.code == 1
    assert "2 sweeps" in said.out
    assert "POST /sapi/v1../getReferencePrice #x" in said.out
    assert "since " in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())
    picture = Path("timeline.svg")
    assert picture.read_text("utf-8").startswith("<svg ")
    assert picture.stat().st_mode & 0o777 == 0o600
    assert KEY.api_key not in picture.read_text("utf-8")


@pytest.mark.parametrize("words", [("--set", "futures"), ("--account", "nobody"), ("--since", "2999-01-01")])
def test_history_of_nothing_says_why(words: tuple[str, ...], exchange: Exchange) -> None:
    exchange.audit("--set", "spot")
    said = exchange.history(*words)
    assert said.code == 2
    assert "no sweep is stored" in said.err
    assert "that is meant" in said.err


def test_history_of_an_empty_place_makes_nothing(exchange: Exchange) -> None:
    said = exchange.history()
    assert said.code == 2
    assert "signing-proxy audit makes one" in said.err
    assert not exchange.journal.exists()


def test_a_picture_is_of_one_set(exchange: Exchange) -> None:
    exchange.audit("--set", "spot", "--set", "sapi", "--budget", "200")
    said = exchange.history("--svg", "two.svg")
    assert said.code == 2
    assert "choose by --set" in said.err
    assert not Path("two.svg").exists()
    assert exchange.history("--svg", "one.svg", "--set", "spot").code == 0


def test_damaged_lines_are_counted(exchange: Exchange) -> None:
    exchange.audit("--set", "spot")
    (file,) = exchange.journal.glob("audit-*")
    with file.open("ab") as more:
        more.write(b"\x1b[2J not json\n")
    said = exchange.history()
    assert said.code == 0
    assert "1 damaged lines were skipped" in said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_users_journal_is_not_written(exchange: Exchange, tmp_path: Path) -> None:
    exchange.journal.mkdir(mode=0o700)
    os.chown(exchange.journal, 65534, 65534)
    said = exchange.audit()
    assert said.code == 3
    assert "belongs to another user" in said.err
