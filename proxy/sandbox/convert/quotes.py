"""Convert: a quote is asked for, then accepted by its number; or a limit order is placed.

A quote binds nobody. What an acceptance moves stands in the quote, not in the request. Convert has error codes of its
own that are not known well enough to be imitated; the general ones stand in.
"""

from decimal import ROUND_DOWN, Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.convert.quote import Quote
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.refusals import bad_request, missing, not_required
from proxy.sandbox.spot.symbols import assets, plain

_SMALLEST = Decimal("0.00000001")
_VALID_MS = {"10s": 10_000, "30s": 30_000, "1m": 60_000}


def _worth(sandbox: Sandbox, coin: str) -> Decimal | None:
    """A coin's price in USDT, by the spot market."""
    return Decimal(1) if coin in ("USDT", "USDC") else sandbox.prices.get(f"{coin}USDT")


def _ratio(sandbox: Sandbox, from_coin: str, to_coin: str) -> Decimal:
    given, taken = _worth(sandbox, from_coin), _worth(sandbox, to_coin)
    if given is None or taken is None or from_coin == to_coin:
        raise bad_request(-1121, "Invalid symbol.")
    return given / taken


def _one_amount(call: Call, first: str, second: str) -> str:
    """Which of two amounts was sent: exactly one has to be."""
    if first in call.values and second in call.values:
        raise not_required(second)
    if first not in call.values and second not in call.values:
        raise missing(first)
    return first if first in call.values else second


def new_quote(call: Call) -> object:
    """POST convert/getQuote."""
    from_coin, to_coin = call.values["fromAsset"], call.values["toAsset"]
    ratio = _ratio(call.sandbox, from_coin, to_coin)
    given = _one_amount(call, "fromAmount", "toAmount")
    amount = Decimal(call.values[given])
    if amount <= 0:
        raise missing(given)
    gives = amount if given == "fromAmount" else amount / ratio
    takes = amount if given == "toAmount" else amount * ratio
    valid_ms = _VALID_MS[call.values.get("validTime", "10s")]
    quote = Quote(from_coin, to_coin, _cut(gives), _cut(takes), call.now_ms + valid_ms)
    quote_id = f"testquote{call.sandbox.next_id()}"
    call.account.quotes[quote_id] = quote
    return {
        "quoteId": quote_id,
        "ratio": plain(ratio),
        "inverseRatio": plain(1 / ratio),
        "validTimestamp": quote.valid_until_ms,
        "toAmount": plain(quote.to_amount),
        "fromAmount": plain(quote.from_amount),
    }


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(_SMALLEST, ROUND_DOWN)


def accept_quote(call: Call) -> object:
    """POST convert/acceptQuote, once and in time."""
    quote = call.account.quotes.get(call.values["quoteId"])
    if quote is None or call.now_ms > quote.valid_until_ms:
        raise bad_request(-1130, "Data sent for parameter 'quoteId' is not valid.")
    held = call.account.balances[quote.from_coin]
    if held.free < quote.from_amount:
        raise bad_request(-2010, "Account has insufficient balance for requested action.")
    del call.account.quotes[call.values["quoteId"]]
    call.account.add(quote.from_coin, -quote.from_amount)
    call.account.add(quote.to_coin, quote.to_amount)
    call.record(
        "convert", "conversion", coin=quote.from_coin, amount=quote.from_amount, to_coin=quote.to_coin,
        quote_value=quote.to_amount, quote_coin=quote.to_coin,
    )  # fmt: skip
    order_id = str(call.sandbox.next_id())
    return {"orderId": order_id, "createTime": call.now_ms, "orderStatus": "SUCCESS"}


def place_limit_order(call: Call) -> object:
    """POST convert/limit/placeOrder: rests; it is never filled here."""
    base, quote, side = call.values["baseAsset"], call.values["quoteAsset"], call.values["side"]
    _ratio(call.sandbox, base, quote)
    price = Decimal(call.values["limitPrice"])
    given = _one_amount(call, "baseAmount", "quoteAmount")
    amount = Decimal(call.values[given])
    if price <= 0 or amount <= 0:
        raise missing("limitPrice" if price <= 0 else given)
    quantity = amount if given == "baseAmount" else _cut(amount / price)
    value = amount if given == "quoteAmount" else amount * price
    coin, gives, to_coin = (quote, value, base) if side == "BUY" else (base, quantity, quote)
    order_id = call.sandbox.next_id()
    call.record(
        "convert", "order", status="NEW", symbol=base + quote, side=side, order_type="LIMIT", order_id=order_id,
        base_quantity=quantity, price=price, quote_value=value, quote_coin=quote,
        coin=coin, amount=gives, to_coin=to_coin,
    )  # fmt: skip
    return {"orderId": order_id, "status": "PROCESS"}


def pairs(call: Call) -> object:
    """GET convert/exchangeInfo."""
    known = [coin for coin in assets(call.sandbox.symbols.values()) if _worth(call.sandbox, coin) is not None]
    return [
        {
            "fromAsset": given, "toAsset": taken, "fromAssetMinAmount": "0.0001", "fromAssetMaxAmount": "1000000",
            "toAssetMinAmount": "0.0001", "toAssetMaxAmount": "1000000",
        }
        for given in known
        for taken in known
        if given != taken
        and call.values.get("fromAsset") in (None, given)
        and call.values.get("toAsset") in (None, taken)
    ]  # fmt: skip
