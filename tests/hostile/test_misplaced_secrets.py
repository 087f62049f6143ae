"""A secret where something else belongs: no output repeats any part of it, and there is no traceback."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run

__all__ = ["run"]

SECRET = "tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0AtQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A"
WINDOW = 8
KEY = "testkey" + "0" * 57
GOOD = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": "testsecret" + "0" * 54}
ACCOUNT = "accounts:\n  main:\n    api_key: {key}\n    "

CONFIGURATIONS = {
    "api_secret": ACCOUNT + "api_secret: {secret}\n",
    "secret-as-keyring": ACCOUNT + "keyring: {secret}\n",
    "secret-toplevel-key": "{secret}: 1\n",
    "secret-toplevel-str": "{secret}\n",
    "secret-as-env-setting": "environment: {secret}\n",
    "secret-as-profile": "policy:\n  profiles: [{secret}]\n",
    "secret-as-allow": "policy:\n  allow: ['POST /{secret}']\n",
    "secret-as-level": "log:\n  level: {secret}\n",
    "secret-as-number": "limits:\n  connections: {secret}\n",
    "yaml-broken": ACCOUNT + "api_secret: '{secret}\n",
    "yaml-tab": "accounts:\n\tmain: {secret}\n",
    "yaml-tag2": "listen: !name {secret}\n",
    "badutf8": "listen: {secret}\udcff\n",
    "proxy-pass-bad": "upstream:\n  proxy: ftp://user:{secret}@proxy.test:1\n",
    "unsafe-url-pass": "upstream:\n  unsafe_url: http://user:{secret}@127.0.0.1:1\n",
}
VARIABLES = {
    "proxy-pass": {"HTTPS_PROXY": "http://user:{secret}@proxy.test:8080", **GOOD},
    "secret-file-is-secret": {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "{secret}"},
    "secret-long": {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": "{secret}{secret}"},
    "pass-wrong": {"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": "{secret}", "BINANCE_PRIVATE_KEY_PASSPHRASE": "{secret}"},
    "bool": {"SIGNING_PROXY_ENVIRONMENT": "{secret}", **GOOD},
    "config": {"SIGNING_PROXY_CONFIG": "{secret}", **GOOD},
    "listen": {"SIGNING_PROXY_LISTEN": "{secret}", **GOOD},
}  # fmt: skip
ARGUMENTS = {
    "sign": ("sign", "{secret}"),
    "sign2": ("sign", "GET /api/v3/account", "--secret", "{secret}"),
    "explain": ("explain", "{secret}"),
    "clients-add": ("clients", "add", "{secret}"),
    "whois": ("whois", "{secret}"),
    "policy": ("policy", "test", "{secret}"),
    "export": ("export", "curl", "--journal", "{secret}"),
    "hc": ("healthcheck", "{secret}"),
    "config": ("--config", "{secret}", "config", "check"),
    "config2": ("config", "check", "--config", "{secret}"),
    "listen": ("run", "--listen", "{secret}"),
    "verb": ("{secret}",),
    "account": ("sign", "GET /api/v3/account", "--account", "{secret}"),
    "environment": ("run", "--environment", "{secret}"),
    "logs": ("logs", "--since", "{secret}"),
    "endpoint": ("catalogue", "--endpoint", "{secret}"),
    "approve": ("approve", "{secret}"),
    "keygen": ("keygen", "{secret}"),
    "option": ("config", "check", "--{secret}"),
}


def filled(text: str) -> str:
    return text.replace("{secret}", SECRET).replace("{key}", KEY)


def assert_silent(said: str) -> None:
    assert "Traceback" not in said
    shown = [SECRET[at : at + WINDOW] for at in range(64 - WINDOW) if SECRET[at : at + WINDOW] in said]
    assert shown == []


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_in_the_configuration(name: str, run: Run) -> None:
    Path("config.yaml").write_bytes(filled(CONFIGURATIONS[name]).encode("utf-8", "surrogateescape"))
    for verb in (("config", "check"), ("config", "show"), ("sign", "GET /api/v3/account")):
        said = run(*verb, **GOOD)
        assert_silent(said.out + said.err)
        assert said.code in (0, 2, 3)
        assert said.out + said.err


@pytest.mark.parametrize("name", VARIABLES)
def test_in_a_variable(name: str, run: Run) -> None:
    environment = {variable: filled(value) for variable, value in VARIABLES[name].items()}
    for verb in (("config", "check"), ("config", "show"), ("sign", "GET /api/v3/account")):
        said = run(*verb, **environment)
        assert_silent(said.out + said.err)
        assert said.out + said.err


@pytest.mark.parametrize("name", ARGUMENTS)
def test_on_the_command_line(name: str, run: Run) -> None:
    said = run(*map(filled, ARGUMENTS[name]), **GOOD)
    assert_silent(said.out + said.err)
    assert said.code in (1, 2, 3)
    assert said.err


@pytest.mark.parametrize(("mode", "content"), [(0o644, SECRET), (0o600, SECRET[:12])], ids=["0644", "short"])
def test_in_a_token_file(mode: int, content: str, run: Run) -> None:
    token = Path("token")
    token.write_text(content)
    token.chmod(mode)
    Path("config.yaml").write_text("listen: 0.0.0.0:0\ntoken_file: token\n")
    said = run("run", **GOOD)
    assert said.code == 3
    assert "Traceback" not in said.err
    assert content[:8] not in said.out + said.err


@pytest.mark.parametrize(
    "text", ["BINANCE_API_SECRET={secret}\nPATH=/bin\n", "\x00\x01 {secret} \xff", "export SECRET='{secret}'"]
)
def test_in_what_is_to_be_explained(text: str, run: Run) -> None:
    Path("pasted.txt").write_bytes(filled(text).encode("latin-1"))
    said = run("explain", "pasted.txt", **GOOD)
    assert_silent(said.out + said.err)
    assert said.code in (0, 1, 2)
