"""What a request counts for. The numbers are worked out by hand: bid 100, ask 101, a price may run by a tenth."""

from decimal import Decimal
from fractions import Fraction

import pytest

from proxy.core.catalogue import PrefixFamily
from proxy.core.market import Book, MarketFacts
from tests.core.guard.limits.asking import (
    ADVERT,
    ADVERT_UPDATE,
    C2C_ORDER,
    COIN_M,
    KEEP_PRIORITY,
    OCO,
    OPO,
    OPOCO,
    OPTION,
    ORDER,
    OTO,
    OTOCO,
    TRANSFER,
    USD_M,
    USD_M_BATCH,
    USD_M_CONDITIONAL,
    WITHDRAW,
    ask,
    moved,
    with_prices,
)

BUY = "symbol=BTCUSDT&side=BUY&"
SELL = "symbol=BTCUSDT&side=SELL&"
NO_PRICE = "its price is not known before it fills"
NO_BOOK = "the exchange's price for it could not be had"
TRAILS = "it follows the market before it fills, so its price has no bound"
UNKNOWN_KIND = "its side or its order type is none that is known"
MUST_SAY = "it must say its price, once, as a plain number above 0"
EVERYTHING = "it closes or moves all there is, whatever that is"
ZERO = "a quantity of 0 may be read as none at all"
NOT_IN_BASE = "what it moves is not said in coins"
NEEDS_PRICE = "how much of the base coin its quote amount is depends on a price"
OWN_PRICE = "whoever sells here names the price"
NOT_BOUND = " does not bound what this operation moves"
ONLY_SALE = "without a quantity of its own only a sale can follow"
BUYS_THEN_SELLS = "workingSide=BUY&pendingSide=SELL&"


def compare(found: Decimal | str, expected: str) -> None:
    """`expected` is a number, or the beginning of why there is none."""
    if isinstance(found, Decimal):
        assert found == Decimal(expected)
    else:
        assert found.startswith(expected) or (expected == NOT_BOUND and expected in found)


# -- numbers

NUMBERS = [
    # at most 30 digits on either side, and nothing but digits and one point
    ("1", True),
    ("01", True),
    ("1.0", True),
    ("0." + "0" * 29 + "1", True),
    ("0." + "0" * 30 + "1", False),
    ("0" * 29 + "1", True),
    ("0" * 30 + "1", False),
    ("%31", True),
    ("1.", False),
    (".1", False),
    ("+1", False),
    ("%2B1", False),
    ("-1", False),
    ("1,0", False),
    ("1%200", False),
    ("%201", False),
    ("1.0.0", False),
    ("1e0", False),
    ("5e-1", False),
    ("1_0", False),
    ("NaN", False),
    ("Infinity", False),
    ("null", False),
    ("0x1", False),
    ("%D9%A1", False),  # an Arabic one, which Decimal would read
    ("1%0A", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "plain"), NUMBERS)
def test_only_plain_numbers_are_amounts(text: str, plain: bool) -> None:
    for name, before, measure in (
        (ORDER, BUY + "type=MARKET&quantity", "quantity"),
        (ORDER, BUY + "type=MARKET&quoteOrderQty", "quote"),
        (COIN_M, BUY + "type=MARKET&quantity", "contracts"),
        (WITHDRAW, "coin=USDT&amount", "quantity"),
    ):
        assert isinstance(moved(name, f"{before}={text}", measure), Decimal) is plain


@pytest.mark.parametrize("text", ["0", "0.0", "000.000"])
def test_an_amount_of_nothing_is_refused(text: str) -> None:
    """Some endpoints take an amount that is left out for everything, and some programs a 0 for left out."""
    compare(moved("POST /papi/v1/margin/repay-debt", f"asset=BNB&amount={text}", "quantity"), ZERO)
    compare(moved(ORDER, BUY + f"type=LIMIT&quantity={text}&price=9", "quantity"), ZERO)
    compare(moved(ORDER, BUY + f"type=LIMIT&quantity={text}&price=9", "quote"), ZERO)


def test_products_and_sums_are_exact() -> None:
    """As floats, 0.1 + 0.2 is more than 0.3."""
    digits = "1" * 30 + "." + "1" * 30
    found = moved(ORDER, BUY + f"type=LIMIT&quantity={digits}&price={digits}", "quote")
    assert isinstance(found, Decimal)
    assert Fraction(found) == Fraction(digits) ** 2
    compare(
        moved("POST /sapi/v1/loan/vip/fixed/borrow", "supplyRequest=1:0.1:0.1,2:0.1:0.2", "quantity"), "0.3"
    )


