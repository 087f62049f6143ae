"""`export bundle` with all its parts: flows of a gateway, sweeps of the audit and checks of the doctor, on a strict
exchange that knows the key here and not there. What comes out is checked by sha256sum and by the audit itself."""

import asyncio
import logging
import re
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession

from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.sandbox import Sandbox, demo_keys, put_on
from proxy.sandbox.threaded import ThreadedSandbox
from tests.cli.conftest import Run
from tests.cli.export.test_bundle import members
from tests.support.gateway import gateway

KEY = demo_keys()[0]
OWN_SET = """name: janes-set
groups:
  - name: janes ads
    calls: [GET /sapi/v1/c2c/ads/getAvailableAdsCategory, GET /sapi/v1/c2c/orderMatch/getUserOrderSummary]
"""


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedSandbox]:
    for room in ("audit", "doctor"):
        monkeypatch.setattr(
            f"proxy.cli.{room}.set_up_logs", lambda *_: None
        )  # the tests' own log stays as it is
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sandbox = Sandbox(keys=demo_keys())
    put_on(sandbox, "flapping-2008:seed=7")
    with ThreadedSandbox(sandbox) as running:
        yield running
    structlog.configure(**before)


def settings(url: str, journal: Path) -> None:
    """Of the command line, in its working directory."""
    Path("secret").write_text(KEY.secret)
    Path("secret").chmod(0o600)
    Path("config.yaml").write_text(
        f"upstream: {{unsafe_url: '{url}', connect_seconds: 2}}\njournal: {{directory: {journal}}}\n"
        f"accounts: {{jane: {{api_key: {KEY.api_key}, api_secret_file: secret}}}}\ndefault_account: jane\n"
    )


async def ask(url: str, journal: Path, *targets: str) -> None:
    """Through a gateway of that journal."""
    accounts = Accounts(
        {"jane": Account("jane", "production", KEY.api_key, HmacKey(Secret(KEY.secret.encode())))}, "jane"
    )
    async with gateway(url, journal, accounts) as running, ClientSession() as session:
        for target in targets:
            async with session.get(running.url + target) as answer:
                await answer.read()
        await running.pipeline.recorder.flush()


@pytest.fixture
def journal(run: Run, exchange: ThreadedSandbox, tmp_path: Path) -> Path:
    """Two sets swept twice, and three flows behind them."""
    journal = tmp_path / "journal"
    settings(exchange.url, journal)
    Path("own.yaml").write_text(OWN_SET)
    for _ in range(2):
        assert run("audit", "--set", "c2c", "--set", "own.yaml", "--budget", "200").code == 1
    asyncio.run(
        ask(exchange.url, journal, "/api/v3/account", "/sapi/v1/c2c/ads/getAds?page=1", "/api/v3/account")
    )
    return journal


def test_one_zip_says_whose_fault_it_is(run: Run, journal: Path) -> None:
    assert run("export", "bundle", "ticket.zip").code == 0
    with zipfile.ZipFile("ticket.zip") as archive:
        archive.extractall()
    found = members(Path("ticket.zip"))
    report = found["report.md"].decode()
    lead = report.split("\n\n")[2]
    numbers = re.fullmatch(
        r"refused-here-only, proven: Your key authenticates on (\d+) endpoints and is refused \(-2008\) on (\d+) in the "
        r"same (?:second|\d+ s) with correct signatures: not fixable on the client\.",
        lead,
    )
    assert numbers is not None, lead
    assert int(numbers[2]) >= 5  # of the merchant's six at least
    assert "the merchant's six: " in report
    assert {"audit-1.svg", "audit-2.svg", "timeline.svg"} <= set(found)
    assert "    ok    clock" in report
    assert "    ok    known" in report
    assert "drift" not in report.partition("## Checks of this machine")[2].partition("## ")[0]

    summed = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd="ticket", capture_output=True, text=True, check=False
    )
    assert (summed.returncode, summed.stderr) == (0, "")
    assert summed.stdout.count(": OK\n") == len(found) - 2  # all but the sums and their seal
    assert run("export", "verify", "ticket.zip").code == 0
    assert run("explain", "ticket.zip").out.startswith("1 of 3\n")
    shown = run("audit", "history", "--set", "c2c", "--journal", "ticket")
    assert "c2c, account account-1, sandbox: 2 sweeps" in shown.out.replace("production", "sandbox")


def test_the_public_form_names_nobody(run: Run, journal: Path) -> None:
    assert run("export", "bundle", "ticket.zip").code == 0
    everything = b"\n".join(members(Path("ticket.zip")).values()).decode()
    assert "jane" not in everything
    assert f"{KEY.api_key[:4]}...{KEY.api_key[-4:]}" not in everything
    assert str(Path.home()) not in everything
    assert str(journal) not in everything
    tags = set(re.findall(r'"key":"(?:<key:)?([0-9a-f]{10})', everything))
    assert len(tags) == 1  # one key, one tag, in flows as in sweeps
    assert run("export", "bundle", "private.zip", "--private").code == 0
    private = b"\n".join(members(Path("private.zip")).values()).decode()
    assert "janes-set, account jane" in private
    assert f"{KEY.api_key[:4]}...{KEY.api_key[-4:]}" in private


