"""Good requests of every family that the sandbox executes, with blanks for what is drawn.

A form is `METHOD /path` and its parameters, as the public documentation of each product gives them. `<...>` is a
blank: `filled` puts a value there that fits the market, the position or the order it is about, and, about half of the
time, one of the size that a policy allows.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from proxy.sandbox import Sandbox

_LIMIT = "symbol=<spot>&side=<side>&type=LIMIT&timeInForce=<tif>&quantity=<quantity>&price=<price>"
_MARKET = "symbol=<spot>&side=<side>&type=MARKET&quantity=<quantity>"
_BY_QUOTE = "symbol=<spot>&side=<side>&type=MARKET&quoteOrderQty=<quote>"
_MAKER = "symbol=<spot>&side=<side>&type=LIMIT_MAKER&quantity=<quantity>&price=<far price>"
_STOP = "symbol=<spot>&side=<side>&type=<stop>&quantity=<quantity>&stopPrice=<trigger>"
_STOP_LIMIT = "symbol=<spot>&side=<side>&type=<stop>_LIMIT&timeInForce=GTC&quantity=<quantity>&price=<price>&stopPrice=<trigger>"
_TRAILING = "symbol=<spot>&side=<side>&type=<stop>&quantity=<quantity>&trailingDelta=<delta>"
_PEGGED = "symbol=<spot>&side=<side>&type=LIMIT&timeInForce=GTC&quantity=<quantity>&pegPriceType=<peg>"
_SPOT = (_LIMIT, _MARKET, _BY_QUOTE, _MAKER, _STOP, _STOP_LIMIT)
_OLD_OCO = "symbol=<spot>&side=SELL&quantity=<quantity>&price=<above>&stopPrice=<below>"
_OLD_OCO_LIMIT = f"{_OLD_OCO}&stopLimitPrice=<below>&stopLimitTimeInForce=GTC"
_BUYING_OCO = "symbol=<spot>&side=BUY&quantity=<quantity>&price=<below>&stopPrice=<above>"
_OCO = (
    "symbol=<spot>&side=SELL&quantity=<quantity>&aboveType=LIMIT_MAKER&abovePrice=<above>"
    "&belowType=STOP_LOSS&belowStopPrice=<below>"
)
_OCO_BUY = (
    "symbol=<spot>&side=BUY&quantity=<quantity>&belowType=LIMIT_MAKER&belowPrice=<below>"
    "&aboveType=STOP_LOSS_LIMIT&aboveTimeInForce=GTC&aboveStopPrice=<above>&abovePrice=<above>"
)
_WORKING = (
    "symbol=<spot>&workingType=LIMIT&workingTimeInForce=GTC&workingSide=<side>&workingPrice=<price>"
    "&workingQuantity=<quantity>&pendingSide=<other side>"
)
_PENDING = "&pendingType=LIMIT&pendingTimeInForce=GTC&pendingPrice=<price>"
_PENDING_PAIR = "&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=<above>&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=<below>"
_USD_LIMIT = "symbol=<usd>&side=<side>&type=LIMIT&timeInForce=<futures tif>&quantity=<quantity>&price=<price>"
_USD_MARKET = "symbol=<usd>&side=<side>&type=MARKET&quantity=<quantity>"
_USD_MATCH = "symbol=<usd>&side=<side>&type=LIMIT&timeInForce=GTC&quantity=<quantity>&priceMatch=<match>"
_COIN_LIMIT = "symbol=<coin>&side=<side>&type=LIMIT&timeInForce=GTC&quantity=<contracts>&price=<price>"
_COIN_MARKET = "symbol=<coin>&side=<side>&type=MARKET&quantity=<contracts>"
_CHANGE = "symbol=<usd>&side=<side>&quantity=<quantity>&price=<price>&orderId=<open usd>"
_CHANGE_COIN = "symbol=<coin>&side=<side>&quantity=<contracts>&price=<price>&orderId=<open coin>"
_ALGO = "algoType=CONDITIONAL&symbol=<usd>&side=<side>&type=<futures stop>&triggerPrice=<trigger>&quantity=<quantity>"
_ALGO_LIMIT = (
    "algoType=CONDITIONAL&symbol=<usd>&side=<side>&type=STOP&timeInForce=GTC&triggerPrice=<trigger>&price=<price>"
    "&quantity=<quantity>"
)
_ALGO_TRAIL = "algoType=CONDITIONAL&symbol=<usd>&side=<side>&type=TRAILING_STOP_MARKET&callbackRate=<rate>&quantity=<quantity>"
_ALGO_CLOSE = (
    "algoType=CONDITIONAL&symbol=<usd>&side=<side>&type=STOP_MARKET&triggerPrice=<trigger>&closePosition=true"
)
_ALGO_COIN = "algoType=CONDITIONAL&symbol=<coin>&side=<side>&type=<futures stop>&triggerPrice=<trigger>&quantity=<contracts>"
_OPTION = "symbol=<option>&side=<side>&type=LIMIT&timeInForce=<option tif>&quantity=<few>&price=<premium>"
_BATCH = "batchOrders=<batch usd>"
_TRANSFER = "type=<wallets>&asset=<asset>&amount=<amount>"
_SUB = "toEmail=<email>&fromAccountType=SPOT&toAccountType=SPOT&asset=<asset>&amount=<amount>"
_WITHDRAW = "coin=<withdrawn>&address=<address>&amount=<sum>"
_WITHDRAW_TAGGED = "coin=<withdrawn>&address=<shared address>&addressTag=<tag>&amount=<sum>"
_CONVERT = "baseAsset=<base>&quoteAsset=USDT&limitPrice=<price>&side=<side>&expiredType=1_D"
_AD = {
    "classify": "profession", "tradeType": "<side>", "asset": "<asset>", "fiatUnit": "USD", "priceType": 1,
    "price": "<rate>", "initAmount": "<amount>", "maxSingleTransAmount": "50", "minSingleTransAmount": "10",
    "buyerKycLimit": 0, "tradeMethods": [{"identifier": "BANK"}],
}  # fmt: skip
_AD_UPDATE = {name: value for name, value in _AD.items() if name != "classify"} | {"advNo": "<an ad>"}
_P2P = {
    "advOrderNumber": "11769999000000000001", "asset": "<asset>", "fiatUnit": "EUR", "tradeType": "BUY",
    "buyType": "<by>", "totalAmount": "<amount>", "matchPrice": "0.5",
}  # fmt: skip

_SPOT_ORDER, _MARGIN_ORDER = "POST /api/v3/order", "POST /sapi/v1/margin/order"
FORMS: Final[dict[str, tuple[tuple[str, str | dict[str, Any]], ...]]] = {
    "spot": (
        *((_SPOT_ORDER, text) for text in (*_SPOT, _TRAILING, _PEGGED, _LIMIT, _MARKET)),
        (_SPOT_ORDER, f"{_LIMIT}&icebergQty=<quantity>"),
        (_SPOT_ORDER, f"{_STOP_LIMIT}&trailingDelta=<delta>"),
        ("POST /api/v3/sor/order", _LIMIT),
        ("POST /api/v3/sor/order", _MARKET),
        *(("POST /api/v3/order/cancelReplace", f"{text}&cancelReplaceMode=<mode>&cancelOrderId=<open spot>")
          for text in (_LIMIT, _LIMIT, _MARKET)),
        ("PUT /api/v3/order/amend/keepPriority", "symbol=<spot>&orderId=<open spot>&newQty=<quantity>"),
        ("DELETE /api/v3/order", "symbol=<spot>&orderId=<open spot>"),
        ("DELETE /api/v3/openOrders", "symbol=<spot>"),
    ),
    "order lists": (
        ("POST /api/v3/orderList/oco", _OCO),
        ("POST /api/v3/orderList/oco", _OCO_BUY),
        *(("POST /api/v3/order/oco", text) for text in (_OLD_OCO, _OLD_OCO_LIMIT, _BUYING_OCO)),
        ("POST /api/v3/orderList/oto", f"{_WORKING}{_PENDING}&pendingQuantity=<quantity>"),
        ("POST /api/v3/orderList/otoco", f"{_WORKING}{_PENDING_PAIR}&pendingQuantity=<quantity>"),
        ("POST /api/v3/orderList/opo", f"{_WORKING}{_PENDING}"),
        ("POST /api/v3/orderList/opoco", f"{_WORKING}{_PENDING_PAIR}"),
    ),
    "margin": (
        *((_MARGIN_ORDER, text) for text in _SPOT),
        *((_MARGIN_ORDER, f"{text}&sideEffectType=<side effect>") for text in (_LIMIT, _MARKET)),
        (_MARGIN_ORDER, f"{_LIMIT}&isIsolated=TRUE"),
        ("POST /sapi/v1/margin/order/oco", _OLD_OCO),
        ("POST /sapi/v1/margin/order/oco", f"{_OLD_OCO_LIMIT}&sideEffectType=<side effect>"),
        ("POST /sapi/v1/margin/borrow-repay", "asset=<asset>&isIsolated=FALSE&amount=<amount>&type=BORROW"),
        ("POST /sapi/v1/margin/borrow-repay",
         "asset=BTC&isIsolated=TRUE&symbol=<spot>&amount=<quantity>&type=BORROW"),
    ),
    "fapi": (
        *(("POST /fapi/v1/order", text) for text in (_USD_LIMIT, _USD_LIMIT, _USD_MARKET, _USD_MATCH)),
        ("POST /fapi/v1/order", f"{_USD_MARKET}&reduceOnly=true"),
        ("PUT /fapi/v1/order", _CHANGE),
        ("PUT /fapi/v1/order", _CHANGE),
        ("POST /fapi/v1/batchOrders", _BATCH),
        ("POST /fapi/v1/batchOrders", _BATCH),
        ("PUT /fapi/v1/batchOrders", "batchOrders=<changes usd>"),
        *(("POST /fapi/v1/algoOrder", text) for text in (_ALGO, _ALGO, _ALGO_LIMIT, _ALGO_TRAIL, _ALGO_CLOSE)),
        ("POST /fapi/v1/leverage", "symbol=<usd>&leverage=<leverage>"),
        ("POST /fapi/v1/positionMargin", "symbol=<usd>&amount=<amount>&type=1"),
        ("DELETE /fapi/v1/allOpenOrders", "symbol=<usd>"),
    ),
    "dapi": (
        *(("POST /dapi/v1/order", text) for text in (_COIN_LIMIT, _COIN_MARKET)),
        ("PUT /dapi/v1/order", _CHANGE_COIN),
        ("POST /dapi/v1/batchOrders", "batchOrders=<batch coin>"),
        ("POST /dapi/v1/algoOrder", _ALGO_COIN),
        ("POST /dapi/v1/positionMargin", "symbol=<coin>&amount=<amount>&type=1"),
        ("POST /dapi/v1/leverage", "symbol=<coin>&leverage=<leverage>"),
    ),
    "eapi": (
        ("POST /eapi/v1/order", _OPTION),
        ("POST /eapi/v1/order", f"{_OPTION}&postOnly=true"),
        ("POST /eapi/v1/batchOrders", "orders=<batch option>"),
    ),
    "papi": (
        *(("POST /papi/v1/um/order", text) for text in (_USD_LIMIT, _USD_MARKET, _USD_MATCH)),
        *(("POST /papi/v1/cm/order", text) for text in (_COIN_LIMIT, _COIN_MARKET)),
        ("PUT /papi/v1/um/order", _CHANGE.replace("open usd", "open portfolio usd")),
        ("PUT /papi/v1/cm/order", _CHANGE_COIN.replace("open coin", "open portfolio coin")),
        *(("POST /papi/v1/margin/order", text) for text in (_LIMIT, _MARKET, _BY_QUOTE)),
    ),
    "convert": (
        ("POST /sapi/v1/convert/limit/placeOrder", f"{_CONVERT}&baseAmount=<quantity>"),
        ("POST /sapi/v1/convert/limit/placeOrder", f"{_CONVERT}&quoteAmount=<quote>"),
        ("POST /sapi/v1/convert/getQuote", "fromAsset=USDT&toAsset=<base>&fromAmount=<quote>"),
        ("POST /sapi/v1/convert/acceptQuote", "quoteId=<a quote>"),
        ("POST /fapi/v1/convert/acceptQuote", "quoteId=<a quote>"),
    ),
    "earn": (
        ("POST /sapi/v1/simple-earn/flexible/subscribe", "productId=<base>001&amount=<few>&autoSubscribe=false"),
        ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=<base>001&amount=<few>"),
        ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=<base>001&redeemAll=true"),
        ("POST /sapi/v1/simple-earn/flexible/redeem", "productId=<base>001&amount=<few>&redeemAll=true"),
        ("POST /sapi/v1/simple-earn/locked/subscribe", "projectId=<base>*30&amount=<few>"),
        ("POST /sapi/v1/simple-earn/locked/redeem", "positionId=<a position>"),
    ),
    "transfers": (
        ("POST /sapi/v1/asset/transfer", _TRANSFER),
        ("POST /sapi/v1/asset/transfer", f"{_TRANSFER}&toSymbol=BTCUSDT"),
    ),
    "sub-accounts": (
        ("POST /sapi/v1/sub-account/universalTransfer", _SUB),
        ("POST /sapi/v1/sub-account/universalTransfer", _SUB.replace("toEmail", "fromEmail")),
        ("POST /sapi/v1/sub-account/universalTransfer", f"fromEmail=test_sub_two@example.com&{_SUB}"),
    ),
    "withdrawals": (
        ("POST /sapi/v1/capital/withdraw/apply", _WITHDRAW),
        ("POST /sapi/v1/capital/withdraw/apply", f"{_WITHDRAW}&network=<network>"),
        ("POST /sapi/v1/capital/withdraw/apply", _WITHDRAW_TAGGED),
        ("POST /sapi/v1/capital/withdraw/apply", f"{_WITHDRAW_TAGGED}&network=<network>&walletType=1"),
    ),
    "C2C": (
        ("POST /sapi/v1/c2c/ads/post", _AD),
        ("POST /sapi/v1/c2c/ads/update", _AD_UPDATE),
        ("POST /sapi/v1/c2c/orderMatch/placeOrder", _P2P),
        ("POST /sapi/v1/c2c/ads/updateStatus", {"advNos": ["<an ad>"], "advStatus": 3}),
    ),
}  # fmt: skip
"""By family. The more often a form stands here, the more often it is drawn."""
FAMILIES: Final = tuple(FORMS)

_ENTRIES: Final = {
    "batch usd": (_USD_LIMIT, _USD_MARKET, _USD_LIMIT),
    "batch coin": (_COIN_LIMIT, _COIN_MARKET),
    "batch option": (_OPTION,),
    "changes usd": (_CHANGE,),
}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "spot": ("BTCUSDT", "BTCUSDT", "BTCUSDT", "ETHUSDT", "ETHUSDT", "ETHBTC", "DOGEUSDT"),
    "usd": ("BTCUSDT", "BTCUSDT", "ETHUSDT", "SOLUSDT"),
    "coin": ("BTCUSD_PERP", "DOGEUSD_PERP", "BTCUSD_PERP", "ETHUSD_PERP"),
    "option": ("BTC-261225-60000-C", "BTC-261225-60000-C", "BTC-261225-80000-C", "BTC-261225-60000-P"),
    "side": ("BUY", "SELL"),
    "other side": ("SELL", "BUY"),
    "tif": ("GTC", "GTC", "IOC", "FOK"),
    "futures tif": ("GTC", "GTC", "GTX", "IOC"),
    "option tif": ("GTC", "GTX", "IOC"),
    "stop": ("STOP_LOSS", "TAKE_PROFIT"),
    "futures stop": ("STOP_MARKET", "TAKE_PROFIT_MARKET"),
    "delta": ("10", "2000", "2000"),
    "rate": ("1", "0.5", "2.5"),
    "peg": ("PRIMARY_PEG", "MARKET_PEG"),
    "match": ("QUEUE", "OPPONENT", "OPPONENT_20"),
    "mode": ("ALLOW_FAILURE", "STOP_ON_FAILURE"),
    "side effect": ("NO_SIDE_EFFECT", "AUTO_REPAY", "MARGIN_BUY", "AUTO_BORROW_REPAY"),
    "leverage": ("5", "125"),
    "few": ("0.5", "1", "0.2", "3", "0.05", "10"),
    "amount": ("1", "0.5", "100", "250", "40", "500.01", "90000", "600", "0.3"),
    "wallets": ("MAIN_UMFUTURE", "UMFUTURE_MAIN", "MAIN_MARGIN"),
    "asset": ("USDT", "USDT", "USDT", "BTC", "BNB"),
    "base": ("BTC", "BTC", "ETH", "BNB"),
    "email": ("test_sub_one@example.com", "test_sub_one@example.com", "test_sub_two@example.com"),
    "withdrawn": ("USDT", "USDT", "USDT", "USDT", "BTC"),
    "sum": ("100", "50", "150", "200", "0.3", "250.5", "499", "500.00000001", "90000"),
    "address": (
        "TXmyOwnAddress",
        "TXmyOwnAddress",
        "TXmyOwnAddress",
        "TXmyOwnAddress",
        "rShared",
        "TXsomebodyElse",
    ),
    "shared address": ("rShared", "rShared", "rShared", "TXmyOwnAddress"),
    "tag": ("104857", "104857", "104858"),
    "network": ("TRX", "TRX", "ETH"),
    "by": ("BY_AMOUNT", "BY_MONEY"),
    "premium": ("250", "245", "100", "2000", "3000"),
}
_FACTORS: Final = ("1", "0.999", "1.001", "0.9", "1.1", "0.5", "1.5", "0.21", "4.9")
"""A price beside the market's: at it, near it, far below and far above."""
_NOTIONALS: Final = (
    "50",
    "500",
    "900",
    "950",
    "990",
    "1000",
    "1001",
    "1100",
    "4000",
    "4900",
    "15000",
    "19000",
    "200000",
)
_CONTRACTS: Final = ("1", "3", "9", "5", "10", "11", "100", "6000")