def test_a_quotient_is_rounded_up() -> None:
    """1 / (3 * 0.9) does not end; rounded down, a day's sum would drift below what was bought."""
    facts = MarketFacts({(PrefixFamily.API, "BTCUSDT"): Book(Decimal(3), Decimal(4))}, {})
    text = BUY + "type=MARKET&quoteOrderQty=1"
    found = moved(ORDER, text, "quantity", facts=facts, margin=Decimal("0.1"))
    assert isinstance(found, Decimal)
    assert Fraction(1, 10**100) > Fraction(found) - Fraction(10, 27) > 0


def test_the_lowest_price_is_rounded_down() -> None:
    """It has 29 digits, and the arithmetic of every day would round them to 28, and up."""
    bid = Decimal("1." + "0" * 27 + "6")
    facts = MarketFacts({(PrefixFamily.API, "BTCUSDT"): Book(bid, Decimal(2))}, {})
    found = moved(ORDER, BUY + "type=MARKET&quoteOrderQty=1", "quantity", facts=facts, margin=Decimal(0))
    assert isinstance(found, Decimal)
    assert Fraction(found) * Fraction(bid) >= 1


# -- the base coin

QUANTITIES = [
    (ORDER, BUY + "type=MARKET&quantity=0.5", "0.5"),
    (ORDER, SELL + "type=STOP_LOSS&quantity=0.5&stopPrice=1", "0.5"),
    (ORDER, BUY + "type=LIMIT&quantity=2&icebergQty=0.1&price=9", "2"),
    (ORDER, BUY + "type=LIMIT&price=9", NOT_IN_BASE),
    (ORDER, BUY + "type=MARKET&quoteOrderQty=9", NEEDS_PRICE),
    (ORDER, BUY + "type=MARKET&quoteOrderQty=9&quantity=1", "it says two quantities for one order"),
    ("POST /api/v3/order/cancelReplace", BUY + "type=MARKET&quantity=3", "3"),
    ("POST /api/v3/sor/order", BUY + "type=MARKET&quantity=3", "3"),
    (KEEP_PRIORITY, "symbol=BTCUSDT&orderId=1&newQty=5", "0"),
    (USD_M, BUY + "type=MARKET&quantity=3&reduceOnly=true", "3"),
    (USD_M, BUY + "type=MARKET&closePosition=true", EVERYTHING),
    (USD_M, BUY + "type=MARKET&quantity=3&closePosition=true", EVERYTHING),
    (USD_M, BUY + "type=MARKET&quantity=3&closePosition=TRUE", EVERYTHING),
    (USD_M, BUY + "type=MARKET&quantity=3&closePosition=", EVERYTHING),
    (USD_M, BUY + "type=MARKET&quantity=3&closePosition=false", "3"),
    (USD_M, BUY + "type=MARKET&quantity=3&closePosition=False", "3"),
    (USD_M_CONDITIONAL, BUY + "type=STOP_MARKET&triggerPrice=1&closePosition=true", EVERYTHING),
    ("PUT /fapi/v1/order", BUY + "orderId=1&quantity=3&price=1", "3"),
    ("PUT /fapi/v1/order", BUY + "orderId=1&price=1", NOT_IN_BASE),
    ("PUT /papi/v1/um/order", BUY + "quantity=0.6&price=1", "0.6"),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=3", "max_quantity" + NOT_BOUND),
    ("PUT /papi/v1/cm/order", BUY + "quantity=0.6&price=1", "max_quantity" + NOT_BOUND),
    (OPTION, "symbol=BTC-C&side=SELL&type=LIMIT&price=1&quantity=3", "what one contract is could not be had"),
    # lists
    (OCO, SELL + "quantity=4&aboveType=LIMIT_MAKER&abovePrice=9&belowType=STOP_LOSS&belowStopPrice=2", "4"),
    ("POST /api/v3/order/oco", SELL + "quantity=4&price=9&stopPrice=2", "4"),
    (OTO, "workingQuantity=0.2&pendingQuantity=0.3", "0.5"),
    (OTO, BUYS_THEN_SELLS + "workingQuantity=0.2", "0.4"),
    (OTO, "pendingQuantity=0.2", NOT_IN_BASE),
    (OTOCO, "workingQuantity=0.2&pendingQuantity=0.3&pendingAboveType=LIMIT_MAKER&pendingBelowType=STOP_LOSS", "0.5"),
    (OPO, BUYS_THEN_SELLS + "workingQuantity=0.2", "0.4"),
    (OPO, "workingSide=SELL&pendingSide=BUY&workingQuantity=0.2", ONLY_SALE),
    (OPO, "workingSide=SELL&pendingSide=SELL&workingQuantity=0.2", ONLY_SALE),
    (OPO, "workingSide=BUY&pendingSide=BUY&workingQuantity=0.2", ONLY_SALE),
    (OPO, "workingQuantity=0.2", ONLY_SALE),
    (
        OPOCO,
        BUYS_THEN_SELLS + "workingQuantity=0.2&pendingAboveType=LIMIT_MAKER&pendingBelowType=STOP_LOSS",
        "0.4",
    ),
    (
        OPOCO,
        "workingSide=SELL&pendingSide=BUY&workingQuantity=0.2&pendingAboveType=LIMIT_MAKER",
        ONLY_SALE,
    ),
    (USD_M_BATCH, 'batchOrders=[{"quantity":"0.1"},{"quantity":0.2}]', "0.3"),
    (USD_M_BATCH, 'batchOrders=[{"quantity":"0.1"},{"price":0.2}]', NOT_IN_BASE),
    (USD_M_BATCH, 'batchOrders=[{"quantity":null}]', NOT_IN_BASE),
    ("PUT /fapi/v1/batchOrders", 'batchOrders=[{"quantity":"0.1"}]', "0.1"),
    ("PUT /dapi/v1/batchOrders", 'batchOrders=[{"quantity":"0.1"}]', "max_quantity" + NOT_BOUND),
    # transfers, loans, staking
    (WITHDRAW, "coin=USDT&address=T&amount=10", "10"),
    (WITHDRAW, "coin=USDT&address=T", NOT_IN_BASE),
    (TRANSFER, "type=MAIN_MARGIN&asset=USDT&amount=10", "10"),
    ("POST /sapi/v1/sub-account/universalTransfer", "toEmail=a&asset=USDT&amount=10", "10"),
    ("POST /sapi/v1/blvt/subscribe", "tokenName=BTCDOWN&cost=10", "10"),
    ("POST /sapi/v1/bswap/swap", "quoteAsset=USDT&baseAsset=BUSD&quoteQty=10", "10"),
    ("POST /sapi/v1/margin/borrow-repay", "asset=USDT&isIsolated=FALSE&type=BORROW&amount=10", "10"),
    ("POST /sapi/v1/portfolio/asset-collection", "asset=USDT", NOT_IN_BASE),
    ("POST /sapi/v1/portfolio/asset-collection", "asset=USDT&amount=9&futureType=UM", "9"),
    ("POST /papi/v1/margin/repay-debt", "asset=USDT", NOT_IN_BASE),
    ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=1&amount=10", "10"),
    ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=1&amount=10&redeemAll=false", "10"),
    ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=1&amount=10&redeemAll=true", EVERYTHING),
    ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=1&redeemAll=1", EVERYTHING),
    ("POST /sapi/v1/simple-earn/locked/redeem", "positionId=1", "max_quantity" + NOT_BOUND),
    ("POST /sapi/v2/loan/flexible/repay", "loanCoin=USDT&collateralCoin=BTC&repayAmount=10", "10"),
    ("POST /sapi/v2/loan/flexible/repay", "repayAmount=10&fullRepayment=true", EVERYTHING),
    ("POST /sapi/v1/loan/borrow", "loanAmount=10", "10"),
    ("POST /sapi/v1/loan/borrow", "loanAmount=10&collateralAmount=1", "it says two amounts"),
    ("POST /sapi/v1/loan/borrow", "collateralAmount=1", "`collateralAmount` is in something that does not say how much"),
    ("POST /sapi/v2/loan/flexible/borrow", "collateralAmount=1", "`collateralAmount` is in something that does not say how much"),
    ("POST /sapi/v1/loan/vip/fixed/borrow", "supplyRequest=71:0.05:1000,72:0.06:20.5", "1020.5"),
    ("POST /sapi/v1/loan/vip/fixed/borrow", "supplyRequest=71:0.05:1e3", "`amount` must be a plain number"),
    ("POST /sapi/v1/asset/dust", "asset=BTC,USDT", "max_quantity" + NOT_BOUND),
    ("POST /sapi/v1/giftcard/createCode", "token=USDT&amount=5", "5"),
    # wei: 18 decimals
    ("POST /sapi/v1/w3w/wallet/prediction/transfer/outbound", "fromTokenAmount=1500000000000000000", "1.5"),
    ("POST /sapi/v1/w3w/wallet/prediction/transfer/inbound", "fromTokenAmount=1", "0.000000000000000001"),
    # the amount beside a quote is not that of the order, lots and percents are no coins, plans go on
    ("POST /sapi/v1/w3w/wallet/prediction/trade/place-order-bundle", "quoteId=1&fundTransferAmount=1", NOT_BOUND),
    ("POST /sapi/v1/w3w/wallet/prediction/otc/blocktrade/create", "makerAmount=1&takerAmount=1", NOT_BOUND),
    ("POST /sapi/v1/convert/acceptQuote", "quoteId=1", NOT_BOUND),
    ("POST /sapi/v1/lending/customizedFixed/purchase", "projectId=1&lot=1", NOT_BOUND),
    ("POST /sapi/v1/lending/auto-invest/redeem", "indexId=1&redemptionPercentage=1", NOT_BOUND),
    ("POST /sapi/v1/lending/auto-invest/plan/add", "subscriptionAmount=1&subscriptionCycle=H1", NOT_BOUND),
    ("POST /sapi/v1/lending/auto-invest/plan/edit", "subscriptionAmount=1&subscriptionCycle=H1", NOT_BOUND),
    ("POST /sapi/v1/lending/auto-invest/one-off", "subscriptionAmount=1", "1"),
    ("POST /sapi/v1/staking/redeem", "product=STAKING&positionId=1&productId=1&amount=1", NOT_BOUND),
    ("POST /sapi/v1/bswap/liquidityAdd", "poolId=1&asset=BNB&quantity=1", NOT_BOUND),
    ("POST /fapi/v1/positionMargin", BUY.replace("side", "positionSide") + "amount=5&type=1", NOT_BOUND),
    ("POST /dapi/v1/positionMargin", "symbol=BTCUSD_PERP&amount=5&type=1", "5"),
    # positions that move
    ("POST /sapi/v1/sub-account/futures/move-position", 'productType=UM&orderArgs=[{"quantity":1},{"quantity":2}]', "3"),
    (
        "POST /sapi/v1/sub-account/futures/move-position",
        'productType=OPTION&orderArgs=[{"symbol":"BTC-C","quantity":1}]',
        "it moves contracts, not coins",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), QUANTITIES)
