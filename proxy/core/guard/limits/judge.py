"""May this request be done, by the lines of `limits:`? By the roles of its parameters, and closed where in doubt.

A line applies to a profile or to one endpoint; lines are alternatives, and a request must fit one of those that name
it. What its endpoint is not known to take has no place in it (`arguments`); every order in it counts (`orders`); what
cannot be known is refused (`amounts`). What moves no funds, a cancel or a setting, is judged by the roles it has.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.parameters import Role, parameters_of
from proxy.core.errors import Refusal
from proxy.core.guard.limits.amounts import Asked, Market, amount_in, offers
from proxy.core.guard.limits.arguments import Arguments, CannotJudgeError, decoded_json, read_arguments
from proxy.core.guard.limits.line import LISTS, Line, Measure
from proxy.core.market import MarketFacts, MarketNeed
from proxy.core.signing import PreparedRequest

NO_FACTS: Final = MarketFacts({}, {})
_ONLY_LESS: Final = "/amend/keepPriority"
"""Amending in place can only lower a quantity (spot rest-api.md, "Order Amend Keep Priority")."""
_SINGULAR: Final = {
    "symbols": "its symbol",
    "coins": "its coin",
    "addresses": "its address (with its tag)",
    "networks": "its network",
    "recipients": "its recipient",
    "side_effects": "its side effect",
}
_FLAGS: Final = frozenset({"true", "false"})


class Fit(msgspec.Struct, frozen=True):
    """A line that a request fits, and what it moves in the measures that the line bounds."""

    line: Line
    amounts: Mapping[Measure, Decimal]


class Judged(msgspec.Struct, frozen=True):
    """`fits` in the order of the lines; `whys` of those that do not fit, the most telling first.

    With the facts that are `missing` it may end otherwise.
    """

    fits: tuple[Fit, ...]
    whys: tuple[str, ...]
    missing: frozenset[MarketNeed]


def concerned(endpoint: Endpoint, lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that name an endpoint; none for reads, which change nothing."""
    if operation_of(endpoint) is Operation.READ:
        return ()
    return tuple(line for line in lines if line.names(endpoint))


def judge(
    endpoint: Endpoint,
    prepared: PreparedRequest,
    lines: Iterable[Line],
    *,
    facts: MarketFacts = NO_FACTS,
    margin: Decimal | None = None,
) -> Judged:
    """Hold a request against the lines that name it.

    `margin`: how far a price of the exchange may run until the order fills, None where such prices are not taken.
    """
    lines = tuple(lines)
    try:
        asked = Asked.of(endpoint, read_arguments(endpoint, prepared))
    except CannotJudgeError as error:
        return Judged((), (error.why,) * len(lines), frozenset())
    market = Market(endpoint, facts, margin)
    fits, far, near = [], [], []
    for line in lines:
        try:
            _require_listed(line, asked)
        except CannotJudgeError as error:
            far.append(error.why)
            continue
        try:
            fits.append(_fit(line, asked, market))
        except CannotJudgeError as error:
            near.append(error.why)
    return Judged(tuple(fits), (*near, *far), frozenset(market.missing))


def limit_refusal(why: str, lines: Iterable[Line]) -> Refusal:
    """What is answered to a request that fits none of these lines."""
    places = ", ".join(line.place for line in lines)
    return Refusal(403, "limit_exceeded", f"the policy limits this request ({places}): {why}")


def bounds_of(line: Line) -> tuple[str, ...]:
    """What a line bounds, by the names of its settings."""
    lists = [name for name in LISTS if line.lists[name]]
    most = [f"max_{measure.value}" for measure in Measure if measure in line.most]
    per_day = [f"max_{measure.value}_per_day" for measure in Measure if measure in line.most_per_day]
    return (*lists, *most, *per_day)


