"""Whatever is asked for and however a secret is spoiled, no output holds any part of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.credentials.generate import generate
from tests.cli.conftest import Run

KEY = "CanaryKEY1" * 6 + "test"
SECRET = "CanarySEC2" * 6 + "test"
PEM = generate("ed25519").private_pem.reveal().decode()
PEM_BODY = PEM.splitlines()[1]
WINDOW = 12

COMMANDS = [
    ("config", "check"),
    ("config", "show"),
    ("config", "show", "--json"),
    ("sign", "POST /api/v3/order?symbol=BTCUSDT", "-d", "side=BUY"),
    ("sign", "GET /api/v3/account", "--json"),
    ("healthcheck", "--admin", "127.0.0.1:1"),
    ("run", "--listen", "0.0.0.0:0"),
    ("run", "--unsafe-upstream", "http://169.254.169.254"),
    ("--debug", "config", "check"),
    ("keygen", "ed25519", "--passphrase-file", "value"),
]


def _spoilt(value: str) -> Iterator[str]:
    """A value the ways people hand it over."""
    yield value
    yield f'"{value}"'
    yield f" {value}"
    yield f"{value}\n\n"
    yield f"\ufeff{value}"
    yield value[:-1]
    yield value * 2
    yield f"SECRET={value}"
    yield f"{{{{{value}}}}}"
    yield value.replace("\n", "\\n")
    yield f"{value[:20]}\n{value[20:]}"


def _assert_silent(text: str) -> None:
    for canary in (KEY, SECRET, PEM_BODY):
        for start in range(len(canary) - WINDOW + 1):
            assert canary[start : start + WINDOW] not in text


@pytest.mark.parametrize("variable", ["BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_API_KEY"])
@pytest.mark.parametrize("canary", [SECRET, PEM, KEY], ids=["secret", "pem", "key"])
def test_a_value_from_the_environment_is_never_shown(run: Run, variable: str, canary: str) -> None:
    for value in _spoilt(canary):
        said = run("config", "check", **{"BINANCE_API_KEY": KEY, variable: value})
        _assert_silent(said.out + said.err)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_no_command_shows_a_value_out_of_a_file(run: Run, words: tuple[str, ...]) -> None:
    path = Path("value")
    for value in _spoilt(SECRET):
        path.write_text(value)
        path.chmod(0o600)
        said = run(*words, BINANCE_API_KEY=KEY, BINANCE_API_SECRET_FILE="value")
        _assert_silent(said.out + said.err)
        Path("binance-ed25519.pem").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "line",
    [
        "accounts: {{m: {{api_secret: {}}}}}",
        "accounts: {{m: {{api_secret_env: {}}}}}",
        "accounts: {{m: {{api_secret_keyring: {}}}}}",
        "accounts: {{m: {}}}",
        "accounts: {}",
        "api_secret: {}",
        "{}: 1",
        "{}",
        "listen: {}",
        "default_account: {}",
        "environment: {}",
        "policy: {{allow: [{}]}}",
        "policy: {{profiles: [{}]}}",
        "endpoints: [{{endpoint: {}}}]",
        "upstream: {{proxy: 'http://user:{}@host:1'}}",
        "upstream: {{unsafe_url: 'http://{}'}}",
        "allow_hosts: ['{}/']",
        "a: *{}",
        "a: '{}",
    ],
)
def test_a_secret_in_the_wrong_place_of_the_file_is_not_repeated(run: Run, line: str) -> None:
    Path("config.yaml").write_text(line.format(SECRET) + "\n")
    said = run("config", "check")
    assert said.code == 3
    _assert_silent(said.out + said.err)


@pytest.mark.parametrize("words", [("run", "--listen", "0.0.0.0:0"), ("run", "--admin", "0.0.0.0:0")])
def test_beyond_loopback_without_a_token_nothing_starts(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words, "--environment", "testnet")
    assert (said.code, said.out) == (3, "")
    (error, hint) = said.err.splitlines()
    assert "no client token: token_file is not set" in error
    assert words[1] in error
    assert hint.startswith("hint: set token_file")
