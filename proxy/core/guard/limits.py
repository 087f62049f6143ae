"""What a request may hold: symbols, coins, addresses, and how much per order and per day.

A line applies to a profile or to one endpoint. Lines are alternatives: a request must fit one of those that name
it. Everything fails closed: a limited parameter that is missing, stands twice or cannot be read is refused, and so
is a body that is no form. Cancels have no amounts; they are judged by symbol only.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.errors import Refusal, RefusedError
from proxy.core.settings import LimitLineSettings
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

_NONE: Final = Decimal(0)
_DAY_MS: Final = 86_400_000
_AMOUNT: Final = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_QUANTITIES: Final = ("quantity", "workingQuantity", "pendingQuantity", "newQty", "amount")
"""Base quantities of orders and order lists; `amount` of transfers and withdrawals."""

_QUOTE: Final = "quoteOrderQty"
_PRICED_TYPES: Final = frozenset({"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
_TYPES: Final = ("type", "aboveType", "belowType", "pendingType", "pendingAboveType", "pendingBelowType")
_ONLY_LESS: Final = "/amend/keepPriority"
"""Amending in place can only lower a quantity (rest-api.md, "Order Amend Keep Priority")."""

type Params = Mapping[str, tuple[str, ...]]


class Line(msgspec.Struct, frozen=True):
    """One line of `limits:`. `place` is where it stands, for people."""

    place: str
    operations: frozenset[Operation]  # of the profile it names
    endpoint: str  # or "METHOD /path"
    symbols: frozenset[str]
    coins: frozenset[str]
    addresses: frozenset[str]
    quantity: Decimal | None
    quote: Decimal | None
    quantity_per_day: Decimal | None
    quote_per_day: Decimal | None

    def names(self, endpoint: Endpoint, operation: Operation) -> bool:
        return operation in self.operations or endpoint.name == self.endpoint

    @property
    def wants_quantity(self) -> bool:
        return self.quantity is not None or self.quantity_per_day is not None

    @property
    def wants_quote(self) -> bool:
        return self.quote is not None or self.quote_per_day is not None


class Reservation(msgspec.Struct, frozen=True):
    """What a request took from the day's allowance of a line."""

    line: Line
    day: int
    quantity: Decimal
    quote: Decimal