def can_bound(endpoint: Endpoint, bound: str, *, prices: bool) -> bool:
    """Whether requests to an endpoint have what a setting of a line bounds: `symbols`, `max_quantity_per_day` ..."""
    if bound in LISTS:
        return any(one.role in LISTS[bound] for one in parameters_of(endpoint.method, endpoint.path).values())
    measure = Measure(bound.removeprefix("max_").removesuffix("_per_day"))
    return offers(endpoint, measure, prices=prices)


def _fit(line: Line, asked: Asked, market: Market) -> Fit:
    """Raises CannotJudgeError where it moves more than the line allows, or nobody knows how much."""
    amounts = {measure: _amount(measure, asked, market) for measure in Measure if measure in line.measures}
    for measure, most in line.most.items():
        if amounts[measure] > most:
            raise CannotJudgeError(f"it is above max_{measure.value}")
    return Fit(line, amounts)


def _amount(measure: Measure, asked: Asked, market: Market) -> Decimal:
    endpoint = asked.endpoint
    if endpoint.path.endswith(_ONLY_LESS):
        return Decimal(0)
    if not offers(endpoint, measure, prices=market.margin is not None):
        if endpoint.moves_funds:
            raise CannotJudgeError(_lacks(f"max_{measure.value}", endpoint, market))
        return Decimal(0)
    if not endpoint.moves_funds and not _is_advert(asked):
        return Decimal(0)
    return amount_in(measure, asked, market)


def _lacks(bound: str, endpoint: Endpoint, market: Market) -> str:
    others = [measure for measure in Measure if offers(endpoint, measure, prices=market.margin is not None)]
    instead = " and ".join(f"max_{measure.value}" for measure in others)
    advice = (
        f"; of this operation {instead} would" if instead else "; a line of its own may bound what it has"
    )
    return f"{bound} does not bound what this operation moves{advice}"


def _is_advert(asked: Asked) -> bool:
    """Whether it sets a C2C advert, which moves nothing yet and binds its owner all the same.

    An update must send the whole of it (data/parameters.csv), so one that leaves its amount out is refused.
    """
    return asked.endpoint.family == "c2c" and bool(asked.parts)


def _require_listed(line: Line, asked: Asked) -> None:
    """Each value is among those that the line lists for its role. Raises CannotJudgeError."""
    for name, allowed in line.lists.items():
        if allowed:
            _require_values(name, allowed, asked)


def _require_values(name: str, allowed: frozenset[str], asked: Asked) -> None:
    endpoint = asked.endpoint
    if not can_bound(endpoint, name, prices=True):
        if endpoint.moves_funds:
            raise CannotJudgeError(f"`{name}` does not bound this operation, which names none")
        return
    values = list(_addresses(asked.arguments) if name == "addresses" else _values(name, asked.arguments))
    if not values and name == "side_effects":
        return
    if not values or not allowed.issuperset(values):
        raise CannotJudgeError(f"{_SINGULAR[name]} is not among `{name}`")


def _values(name: str, arguments: Arguments) -> Iterator[str]:
    roles = LISTS[name]
    for one in arguments:
        if one.role in roles and not (name == "side_effects" and one.text in _FLAGS):
            yield from _items(one.text)


def _items(text: str) -> Iterator[str]:
    """The values of a list that stands in one value: JSON, or with commas between."""
    if not text.startswith("["):
        yield from text.split(",")
        return
    for one in decoded_json(text, "a list in it"):
        if not isinstance(one, str):
            raise CannotJudgeError("a list in it must hold texts")
        yield one


def _addresses(arguments: Arguments) -> Iterator[str]:
    """`ADDRESS`, or `ADDRESS TAG`: at a shared address the tag chooses the owner."""
    address = [one.text for one in arguments if one.role is Role.ADDRESS]
    tags = [one.text for one in arguments if one.role is Role.ADDRESS_TAG and one.text]
    if len(address) == 1 and address[0] and len(tags) <= 1:
        yield " ".join(address + tags)
