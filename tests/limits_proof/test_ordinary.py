"""Limits that refuse everything would hold, too: what real clients send must fit a reasonable policy, and be executed.

The forms are those of the public client libraries: which parameters they add, in which order, how they write numbers.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.limits_proof.attacks import Raw
from tests.limits_proof.policies import OWN_ADDRESS, SUB_ACCOUNT, WITHDRAW, Case
from tests.limits_proof.scene import Scene, scene

DATA = Path(__file__).resolve().parents[1] / "data"
_SYMBOLS = ["BTCUSDT", "ETHUSDT", "LTCBTC", "BNBUSDT", "BTCUSD_PERP", "BTC-261225-60000-C", "币安人生USDT"]
_PROFILES = ["spot", "margin", "futures", "transfers", "earn", "convert", "merchant"]
REASONABLE: Final = Case(
    "reasonable",
    {
        "profiles": _PROFILES,
        "allow": [WITHDRAW],
        "prices": "exchange",
        "limits": [
            {"applies_to": "spot", "symbols": _SYMBOLS, "max_quote": 5000, "max_quote_per_day": 1_000_000},
            {"applies_to": "margin", "symbols": ["BTCUSDT"], "max_quantity": 0.2, "max_quantity_per_day": 50},
            {"applies_to": "futures", "symbols": ["BTCUSDT", "ETHUSDT", "BTCUSD_PERP"], "max_quote": 5000},
            {"applies_to": "futures", "symbols": ["BTC-261225-60000-C"], "max_contracts": 2},
            {"applies_to": "convert", "coins": ["BTC", "USDT"], "max_quote": 1000},
            {"applies_to": "earn", "max_quantity": 100},
            {"applies_to": "transfers", "coins": ["USDT"], "max_quantity": 500},
            {"applies_to": "merchant", "coins": ["USDT", "USD"], "max_quantity": 2000},
            {"applies_to": WITHDRAW, "coins": ["USDT"], "addresses": [OWN_ADDRESS], "networks": ["TRX"],
             "max_quantity_per_day": 1000},
        ],
    },
)  # fmt: skip

_AT = "&recvWindow=5000&timestamp=1795254603360"
_SIGNED = _AT + "&signature=" + "ab" * 32
_BATCH = [
    {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.002", "price": "50000"},
    {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.002", "reduceOnly": "false"},
]  # fmt: skip
_OPTIONS = [
    {"symbol": "BTC-261225-60000-C", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "100",
     "clientOrderId": "a1"},
]  # fmt: skip
_SPOT, _LIMIT = (
    "POST /api/v3/order",
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000",
)
_AD = {
    "classify": "profession", "tradeType": "SELL", "asset": "USDT", "fiatUnit": "USD", "priceType": 1, "price": 1.01,
    "initAmount": 500, "maxSingleTransAmount": 300, "minSingleTransAmount": 10, "buyerKycLimit": 0, "payTimeLimit": 15,
    "remarks": "fast", "autoReplyMsg": "hello", "onlineNow": True, "tradeMethods": [{"payId": 7, "identifier": "BANK"}],
}  # fmt: skip

FORMS: Final[list[tuple[str, str, str | dict[str, Any]]]] = [
    ("python-binance", _SPOT, _LIMIT + "&newOrderRespType=FULL&newClientOrderId=x-HNA2TXFJ0123456789" + _SIGNED),
    ("python-binance", _SPOT, "quantity=0.01&side=SELL&symbol=BTCUSDT&type=MARKET" + _SIGNED),
    ("python-binance", _SPOT, "quoteOrderQty=100.0&side=BUY&symbol=BTCUSDT&type=MARKET" + _SIGNED),
    ("python-binance", "POST /api/v3/order/oco",
     "symbol=BTCUSDT&side=SELL&quantity=0.01&price=66000&stopPrice=55000&stopLimitPrice=54900&stopLimitTimeInForce=GTC"
     "&listClientOrderId=l1&newOrderRespType=RESULT" + _SIGNED),
    ("ccxt", _SPOT, "symbol=BTCUSDT&side=SELL&newClientOrderId=x-TKT5PX2F22ecb58eb9074fb1be018c&newOrderRespType=RESULT"
     "&type=LIMIT&quantity=0.01&price=66000&timeInForce=GTC" + _SIGNED),
    ("ccxt", _SPOT, "symbol=BTCUSDT&side=BUY&newOrderRespType=FULL&type=MARKET&quantity=0.01" + _SIGNED),
    ("ccxt", _SPOT, "symbol=BTCUSDT&side=SELL&newOrderRespType=RESULT&type=STOP_LOSS_LIMIT&quantity=0.01&price=54900"
     "&timeInForce=GTC&stopPrice=55000" + _SIGNED),
    ("connector", _SPOT, _LIMIT + "&strategyId=1&strategyType=1000000&selfTradePreventionMode=EXPIRE_MAKER" + _SIGNED),
    ("connector", _SPOT, "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.01000000&price=50000.00&icebergQty=0.001"),
    ("connector", "POST /api/v3/order/cancelReplace",
     _LIMIT + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=1&newOrderRespType=RESULT" + _SIGNED),
    ("connector", "POST /api/v3/orderList/oco",
     "symbol=BTCUSDT&side=SELL&quantity=0.01&aboveType=LIMIT_MAKER&abovePrice=66000&belowType=STOP_LOSS_LIMIT"
     "&belowPrice=54900&belowStopPrice=55000&belowTimeInForce=GTC&newOrderRespType=RESULT" + _SIGNED),
    ("connector", "POST /api/v3/orderList/otoco",
     "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=50000&workingQuantity=0.01&workingTimeInForce=GTC"
     "&pendingSide=SELL&pendingQuantity=0.01&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=66000"
     "&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=45000" + _SIGNED),
    ("connector", "POST /api/v3/orderList/opo",
     "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=60000&workingQuantity=0.01&workingTimeInForce=GTC"
     "&pendingSide=SELL&pendingType=LIMIT&pendingPrice=66000&pendingTimeInForce=GTC" + _SIGNED),
    ("connector", "POST /api/v3/sor/order", _LIMIT + "&newOrderRespType=FULL" + _SIGNED),
    ("python-binance", "POST /sapi/v1/margin/order",
     _LIMIT + "&isIsolated=FALSE&sideEffectType=NO_SIDE_EFFECT&newOrderRespType=FULL" + _SIGNED),
    ("ccxt", "POST /sapi/v1/margin/order",
     "symbol=BTCUSDT&side=SELL&newOrderRespType=FULL&type=MARKET&quantity=0.01&sideEffectType=AUTO_REPAY" + _SIGNED),
    ("connector", "POST /sapi/v1/margin/order",
     _LIMIT + "&isIsolated=TRUE&sideEffectType=MARGIN_BUY&autoRepayAtCancel=true" + _SIGNED),
    ("connector", "POST /sapi/v1/margin/borrow-repay",
     "asset=BTC&isIsolated=TRUE&symbol=BTCUSDT&amount=0.1&type=BORROW" + _SIGNED),
    ("python-binance", "POST /fapi/v1/order",
     "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&positionSide=BOTH"
     "&newClientOrderId=x-Cb7ytekJ1&newOrderRespType=RESULT" + _SIGNED),
    ("ccxt", "POST /fapi/v1/order",
     "symbol=BTCUSDT&side=SELL&newClientOrderId=x-xcKtGhcu1&newOrderRespType=RESULT&type=MARKET&quantity=0.01"
     "&reduceOnly=false" + _SIGNED),
    ("ccxt", "POST /fapi/v1/order",
     "symbol=ETHUSDT&side=SELL&type=LIMIT&quantity=1&price=3300&timeInForce=GTX" + _SIGNED),
    ("connector", "POST /fapi/v1/order",
     "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTD&goodTillDate=1895254603000&quantity=0.01&price=50000"
     "&selfTradePreventionMode=NONE&priceProtect=false&workingType=CONTRACT_PRICE" + _SIGNED),
    ("ccxt", "POST /fapi/v1/algoOrder",
     "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=55000&quantity=0.01"
     "&workingType=MARK_PRICE&priceProtect=true&clientAlgoId=x-xcKtGhcu2&reduceOnly=false" + _SIGNED),
    ("python-binance", "POST /fapi/v1/batchOrders", "batchOrders=" + quote(json.dumps(_BATCH)) + _SIGNED),
    ("ccxt", "POST /fapi/v1/batchOrders", "batchOrders=" + quote(json.dumps(_BATCH, separators=(",", ":"))) + _SIGNED),
    ("ccxt", "PUT /fapi/v1/order", "symbol=BTCUSDT&side=BUY&orderId=<open>&quantity=0.02&price=50000" + _SIGNED),
    ("python-binance", "POST /fapi/v1/leverage", "symbol=BTCUSDT&leverage=5" + _SIGNED),
    ("ccxt", "POST /dapi/v1/order",
     "symbol=BTCUSD_PERP&side=BUY&newOrderRespType=RESULT&type=LIMIT&quantity=3&price=50000&timeInForce=GTC" + _SIGNED),
    ("connector", "POST /eapi/v1/order",
     "symbol=BTC-261225-60000-C&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=3000&reduceOnly=false&postOnly=true"
     "&newOrderRespType=RESULT&clientOrderId=o1&isMmp=false" + _SIGNED),
    ("connector", "POST /eapi/v1/batchOrders", "orders=" + quote(json.dumps(_OPTIONS)) + _SIGNED),
    ("ccxt", "POST /papi/v1/um/order",
     "symbol=BTCUSDT&side=BUY&newClientOrderId=x-xcKtGhcu3&newOrderRespType=RESULT&type=LIMIT&quantity=0.01"
     "&price=50000&timeInForce=GTC" + _SIGNED),
    ("ccxt", "POST /papi/v1/cm/order",
     "symbol=BTCUSD_PERP&side=SELL&newOrderRespType=RESULT&type=MARKET&quantity=3" + _SIGNED),
    ("connector", "POST /sapi/v1/convert/limit/placeOrder",
     "baseAsset=BTC&quoteAsset=USDT&limitPrice=50000&side=BUY&expiredType=7_D&baseAmount=0.01&walletType=SPOT" + _SIGNED),
    ("connector", "POST /sapi/v1/simple-earn/flexible/subscribe",
     "productId=USDT001&amount=50&autoSubscribe=false&sourceAccount=SPOT" + _SIGNED),
    ("connector", "POST /sapi/v1/simple-earn/flexible/redeem",
     "productId=BTC001&redeemAll=false&amount=0.5&destAccount=SPOT" + _SIGNED),
    ("python-binance", "POST /sapi/v1/asset/transfer", "type=MAIN_UMFUTURE&asset=USDT&amount=100.5" + _SIGNED),
    ("connector", "POST /sapi/v1/sub-account/universalTransfer",
     f"fromAccountType=SPOT&toAccountType=SPOT&asset=USDT&amount=100&toEmail={quote(SUB_ACCOUNT)}&clientTranId=t1"
     + _SIGNED),
    ("ccxt", WITHDRAW, f"coin=USDT&address={OWN_ADDRESS}&network=TRX&amount=100" + _SIGNED),
    ("python-binance", WITHDRAW,
     f"coin=USDT&withdrawOrderId=w1&network=TRX&address={OWN_ADDRESS}&amount=100&transactionFeeFlag=false&name=my+address"
     "&walletType=0" + _SIGNED),
    ("C2C client", "POST /sapi/v1/c2c/ads/post", _AD),
]  # fmt: skip
SKIPPED: Final = ("application/json", "multipart/form-data")
"""Bodies in which the exchange reads no parameters of these operations."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Scene]]:
    with asyncio.Runner() as runner:
        opened = scene(tmp_path_factory.mktemp("ordinary"), [REASONABLE])
        yield runner, runner.run(opened.__aenter__())
        runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("place", ["form", "query"])
