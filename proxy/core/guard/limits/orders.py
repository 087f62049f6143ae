"""The orders inside a request: one, a list of them, or a batch.

A *part* is what is filled once; its *legs* are the ways in which that may happen, of which at most one does: the two
legs of an OCO share one quantity. A request of several parts moves their sum.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.parameters import Role, parameters_of
from proxy.core.guard.limits.arguments import Argument, Arguments, CannotJudgeError

_NUMBER: Final = r"[0-9]{1,30}(\.[0-9]{1,30})?"
_GROUPS: Final = ("pendingAbove", "pendingBelow", "pending", "working", "above", "below", "")
"""Beginnings of the names in order lists, the longer one first (spot rest-api.md, "Order lists")."""

_NOT_A_TYPE: Final = frozenset({"algoType", "priceType"})
"""They say which product is meant, and how the price of a C2C advert moves; not how an order is filled."""

_FIXED: Final = ("priceType", "1")
"""Of an advert whose price stays; 2 follows the market."""

_PRICES: Final = frozenset({"price", "limitPrice", "stopLimitPrice"})
_NO_MATCH: Final = "NONE"
_POST_ONLY: Final = frozenset({("timeInForce", "GTX"), ("postOnly", "true")})

type _Group = Mapping[Role, list[Argument]]


class Leg(msgspec.Struct, frozen=True):
    """One way in which a part may be filled. `kind` is the order type, None where the endpoint has none."""

    symbol: str
    side: str
    kind: str | None
    price: Decimal | None
    triggers: tuple[Decimal, ...]
    pegged: bool  # the exchange chooses the price
    post_only: bool  # it never takes: if it is filled, then at its own price
    trails: bool  # its trigger follows the market


class Part(msgspec.Struct, frozen=True):
    """What is filled once. None: that quantity is not said."""

    base: Decimal | None
    quote: Decimal | None
    contracts: Decimal | None
    legs: tuple[Leg, ...]


def parts_of(endpoint: Endpoint, arguments: Arguments) -> tuple[Part, ...]:
    """The orders of a request in its order. Raises CannotJudgeError for a number that is none."""
    known = parameters_of(endpoint.method, endpoint.path)
    members = sorted({one.member for one in arguments if one.member is not None})
    if members:
        groups = ([one for one in arguments if one.member == member] for member in members)
        return tuple(_single(_by_role(group)) for group in groups)
    if "workingQuantity" in known:
        return tuple(_working_and_pending(_grouped(arguments)))
    if "aboveType" in known:
        groups_of_list = _grouped(arguments)
        base = groups_of_list[""]
        return (_part(base, [_leg(base | groups_of_list[name], base) for name in ("above", "below")]),)
    base = _by_role(arguments)
    if "stopLimitPrice" in known:
        return (_part(base, list(_old_oco(base))),)
    if "priceType" in known:
        return (_part(base, [_of_advert(base)]),)
    return (_single(base),)


def number_of(argument: Argument) -> Decimal:
    """A plain number: digits, one point. Raises CannotJudgeError for any other text: readers may differ on it."""
    if not re.fullmatch(_NUMBER, argument.text):
        raise CannotJudgeError(f"`{argument.name}` must be a plain number, like 0.5")
    return Decimal(argument.text)


def _by_role(arguments: Iterable[Argument]) -> dict[Role, list[Argument]]:
    found: dict[Role, list[Argument]] = {}
    for one in arguments:
        found.setdefault(one.role, []).append(one)
    return found


def _grouped(arguments: Arguments) -> dict[str, dict[Role, list[Argument]]]:
    """By the leg whose name a parameter begins with; "" is what belongs to all."""
    groups: dict[str, list[Argument]] = {name: [] for name in _GROUPS}
    for one in arguments:
        groups[next(name for name in _GROUPS if _begins(one.name, name))].append(one)
    return {name: _by_role(group) for name, group in groups.items()}


def _begins(name: str, group: str) -> bool:
    return not group or (name.startswith(group) and name[len(group) :][:1].isupper())


def _working_and_pending(groups: Mapping[str, dict[Role, list[Argument]]]) -> Iterator[Part]:
    """OTO and OPO, OTOCO and OPOCO. A pending part without a quantity takes what the working one was filled with.

    Only a purchase pays, and only for a sale (FAQ on OPO orders in
    binance-spot-api-docs). Proceeds would buy more coins, the lower the price.

    What waits for a sale begins when the market has risen to the price of that sale, and so may fill there.
    """
    base, working, pending = groups[""], groups["working"], groups["pending"]
    first = _leg(working, base)
    yield _part(working, [first])
    pair = [groups[name] for name in ("pendingAbove", "pendingBelow") if groups[name]]
    reached = () if first.price is None or first.side == "BUY" else (first.price,)
    legs = [
        msgspec.structs.replace(leg, triggers=(*leg.triggers, *reached))
        for leg in (_leg(pending | one, base) for one in pair or [{}])
    ]
    if Role.BASE_QUANTITY in pending:
        yield _part(pending, legs)
        return
    if (_text(working, Role.SIDE), _text(pending, Role.SIDE)) != ("BUY", "SELL"):
        raise CannotJudgeError(
            "without a quantity of its own only a sale can follow, and only after a purchase"
        )
    yield _part(working, legs)


def _old_oco(base: _Group) -> Iterator[Leg]:
    """`price` is a resting limit; `stopPrice` triggers a limit at `stopLimitPrice`, or at the market without one."""
    prices = {one.name: one for one in base.get(Role.PRICE, ())}
    plain = _leg(base, base)
    limit, stop_limit = prices.get("price"), prices.get("stopLimitPrice")
    yield msgspec.structs.replace(plain, kind="LIMIT_MAKER", price=_number(limit), triggers=(), trails=False)
    kind = "STOP_LOSS_LIMIT" if stop_limit else "STOP_LOSS"
    yield msgspec.structs.replace(plain, kind=kind, price=_number(stop_limit))


def _of_advert(base: _Group) -> Leg:
    """A price stays only where the advert says so itself: an update without `priceType` may be of a floating one."""
    fixed = any((one.name, one.text) == _FIXED for one in base.get(Role.ORDER_TYPE, ()))
    return msgspec.structs.replace(_leg(base, base), pegged=not fixed)


def _single(group: _Group) -> Part:
    return _part(group, [_leg(group, group)])


def _part(group: _Group, legs: list[Leg]) -> Part:
    return Part(
        base=_amount(group, Role.BASE_QUANTITY),
        quote=_amount(group, Role.QUOTE_QUANTITY),
        contracts=_amount(group, Role.CONTRACTS),
        legs=tuple(legs),
    )


def _leg(group: _Group, shared: _Group) -> Leg:
    """`shared` has the symbol and, where all legs have the same, the side."""
    types = [one.text for one in group.get(Role.ORDER_TYPE, ()) if one.name not in _NOT_A_TYPE]
    prices = [one for one in group.get(Role.PRICE, ()) if _is_price(one)]
    in_force = group.get(Role.TIME_IN_FORCE, [])
    return Leg(
        symbol=_text(shared, Role.SYMBOL),
        side=_text(group, Role.SIDE) or _text(shared, Role.SIDE),
        kind=types[0] if types else None,
        price=number_of(prices[0]) if len(prices) == 1 else None,
        triggers=tuple(number_of(one) for one in _triggers(group)),
        pegged=any(one.text != _NO_MATCH for one in group.get(Role.PRICE_MATCH, ())),
        post_only=any((one.name, one.text) in _POST_ONLY for one in in_force),
        trails=Role.CALLBACK_RATE in group,
    )


def _triggers(group: _Group) -> Iterator[Argument]:
    yield from group.get(Role.STOP_PRICE, ())
    yield from group.get(Role.ACTIVATION_PRICE, ())


def _is_price(argument: Argument) -> bool:
    """Whether it is a price, with or without the beginning that says of which leg; a ratio is none."""
    name = argument.name
    return name in _PRICES or any(name == f"{group}Price" for group in _GROUPS)


def _number(argument: Argument | None) -> Decimal | None:
    return number_of(argument) if argument else None


def _amount(group: _Group, role: Role) -> Decimal | None:
    found = group.get(role, ())
    return number_of(found[0]) if found else None


def _text(group: _Group, role: Role) -> str:
    found = group.get(role, ())
    return found[0].text if found else ""