def test_in_the_base_coin(name: str, text: str, expected: str) -> None:
    compare(moved(name, text, "quantity"), expected)


def test_a_spend_is_divided_by_the_lowest_price() -> None:
    compare(with_prices(ORDER, BUY + "type=MARKET&quoteOrderQty=900", "quantity"), "10")
    compare(with_prices(ORDER, SELL + "type=MARKET&quoteOrderQty=900", "quantity"), "10")


FROM_CONTRACTS = [
    # 9 of 100 USD are 900 USD, at 100 less a tenth
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=9", "10"),
    (COIN_M, "symbol=BTCUSD_PERP&side=SELL&type=LIMIT&price=200&quantity=9", "10"),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=LIMIT&price=50&quantity=9", "20"),
    (COIN_M, "symbol=BTCUSD_PERP&side=SELL&type=STOP&price=80&stopPrice=50&quantity=9", "20"),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=LIMIT&price=0&quantity=9", NO_BOOK),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=TRAILING_STOP_MARKET&callbackRate=5&quantity=9", TRAILS),
    (COIN_M, "symbol=ETHUSD_PERP&side=BUY&type=MARKET&quantity=9", "what one contract is could not be had"),
    ("POST /papi/v1/cm/order", "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=9", "10"),
    (
        "POST /dapi/v1/batchOrders",
        'batchOrders=[{"symbol":"BTCUSD_PERP","quantity":9},{"symbol":"BTCUSD_PERP","quantity":9}]',
        "20",
    ),
    # 3 options on half a coin each
    (OPTION, "symbol=BTC-C&side=SELL&type=LIMIT&price=1&quantity=3", "1.5"),
]


