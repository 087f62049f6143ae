"""Settings that are well-formed one by one and yet cannot be used."""

import pytest

from proxy.config.checks import CHECKS
from proxy.config.convert import convert

WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"

WRONG = [
    (
        {"listen": "0.0.0.0:8180"},
        "listen (0.0.0.0) can be reached from other machines and there is no client token",
    ),
    ({"listen": "[::]:1"}, "listen (::) can be reached"),
    ({"listen": "192.168.0.4:1"}, "listen (192.168.0.4) can be reached"),
    (
        {"admin": "0.0.0.0:8181"},
        "admin (0.0.0.0) can be reached from other machines and there is no client token",
    ),
    ({"listen": "8180"}, "listen must be HOST:PORT"),
    ({"listen": "127.0.0.1:8181"}, "admin and listen are the same address"),
    ({"allow_hosts": ["http://gateway"]}, "allow_hosts[0] must be a bare host name"),
    ({"allow_hosts": ["ok", "gateway:80"]}, "allow_hosts[1] must be a bare host name"),
    ({"allow_hosts": ["*.test"]}, "allow_hosts[0] must be a bare host name"),
    ({"allow_hosts": ["bücher"]}, "allow_hosts[0] must be a bare host name"),
    ({"allow_origins": ["localhost:3000"]}, "allow_origins[0] must be an origin"),
    ({"allow_origins": ["http://localhost:3000/"]}, "allow_origins[0] must be an origin"),
    ({"allow_origins": ["*"]}, "allow_origins[0] must be an origin"),
    (
        {"upstream": {"unsafe_url": "http://169.254.169.254"}},
        "upstream.unsafe_url may only lead to this machine",
    ),
    (
        {"upstream": {"unsafe_url": "https://api.binance.com.evil.test"}},
        "upstream.unsafe_url may only lead to this machine",
    ),
    ({"upstream": {"proxy": "ftp://h:1"}}, "upstream.proxy must begin with http://"),
    ({"upstream": {"proxy_credentials_file": "x"}}, "upstream.proxy_credentials_file is set but"),
    ({"upstream": {"local_address": "eth0"}}, "upstream.local_address must be an IP address"),
    ({"environment": "sandbox"}, "environment is sandbox, and there is no address"),
    ({"accounts": {"s": {"environment": "sandbox"}}}, "accounts.s.environment is sandbox"),
    ({"policy": {"allow": ["/api/v3/order"]}}, "policy.allow[0] must be a method and a path"),
    ({"policy": {"allow": ["post /api/v3/order"]}}, "policy.allow[0] must be a method and a path"),
    ({"policy": {"allow": ["POST /sapi/*"]}}, "policy.allow[0] must be a method and a path"),
    ({"policy": {"allow": ["POST  /api/v3/order"]}}, "policy.allow[0] must be a method and a path"),
    ({"policy": {"allow": ["POST /api/v3/order?x=1"]}}, "policy.allow[0] must be a method and a path"),
    ({"endpoints": [{"endpoint": "GET /nowhere/x"}]}, "endpoints[0]: the path must begin with one of"),
    (
        {"endpoints": [{"endpoint": WITHDRAW, "mutates": False}]},
        "endpoints[0]: this operation cannot be declared harmless",
    ),
    (
        {"endpoints": [{"endpoint": "GET /sapi/v1/new/x"}, {"endpoint": "GET /sapi/v1/new/X"}]},
        "endpoints: GET /sapi/v1/new/X: corrected twice",
    ),
    ({"accounts": {"a b": {}}}, "the name of an account must be letters"),
    ({"accounts": {"x" * 65: {}}}, "the name of an account must be letters"),
    (
        {"accounts": {"m": {"api_key": "x", "api_key_file": "y"}}},
        "accounts.m has 2 sources for its API key: api_key, api_key_file",
    ),
    (
        {"accounts": {"m": {"api_secret_file": "x", "private_key_file": "y"}}},
        "accounts.m has 2 sources for its secret",
    ),
    (
        {"accounts": {"m": {"passphrase_file": "x", "passphrase_env": "Y"}}},
        "accounts.m has 2 sources for its passphrase",
    ),
    ({"accounts": {"m": {"api_secret_env": "not a name"}}}, "accounts.m.api_secret_env must be the name of"),
    (
        {"accounts": {"m": {"api_secret_keyring": "service"}}},
        "accounts.m.api_secret_keyring must be SERVICE/USER",
    ),
    (
        {"accounts": {"m": {"private_key_keyring": "/user"}}},
        "accounts.m.private_key_keyring must be SERVICE/USER",
    ),
    (
        {"policy": {"confirm": ["money_out", "money-out"]}},
        "policy.confirm[1] names neither a group of operations nor a known endpoint",
    ),
    ({"policy": {"confirm": ["read"]}}, "policy.confirm[0] names neither"),
    ({"policy": {"confirm": ["read-only"]}}, "policy.confirm[0] names neither"),
    ({"policy": {"confirm": [f"{WITHDRAW}/"]}}, "policy.confirm[0] names neither"),
    (
        {"clients_file": "c", "clients": {"bot": {"policy": {"confirm": ["POST /sapi/v1/brand/new"]}}}},
        "clients.bot.policy.confirm[0] names neither",
    ),
    ({"default_account": "main"}, "default_account names no account"),
    ({"accounts": {"main": {}}, "default_account": "mian"}, "default_account names no account"),
    (
        {"journal": {"file_bytes": 1_000_000, "max_bytes": 500_000}},
        "journal.max_bytes is smaller than one file",
    ),
    (
        {"budget": {"fapi_weight": 2400, "dapi_weight": 6000}},
        "budget.fapi_weight and budget.dapi_weight differ, and Binance counts both in one pool",
    ),
    (
        {
            "environment": "testnet",
            "accounts": {"live": {"environment": "production"}},
            "budget": {"fapi_weight": 1, "dapi_weight": 2},
        },
        "budget.fapi_weight and budget.dapi_weight differ",
    ),
    (
        {
            "environment": "demo",
            "upstream": {"unsafe_url": "http://127.0.0.1:9"},
            "budget": {"fapi_weight": 1, "dapi_weight": 2},
        },
        "budget.fapi_weight and budget.dapi_weight differ",
    ),
]