def test_a_doctor_that_meets_nobody_stops_nothing(run: Run, journal: Path) -> None:
    with closing(socket.socket()) as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        settings(f"http://127.0.0.1:{taken.getsockname()[1]}", journal)
        assert run("export", "bundle", "ticket.zip").code == 0
    report = members(Path("ticket.zip"))["report.md"].decode()
    assert "    FAIL  known" in report
    assert "refused-here-only" in report


def test_a_doctor_that_takes_too_long_is_cut(
    run: Run, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # takes connections and says nothing
        settings(f"http://127.0.0.1:{silent.getsockname()[1]}", journal)
        monkeypatch.setattr("proxy.cli.export.checks.SECONDS", 1.0)
        assert run("export", "bundle", "ticket.zip").code == 0
    report = members(Path("ticket.zip"))["report.md"].decode()
    assert re.search(r"    \d+ of 18 checks had not ended within 1 s: run signing-proxy doctor\n", report)
    assert "    ok    key" in report


def test_why_no_checks_were_run(run: Run, journal: Path) -> None:
    def says(*words: str) -> str:
        assert run("export", "bundle", "t.zip", "--force", *words).code == 0
        report = members(Path("t.zip"))["report.md"].decode()
        return report.partition("## Checks of this machine")[2].partition("## ")[0].strip()

    assert says("--no-doctor") == "not run: --no-doctor was given"
    (lines,) = journal.glob("flows-*.jsonl")
    assert says("--journal", str(lines)) == "not run: the flows are of a file, which may be another machine's"
    Path("config.yaml").write_text(f"journal: {{directory: {journal}}}\n")
    assert says() == "not run: no key is configured here, so nothing was sent"


def checks_in(bundle: str) -> str:
    report = members(Path(bundle))["report.md"].decode()
    return report.partition("## Checks of this machine")[2].partition("## ")[0].strip()


def configured(journal: Path, accounts: str, more: str) -> None:
    Path("config.yaml").write_text(f"journal: {{directory: {journal}}}\naccounts: {{{accounts}}}\n{more}")


ACCOUNT = f"{{api_key: {KEY.api_key}, api_secret_file: secret}}"


@pytest.mark.parametrize("default", ["", "default_account: joan\n"])
def test_of_several_accounts_the_one_that_the_flows_are_of_is_looked_at(
    run: Run, journal: Path, exchange: ThreadedSandbox, default: str
) -> None:
    upstream = f"upstream: {{unsafe_url: '{exchange.url}'}}\n{default}"
    configured(journal, f"jane: {ACCOUNT}, joan: {ACCOUNT}", upstream)
    assert run("export", "bundle", "--private", "t.zip").code == 0
    assert "  key          account jane: " in checks_in("t.zip")
    assert run("export", "bundle", "p.zip").code == 0
    assert "  key          account account-1: " in checks_in("p.zip")


def test_where_the_flows_bear_no_account_one_has_to_be_named(
    run: Run, journal: Path, exchange: ThreadedSandbox
) -> None:
    configured(journal, f"jane: {ACCOUNT}, joan: {ACCOUNT}", f"upstream: {{unsafe_url: '{exchange.url}'}}\n")
    for file in journal.glob("flows-*.jsonl"):
        file.write_text(file.read_text().replace('"account":"jane",', ""))
    assert run("export", "bundle", "t.zip").code == 0
    says = (
        "not run: there are several accounts; run signing-proxy doctor --account NAME, and add what it prints"
    )
    assert checks_in("t.zip").startswith(says)


@pytest.mark.parametrize(
    ("accounts", "more", "says"),
    [
        (
            f"jane: {ACCOUNT}",
            "environment: testnet\n",
            "the flows are of sandbox, and the settings here say testnet; run signing-proxy doctor --environment "
            "sandbox --unsafe-upstream URL, and add",
        ),
        (f"joan: {ACCOUNT}", "", "the account of the flows is not configured here; run signing-proxy doctor"),
    ],
)
def test_a_key_goes_nowhere_but_where_the_flows_went(
    run: Run, journal: Path, exchange: ThreadedSandbox, accounts: str, more: str, says: str
) -> None:
    """Somebody started the gateway with flags, or with another file."""
    configured(journal, accounts, more)
    said = run("export", "bundle", "t.zip")
    assert said.code == 0
    assert "running the quick checks" not in said.err
    assert checks_in("t.zip").startswith(f"not run: {says}")


def test_where_no_flow_is_meant_nothing_is_asked(run: Run, journal: Path) -> None:
    said = run("export", "bundle", "t.zip", "--status", "599")
    assert said.code == 2
    assert "quick checks" not in said.err


@pytest.mark.parametrize("words", [(), ("--record",)])
def test_where_nothing_can_be_written_nothing_is_asked_or_recorded(
    run: Run, journal: Path, words: tuple[str, ...]
) -> None:
    Path("t.zip").write_text("kept")
    said = run("export", "bundle", "t.zip", *words)
    assert said.code == 2
    assert said.err.startswith("error: t.zip exists already")
    assert Path("t.zip").read_text() == "kept"


def test_a_mapping_that_cannot_be_kept_takes_no_bundle_away(run: Run, journal: Path) -> None:
    (journal / "exports").write_text("no directory")
    said = run("export", "bundle", "t.zip", "--no-doctor")
    assert said.code == 0
    assert "flows in t.zip" in said.err
    assert "nobody can translate its tags back: " in said.err
