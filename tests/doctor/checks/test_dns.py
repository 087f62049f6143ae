"""Names of the exchange. Who asks whom is told apart; nothing here leaves the machine."""

import socket
from pathlib import Path
from typing import Any

import pytest

from proxy.upstream.resolver import Resolver
from tests.doctor.patients import lines, patient

type Told = list[str] | OSError


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Told]:
    """What the system's resolver says of each name."""
    known: dict[str, Told] = {}

    async def addresses(_: Resolver, host: str, port: int) -> list[Any]:
        found = known.get(host, ["151.101.1.1"])
        if isinstance(found, OSError):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(Resolver, "addresses", addresses)
    return known


async def told(tmp_path: Path, **upstream: str) -> str:
    async with patient("", tmp_path, upstream=upstream) as one:
        (line,) = await lines(one, "dns")
    return line


async def test_all_names_are_found(tmp_path: Path, names: dict[str, Told]) -> None:
    assert await told(tmp_path) == (
        "dns: good: api.binance.com, fapi.binance.com, dapi.binance.com, eapi.binance.com, papi.binance.com:"
        " found in N ms,"
        " all addresses public"
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [(socket.EAI_NONAME, "name not found"), (socket.EAI_AGAIN, "the name server does not answer")],
)
async def test_a_name_that_is_not_found(
    tmp_path: Path, names: dict[str, Told], code: int, words: str
) -> None:
    names["api.binance.com"] = socket.gaierror(code, "text")
    assert await told(tmp_path) == (
        f"dns: failed: api.binance.com: {words} -> check the name server of this machine (/etc/resolv.conf) and"
        f" its network"
    )


@pytest.mark.parametrize("address", ["192.168.1.1", "127.0.0.1", "100.64.0.1", "fe80::1%eth0"])
async def test_a_name_that_leads_into_the_house(tmp_path: Path, names: dict[str, Told], address: str) -> None:
    names["api.binance.com"] = ["151.101.1.1", address]
    words = f"api.binance.com: leads to {address}, which is no public address: nothing is sent there"
    assert words in await told(tmp_path)


async def test_a_proxy_looks_up_itself(tmp_path: Path, names: dict[str, Told]) -> None:
    names["gate.lan"] = ["192.168.1.1"]
    assert await told(tmp_path, proxy="http://gate.lan:3128") == (
        "dns: good: gate.lan: found; it looks up Binance's names itself"
    )
    names["gate.lan"] = socket.gaierror(socket.EAI_NONAME, "text")
    assert "dns: failed: gate.lan: name not found" in await told(tmp_path, proxy="http://gate.lan:3128")


async def test_a_name_that_only_one_product_needs(tmp_path: Path, names: dict[str, Told]) -> None:
    names["eapi.binance.com"] = socket.gaierror(socket.EAI_NONAME, "text")
    assert (await told(tmp_path)).startswith("dns: warning: eapi.binance.com: name not found -> ")
