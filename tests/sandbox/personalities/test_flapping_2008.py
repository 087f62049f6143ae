"""The merchant's story: one of six calls works, then three, then one; which ones, the seed says; the rest never minds."""

from typing import Any

import pytest

from proxy.sandbox import put_on
from proxy.sandbox.personalities.flapping_2008 import PREFIX, SIX, lots, working
from tests.sandbox.conftest import NOW_MS, Exchange

BODIES = {
    "ads/search": {"asset": "USDT", "fiat": "USD", "tradeType": "BUY"},
    "ads/getReferencePrice": {"assets": ["USDT"], "fiatCurrency": "USD", "tradeType": "BUY"},
}
LOTS_7 = [
    "ads/getAds",
    "ads/getReferencePrice",
    "orderMatch/getUserOrderSummary",
    "ads/getAvailableAdsCategory",
    "ads/search",
    "chat/retrieveChatCredential",
]
CLIENT = {"clientType": "web"}


async def ask(exchange: Exchange, path: str) -> tuple[int, Any]:
    method = "POST" if path in BODIES else "GET"
    answer = await exchange.signed(method, PREFIX + path, body=BODIES.get(path), headers=CLIENT)
    return answer.status, answer.json["code"]


async def known(exchange: Exchange) -> frozenset[str]:
    """Which of the six know the key now; each of the others answers as reported."""
    told = {path: await ask(exchange, path) for path in SIX}
    assert set(told.values()) <= {(200, "000000"), (400, -2008)}
    return frozenset(path for path, (status, _) in told.items() if status == 200)


@pytest.mark.parametrize("seed", [1, 7])
async def test_one_of_six_works_then_three_then_one_and_so_on(open_exchange: Any, seed: int) -> None:
    now = NOW_MS
    exchange = await open_exchange(now_ms=lambda: now)
    put_on(exchange.sandbox, f"flapping-2008:seed={seed},step=10m")
    seen = []
    for minutes in (0, 9, 10, 19, 20, 29, 30, 40):
        now = NOW_MS + minutes * 60_000
        seen.append(await known(exchange))
    assert [len(one) for one in seen] == [1, 1, 3, 3, 1, 1, 1, 3]
    assert seen[0] == seen[4] == working(seed, 1)
    assert seen[2] == working(seed, 3) > seen[0]


async def test_control_calls_always_work_and_a_wrong_signature_changes_nothing(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "flapping-2008:works=0")
    for path in ("/api/v3/account", "/sapi/v1/account/apiRestrictions", "/sapi/v1/account/status"):
        assert (await exchange.signed("GET", path)).status == 200
    path = f"{PREFIX}ads/getAds?timestamp={NOW_MS}&signature={'0' * 64}"
    assert (await exchange.send("GET", path)).code == -2008


async def test_any_other_call_of_the_service_has_a_fate_too(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "flapping-2008:works=0")
    assert (await exchange.signed("GET", f"{PREFIX}orderMatch/listUserOrderHistory")).code == -2008
    exchange.sandbox.gates.key.clear()
    put_on(exchange.sandbox, "flapping-2008:works=6")
    assert (await exchange.signed("GET", f"{PREFIX}orderMatch/listUserOrderHistory")).status == 200


def test_a_seed_draws_one_order_for_ever_and_seeds_differ() -> None:
    """LOTS_7 was made with a shell: `printf '7 ads/getAds' | sha256sum` for each of the six, sorted by the sums."""
    assert sorted(lots(7), key=lots(7).__getitem__) == LOTS_7
    assert len({tuple(lots(seed)) for seed in range(50)}) > 30
    assert all(sorted(lots(seed).values()) == [0, 1, 2, 3, 4, 5] for seed in range(50))
