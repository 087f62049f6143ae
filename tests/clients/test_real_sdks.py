"""Two unmodified SDKs at once, each with its own virtual key. `make test-clients` installs them; without it, skipped."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from proxy.core.settings import ClientSettings
from tests.clients.test_gateway import READER, STRICT, House, house

__all__ = ["house"]
HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".clients"
PYTHONS = {name: ENVIRONMENTS / name / "bin" / "python" for name in ("binance-connector", "ccxt")}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(path.exists() for path in PYTHONS.values()), reason="make test-clients installs the SDKs"
    ),
]


async def drive(house: House, library: str, program: str, key: str, secret: str) -> list[Any]:
    """Run a program of the SDK; what it printed, one JSON value a line."""
    process = await asyncio.create_subprocess_exec(
        str(PYTHONS[library]), str(HERE / program), house.url, key, secret, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


async def test_two_sdks_at_once_each_with_its_account_and_policy(house: House) -> None:
    strict_reader = ClientSettings(accounts=READER.accounts, policy=READER.policy, signature="require")
    trader, reader = house.add("trader", STRICT), house.add("reader", strict_reader)
    assert trader.api_secret is not None
    assert reader.api_secret is not None

    async def both() -> tuple[list[Any], list[Any]]:
        assert trader.api_secret is not None
        assert reader.api_secret is not None
        return await asyncio.gather(
            drive(
                house,
                "binance-connector",
                "sdk_connector.py",
                trader.api_key,
                trader.api_secret.reveal().decode(),
            ),
            drive(house, "ccxt", "sdk_ccxt.py", reader.api_key, reader.api_secret.reveal().decode()),
        )

    connector, ccxt = await both()
    assert connector == ["ok", "ok", "ok"]
    assert ccxt[:2] == ["ok", "ok"]
    assert "endpoint needs the profile" in ccxt[2][1]
    assert set(house.accounts_seen()) == {"main", "other"}

    house.store.revoke("trader", now_ms=0)
    house.follow()
    connector, ccxt = await both()
    assert [(status, code) for status, code, _ in connector] == [(401, -99401)] * 3
    assert ccxt[:2] == ["ok", "ok"]


async def test_a_wrong_virtual_secret_is_told_to_the_sdk_under_require_and_mended_under_repair(
    house: House,
) -> None:
    strict, loose = house.add("strict", STRICT), house.add("loose")
    assert strict.api_secret is not None
    wrong = strict.api_secret.reveal().decode() + "\n"
    refused, mended = await asyncio.gather(
        drive(house, "binance-connector", "sdk_connector.py", strict.api_key, wrong),
        drive(house, "binance-connector", "sdk_connector.py", loose.api_key, "not-the-secret"),
    )
    assert refused[0] == "ok"
    for status, code, message in refused[1:]:
        assert (status, code) == (401, -99401)
        assert "virtual secret" in message
        assert "white space" in message or "line break" in message or "newline" in message
    assert mended == ["ok", "ok", "ok"]
    kept = await house.recorded(6)
    rules = {
        finding["rule"] for one in kept if one.get("client") == "loose" for finding in one.get("findings", [])
    }
    assert "client-signature-wrong" in rules
