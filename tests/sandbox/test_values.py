"""Refusals of business parameters, by real requests: -1100 to -1106, -1111 to -1121."""

from typing import Any

import pytest

from tests.sandbox.conftest import Exchange

TEST = "/api/v3/order/test"
LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=60000"
MARKET = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001"
LEGAL_NUMBER = r"'^([0-9]{1,20})(\.[0-9]{1,20})?$'"


def _missing(name: str) -> str:
    return f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."


@pytest.mark.parametrize(
    ("query", "code", "msg"),
    [
        (LIMIT.replace("symbol=BTCUSDT&", ""), -1102, _missing("symbol")),
        (LIMIT.replace("&timeInForce=GTC", ""), -1102, _missing("timeInForce")),
        (LIMIT.replace("&price=60000", ""), -1102, _missing("price")),
        (
            MARKET.replace("&quantity=0.001", ""),
            -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        ),
        (
            LIMIT.replace("BTCUSDT", "btcusdt"),
            -1100,
            "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
        ),
        (
            LIMIT.replace("0.001", "1e-3"),
            -1100,
            f"Illegal characters found in parameter 'quantity'; legal range is {LEGAL_NUMBER}.",
        ),
        (
            LIMIT.replace("60000", "60000%2C5"),
            -1100,
            f"Illegal characters found in parameter 'price'; legal range is {LEGAL_NUMBER}.",
        ),
        (
            LIMIT + "&newClientOrderId=a%20b",
            -1100,
            "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
        ),
        (
            LIMIT + "&comment=x",
            -1104,
            "Not all sent parameters were read; read '7' parameter(s) but was sent '8'.",
        ),
        (LIMIT + "&comment=", -1105, "Parameter 'comment' was empty."),
        (LIMIT + "&stopPrice=", -1105, "Parameter 'stopPrice' was empty."),
        (MARKET + "&price=60000", -1106, "Parameter 'price' sent when not required."),
        (MARKET + "&timeInForce=GTC", -1106, "Parameter 'timeInForce' sent when not required."),
        (MARKET + "&quoteOrderQty=10", -1106, "Parameter 'quoteOrderQty' sent when not required."),
        (
            LIMIT.replace("0.001", "0.30000000000000004"),
            -1111,
            "Parameter 'quantity' has too much precision.",
        ),
        (LIMIT.replace("GTC", "gtc"), -1115, "Invalid timeInForce."),
        (LIMIT.replace("LIMIT", "limit"), -1116, "Invalid orderType."),
        (LIMIT.replace("BUY", "buy"), -1117, "Invalid side."),
        (LIMIT.replace("BTCUSDT", "BTCXYZ"), -1121, "Invalid symbol."),
        (LIMIT.replace("0.001", "0.0000015"), -1013, "Filter failure: LOT_SIZE"),
        (LIMIT.replace("60000", "60000.001"), -1013, "Filter failure: PRICE_FILTER"),
        (LIMIT.replace("60000", "600000"), -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (LIMIT.replace("0.001", "0.00001"), -1013, "Filter failure: NOTIONAL"),
    ],
)
async def test_a_wrong_order_is_refused(exchange: Exchange, query: str, code: int, msg: str) -> None:
    answer = await exchange.signed("POST", TEST, query)
    assert (answer.status, answer.json) == (400, {"code": code, "msg": msg})
    assert exchange.seen[-1].signature == "valid"


@pytest.mark.parametrize(
    "query",
    [
        LIMIT,
        MARKET,
        LIMIT + "&newClientOrderId=x-AB12CD%2Fid%3A1.2",
        LIMIT.replace("BTCUSDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT")
        .replace("60000", "0.15")
        .replace("0.001", "100"),
        "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=100",
        "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.001&price=59000&stopPrice=59100",
        "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=0.001&price=61000",
    ],
)
async def test_a_right_order_is_not_refused(exchange: Exchange, query: str) -> None:
    answer = await exchange.signed("POST", TEST, query)
    assert (answer.status, answer.json) == (200, {})
    assert (await exchange.signed("GET", "/api/v3/openOrders")).json == [], "a test leaves no order"


async def test_parameters_of_a_wrong_method_are_too_many(exchange: Exchange) -> None:
    answer = await exchange.signed("GET", "/api/v3/order", LIMIT)
    assert answer.json == {"code": -1101, "msg": "Too many parameters; expected '6' and received '8'."}


async def test_only_api_counts_unknown_parameters(exchange: Exchange) -> None:
    assert (await exchange.signed("GET", "/sapi/v1/account/status", "whatever=1")).status == 200
    assert (await exchange.signed("GET", "/api/v3/account", "whatever=1")).code == -1104


@pytest.mark.parametrize(
    "path", ["/api/v3/account", "/sapi/v1/account/status", "/fapi/v2/balance", "/dapi/v1/balance"]
)
@pytest.mark.parametrize(("setting", "code"), [("refuse", -1104), ("pass_over", None)])
async def test_a_sandbox_can_treat_unknown_parameters_alike_everywhere(
    open_exchange: Any, path: str, setting: str, code: int | None
) -> None:
    exchange = await open_exchange(unknown_parameters=setting)
    assert (await exchange.signed("GET", path, "whatever=1")).code == code
    assert (await exchange.signed("GET", path, "RecvWindow=1")).code == code, (
        "a name in another case is unknown"
    )


async def test_what_is_passed_over_has_no_effect(open_exchange: Any) -> None:
    exchange = await open_exchange(unknown_parameters="pass_over")
    answer = await exchange.signed("POST", "/api/v3/order", MARKET + "&Quantity=1&quantity%20=1&QUANTITY=1")
    assert answer.json["executedQty"] == "0.00100000"
    assert (await exchange.send("GET", "/api/v3/time?signature=x")).code == -1101, (
        "no parameter of the business"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/order/test",
        "/sapi/v1/asset/transfer",
        "/fapi/v1/order",
        "/dapi/v1/order",
        "/sapi/v1/c2c/ads/post",
    ],
)
@pytest.mark.parametrize("name", ["quantity", "amount", "whatever", "recvWindow"])
@pytest.mark.parametrize(
    ("query", "form"),
    [("{0}=1&{0}=1", ""), ("", "{0}=1&{0}=2"), ("{0}=1", "{0}=1"), ("{0}=1", "%{1:x}{2}=1")],
)
async def test_nothing_may_come_twice_in_any_product(
    open_exchange: Any, path: str, name: str, query: str, form: str
) -> None:
    """Query and form count together, percent-decoded; also for names that are passed over."""
    exchange = await open_exchange(unknown_parameters="pass_over")
    query, form = (text.format(name, ord(name[0]), name[1:]) for text in (query, form))
    answer = await exchange.signed("POST", path, query, form=form or None)
    assert answer.json == {"code": -1101, "msg": "Duplicate values for a parameter detected."}


async def test_public_endpoints_take_nothing_twice_either(exchange: Exchange) -> None:
    for prefix in ("/api/v3", "/fapi/v1", "/dapi/v1"):
        assert (await exchange.send("GET", f"{prefix}/exchangeInfo?symbol=A&symbol=A")).code == -1101


async def test_some_parameters_may_come_several_times(exchange: Exchange) -> None:
    answer = await exchange.signed("POST", "/sapi/v1/asset/dust", form="asset=BTC&asset=ETH")
    assert [entry["fromAsset"] for entry in answer.json["transferResult"]] == ["BTC", "ETH"]
    assert (
        await exchange.signed("POST", "/sapi/v1/asset/dust", "asset=BTC&accountType=SPOT&accountType=SPOT")
    ).code == -1101


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("symbol=BTCUSDT&interval=7m", -1120),
        ("symbol=BTCUSDT", -1102),
        ("symbol=BTCUSDT&interval=1h&limit=x", -1100),
    ],
)
async def test_public_endpoints_check_their_parameters(exchange: Exchange, query: str, code: int) -> None:
    assert (await exchange.send("GET", f"/api/v3/klines?{query}")).code == code
