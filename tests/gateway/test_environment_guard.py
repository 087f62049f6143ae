"""An account is bound to its environment, and a key goes to Binance's own hosts only: https, public, verified."""

import socket
import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession

from proxy.app.build import start_gateway
from proxy.core.catalogue import ENVIRONMENTS
from proxy.core.errors import ConfigError, UpstreamError
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender
from proxy.upstream.tls import tls_context

KEYS = {"live": "testkeylive" + "0" * 53, "test": "testkeytest" + "0" * 53}
SIGNING = HmacKey(Secret(b"testsecret" + b"0" * 54))
ACCOUNTS = Accounts(
    {
        "live": Account("live", "production", KEYS["live"], SIGNING),
        "test": Account("test", "testnet", KEYS["test"], SIGNING),
    },
    "live",
)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """What would have left for Binance; nothing leaves in a test."""
    seen: list[tuple[str, bytes]] = []

    async def send(_self: Sender, base: str, octets: bytes, **_more: Any) -> None:
        seen.append((base, octets))
        raise fault("upstream_unreachable", "connect", "Test")

    monkeypatch.setattr(Sender, "send", send)
    return seen


def settings(tmp_path: Path, **more: Any) -> Settings:
    plain = {"listen": "127.0.0.1:0", "admin": None, "journal": {"directory": str(tmp_path / "j")}, **more}
    return msgspec.convert(plain, Settings)


async def test_each_key_reaches_the_hosts_of_its_own_environment_only(
    tmp_path: Path, sent: list[tuple[str, bytes]]
) -> None:
    running = await start_gateway(settings(tmp_path), ACCOUNTS)
    async with ClientSession() as session:
        for account in ("live", "test"):
            for path in (
                "/api/v3/account",
                "/fapi/v2/account",
                "/dapi/v1/account",
                "/sapi/v1/account/status",
            ):
                headers = {"X-Gateway-Account": account, "X-Gateway-Host": "dapi"}
                async with session.get(running.url + path, headers=headers) as answer:
                    there = account == "live" or not path.startswith("/sapi")
                    token = "upstream_unreachable" if there else "endpoint_not_in_environment"
                    assert answer.headers["X-Gateway-Error"] == token
    await running.stop()
    keyed = [(base, octets) for base, octets in sent if b"X-MBX-APIKEY" in octets]
    assert len(keyed) == 7
    for base, octets in keyed:
        testnet = base in set(ENVIRONMENTS["testnet"].bases.values())
        assert (KEYS["test"].encode() in octets) is testnet
        assert (KEYS["live"].encode() in octets) is not testnet


WAYS = [
    # account, path, X-Gateway-Host -> where it goes; the same paths for both, one after the other
    ("live", "/api/v3/account", None, "https://api.binance.com"),
    ("test", "/api/v3/account", None, "https://testnet.binance.vision"),
    (None, "/api/v3/account", None, "https://api.binance.com"),
    ("test", "/fapi/v2/account", None, "https://testnet.binancefuture.com"),
    ("live", "/fapi/v2/account", None, "https://fapi.binance.com"),
    ("live", "/futures/data/openInterestHist", None, "https://fapi.binance.com"),
    ("live", "/futures/data/openInterestHist", "dapi", "https://dapi.binance.com"),
    ("test", "/futures/data/openInterestHist", "dapi", "https://testnet.binancefuture.com"),
]


@pytest.mark.parametrize("turn", range(len(WAYS)))
async def test_a_path_that_is_known_already_goes_where_the_account_belongs(
    turn: int, tmp_path: Path, sent: list[tuple[str, bytes]]
) -> None:
    """Whichever account asked first: the way of one must not be remembered for the other."""
    running = await start_gateway(settings(tmp_path), ACCOUNTS)
    async with ClientSession() as session:
        for account, path, host, base in [*WAYS[turn:], *WAYS[:turn]] * 2:
            headers = {"X-Gateway-Account": account} if account else {}
            headers |= {"X-Gateway-Host": host} if host else {}
            async with session.get(running.url + path, headers=headers) as answer:
                assert answer.headers["X-Gateway-Error"] == "upstream_unreachable"
            asked = [(at, octets) for at, octets in sent if octets.startswith(f"GET {path}".encode())]
            assert asked[-1][0] == base
            if path.endswith("/account"):
                assert KEYS[account or "live"].encode() in asked[-1][1]
    await running.stop()


async def test_one_key_cannot_be_bound_to_two_environments(tmp_path: Path) -> None:
    both = Accounts(
        {
            "live": Account("live", "production", KEYS["live"], SIGNING),
            "test": Account("test", "testnet", KEYS["live"], SIGNING),
        },
        "live",
    )
    with pytest.raises(ConfigError, match="same API key and different environments"):
        await start_gateway(settings(tmp_path), both)


@pytest.mark.parametrize(
    "base",
    [
        "http://api.binance.com",
        "https://api.binance.com:8443",
        "https://api.binance.com.evil.test",
        "https://www.binance.com",
        "https://p2p.binance.com",
        "https://127.0.0.1",
        "https://",
    ],
)
async def test_no_other_host_is_dialled(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolves(*_any: Any, **_more: Any) -> list[Any]:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(resolves))
    with pytest.raises(UpstreamError) as caught:
        await Dialer(context=tls_context()).open(base)
    assert caught.value.refusal.token == "upstream_refused_address"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0"],
)
async def test_a_name_that_leads_into_a_private_network_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolves(*_any: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(resolves))
    with pytest.raises(UpstreamError) as caught:
        await Dialer(context=tls_context()).open("https://api.binance.com")
    assert caught.value.refusal.token == "upstream_refused_address"


def test_certificates_are_always_verified() -> None:
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