@pytest.mark.parametrize(("name", "text", "expected"), FROM_CONTRACTS)
def test_contracts_in_the_base_coin(name: str, text: str, expected: str) -> None:
    compare(with_prices(name, text, "quantity"), expected)


def test_a_price_that_may_run_to_nothing_tells_no_quantity() -> None:
    text = BUY + "type=MARKET&quoteOrderQty=900"
    facts = MarketFacts({(PrefixFamily.API, "BTCUSDT"): Book(Decimal(100), Decimal(101))}, {})
    compare(moved(ORDER, text, "quantity", facts=facts, margin=Decimal(1)), NO_BOOK)


# -- contracts

CONTRACTS = [
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=9", "9"),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=STOP_MARKET&stopPrice=1&closePosition=true", EVERYTHING),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=LIMIT&price=1", "what it moves is not said in contracts"),
    ("PUT /dapi/v1/order", "orderId=1&quantity=9&price=1", "9"),
    ("PUT /dapi/v1/batchOrders", 'batchOrders=[{"quantity":"1"},{"quantity":2}]', "3"),
    ("POST /papi/v1/cm/conditional/order", "strategyType=STOP_MARKET&quantity=9", "9"),
    (OPTION, "symbol=BTC-C&side=SELL&type=LIMIT&price=1&quantity=3", "3"),
    ("POST /eapi/v1/batchOrders", 'orders=[{"quantity":"1"},{"quantity":"2"}]', "3"),
    ("POST /eapi/v1/block/order/create", 'legs=[{"quantity":"1"}]', "1"),
    ("PUT /eapi/v1/block/order/create", "blockOrderMatchingKey=1", "max_contracts" + NOT_BOUND),
    (USD_M, BUY + "type=MARKET&quantity=1", "max_contracts" + NOT_BOUND),
    ("POST /eapi/v1/mmpSet", "underlying=BTC&qtyLimit=5", "0"),
]


