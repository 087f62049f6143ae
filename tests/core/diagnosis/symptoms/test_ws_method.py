"""ws-method-unknown: seen where it is, silent on near misses."""

import json
from typing import Any

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ws_method import SYMPTOM
from tests.core.diagnosis.checks import KEY, NOW, SIGNATURE, detect, request

SIGNED: dict[str, Any] = {"apiKey": KEY, "timestamp": NOW, "signature": SIGNATURE}


def frame(
    method: str, host: str = "ws-api.binance.com", code: int | None = None, msg: str = "", **params: Any
) -> Observation:
    body = json.dumps({"id": "1", "method": method, "params": params})
    return request("GET /ws-api/v3", ws=True, host=host, body=body, code=code, msg=msg)


SEEN = (
    (frame("order.plce"), "order.place was probably meant"),
    (frame("Order.Place"), "order.place was probably meant"),
    (frame("ticker.24h"), "ticker.24hr was probably meant"),
    (
        frame("userDataStream.start"),
        "retired the method userDataStream.start: no longer available since 2026-02-20",
    ),
    (frame("account.balance"), "ws-dapi.binance.com and ws-fapi.binance.com"),
    (frame("ticker.24hr", "ws-fapi.binance.com"), "served by ws-api.binance.com"),
)
NEAR_MISSES = (
    frame("order.place"),
    frame("v3/order.place"),
    frame("account.balance", ""),
    frame("something.new.altogether"),
    frame(""),
    request("GET /ws-api/v3", ws=True, body="no frame"),
    request("GET /api/v3/account?timestamp=1"),
)


@pytest.mark.parametrize(("observation", "says"), SEEN)
def test_it_is_seen(observation: Observation, says: str) -> None:
    sighting = detect(SYMPTOM, observation)
    assert sighting is not None
    assert says in sighting.says


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None


PARAMETERS = (
    # a frame, the rule and the words that come of it; "" where nothing is wrong
    (frame("klines", symbol="BTCUSDT", intrval="1h"), "param-unknown-name", "interval is, and was probably meant"),
    (frame("klines", symbol="BTCUSDT", interval="1h", limit="10.5"), "param-wrong-type", "limit has a decimal point"),
    (frame("klines", symbol="BTCUSDT", interval="1h", limit=5000), "param-out-of-range", "at most 1000"),
    (frame("klines", symbol="BTCUSDT"), "param-mandatory-missing", "interval is needed here"),
    (frame("order.cancel", "ws-fapi.binance.com", orderId=5, **SIGNED), "param-mandatory-missing", "symbol is needed"),
    (frame("order.status", symbol="BTCUSDT", orderid=5, **SIGNED), "param-unknown-name", "its name is orderId"),
    (frame("klines", symbol="BTCUSDT", interval="1h", limit=1000), "", ""),
    (frame("depth", "", symbol="BTCUSDT", limit=5), "", ""),
    (frame("userDataStream.ping", listenKey="x" * 60, apiKey=KEY), "ws-method-unknown", "retired"),
    (frame("time"), "", ""),
)  # fmt: skip


@pytest.mark.parametrize(("observation", "rule", "says"), PARAMETERS)
def test_the_params_are_held_against_the_table(observation: Observation, rule: str, says: str) -> None:
    found = engine.diagnose(observation).findings
    assert [one.rule for one in found if one.rule != "secret-of-another-key"][:1] == ([rule] if rule else [])
    if rule:
        assert says in found[0].says


def test_an_order_of_futures_is_judged_by_its_own_types() -> None:
    order: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quoteOrderQty": "10",
        **SIGNED,
    }
    spot, future = frame("order.place", **order), frame("order.place", "ws-fapi.binance.com", **order)
    rules = [{one.rule for one in engine.diagnose(each).findings} for each in (spot, future)]
    assert "param-mandatory-missing" not in rules[0]
    assert "param-mandatory-missing" in rules[1]
