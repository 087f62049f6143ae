"""What must hold before a port is opened."""

from pathlib import Path
from typing import Any

import pytest

from proxy.app import preflight
from proxy.core.catalogue import Environment, PrefixFamily
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import EndpointSettings, EnvironmentName, Settings, UpstreamSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts

TOKEN = "test-token-of-more-than-16"


def refused(what: Any, *given: Any) -> str:
    """Why it may not start; "" if it may."""
    try:
        what(*given)
    except ConfigError as error:
        return error.message
    return ""


def accounts(*rows: tuple[str, EnvironmentName, str]) -> Accounts:
    made = (Account(name, env, key, HmacKey(Secret(b"test"))) for name, env, key in rows)
    return Accounts({one.name: one for one in made})


BOUND = [
    ([], ""),
    ([("a", "production", "k1")], ""),
    ([("a", "production", "k1"), ("b", "testnet", "k2")], ""),
    ([("a", "production", "k1"), ("b", "production", "k1")], ""),
    ([("a", "production", "k1"), ("b", "testnet", "k1")], "accounts a and b"),
    ([("a", "production", "k1"), ("b", "testnet", "k2"), ("c", "testnet", "k1")], "accounts a and c"),
    ([("a", "demo", "k1"), ("b", "demo", "k1"), ("c", "us", "k1")], "accounts a and c"),
]


@pytest.mark.parametrize(("rows", "why"), BOUND)
def test_a_key_belongs_to_one_environment(rows: list[tuple[str, EnvironmentName, str]], why: str) -> None:
    found = refused(preflight.require_bound_keys, accounts(*rows))
    assert found.startswith(why)
    assert bool(found) is bool(why)
    assert "k1" not in found


HERE, THERE, SOCKET = "127.0.0.1:8180", "0.0.0.0:8180", "unix:/run/gateway.sock"
REACHED = [
    # listen, admin, clients_file: the address that is refused
    (HERE, None, None, ""),
    ("localhost:8180", "[::1]:8181", None, ""),
    (SOCKET, None, None, ""),
    (THERE, None, None, THERE),
    ("[::]:8180", None, None, "[::]:8180"),
    ("192.0.2.1:8180", None, None, "192.0.2.1:8180"),
    (THERE, None, "clients.json", ""),  # whoever comes must bring a virtual key
    (HERE, THERE, None, THERE),
    (HERE, THERE, "clients.json", THERE),  # which nobody asks for on the admin port
    (SOCKET, THERE, None, THERE),
]


@pytest.mark.parametrize(("listen", "admin", "clients_file", "address"), REACHED)
def test_whoever_can_be_reached_from_other_machines_needs_a_token(
    listen: str, admin: str | None, clients_file: str | None, address: str, tmp_path: Path
) -> None:
    chosen: dict[str, Any] = {"listen": listen, "admin": admin, "clients_file": clients_file}
    found = refused(preflight.client_token, Settings(**chosen))
    assert bool(found) is bool(address)
    assert found.startswith(address)
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(TOKEN)
    token = preflight.client_token(Settings(**chosen, token_file=str(file)))
    assert token is not None
    assert token.reveal() == TOKEN.encode()


def test_no_token_is_asked_for_on_this_machine() -> None:
    assert preflight.client_token(Settings()) is None


def test_keys_go_to_binances_own_hosts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(preflight.safe_environments, Settings()) == ""
    for base in (
        "https://evil.test",
        "http://api.binance.com",
        "https://api.binance.com.evil.test",
        "https://",
    ):
        world = Environment(
            "production", {PrefixFamily.API: "https://api.binance.com", PrefixFamily.SAPI: base}
        )
        monkeypatch.setattr(preflight, "environments_of", lambda _, world=world: {"production": world})
        assert refused(preflight.safe_environments, Settings()).startswith(base)
        unsafe = Settings(upstream=UpstreamSettings(unsafe_url="http://127.0.0.1:9000"))
        assert preflight.safe_environments(unsafe) == {"production": world}


def test_a_correction_that_makes_no_sense_is_told() -> None:
    twice = Settings(
        endpoints=(
            EndpointSettings(endpoint="GET /api/v3/x", mutates=True),
            EndpointSettings(endpoint="GET /api/v3/X", mutates=False),
        )
    )
    assert refused(preflight.corrected_catalogue, twice).startswith("endpoints: GET /api/v3/X")
    assert preflight.corrected_catalogue(Settings()).find("GET", "/api/v3/time") is not None


def test_the_parser_is_the_strict_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(preflight.require_c_parser) == ""
    monkeypatch.setattr("aiohttp.http_parser.HttpRequestParser", preflight_py_parser())
    assert "without its C parser" in refused(preflight.require_c_parser)


def preflight_py_parser() -> object:
    from aiohttp import http_parser

    return http_parser.HttpRequestParserPy