class Ledger(msgspec.Struct):
    """How much of each line's day was used. Counted before a request leaves; given back if it was not executed."""

    _used: dict[tuple[Line, int, str], Decimal] = msgspec.field(default_factory=dict)

    def reserve(
        self, endpoint: Endpoint, prepared: PreparedRequest, lines: tuple[Line, ...], now_ms: int
    ) -> Reservation | None:
        """Count a request against the first line that it fits; None where no line names it.

        Raises RefusedError where it fits none of those that name it.
        """
        if not lines:
            return None
        operation = operation_of(endpoint)
        named = [line for line in lines if line.names(endpoint, operation)]
        if not named or operation is Operation.READ:
            return None
        if prepared.body_kind is BodyKind.JSON:
            raise RefusedError(_refusal("its JSON body cannot be held against the limits", named))
        params = _params(prepared)
        whys: list[str] = []
        for line in named:
            fit = self._fit(line, endpoint, params, now_ms // _DAY_MS)
            if isinstance(fit, Reservation):
                self._add(fit, 1)
                return fit
            whys.append(fit)
        raise RefusedError(_refusal(whys[0], named))

    def release(self, reservation: Reservation) -> None:
        """The request was not executed after all."""
        self._add(reservation, -1)

    def _fit(self, line: Line, endpoint: Endpoint, params: Params, day: int) -> Reservation | str:
        """What the request takes, or why it does not fit."""
        if why := _outside(line, params):
            return why
        quantity = quote = _NONE
        if endpoint.method != "DELETE" and not endpoint.path.endswith(_ONLY_LESS):
            if line.wants_quantity:
                found = _quantity(params)
                if found is None:
                    return "it must say its quantity, once and as a plain number"
                quantity = found
            if line.wants_quote:
                found = _quote(params)
                if found is None:
                    return "its quote amount cannot be known; send quoteOrderQty, or a limit order"
                quote = found
        return self._over(line, quantity, quote, day) or Reservation(line, day, quantity, quote)

    def _over(self, line: Line, quantity: Decimal, quote: Decimal, day: int) -> str | None:
        for name, value, most, most_per_day in (
            ("quantity", quantity, line.quantity, line.quantity_per_day),
            ("quote", quote, line.quote, line.quote_per_day),
        ):
            if most is not None and value > most:
                return f"it is above max_{name} per order"
            if most_per_day is not None and self._used.get((line, day, name), _NONE) + value > most_per_day:
                return f"max_{name}_per_day is used up"
        return None

    def _add(self, reservation: Reservation, sign: int) -> None:
        """Days before this one are forgotten."""
        for key in [key for key in self._used if key[0] == reservation.line and key[1] < reservation.day]:
            del self._used[key]
        for name, value in (("quantity", reservation.quantity), ("quote", reservation.quote)):
            key = (reservation.line, reservation.day, name)
            self._used[key] = self._used.get(key, _NONE) + sign * value


def lines_of(
    settings: Iterable[LimitLineSettings], profiles: Mapping[str, frozenset[Operation]], place: str
) -> tuple[Line, ...]:
    """The lines of a policy; `applies_to` was checked before."""
    return tuple(
        Line(
            place=f"{place}[{index}]",
            operations=profiles.get(one.applies_to, frozenset()),
            endpoint=one.applies_to,
            symbols=frozenset(one.symbols),
            coins=frozenset(one.coins),
            addresses=frozenset(one.addresses),
            quantity=_exact(one.max_quantity),
            quote=_exact(one.max_quote),
            quantity_per_day=_exact(one.max_quantity_per_day),
            quote_per_day=_exact(one.max_quote_per_day),
        )
        for index, one in enumerate(settings)
    )


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _params(prepared: PreparedRequest) -> Params:
    """Query and form parameters as Binance reads them: percent-decoded, `+` a blank."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for pair in split_pairs(prepared.query) + split_pairs(prepared.form):
        name = pair_name(pair.replace(b"+", b" ")).decode("latin-1")
        value = percent_decoded(pair_value(pair).replace(b"+", b" ")).decode("utf-8", "replace")
        found[name].append(value)
    return {name: tuple(values) for name, values in found.items()}


def _outside(line: Line, params: Params) -> str | None:
    """Which of the named values the request is not among."""
    if line.symbols and _one(params, "symbol") not in line.symbols:
        return "its symbol is not among `symbols`"
    if line.coins and _one(params, "coin", "asset") not in line.coins:
        return "its coin is not among `coins`"
    if line.addresses:
        tag = params.get("addressTag", ())
        full = " ".join(one for one in (_one(params, "address"), *tag) if one)
        if len(tag) > 1 or full not in line.addresses:
            return "its address (with its tag) is not among `addresses`"
    return None


def _one(params: Params, *names: str) -> str | None:
    """The value of the one parameter that bears one of these names; None where there are none or several."""
    found = [value for name in names for value in params.get(name, ())]
    return found[0] if len(found) == 1 else None


def _amounts(params: Params, names: Iterable[str]) -> list[Decimal] | None:
    """The numbers that stand under these names; None where one stands twice or is no plain number."""
    found: list[Decimal] = []
    for name in names:
        values = params.get(name, ())
        if len(values) > 1 or (values and not _AMOUNT.fullmatch(values[0])):
            return None
        found += [Decimal(value) for value in values]
    return found


def _quantity(params: Params) -> Decimal | None:
    """Base quantities together. None where there is none: a market order by quote amount, a batch."""
    found = _amounts(params, _QUANTITIES)
    return sum(found, _NONE) if found else None


def _quote(params: Params) -> Decimal | None:
    """The quote amount, rather too high than too low: all quantities at the highest price that is named.

    None where an order runs at the market with a base quantity: its price is not known before.
    """
    quote = _amounts(params, (_QUOTE,))
    if quote is None:
        return None
    quantities = _amounts(params, _QUANTITIES)
    if quote:
        return quote[0] if quantities == [] else None
    types = [value for name in _TYPES for value in params.get(name, ())]
    if "stopPrice" in params and "stopLimitPrice" not in params and not types:
        return None  # the old OCO with a stop leg at the market
    prices = _amounts(params, [name for name in params if name == "price" or name.endswith("Price")])
    if not quantities or not prices or not all(one in _PRICED_TYPES for one in types):
        return None
    return sum(quantities, _NONE) * max(prices)


def _refusal(why: str, lines: list[Line]) -> Refusal:
    places = ", ".join(line.place for line in lines)
    return Refusal(403, "limit_exceeded", f"the policy limits this request ({places}): {why}")