@pytest.mark.parametrize(("name", "text", "expected"), CONTRACTS)
def test_in_contracts(name: str, text: str, expected: str) -> None:
    compare(moved(name, text, "contracts"), expected)


# -- the quote coin

TP = "type=TAKE_PROFIT&quantity=2&"

QUOTES = [
    # name, text, without prices, with prices
    (ORDER, BUY + "type=LIMIT&quantity=2&price=500", "1000", "1000"),
    (ORDER, BUY + "type=STOP_LOSS_LIMIT&quantity=2&price=500&stopPrice=600", "1000", "1000"),
    (ORDER, BUY + "type=STOP_LOSS_LIMIT&quantity=2&price=500&trailingDelta=10", "1000", "1000"),
    (ORDER, BUY + "type=TAKE_PROFIT_LIMIT&quantity=2&price=500&stopPrice=1", "1000", "1000"),
    (ORDER, BUY + "type=LIMIT_MAKER&quantity=2&price=500", "1000", "1000"),
    (ORDER, SELL + "type=LIMIT_MAKER&quantity=2&price=500", "1000", "1000"),
    (ORDER, SELL + "type=LIMIT&quantity=2&price=500", NO_PRICE, "1000"),
    (ORDER, SELL + "type=LIMIT&quantity=2&price=1", NO_PRICE, "220"),  # fills at the bid: 100 * 1.1
    (ORDER, SELL + "type=TAKE_PROFIT_LIMIT&quantity=2&price=1&stopPrice=300", NO_PRICE, "660"),
    (ORDER, BUY + "type=MARKET&quantity=2", NO_PRICE, "222.2"),  # at the ask: 101 * 1.1
    (ORDER, SELL + "type=MARKET&quantity=2", NO_PRICE, "220"),
    (ORDER, SELL + "type=MARKET&quantity=2&price=500", NO_PRICE, "1000"),
    (ORDER, BUY + "type=STOP_LOSS&quantity=2&stopPrice=300", NO_PRICE, "660"),
    (ORDER, BUY + "type=STOP_LOSS&quantity=2&stopPrice=1", NO_PRICE, "222.2"),
    (ORDER, SELL + TP + "stopPrice=300", NO_PRICE, "660"),
    (ORDER, SELL + TP + "price=1&stopPrice=300", NO_PRICE, "660"),  # at the market here
    (ORDER, BUY + TP + "price=1&stopPrice=300", NO_PRICE, "660"),
    (ORDER, SELL + "type=STOP_LOSS&quantity=2&trailingDelta=2000", TRAILS, TRAILS),
    (ORDER, BUY + "type=STOP_LOSS&quantity=2&trailingDelta=2000", TRAILS, TRAILS),
    (ORDER, SELL + "type=TAKE_PROFIT_LIMIT&quantity=2&price=1&trailingDelta=10", TRAILS, TRAILS),
    (ORDER, BUY + "type=LIMIT&quantity=2&pegPriceType=PRIMARY_PEG", NO_PRICE, "222.2"),
    (ORDER, BUY + "type=LIMIT&quantity=2&price=500&pegPriceType=MARKET_PEG", NO_PRICE, "1000"),
    (ORDER, SELL + "type=LIMIT_MAKER&quantity=2&price=1&pegPriceType=PRIMARY_PEG", NO_PRICE, "220"),
    # not said, or said in words that nobody knows
    (ORDER, BUY + "type=LIMIT&quantity=2", MUST_SAY, MUST_SAY),
    (ORDER, BUY + "type=LIMIT&quantity=2&price=0", MUST_SAY, MUST_SAY),
    (ORDER, BUY + "type=LIMIT&price=5", "its quote amount cannot be known", "its quote amount cannot be known"),
    (ORDER, BUY + "type=limit&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, BUY + "type=&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, BUY + "type=STOP_MARKET&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, BUY + "type=STOP&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, BUY + "type=TRAILING_STOP_MARKET&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, "symbol=BTCUSDT&side=buy&type=LIMIT&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, "symbol=BTCUSDT&type=LIMIT&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (ORDER, BUY + "quantity=2&price=1", "2", "2"),  # without a type the exchange refuses it
    (ORDER, "symbol=NOPE&side=BUY&type=MARKET&quantity=2", NO_PRICE, NO_BOOK),
    (ORDER, "symbol=&side=BUY&type=MARKET&quantity=2", NO_PRICE, NO_BOOK),
    # in the quote coin itself
    (ORDER, BUY + "type=MARKET&quoteOrderQty=1000", "1000", "1000"),
    (ORDER, SELL + "type=MARKET&quoteOrderQty=1000", "1000", "1000"),
    (ORDER, BUY + "type=MARKET&quoteOrderQty=1&quantity=9", "it says two quantities", "it says two quantities"),
    ("POST /sapi/v1/equity/order/place", "symbol=A&side=BUY&orderType=MARKET&notional=9", "9", "9"),
    ("POST /sapi/v1/equity/order/place", "symbol=A&side=BUY&orderType=LIMIT&quantity=2&price=9", "18", "18"),
    ("POST /sapi/v1/equity/order/place", "symbol=A&side=SELL&orderType=MARKET&quantity=2", NO_PRICE, NO_BOOK),
    ("POST /sapi/v1/convert/limit/placeOrder", "side=BUY&limitPrice=3&quoteAmount=9", "9", "9"),
    ("POST /sapi/v1/convert/limit/placeOrder", "side=BUY&limitPrice=3&baseAmount=9", "27", "27"),
    ("POST /sapi/v1/convert/limit/placeOrder", "side=BUY&limitPrice=3&baseAmount=9&quoteAmount=1", "it says two", "it says two"),
    ("POST /fapi/v1/positionMargin", "symbol=BTCUSDT&amount=5&type=1", "5", "5"),
    # futures: the same words, other meanings
    (USD_M, BUY + TP + "price=300", "600", "600"),
    (USD_M, BUY + TP + "price=300&priceMatch=OPPONENT", NO_PRICE, "600"),
    (USD_M, BUY + TP + "price=1&priceMatch=OPPONENT", NO_PRICE, "222.2"),
    (USD_M, BUY + "type=STOP&quantity=2&price=300&stopPrice=900", "600", "600"),
    (USD_M, BUY + "type=STOP_MARKET&quantity=2&stopPrice=300", NO_PRICE, "660"),
    (USD_M, BUY + "type=TAKE_PROFIT_MARKET&quantity=2&stopPrice=300", NO_PRICE, "660"),
    (USD_M, BUY + "type=TRAILING_STOP_MARKET&quantity=2&activationPrice=300&callbackRate=1", TRAILS, TRAILS),
    (USD_M, BUY + "type=LIMIT_MAKER&quantity=2&price=1", UNKNOWN_KIND, UNKNOWN_KIND),
    (USD_M, SELL + "type=LIMIT&timeInForce=GTX&quantity=2&price=300", "600", "600"),
    (USD_M, SELL + "type=LIMIT&timeInForce=GTX&quantity=2&price=300&priceMatch=QUEUE", NO_PRICE, "600"),
    (USD_M, SELL + "type=LIMIT&timeInForce=GTC&quantity=2&price=300", NO_PRICE, "600"),
    (USD_M, SELL + "type=LIMIT&timeInForce=GTC&goodTillDate=GTX&quantity=2&price=1", NO_PRICE, "220"),
    (USD_M, SELL + "type=STOP_MARKET&timeInForce=GTX&quantity=2&stopPrice=1", NO_PRICE, "220"),
    ("PUT /fapi/v1/order", BUY + "quantity=2&price=50", NO_PRICE, "222.2"),  # whatever side it names
    ("PUT /fapi/v1/order", SELL + "quantity=2&price=500", NO_PRICE, "1000"),
    ("PUT /fapi/v1/order", BUY + "price=50", "its quote amount cannot be known", "its quote amount cannot be known"),
    ("PUT /fapi/v1/order", BUY + "quantity=2&priceMatch=QUEUE", NO_PRICE, "222.2"),
    ("POST /papi/v1/um/conditional/order", BUY + "strategyType=STOP&quantity=2&price=9", "18", "18"),
    ("POST /papi/v1/margin/order", BUY + "type=LIMIT&quantity=2&price=9", "18", "18"),
    ("POST /sapi/v1/algo/futures/newOrderTwap", BUY + "quantity=2&duration=300&limitPrice=9", "18", "18"),
    ("POST /sapi/v1/algo/futures/newOrderTwap", BUY + "quantity=2&duration=300&limitPrice=0", MUST_SAY, MUST_SAY),
    ("POST /sapi/v1/algo/futures/newOrderTwap", BUY + "quantity=2&duration=300", NO_PRICE, "222.2"),
    ("POST /sapi/v1/algo/spot/newOrderVp", SELL + "quantity=2&urgency=LOW", NO_PRICE, "220"),
    (
        USD_M_BATCH,
        'batchOrders=[{"side":"BUY","type":"LIMIT","quantity":1,"price":3},'
        '{"side":"BUY","type":"LIMIT","quantity":2,"price":4}]',
        "11",
        "11",
    ),
    (
        USD_M_BATCH,
        'batchOrders=[{"side":"BUY","type":"LIMIT","quantity":1,"price":3},'
        '{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":2}]',
        NO_PRICE,
        "225.2",
    ),
    # order lists: each part at the highest price of its legs
    (OCO, BUY + "quantity=2&aboveType=STOP_LOSS_LIMIT&abovePrice=9&belowType=LIMIT_MAKER&belowPrice=5", "18", "18"),
    (
        OCO,
        SELL + "quantity=2&aboveType=LIMIT_MAKER&abovePrice=300&belowType=STOP_LOSS&belowStopPrice=50",
        NO_PRICE,
        "600",
    ),
    (OCO, SELL + "quantity=2&aboveType=LIMIT_MAKER&abovePrice=5&belowType=stop&belowStopPrice=5", UNKNOWN_KIND, UNKNOWN_KIND),
    ("POST /api/v3/order/oco", BUY + "quantity=2&price=5&stopPrice=8&stopLimitPrice=9", "18", "18"),
    ("POST /api/v3/order/oco", BUY + "quantity=2&price=5&stopPrice=200", NO_PRICE, "440"),
    ("POST /api/v3/order/oco", SELL + "quantity=2&price=300&stopPrice=50&stopLimitPrice=49", NO_PRICE, "600"),
    ("POST /sapi/v1/margin/order/oco", BUY + "quantity=2&stopPrice=8&stopLimitPrice=9", MUST_SAY, MUST_SAY),
    (
        OTO,
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=5&workingQuantity=3"
        "&pendingType=LIMIT_MAKER&pendingSide=SELL&pendingPrice=7&pendingQuantity=4",
        "43",
        "43",
    ),
    (
        OTO,
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=5&workingQuantity=3"
        "&pendingType=MARKET&pendingSide=SELL&pendingQuantity=4",
        NO_PRICE,
        "455",  # 15 + 4 * 110
    ),
    (
        OPO,
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=5&workingQuantity=3"
        "&pendingType=LIMIT_MAKER&pendingSide=SELL&pendingPrice=7",
        "36",
        "36",
    ),
    (
        OTOCO,
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=SELL&workingPrice=500&workingQuantity=1&pendingSide=BUY"
        "&pendingQuantity=2&pendingAboveType=STOP_LOSS_LIMIT&pendingAbovePrice=600&pendingAboveStopPrice=550"
        "&pendingBelowType=LIMIT_MAKER&pendingBelowPrice=400",
        NO_PRICE,
        "1700",  # 500 + 2 * 600
    ),
    # what is not an order
    (WITHDRAW, "coin=USDT&address=T&amount=1", "max_quote" + NOT_BOUND, "max_quote" + NOT_BOUND),
    ("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1", "0", "0"),
    ("POST /fapi/v1/leverage", "symbol=BTCUSDT&leverage=125", "0", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "without", "with_them"), QUOTES)
def test_in_the_quote_coin(name: str, text: str, without: str, with_them: str) -> None:
    compare(moved(name, text, "quote"), without)
    compare(with_prices(name, text, "quote"), with_them)


OPTION_BUY = "symbol=BTC-C&side=BUY&type=LIMIT&quantity=3&price=10"
QUOTES_OF_CONTRACTS = [
    (COIN_M, "symbol=BTCUSD_PERP&side=SELL&type=MARKET&quantity=9", "900"),
    (COIN_M, "symbol=BTCUSD_PERP&side=BUY&type=TRAILING_STOP_MARKET&callbackRate=1&quantity=9", "900"),
    (COIN_M, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=9", "what one contract is could not be had"),
    ("PUT /papi/v1/cm/order", "symbol=BTCUSD_PERP&side=SELL&price=1&quantity=9", "900"),
    (OPTION, OPTION_BUY, "15"),  # half a coin each, at 10
    (OPTION, OPTION_BUY.replace("BUY", "SELL"), "what a sold option may cost has no bound in the quote coin"),
    (
        OPTION,
        OPTION_BUY.replace("BUY", "SELL") + "&postOnly=true",
        "what a sold option may cost has no bound",
    ),
    (OPTION, OPTION_BUY.replace("BUY", "buy"), "what a sold option may cost has no bound in the quote coin"),
    (OPTION, OPTION_BUY.replace("LIMIT", "STOP_LOSS"), UNKNOWN_KIND),
    (OPTION, OPTION_BUY.replace("&price=10", ""), MUST_SAY),
]


@pytest.mark.parametrize(("name", "text", "expected"), QUOTES_OF_CONTRACTS)
def test_contracts_in_the_quote_coin(name: str, text: str, expected: str) -> None:
    compare(with_prices(name, text, "quote"), expected)


# -- C2C

FIXED = '{"asset":"USDT","fiatUnit":"EUR","tradeType":"SELL","priceType":1,"price":"0.9","initAmount":100'
AMOUNT_NOT_SAID = "its quote amount cannot be known"

ADVERTS = [
    (ADVERT, FIXED + ',"minSingleTransAmount":10,"maxSingleTransAmount":9000}', "100", OWN_PRICE),
    (ADVERT, FIXED.replace("SELL", "BUY") + "}", "100", "90"),
    (ADVERT, FIXED.replace("SELL", "0") + "}", "100", OWN_PRICE),
    (ADVERT, FIXED.replace("SELL", "BUY").replace(':1,"price"', ':2,"price"') + "}", "100", "its price follows"),
    (ADVERT, '{"asset":"USDT","tradeType":"BUY","initAmount":null}', NOT_IN_BASE, AMOUNT_NOT_SAID),
    (ADVERT_UPDATE, FIXED.replace("SELL", "BUY") + ',"advNo":"1"}', "100", "90"),
    # one that leaves its amount out may be of any advert, at any price
    (ADVERT_UPDATE, '{"advNo":"1","tradeType":"BUY","priceType":1,"price":"9"}', NOT_IN_BASE, AMOUNT_NOT_SAID),
    (ADVERT_UPDATE, '{"advNo":"1","tradeType":"BUY","initAmount":5,"price":"9"}', "5", "its price follows"),
    ("POST /sapi/v1/c2c/ads/updateStatus", '{"advNos":["1"],"advStatus":3}', "0", "0"),
    (C2C_ORDER, '{"buyType":"BY_AMOUNT","totalAmount":5}', "5", "`totalAmount` is in coins"),
    (C2C_ORDER, '{"buyType":"BY_MONEY","tradeType":"BUY","totalAmount":5}', "`totalAmount` is in quote coins", "5"),
    (C2C_ORDER, '{"buyType":"BY_MONEY","tradeType":"SELL","totalAmount":5}', OWN_PRICE, OWN_PRICE),
    (C2C_ORDER, '{"buyType":"BY_MONEY","totalAmount":5}', OWN_PRICE, OWN_PRICE),
    (C2C_ORDER, '{"buyType":"by_money","totalAmount":5}', "`totalAmount` is in something", "`totalAmount` is in something"),
    (C2C_ORDER, '{"totalAmount":5}', "`totalAmount` is in something", "`totalAmount` is in something"),
    ("POST /sapi/v1/c2c/orderMatch/releaseCoin", '{"orderNumber":"1"}', NOT_BOUND, NOT_BOUND),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "quantity", "quote"), ADVERTS)
def test_c2c(name: str, body: str, quantity: str, quote: str) -> None:
    compare(moved(name, "", "quantity", body=body), quantity)
    compare(moved(name, "", "quote", body=body), quote)


def test_what_would_bound_an_operation_is_told() -> None:
    assert moved(WITHDRAW, "amount=1", "quote") == (
        "max_quote does not bound what this operation moves; of this operation max_quantity would"
    )
    assert moved(COIN_M, "quantity=1", "quantity") == (
        "max_quantity does not bound what this operation moves; of this operation max_quote and max_contracts would"
    )
    assert moved("POST /sapi/v1/asset/dust", "asset=BTC", "quantity") == (
        "max_quantity does not bound what this operation moves; a line of its own may bound what it has"
    )


def test_each_measure_of_a_line_is_told() -> None:
    judged = ask(ORDER, BUY + "type=LIMIT&quantity=2&price=3", {"max_quantity": 9, "max_quote_per_day": 9})
    assert judged.fits[0].amounts == {"quantity": Decimal(2), "quote": Decimal(6)}