RIGHT = [
    {},
    {"listen": "0.0.0.0:8180", "admin": "0.0.0.0:8181", "token_file": "t"},
    {"listen": "[::1]:8180", "admin": None},
    {"listen": "127.0.0.1:0", "admin": "127.0.0.1:0"},
    {"allow_hosts": ["gateway", "signing-proxy.local", "[fd00::1]", "10.0.0.1"]},
    {"allow_origins": ["http://localhost:3000", "https://x.test", "http://[::1]:80"]},
    {"environment": "sandbox", "upstream": {"unsafe_url": "http://127.0.0.1:9"}},
    {
        "upstream": {
            "proxy": "socks5h://127.0.0.1:1080",
            "proxy_credentials_file": "x",
            "local_address": "fe80::1",
        }
    },
    {"policy": {"allow": [WITHDRAW]}},
    {"policy": {"confirm": ["money_out", "spot", "p2p_irreversible", WITHDRAW, "GET /api/v3/account"]}},
    {"policy": {"confirm": ["POST /sapi/v1/brand/new"], "allow": ["POST /sapi/v1/brand/new"]}},
    {
        "policy": {"confirm": ["POST /sapi/v1/brand/new"]},
        "endpoints": [{"endpoint": "POST /sapi/v1/brand/new"}],
    },
    {"endpoints": [{"endpoint": "GET /sapi/v1/new/x", "needs": "key", "mutates": False}]},
    {"accounts": {"a.b-c_9": {"api_key_file": "k", "api_secret_keyring": "service/user/with/slash"}}},
    {"accounts": {"main": {}}, "default_account": "main"},
    {"default_account": "default"},
    {"budget": {"fapi_weight": 2400, "dapi_weight": 2400}},
    {"budget": {"dapi_weight": 2400}},
    {"budget": {"fapi_weight": 2400}},
    {"environment": "demo", "budget": {"fapi_weight": 1, "dapi_weight": 2}},
    {
        "environment": "us",
        "accounts": {"t": {"environment": "testnet"}},
        "budget": {"fapi_weight": 1, "dapi_weight": 2},
    },
]


def _found(data: dict[str, object]) -> list[str]:
    conversion = convert(data)
    assert conversion.problems == []
    return [problem.says for check in CHECKS for problem in check(conversion.settings)]


@pytest.mark.parametrize(("data", "says"), WRONG, ids=range(len(WRONG)))
def test_settings_that_cannot_be_used_are_refused(data: dict[str, object], says: str) -> None:
    (found,) = _found(data)
    assert found.startswith(says)


@pytest.mark.parametrize("data", RIGHT, ids=range(len(RIGHT)))
def test_settings_that_fit_are_left_alone(data: dict[str, object]) -> None:
    assert _found(data) == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("money-out", "did you mean money_out?"),
        ("withdrawals", "METHOD /path, or one of: cancels, convert, earn, futures"),
        ("POST /sapi/v1/capital/withdraw/aply", f"did you mean {WITHDRAW}?"),
    ],
)
def test_a_confirm_line_that_names_nothing_is_an_error_with_the_nearest_name(line: str, hint: str) -> None:
    settings = convert({"policy": {"confirm": [line]}}).settings
    (problem,) = [problem for check in CHECKS for problem in check(settings)]
    assert problem.hint.startswith(hint)


def test_where_there_are_no_unix_sockets_none_is_taken_for_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = convert({"listen": "unix:/run/gateway.sock"}).settings
    assert [problem for check in CHECKS for problem in check(settings)] == []
    monkeypatch.setattr("proxy.config.checks.sockets.UNIX", False)
    (problem,) = [problem for check in CHECKS for problem in check(settings)]
    assert problem.says == "listen: this system has no Unix sockets"
