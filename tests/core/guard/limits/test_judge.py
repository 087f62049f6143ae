"""Which lines a request fits, and what is said where it fits none."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.core.catalogue import PrefixFamily
from proxy.core.guard.limits import Measure, bounds_of, can_bound, concerned, judge, limit_refusal
from proxy.core.market import MarketFacts, MarketNeed
from tests.core.guard.limits.asking import (
    ADVERT,
    COIN_M,
    FACTS,
    KEEP_PRIORITY,
    MARGIN,
    MARGIN_OF_TENTH,
    OPTION,
    ORDER,
    TO_SUB_ACCOUNT,
    TRANSFER,
    USD_M,
    USD_M_BATCH,
    WITHDRAW,
    ask,
    endpoint_of,
    lines_of_policy,
    prepared_of,
    why,
)

BUY = "symbol=BTCUSDT&side=BUY&"
MARKET = BUY + "type=MARKET&"
LIMIT = BUY + "type=LIMIT&timeInForce=GTC&"

# -- whom a line concerns

CONCERNED = [
    ("spot", ORDER, True),
    ("spot", "POST /api/v3/orderList/oco", True),
    ("spot", "DELETE /api/v3/order", True),
    ("spot", KEEP_PRIORITY, True),
    ("spot", USD_M, False),
    ("futures", "DELETE /fapi/v1/order", True),  # cancels belong to the profile of what they take away
    ("futures", "DELETE /fapi/v1/batchOrders", True),
    ("futures", "DELETE /api/v3/order", False),
    ("convert", "POST /sapi/v1/convert/limit/cancelOrder", True),
    ("spot", "DELETE /sapi/v1/algo/spot/order", False),  # what places these is in no profile
    ("DELETE /api/v3/openOrders", "DELETE /api/v3/openOrders", True),
    ("DELETE /api/v3/openOrders", "DELETE /api/v3/order", False),
    (ORDER, ORDER, True),
    (ORDER, "DELETE /api/v3/order", False),
    ("spot", "GET /api/v3/openOrders", False),
    ("spot", "POST /api/v3/order/test", False),
    ("POST /api/v3/order/test", "POST /api/v3/order/test", False),  # executes nothing
    ("GET /api/v3/openOrders", "GET /api/v3/openOrders", False),
    (WITHDRAW, WITHDRAW, True),
]


@pytest.mark.parametrize(("applies_to", "name", "expected"), CONCERNED)
def test_a_line_concerns_a_profile_or_one_endpoint_and_never_a_read(
    applies_to: str, name: str, expected: bool
) -> None:
    lines = lines_of_policy({"applies_to": applies_to})
    assert concerned(endpoint_of(name), lines) == (lines if expected else ())


def test_the_lines_that_concern_an_endpoint_keep_their_order() -> None:
    lines = lines_of_policy({"applies_to": ORDER}, {"applies_to": "futures"}, {"applies_to": "spot"})
    assert concerned(endpoint_of(ORDER), lines) == (lines[0], lines[2])


# -- lists

NO_SYMBOL, NO_COIN = "its symbol is not among `symbols`", "its coin is not among `coins`"
NO_ADDRESS = "its address (with its tag) is not among `addresses`"
NO_NETWORK, NO_RECIPIENT = "its network is not among `networks`", "its recipient is not among `recipients`"
NO_EFFECT = "its side effect is not among `side_effects`"
MUST = " must be named, because the policy lists "
MUST_SYMBOL, MUST_COIN = f"its symbol{MUST}`symbols`", f"its coin{MUST}`coins`"
MUST_ADDRESS = f"its address (with its tag){MUST}`addresses`"
BTC: dict[str, Any] = {"symbols": ["BTCUSDT", "BNBUSDT"]}
USDT: dict[str, Any] = {"coins": ["USDT", "BNB"]}
WITHDRAWAL = "coin=USDT&amount=10&"
SHARED: dict[str, Any] = {"addresses": ["Tabc", "Xrp 77", "Xrp 77 78", "中"]}

DUST_CONVERT, BORROW = "POST /sapi/v1/asset/dust-convert/convert", "POST /sapi/v1/margin/borrow-repay"
SUB_UNIVERSAL = "POST /sapi/v1/sub-account/universalTransfer"

LISTS = [
    (ORDER, MARKET + "quantity=1", BTC, None),
    (ORDER, MARKET.replace("BTC", "ETH") + "quantity=1", BTC, NO_SYMBOL),
    (ORDER, MARKET.replace("BTC", "btc") + "quantity=1", BTC, NO_SYMBOL),
    (ORDER, "side=BUY&type=MARKET&quantity=1", BTC, MUST_SYMBOL),
    (ORDER, "symbol=&side=BUY", BTC, NO_SYMBOL),
    (ORDER, "symbol=BTCUSDT%20", BTC, NO_SYMBOL),
    (ORDER, "symbol=%EF%BB%BFBTCUSDT", BTC, NO_SYMBOL),
    ("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1", BTC, None),
    ("DELETE /api/v3/openOrders", "symbol=ETHUSDT", BTC, NO_SYMBOL),
    ("POST /fapi/v1/leverage", "symbol=ETHUSDT&leverage=5", BTC, NO_SYMBOL),
    ("DELETE /fapi/v1/algoOrder", "algoId=1", BTC, None),  # a cancel names none
    ("DELETE /eapi/v1/allOpenOrdersByUnderlying", "underlying=BTCUSDT", BTC, None),
    ("POST /eapi/v1/countdownCancelAllHeartBeat", "underlyings=BTCUSDT,BNBUSDT", BTC, None),
    ("POST /eapi/v1/countdownCancelAllHeartBeat", "underlyings=BTCUSDT,ETHUSDT", BTC, NO_SYMBOL),
    (USD_M_BATCH, 'batchOrders=[{"symbol":"BTCUSDT"},{"symbol":"BNBUSDT"}]', BTC, None),
    (USD_M_BATCH, 'batchOrders=[{"symbol":"BTCUSDT"},{"symbol":"ETHUSDT"}]', BTC, "`symbol` is not among `symbols`"),
    (USD_M_BATCH, "batchOrders=[{}]", BTC, MUST_SYMBOL),
    ("POST /sapi/v1/convert/acceptQuote", "quoteId=1", BTC, "`symbols` does not bound this operation, which names none"),
    ("POST /fapi/v1/positionSide/dual", "dualSidePosition=true", BTC, None),
    # a symbol that the exchange looks at for isolated margin only says nothing elsewhere
    (BORROW, "asset=USDT&isIsolated=TRUE&symbol=BTCUSDT&amount=1&type=BORROW", BTC, None),
    (BORROW, "asset=USDT&isIsolated=TRUE&symbol=ETHUSDT&amount=1&type=BORROW", BTC, NO_SYMBOL),
    (BORROW, "asset=USDT&isIsolated=FALSE&symbol=BTCUSDT&amount=1&type=BORROW", BTC, MUST_SYMBOL),
    (BORROW, "asset=USDT&isIsolated=true&symbol=BTCUSDT&amount=1&type=BORROW", BTC, MUST_SYMBOL),
    (BORROW, "asset=USDT&symbol=BTCUSDT&amount=1&type=BORROW", BTC, MUST_SYMBOL),
    ("POST /sapi/v1/margin/manual-liquidation", "type=ISOLATED&symbol=BTCUSDT", BTC, None),
    ("POST /sapi/v1/margin/manual-liquidation", "type=MARGIN&symbol=BTCUSDT", BTC, MUST_SYMBOL),
    (SUB_UNIVERSAL, "fromAccountType=SPOT&toAccountType=ISOLATED_MARGIN&symbol=BTCUSDT&asset=USDT&amount=1", BTC, None),
    (SUB_UNIVERSAL, "fromAccountType=SPOT&toAccountType=MARGIN&symbol=BTCUSDT&asset=USDT&amount=1", BTC, MUST_SYMBOL),
    (ORDER, MARKET + "quantity=1", {"symbols": []}, None),
    # coins
    (TRANSFER, "type=MAIN_MARGIN&asset=USDT&amount=1", USDT, None),
    (TRANSFER, "type=MAIN_MARGIN&asset=BTC&amount=1", USDT, NO_COIN),
    (TRANSFER, "type=MAIN_MARGIN&amount=1", USDT, MUST_COIN),
    (TRANSFER, "type=MAIN_MARGIN&asset=USDT,BNB&amount=1", USDT, NO_COIN),  # one name, whatever it looks like
    (TRANSFER, "type=MAIN_MARGIN&asset=%5B%22USDT%22%5D&amount=1", USDT, NO_COIN),
    (WITHDRAW, "coin=BTC&address=Tabc&amount=1", USDT, NO_COIN),
    ("POST /sapi/v1/asset/convert-transfer", "asset=USDT&targetAsset=BNB&amount=1", USDT, None),
    ("POST /sapi/v1/asset/convert-transfer", "asset=USDT&targetAsset=BTC&amount=1", USDT, "`targetAsset` is not among `coins`"),
    ("POST /sapi/v1/loan/borrow", "loanCoin=USDT&collateralCoin=BTC&loanAmount=1", USDT, "`collateralCoin` is not among `coins`"),
    ("POST /sapi/v1/asset/dust", "asset=BNB,USDT", USDT, None),
    ("POST /sapi/v1/asset/dust", "asset=BNB,BTC", USDT, NO_COIN),
    ("POST /sapi/v1/asset/dust", "asset=BNB,", USDT, NO_COIN),
    ("POST /sapi/v1/asset/dust", 'asset=["BNB","USDT"]', USDT, None),
    ("POST /sapi/v1/asset/dust", 'asset=["BNB","BTC"]', USDT, NO_COIN),
    ("POST /sapi/v1/asset/dust", "asset=[]", USDT, MUST_COIN),
    ("POST /sapi/v1/asset/dust", 'asset=["BNB",["BTC"]]', USDT, "a list in it must hold texts"),
    ("POST /sapi/v1/asset/dust", 'asset=["BNB"', USDT, "a list in it cannot be read as JSON in which each name stands once"),
    ("POST /sapi/v1/asset/dust", "asset=" + "[" * 100_000, USDT, "a list in it cannot be read as JSON in which each name stands once"),
    ("POST /sapi/v1/bswap/liquidityRemove", "asset=BNB&asset=BTC", USDT, "`asset` is not among `coins`"),
    ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=1&amount=1", USDT, "`coins` does not bound this operation, which names none"),
    # where it is left out, the exchange chooses it
    (DUST_CONVERT, "asset=BNB&targetAsset=USDT", USDT, None),
    (DUST_CONVERT, "asset=BNB", USDT, "`targetAsset` must be named: without it the exchange chooses the coin"),
    ("POST /papi/v1/margin/repay-debt", "asset=USDT&amount=1", USDT, "`specifyRepayAssets` must be named: without it the exchange chooses the coin"),
    ("POST /papi/v1/margin/repay-debt", "asset=USDT&amount=1&specifyRepayAssets=BNB", USDT, None),
    ("POST /papi/v1/margin/repay-debt", "asset=USDT&amount=1&specifyRepayAssets=BNB,BTC", USDT, "`specifyRepayAssets` is not among `coins`"),
    # addresses, with the tag that chooses the owner at a shared one
    (WITHDRAW, WITHDRAWAL + "address=Tabc", SHARED, None),
    (WITHDRAW, WITHDRAWAL + "address=tabc", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tother", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tabc&addressTag=9", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tabc&addressTag=", SHARED, None),
    (WITHDRAW, WITHDRAWAL + "address=Xrp&addressTag=77", SHARED, None),
    (WITHDRAW, WITHDRAWAL + "address=Xrp&addressTag=77+78", SHARED, MUST_ADDRESS),  # a blank may be read as the end
    (WITHDRAW, WITHDRAWAL + "address=Xrp+77", SHARED, MUST_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tabc%C2%A0", SHARED, MUST_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Xrp", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Xrp&addressTag=", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=&addressTag=Tabc", SHARED, MUST_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "addressTag=77", SHARED, MUST_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tabc,Tother", SHARED, NO_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=%E4%B8%AD", SHARED, None),
    (WITHDRAW, WITHDRAWAL, SHARED, MUST_ADDRESS),
    (WITHDRAW, WITHDRAWAL + "address=Tabc&addressTag=77&addressTag=78", SHARED, "`addressTag` stands twice; send it once"),
    (TRANSFER, "type=MAIN_MARGIN&asset=USDT&amount=1", SHARED, "`addresses` does not bound this operation, which names none"),
    # networks and recipients must be named
    (WITHDRAW, WITHDRAWAL + "address=Tabc&network=TRX", {"networks": ["TRX"]}, None),
    (WITHDRAW, WITHDRAWAL + "address=Tabc&network=ETH", {"networks": ["TRX"]}, NO_NETWORK),
    (WITHDRAW, WITHDRAWAL + "address=Tabc", {"networks": ["TRX"]}, f"its network{MUST}`networks`"),
    (WITHDRAW, WITHDRAWAL + "address=Tabc&network=TRX,TRX", {"networks": ["TRX"]}, NO_NETWORK),
    (TO_SUB_ACCOUNT, "toEmail=a@b.c&asset=USDT&amount=1", {"recipients": ["a@b.c"]}, None),
    (TO_SUB_ACCOUNT, "toEmail=x@b.c&asset=USDT&amount=1", {"recipients": ["a@b.c"]}, NO_RECIPIENT),
    (TO_SUB_ACCOUNT, "fromEmail=a@b.c&asset=USDT&amount=1", {"recipients": ["a@b.c"]}, f"its recipient{MUST}`recipients`"),
    (TRANSFER, "type=MAIN_MARGIN&asset=USDT&amount=1", {"recipients": ["a@b.c"]}, "`recipients` does not bound this operation, which names none"),
    # side effects need not be said
    (MARGIN, MARKET + "quantity=1", {"side_effects": ["AUTO_REPAY"]}, None),
    (MARGIN, MARKET + "quantity=1&sideEffectType=AUTO_REPAY", {"side_effects": ["AUTO_REPAY"]}, None),
    (MARGIN, MARKET + "quantity=1&sideEffectType=MARGIN_BUY", {"side_effects": ["AUTO_REPAY"]}, NO_EFFECT),
    (MARGIN, MARKET + "quantity=1&sideEffectType=", {"side_effects": ["AUTO_REPAY"]}, NO_EFFECT),
    (MARGIN, MARKET + "quantity=1&sideEffectType=AUTO_REPAY&autoRepayAtCancel=true", {"side_effects": ["AUTO_REPAY"]}, None),
    ("POST /sapi/v1/margin/loan", "asset=USDT&amount=1", {"side_effects": ["AUTO_REPAY"]}, "`side_effects` does not bound this operation, which names none"),
    ("DELETE /sapi/v1/margin/order", "symbol=BTCUSDT&orderId=1", {"side_effects": ["AUTO_REPAY"]}, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "reason"), LISTS)
def test_each_value_must_be_listed(name: str, text: str, line: dict[str, Any], reason: str | None) -> None:
    assert why(name, text, line) == reason


FIAT = "POST /sapi/v2/fiat/withdraw"


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ('{"accountInfo":{"accountNumber":"12"}}', True),
        ('{"accountInfo":{"accountNumber":"13"}}', False),
        ('{"accountInfo":{"accountNumber":"12","agency":"13"}}', False),
        ('{"accountInfo":{"accountNumber":null}}', False),
        ('{"accountInfo":{}}', False),
        ('{"accountInfo.accountNumber":"12"}', False),
        ('{"accountInfo":{"accountNumber":"12"},"ext":{"to":"13"}}', False),
        ('{"accountInfo":{"accountNumber":"12"},"ext":{}}', False),
    ],
)
def test_a_bank_account_is_a_recipient(body: str, fits: bool) -> None:
    assert (why(FIAT, "", {"recipients": ["12"]}, body=body) is None) is fits


def test_adverts_name_a_coin_and_a_currency() -> None:
    body = '{"asset":"USDT","fiatUnit":"EUR"}'
    assert why(ADVERT, "", {"coins": ["USDT", "EUR"]}, body=body) is None
    assert why(ADVERT, "", {"coins": ["USDT"]}, body=body) == "`fiatUnit` is not among `coins`"


# -- maxima

SETS_GOING = "it sets going what was arranged earlier, and of what and how much is not said here"
FLEXIBLE, DUAL = "POST /sapi/v1/simple-earn/flexible/subscribe", "POST /sapi/v1/dci/product/subscribe"
MOST = [
    (ORDER, MARKET + "quantity=0.5", {"max_quantity": 0.5}, None),
    (ORDER, MARKET + "quantity=0.50000001", {"max_quantity": 0.5}, "it is above max_quantity (0.5)"),
    (ORDER, MARKET + "quoteOrderQty=1000", {"max_quote": 1000}, None),
    (ORDER, MARKET + "quoteOrderQty=1000.01", {"max_quote": 1000}, "it is above max_quote (1000)"),
    (ORDER, LIMIT + "quantity=0.01&price=100000", {"max_quote": 1000}, None),
    (ORDER, LIMIT + "quantity=0.01&price=100001", {"max_quote": 1000}, "it is above max_quote (1000)"),
    (ORDER, LIMIT + "quantity=2&price=1", {"max_quote": 9, "max_quantity": 1}, "it is above max_quantity (1)"),
    (COIN_M, "symbol=BTCUSD_PERP&quantity=11", {"max_contracts": 10}, "it is above max_contracts (10)"),
    # a day is counted elsewhere; what is more than a whole one never fits
    (ORDER, MARKET + "quantity=5", {"max_quantity_per_day": 5}, None),
    (ORDER, MARKET + "quantity=5.1", {"max_quantity_per_day": 5}, "it is above max_quantity_per_day (5) by itself"),
    # what sets going something that was arranged earlier
    ("POST /sapi/v1/c2c/ads/updateStatus", "", {"symbols": []}, None),
    ("POST /sapi/v1/simple-earn/flexible/setAutoSubscribe", "productId=1&autoSubscribe=true", {"max_quantity": 1}, SETS_GOING),
    ("POST /sapi/v1/simple-earn/flexible/setAutoSubscribe", "productId=1&autoSubscribe=true", USDT, SETS_GOING),
    ("POST /sapi/v1/simple-earn/flexible/setAutoSubscribe", "productId=1&autoSubscribe=false", {"max_quantity": 1}, None),
    ("POST /sapi/v1/lending/auto-invest/plan/edit-status", "planId=1&status=ONGOING", {"max_quantity_per_day": 1}, SETS_GOING),
    ("POST /sapi/v1/lending/auto-invest/plan/edit-status", "planId=1&status=PAUSED", {"max_quantity_per_day": 1}, None),
    ("POST /sapi/v1/dci/product/auto_compound/edit-status", "positionId=1", {"max_quantity": 1}, SETS_GOING),
    (FLEXIBLE, "productId=1&amount=1", {"max_quantity": 1}, SETS_GOING),
    (FLEXIBLE, "productId=1&amount=1&autoSubscribe=true", {"max_quantity": 1}, SETS_GOING),
    (FLEXIBLE, "productId=1&amount=1&autoSubscribe=False", {"max_quantity": 1}, SETS_GOING),
    (FLEXIBLE, "productId=1&amount=1&autoSubscribe=false", {"max_quantity": 1}, None),
    (FLEXIBLE, "productId=1&amount=2&autoSubscribe=false", {"max_quantity": 1}, "it is above max_quantity (1)"),
    (DUAL, "id=1&orderId=1&depositAmount=1", {"max_quantity": 1}, None),
    (DUAL, "id=1&orderId=1&depositAmount=1&autoCompoundPlan=NONE", {"max_quantity": 1}, None),
    (DUAL, "id=1&orderId=1&depositAmount=1&autoCompoundPlan=STANDARD", {"max_quantity": 1}, SETS_GOING),
    ("POST /sapi/v1/staking/setAutoStaking", "product=S&positionId=1&renewable=True", {"max_quantity": 1}, SETS_GOING),
    (KEEP_PRIORITY, "symbol=BTCUSDT&orderId=1&newQty=5", {"max_quantity": 0.5, "max_quote": 1}, None),
    (KEEP_PRIORITY, "symbol=BTCUSDT&orderId=1&newQty=x", {}, "`newQty` must be a plain number, like 0.5"),
    ("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1", {"max_quantity": 1, "max_quote": 1}, None),
    ("DELETE /fapi/v1/batchOrders", "symbol=BTCUSDT&orderIdList=[1]", {"max_quantity": 1}, None),
    ("POST /sapi/v1/convert/limit/cancelOrder", "orderId=1", {"coins": ["USDT"], "max_quantity": 1}, None),
    ("DELETE /fapi/v1/batchOrders", "orderIdList=[1]", {"symbols": ["BTCUSDT"], "max_quantity": 1}, MUST_SYMBOL),
    ("PUT /sapi/v1/localentity/broker/deposit/provide-info", "amount=5", {"max_quantity": 1}, None),
    (ORDER, "", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "reason"), MOST)
def test_no_more_than_a_line_allows(name: str, text: str, line: dict[str, Any], reason: str | None) -> None:
    assert why(name, text, line) == reason


# -- several lines


def test_lines_are_alternatives() -> None:
    lines = ({"symbols": ["BTCUSDT"], "max_quantity": 0.5}, {"symbols": ["ETHUSDT"], "max_quantity": 5})
    small, large = MARKET + "quantity=0.5", MARKET + "quantity=5"
    assert [fit.line.place for fit in ask(ORDER, small, *lines).fits] == ["policy.limits[0]"]
    eth = ask(ORDER, large.replace("BTC", "ETH"), *lines)
    assert [fit.line.place for fit in eth.fits] == ["policy.limits[1]"]
    assert not ask(ORDER, large, *lines).fits


def test_all_lines_that_fit_are_told_in_their_order_with_what_each_counts() -> None:
    judged = ask(
        ORDER,
        LIMIT + "quantity=2&price=3",
        {"max_quantity": 1},
        {"max_quote_per_day": 6},
        {},
        {"max_quantity": 2, "max_contracts": 1},
        {"max_quantity": 2},
    )
    assert [(fit.line.place, fit.amounts) for fit in judged.fits] == [
        ("policy.limits[1]", {Measure.QUOTE: Decimal(6)}),
        ("policy.limits[2]", {}),
        ("policy.limits[4]", {Measure.QUANTITY: Decimal(2)}),
    ]
    assert judged.whys == (
        "it is above max_quantity (1)",
        "max_contracts does not bound what this operation moves; of this operation max_quantity and max_quote would",
    )


def test_the_reason_of_the_line_that_was_meant_comes_first() -> None:
    """A line for another symbol was not meant."""
    judged = ask(
        ORDER,
        MARKET + "quantity=2",
        {"symbols": ["ETHUSDT"], "max_quantity": 9},
        {"symbols": ["BTCUSDT"], "max_quantity": 1},
    )
    assert judged.whys == ("it is above max_quantity (1)", NO_SYMBOL)


def test_what_cannot_be_read_fits_no_line() -> None:
    judged = ask(ORDER, "symbol=A;b", {}, {"max_quantity": 1})
    assert judged.fits == ()
    assert len(judged.whys) == 2
    assert len(set(judged.whys)) == 1
    assert judged.missing == frozenset()


def test_without_lines_there_is_nothing_to_fit() -> None:
    judged = judge(endpoint_of(ORDER), prepared_of(""), ())
    assert (judged.fits, judged.whys) == ((), ())


# -- facts of the market

_F = PrefixFamily
NEEDS = [
    (ORDER, MARKET + "quantity=1", "max_quote", {MarketNeed(_F.API, "BTCUSDT", "book")}),
    (ORDER, MARKET + "quoteOrderQty=1", "max_quantity", {MarketNeed(_F.API, "BTCUSDT", "book")}),
    (USD_M, MARKET + "quantity=1", "max_quote", {MarketNeed(_F.FAPI, "BTCUSDT", "book")}),
    (COIN_M, "symbol=X&quantity=1", "max_quote", {MarketNeed(_F.DAPI, "X", "contract")}),
    (COIN_M, "symbol=X&quantity=1", "max_quantity", {MarketNeed(_F.DAPI, "X", "contract")}),
    (OPTION, "symbol=X&side=BUY&type=LIMIT&price=1&quantity=1", "max_quote", {MarketNeed(_F.EAPI, "X", "contract")}),
    ("POST /papi/v1/cm/order", "symbol=X&quantity=1", "max_quote", {MarketNeed(_F.DAPI, "X", "contract")}),
    ("POST /sapi/v1/margin/order", MARKET + "quantity=1", "max_quote", {MarketNeed(_F.API, "BTCUSDT", "book")}),
    # nothing would help
    (ORDER, LIMIT + "quantity=1&price=1", "max_quote", set()),
    (ORDER, "side=BUY&type=MARKET&quantity=1", "max_quote", set()),
    (COIN_M, "quantity=1", "max_quote", set()),
    ("POST /sapi/v1/equity/order/place", BUY + "orderType=MARKET&quantity=1", "max_quote", set()),
    (ORDER, BUY + "type=limit&quantity=1", "max_quote", set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "bound", "needs"), NEEDS)
def test_what_would_decide_is_named(name: str, text: str, bound: str, needs: set[MarketNeed]) -> None:
    assert ask(name, text, {bound: 9}, margin=MARGIN_OF_TENTH).missing == needs


def test_where_prices_are_not_taken_none_is_asked_for() -> None:
    assert ask(ORDER, MARKET + "quantity=1", {"max_quote": 9}).missing == frozenset()


def test_what_is_there_is_not_missing_and_the_next_fact_is() -> None:
    text = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=1"
    contracts = MarketFacts({}, FACTS.contracts)
    judged = ask(COIN_M, text, {"max_quantity": 9}, facts=contracts, margin=MARGIN_OF_TENTH)
    assert judged.missing == {MarketNeed(_F.DAPI, "BTCUSD_PERP", "book")}
    judged = ask(COIN_M, text, {"max_quantity": 9}, facts=FACTS, margin=MARGIN_OF_TENTH)
    assert judged.missing == frozenset()
    assert judged.fits


def test_a_line_for_another_symbol_asks_for_nothing() -> None:
    line = {"symbols": ["ETHUSDT"], "max_quote": 9}
    assert ask(ORDER, MARKET + "quantity=1", line, margin=MARGIN_OF_TENTH).missing == frozenset()


# -- what is said


def test_a_refusal_says_where_the_lines_stand_and_why() -> None:
    lines = lines_of_policy({"applies_to": ORDER}, {"applies_to": "spot"})
    refusal = limit_refusal("it is above max_quote", lines)
    assert (refusal.status, refusal.token) == (403, "limit_exceeded")
    assert refusal.message == (
        "the policy limits this request (policy.limits[0], policy.limits[1]): it is above max_quote"
    )


def test_no_reason_repeats_a_value() -> None:
    value = "SECRETVALUE"
    texts = [
        (ORDER, f"symbol={value}"),
        (ORDER, f"symbol=BTCUSDT&quantity={value}"),
        (ORDER, f"{value * 3}=1"),
        (USD_M_BATCH, f"batchOrders={value}"),
        (WITHDRAW, WITHDRAWAL + f"address={value}"),
    ]
    for name, text in texts:
        line = {"symbols": ["BTCUSDT"]} if name != WITHDRAW else {"addresses": ["Tabc"]}
        reason = why(name, text, line)
        assert reason
        assert value not in reason


def test_what_a_line_bounds() -> None:
    (line,) = lines_of_policy(
        {
            "applies_to": "spot",
            "max_quote_per_day": 1,
            "max_contracts": 1,
            "max_quantity": 1,
            "side_effects": ["A"],
            "symbols": ["A"],
            "coins": [],
        }
    )
    assert bounds_of(line) == (
        "symbols",
        "side_effects",
        "max_quantity",
        "max_contracts",
        "max_quote_per_day",
    )


CAN = [
    # endpoint, bound, without prices, with prices
    (ORDER, "symbols", True, True),
    (ORDER, "coins", False, False),
    (ORDER, "side_effects", False, False),
    (MARGIN, "side_effects", True, True),
    (WITHDRAW, "coins", True, True),
    (WITHDRAW, "addresses", True, True),
    (WITHDRAW, "networks", True, True),
    (WITHDRAW, "recipients", False, False),
    (TO_SUB_ACCOUNT, "recipients", True, True),
    (ORDER, "max_quantity", True, True),
    (ORDER, "max_quantity_per_day", True, True),
    (ORDER, "max_quote", True, True),
    (ORDER, "max_contracts", False, False),
    (COIN_M, "max_contracts", True, True),
    (COIN_M, "max_contracts_per_day", True, True),
    (COIN_M, "max_quote", True, True),
    (COIN_M, "max_quantity", False, True),  # 100 USD are no bitcoins without a price
    (OPTION, "max_quantity", True, True),
    (OPTION, "max_quote", True, True),
    (WITHDRAW, "max_quantity", True, True),
    (WITHDRAW, "max_quote_per_day", False, False),
    ("POST /fapi/v1/positionMargin", "max_quote", True, True),
    ("POST /fapi/v1/positionMargin", "max_quantity", False, False),
    ("POST /sapi/v1/loan/vip/fixed/borrow", "max_quantity", True, True),
    ("POST /sapi/v1/w3w/wallet/prediction/transfer/inbound", "max_quantity", True, True),
    ("POST /sapi/v1/w3w/wallet/prediction/trade/place-order-bundle", "max_quantity", False, False),
    ("POST /sapi/v1/lending/customizedFixed/purchase", "max_quantity", False, False),
    ("POST /sapi/v1/lending/auto-invest/plan/add", "max_quantity", False, False),
    ("POST /sapi/v1/mining/hash-transfer/config", "max_quantity", False, False),
    ("POST /sapi/v1/c2c/orderMatch/placeOrder", "max_quantity", True, True),
    ("POST /sapi/v1/c2c/orderMatch/placeOrder", "max_quote", True, True),
    (ADVERT, "max_quote", True, True),
    ("POST /sapi/v1/asset/dust", "max_quantity", False, False),
    ("DELETE /api/v3/order", "max_quantity", False, False),
    ("DELETE /api/v3/order", "symbols", True, True),
]


@pytest.mark.parametrize(("name", "bound", "without", "with_prices"), CAN)
def test_what_can_be_bounded_on_an_endpoint(name: str, bound: str, without: bool, with_prices: bool) -> None:
    assert can_bound(endpoint_of(name), bound, prices=False) is without
    assert can_bound(endpoint_of(name), bound, prices=True) is with_prices
