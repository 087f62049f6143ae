"""Errors become one line, a hint and an exit code; no traceback, and no value that may be a secret."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from proxy.__main__ import main
from proxy.cli import config_
from proxy.core.errors import ConfigError, GatewayError, RedactionError, UsageError
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
CANARY = "CanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCana"


def _raise(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `config schema` fail this way."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(config_, "settings_schema", fail)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("the file is bad", "mend it"), 3, "error: the file is bad\nhint: mend it\n"),
        (UsageError("not so"), 2, "error: not so\n"),
        (GatewayError("no luck", "try again"), 1, "error: no luck\nhint: try again\n"),
        (RedactionError("not safe"), 1, "error: not safe\n"),
        (click.UsageError("not so"), 2, "error: not so\nhint: signing-proxy config schema --help\n"),
        (click.FileError("x", "gone"), 2, "error: Could not open file 'x': gone\n"),
        (click.Abort(), 130, ""),
        (KeyboardInterrupt(), 130, ""),
        (SystemExit(1), 1, ""),
        (SystemExit(0), 0, ""),
    ],
)
def test_each_kind_of_error_has_its_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    _raise(monkeypatch, error)
    outcome = run("config", "schema")
    assert (outcome.code, outcome.out, outcome.err) == (code, "", said)


def test_an_unexpected_error_is_one_line_without_its_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, ZeroDivisionError(f"https://x/?signature={CANARY}"))
    outcome = run("config", "schema")
    assert outcome.code == 1
    first, second = outcome.err.splitlines()
    assert first == "error: unexpected ZeroDivisionError; this is a fault of signing-proxy, not yours"
    assert "signing-proxy --debug" in second
    assert CANARY not in outcome.err


@pytest.mark.parametrize("how", ["flag", "variable"])
def test_debug_shows_where_it_arose_and_no_local_variables(
    run: Run, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    _raise(monkeypatch, ZeroDivisionError(f"key {CANARY}"))
    if how == "flag":
        outcome = run("--debug", "config", "schema")
    else:
        outcome = run("config", "schema", SIGNING_PROXY_DEBUG="1")
    assert "Traceback" in outcome.err
    assert "ZeroDivisionError: key (a text of 64 characters that looks like a key)" in outcome.err
    assert CANARY not in outcome.err


@pytest.mark.parametrize(
    "flag",
    [
        "--api-secret",
        "--api_secret",
        "--API-SECRET",
        "--secret",
        "--secret-key",
        "--api-key",
        "--private-key",
        "--passphrase",
        "--token",
        "--password",
    ],
)
@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize("before", [[], ["run"], ["sign", "GET /api/v3/account"]])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(
    run: Run, flag: str, joined: bool, before: list[str]
) -> None:
    outcome = run(*before, *([f"{flag}={CANARY}"] if joined else [flag, CANARY]))
    assert outcome.code == 2
    assert outcome.err.startswith(
        f"error: --{flag[2:].lower().replace('_', '-')} does not exist: keys and secrets are never"
    )
    assert CANARY not in outcome.out + outcome.err
    file, keyring, environment = (
        outcome.err.index(word) for word in ("a file (", "OS keyring", "or BINANCE_API_SECRET,")
    )
    assert file < keyring < environment


@pytest.mark.parametrize(
    "words",
    [
        [CANARY],
        ["config", CANARY],
        ["config", "check", CANARY],
        ["config", "check", f"--{CANARY}"],
        ["keygen", CANARY],
    ],
)
def test_what_is_long_enough_to_be_a_secret_is_not_repeated_anywhere(run: Run, words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.code == 2
    assert CANARY[:20] not in outcome.out + outcome.err


def test_a_reader_that_went_away_is_no_error() -> None:
    """`signing-proxy config show | head -1`, with the pipe closed before anything is written."""
    program = f"{sys.executable} -m proxy config schema; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({program}) | true"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    assert done.stderr == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_no_fault_of_ours() -> None:
    """`signing-proxy config schema > file`, and the disk is full."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "proxy", "config", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "error: there is no room where this was to be written (No space left on device)\n"
        "hint: make room there, or write it elsewhere, and run it again\n"
    )


def test_main_returns_a_code_for_the_console_script() -> None:
    assert main(["--version"]) == 0


def test_all_problems_of_a_configuration_are_printed(run: Run) -> None:
    Path("c.yaml").write_text("listen: 1\nlog: {level: loud}\n")
    outcome = run("config", "check", "--config", "c.yaml")
    assert outcome.code == 3
    assert [line.split(" ")[1] for line in outcome.err.splitlines() if line.startswith("error")] == [
        "c.yaml:1:",
        "c.yaml:2:",
    ]


@pytest.mark.parametrize(
    "words", [("--debug", "--help"), ("run", "--debug", "--help"), ("--debug", "--version")]
)
def test_debug_and_help_is_help(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words)
    assert "Traceback" not in said.err
    assert said.code in (0, 2)