@pytest.mark.parametrize(
    ("client", "operation", "content"),
    FORMS,
    ids=[f"{client} {operation} {number}" for number, (client, operation, _) in enumerate(FORMS)],
)
def test_what_clients_send_is_executed(
    here: tuple[asyncio.Runner, Scene], client: str, operation: str, content: str | dict[str, Any], place: str
) -> None:
    runner, exchange = here
    door = exchange.doors[0]
    exchange.begin(door, passes_over=False)
    method, _, path = operation.partition(" ")
    if isinstance(content, dict):
        raw = Raw(method, path, body=content)
    else:
        opened = next(iter(exchange.sandbox.account().futures.orders))
        pairs = content.replace("<open>", str(opened)).encode().split(b"&")
        raw = Raw(method, path, form=pairs) if place == "form" else Raw(method, path, query=pairs)
    answer, entries = runner.run(exchange.ask(door, raw.octets(door.host)))
    assert answer is not None
    assert entries, (client, answer.status, answer.body)


def captured() -> Iterator[tuple[str, bytes, bytes]]:
    """Client and call, the head without its Host, and the body, of every captured write that has parameters."""
    for line in (DATA / "captures.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if one.get("event") or one["method"] not in ("POST", "PUT", "DELETE"):
            continue
        head, _, body = base64.b64decode(one["raw_b64"]).partition(b"\r\n\r\n")
        if any(kind.encode() in head for kind in SKIPPED) or body.startswith(b"{"):
            continue
        first, *rest = head.split(b"\r\n")
        kept = [line for line in rest if not line.lower().startswith(b"host:")]
        yield f"{one['client']} {one['call']}", b"\r\n".join((first, *kept)), body


def test_captured_requests_fit_a_wide_policy(tmp_path: Path) -> None:
    """With every measure bounded, and every symbol, coin, address and network of the captures listed."""
    wide = {
        "profiles": _PROFILES,
        "allow": [WITHDRAW],
        "prices": "exchange",
        "limits": [
            {"applies_to": "spot", "symbols": _SYMBOLS, "max_quantity": 1000, "max_quote_per_day": 1e9},
            {"applies_to": WITHDRAW, "max_quantity": 1000, "max_quantity_per_day": 1e6},
        ],
    }

    async def refused() -> AsyncIterator[tuple[str, bytes]]:
        async with scene(tmp_path, [Case("wide", wide)]) as exchange:
            door = exchange.doors[0]
            exchange.begin(door, passes_over=False)
            for name, head, body in captured():
                first, _, rest = head.partition(b"\r\n")
                octets = first + b"\r\nHost: " + door.host.encode() + b"\r\n" + rest + b"\r\n\r\n" + body
                answer, _ = await exchange.ask(door, octets)
                assert answer is not None, name
                if answer.header("X-Gateway-Error") == "limit_exceeded":
                    yield name, answer.body

    async def listed() -> list[tuple[str, bytes]]:
        return [one async for one in refused()]

    assert asyncio.run(listed()) == []
    assert len(list(captured())) > 140
