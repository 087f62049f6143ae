"""Shared options become overrides, settings and accounts."""

import os
from pathlib import Path

import pytest

from proxy.cli import options
from proxy.config.load import Overrides, load_settings
from tests.cli.conftest import Run

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8


def test_each_field_of_the_overrides_has_its_flag(run: Run) -> None:
    said = run("config", "check", "--help")
    for name in Overrides.__struct_fields__:
        assert f"--{name.replace('_', '-')} " in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--listen", "8180"], "must be HOST:PORT"),
        (["--admin", "gateway:1"], "must have an IP address or localhost"),
        (
            ["--environment", "mainnet"],
            "'mainnet' is not one of 'production', 'testnet', 'demo', 'us', 'sandbox'",
        ),
        (["--environment", "mainnet"], "did you mean production?"),
        (["--environment", "test"], "did you mean testnet?"),
        (["--listen", "9000"], "for this machine only write 127.0.0.1:9000"),
        (["--listen", ":9000"], "names no host; write 127.0.0.1:9000"),
        (["--profile", "merchnat"], "did you mean merchant?"),
        (["--nonsense"], "there is no option of that name"),
    ],
)
def test_a_malformed_flag_is_a_matter_of_usage(run: Run, words: list[str], message: str) -> None:
    said = run("config", "check", *words)
    assert said.code == 2
    assert message in said.err.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--listen", "0.0.0.0:0"], "--listen: listen (0.0.0.0) can be reached from other machines"),
        (
            ["--unsafe-upstream", "http://169.254.169.254"],
            "--unsafe-upstream: upstream.unsafe_url may only lead to",
        ),
        (
            ["--unsafe-upstream", "https://api.binance.com.evil.test"],
            "--unsafe-upstream: upstream.unsafe_url",
        ),
        (["--environment", "sandbox"], "--environment: environment is sandbox, and there is no address"),
        (["--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_well_formed_and_unsafe_is_bad_configuration(
    run: Run, words: list[str], message: str
) -> None:
    said = run("config", "check", *words)
    assert said.code == 3
    assert said.err.splitlines()[0].startswith(f"error: {message}")


def test_port_0_is_taken(run: Run) -> None:
    assert run("config", "check", "--listen", "127.0.0.1:0", "--admin", "[::1]:0").code == 0


def test_the_process_is_shielded_before_and_the_environment_cleaned_after(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(options, "shield_process", lambda: seen.append("BINANCE_API_SECRET" in os.environ))
    monkeypatch.setenv("BINANCE_API_KEY", KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)
    accounts = options.open_accounts(load_settings(Overrides(), {}))
    assert len(accounts) == 1
    assert seen == [True]
    assert "BINANCE_API_SECRET" not in os.environ
    assert os.environ["BINANCE_API_KEY"] == KEY


def test_warnings_are_told(run: Run) -> None:
    Path("config.yaml").write_text("policy: {allow: [POST /sapi/v1/capital/withdraw/aply]}\n")
    said = run("config", "check", BINANCE_API_KEY=KEY, BINANCE_API_SECRET=SECRET, SIGNING_PROXY_LISTN="x")
    assert said.code == 0
    assert said.err.count("warning: ") == 3


SET = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["config", "check"], True),
        (["sign", "GET /api/v3/account"], False),
        (["whois", "0123456789"], False),
    ],
)
def test_where_a_secret_is_better_kept_is_told_by_who_sets_up_and_not_at_every_call(
    run: Run, words: list[str], told: bool
) -> None:
    assert ("a secret in the environment can be seen" in run(*words, **SET).err) is told


def test_profiles_may_be_repeated_or_joined(run: Run) -> None:
    for words in (["--profile", "spot", "--profile", "merchant"], ["--profile", "spot,merchant"]):
        assert (
            '"policy.profiles": {\n    "value": [\n      "spot",\n      "merchant"'
            in run("config", "show", "--json", *words).out
        )