@dataclass(frozen=True)
class Form:
    """A good request before it is written down: decoded names and values, or the members of a JSON body."""

    method: str
    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    body: dict[str, Any] | None = None


def filled(family: str, numbers: Sequence[int], sandbox: Sandbox) -> Form:
    """The form that the first number chooses, its blanks filled by the others."""
    forms = FORMS[family]
    operation, content = forms[numbers[0] % len(forms)]
    method, _, path = operation.partition(" ")
    blanks = _Blanks(sandbox, numbers[1:])
    if isinstance(content, dict):
        return Form(method, path, body=json.loads(blanks.fill(json.dumps(content))))
    return Form(method, path, blanks.pairs(content))


class _Blanks:
    """Fills blanks one after the other; the same numbers fill them in the same way."""

    def __init__(self, sandbox: Sandbox, numbers: Sequence[int]) -> None:
        self._sandbox, self._numbers, self._next = sandbox, numbers, 0
        self._symbol, self._known = "BTCUSDT", dict[str, str]()

    def pairs(self, text: str) -> tuple[tuple[str, str], ...]:
        split = (pair.partition("=") for pair in text.split("&"))
        return tuple((name, self.fill(value)) for name, _, value in split)

    def fill(self, text: str) -> str:
        while "<" in text:
            before, _, rest = text.partition("<")
            name, _, after = rest.partition(">")
            text = before + self._value(name) + after
        return text

    def _choice[T](self, values: Sequence[T]) -> T:
        number = self._numbers[self._next % len(self._numbers)]
        self._next += 1
        return values[number % len(values)]

    def _value(self, name: str) -> str:
        if name in _ENTRIES:
            return self._list(_ENTRIES[name])
        if name in _WORDS:
            return self._word(name)
        return _MADE[name](self)

    def _word(self, name: str) -> str:
        """In a list of orders often the symbol of the one before."""
        if name in self._known and self._choice((True, True, False)):
            return self._known[name]
        found = self._choice(_WORDS[name])
        if name in ("spot", "usd", "coin"):
            self._symbol = found
        if name == "base":
            self._symbol = f"{found}USDT"
        if name in ("usd", "coin", "option"):
            self._known[name] = found
        return found

    def _list(self, texts: Sequence[str]) -> str:
        count = self._choice((2, 1, 3, 2, 1, 6))
        return json.dumps([dict(self.pairs(self._choice(texts))) for _ in range(count)])

    @property
    def _market(self) -> Decimal:
        return self._sandbox.prices[self._symbol.replace("USD_PERP", "USDT")]

    def price(self, factors: Sequence[str] = _FACTORS) -> str:
        symbol = self._sandbox.symbols[self._symbol.replace("USD_PERP", "USDT")]
        return _plain((self._market * Decimal(self._choice(factors))).quantize(symbol.tick))

    def quantity(self) -> str:
        """For a round sum of the quote coin, or a plain number of the base coin."""
        step = self._sandbox.symbols[self._symbol.replace("USD_PERP", "USDT")].step
        if self._choice((0, 0, 1)):
            return self._choice(("0.5", "0.01", "0.4", "0.3", "1", "2", "5", "0.001", "0.016", "0.51", "30"))
        worth = Decimal(self._choice(_NOTIONALS)) / (1 if self._symbol.endswith("USDT") else 60_000)
        return _plain((worth / self._market).quantize(step, ROUND_DOWN))

    def quote(self) -> str:
        return self._choice(_NOTIONALS)

    def contracts(self) -> str:
        return self._choice(_CONTRACTS)

    def open_order(self, kind: str) -> str:
        """One that is still open, so that it can be changed: of the symbol that was chosen, if there is one."""
        account = self._sandbox.account()
        if kind == "spot":
            found = [(one.symbol.name, one.order_id) for one in account.orders.values() if one.is_open]
        else:
            book, coin = account.portfolio if "portfolio" in kind else account.futures, kind.endswith("coin")
            found = [
                (one.contract.name, one.order_id)
                for one in book.orders.values()
                if one.is_open and (one.contract.size is not None) == coin
            ]
        fitting = [number for name, number in found if name == self._symbol]
        return str(self._choice((fitting or [number for _, number in found])[-4:] or [1]))

    def known(self, found: Sequence[str]) -> str:
        return self._choice(list(found)[-3:] or ["none"])

    @property
    def sandbox(self) -> Sandbox:
        return self._sandbox


_MADE: Final[dict[str, Callable[[_Blanks], str]]] = {
    "price": lambda blanks: blanks.price(),
    "far price": lambda blanks: blanks.price(("0.5", "1.5", "1.1", "0.9")),
    "trigger": lambda blanks: blanks.price(("0.9", "1.1", "0.99", "1.01", "1.5")),
    "above": lambda blanks: blanks.price(("1.1", "1.01", "1.5")),
    "below": lambda blanks: blanks.price(("0.9", "0.99", "0.5")),
    "quantity": _Blanks.quantity,
    "quote": _Blanks.quote,
    "contracts": _Blanks.contracts,
    **{
        f"open {kind}": lambda blanks, kind=kind: blanks.open_order(kind)  # type: ignore[misc]  # mypy infers no default
        for kind in ("spot", "usd", "coin", "portfolio usd", "portfolio coin")
    },
    "a quote": lambda blanks: blanks.known(list(blanks.sandbox.account().quotes)),
    "a position": lambda blanks: blanks.known(list(blanks.sandbox.account().locked_coins)),
    "an ad": lambda blanks: blanks.known(list(blanks.sandbox.account().merchant.ads)),
}


def _plain(number: Decimal) -> str:
    return f"{number:f}"
