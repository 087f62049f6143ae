"""What an order must and must not carry, and the filters of its market.

The table of order types and the filter rules are those of binance/binance-spot-api-docs (rest-api.md, "New
order", and filters.md).
"""

from decimal import Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request, missing, not_required
from proxy.sandbox.spot.symbols import Symbol

# Order type -> what it needs, and what it must not carry.
NEEDS = {
    "LIMIT": ("timeInForce", "quantity", "price"),
    "MARKET": (),
    "STOP_LOSS": ("quantity", "stopPrice"),
    "STOP_LOSS_LIMIT": ("timeInForce", "quantity", "price", "stopPrice"),
    "TAKE_PROFIT": ("quantity", "stopPrice"),
    "TAKE_PROFIT_LIMIT": ("timeInForce", "quantity", "price", "stopPrice"),
    "LIMIT_MAKER": ("quantity", "price"),
}
FORBIDS = {
    "LIMIT": ("stopPrice", "trailingDelta", "quoteOrderQty"),
    "MARKET": ("timeInForce", "price", "stopPrice", "trailingDelta", "icebergQty"),
    "STOP_LOSS": ("timeInForce", "price", "quoteOrderQty", "icebergQty"),
    "STOP_LOSS_LIMIT": ("quoteOrderQty",),
    "TAKE_PROFIT": ("timeInForce", "price", "quoteOrderQty", "icebergQty"),
    "TAKE_PROFIT_LIMIT": ("quoteOrderQty",),
    "LIMIT_MAKER": ("timeInForce", "stopPrice", "trailingDelta", "quoteOrderQty"),
}
# What may stand in for a parameter that is needed.
_INSTEAD = {"stopPrice": "trailingDelta", "price": "pegPriceType"}
_MAX_PLACES = 8
_MAX_NOTIONAL = Decimal(9_000_000_000)


def known_symbol(call: Call, name: str = "symbol") -> Symbol:
    """The market a call names. Raises -1121."""
    symbol = call.sandbox.symbols.get(call.values[name])
    if symbol is None:
        raise bad_request(-1121, "Invalid symbol.")
    return symbol


def check_combination(call: Call, kind: str, part: str = "") -> None:
    """Mandatory and superfluous parameters of this order type (-1102, -1106).

    part: `working`, `pendingAbove` and the like, which refusals put before the name.
    """
    for name in NEEDS[kind]:
        if name not in call.values and _INSTEAD.get(name) not in call.values:
            raise missing(name_in_list(part, name))
    for name in FORBIDS[kind]:
        if name in call.values:
            raise not_required(name_in_list(part, name))
    if kind == "MARKET":
        amounts = [name for name in ("quantity", "quoteOrderQty") if name in call.values]
        if not amounts:
            raise bad_request(
                -1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
            )
        if len(amounts) == 2:
            raise not_required("quoteOrderQty")


def name_in_list(part: str, name: str) -> str:
    """How a parameter of an order is called in a list of orders: `price` of `working` is `workingPrice`."""
    if name == "newClientOrderId":
        name = "clientOrderId"
    return part + name[0].upper() + name[1:] if part else name


def check_precision(call: Call) -> None:
    """More than eight decimals (-1111), as float noise has them."""
    for name in ("quantity", "price", "stopPrice", "quoteOrderQty", "icebergQty"):
        value = call.values.get(name, "")
        if len(value.partition(".")[2].rstrip("0")) > _MAX_PLACES:
            raise bad_request(-1111, f"Parameter '{name}' has too much precision.")


def check_filters(call: Call, symbol: Symbol) -> None:
    """PRICE_FILTER, PERCENT_PRICE_BY_SIDE (the same band on both sides), LOT_SIZE, NOTIONAL (-1013)."""
    market = call.sandbox.prices[symbol.name]
    price, quantity = call.decimal("price"), call.decimal("quantity")
    for value in (price, call.decimal("stopPrice")):
        if value is not None and (value <= 0 or value % symbol.tick):
            raise _fails("PRICE_FILTER")
    if price is not None and not market * symbol.price_down <= price <= market * symbol.price_up:
        raise _fails("PERCENT_PRICE_BY_SIDE")
    if quantity is not None and (
        quantity < symbol.step or quantity > symbol.max_quantity or quantity % symbol.step
    ):
        raise _fails("LOT_SIZE")
    notional = call.decimal("quoteOrderQty") or (price or market) * (quantity or Decimal(0))
    if not symbol.min_notional <= notional <= _MAX_NOTIONAL:
        raise _fails("NOTIONAL")


def _fails(name: str) -> Exception:
    return bad_request(-1013, f"Filter failure: {name}")
