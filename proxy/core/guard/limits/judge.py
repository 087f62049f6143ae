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
from proxy.core.guard.limits.arguments import (
    Argument,
    Arguments,
    CannotJudgeError,
    decoded_json,
    read_arguments,
)
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
_SETS_GOING: Final = "it sets going what was arranged earlier, and of what and how much is not said here"
_CHOSEN_IF_ABSENT: Final = {
    "/papi/v1/margin/repay-debt": "specifyRepayAssets",
    "/sapi/v1/asset/dust-convert/convert": "targetAsset",
}
"""Optional parameters that name a coin which the exchange chooses where they are left out."""
_FLAGS: Final = frozenset({"true", "false"})
_NAME_LISTS: Final = frozenset(
    {
        ("/sapi/v1/asset/dust", "asset"),
        ("/sapi/v1/asset/dust-convert/convert", "asset"),
        ("/sapi/v1/margin/dust", "asset"),
        ("/sapi/v1/margin/exchange-small-liability", "assetNames"),
        ("/eapi/v1/countdownCancelAllHeartBeat", "underlyings"),
    }
)
"""Parameters that the table calls texts, and that hold several names (its notes; documentation of the calls)."""

_NOT: Final[frozenset[str | None]] = frozenset({"false"})
_NO_PLAN: Final[frozenset[str | None]] = frozenset({"NONE"})
_FLAGGED: Final = frozenset({("isIsolated", "TRUE")})
_ISOLATED: Final[Mapping[str, frozenset[tuple[str, str]]]] = {
    "/sapi/v1/margin/borrow-repay": _FLAGGED,
    "/sapi/v1/margin/loan": _FLAGGED,
    "/sapi/v1/margin/repay": _FLAGGED,
    "/sapi/v1/margin/manual-liquidation": frozenset({("type", "ISOLATED")}),
    "/sapi/v1/sub-account/universalTransfer": frozenset(
        {("fromAccountType", "ISOLATED_MARGIN"), ("toAccountType", "ISOLATED_MARGIN")}
    ),
}
"""Calls that look at `symbol` only where one of these is said (the notes of data/parameters.csv)."""

_STOPS: Final[Mapping[str, tuple[str, frozenset[str | None]]]] = {
    **{
        f"/sapi/v1/c2c/{path}": ("advStatus", frozenset({"3", "4"}))
        for path in ("ads/updateStatus", "agent/ads/updateStatus", "ads/batchUpdateStatus")
    },
    **{
        f"/sapi/v1/dci/product/auto_compound/{path}": ("autoCompoundPlan", _NO_PLAN)
        for path in ("edit", "edit-status")
    },
    "/sapi/v1/dci/product/subscribe": ("autoCompoundPlan", _NO_PLAN | {None}),
    "/sapi/v1/lending/auto-invest/plan/edit-status": ("status", frozenset({"PAUSED", "REMOVED"})),
    # A flexible subscription renews itself from the spot balance unless it is told not to.
    "/sapi/v1/simple-earn/flexible/subscribe": ("autoSubscribe", _NOT),
    **{
        f"/sapi/v1/{path}/setAutoSubscribe": ("autoSubscribe", _NOT)
        for path in ("simple-earn/flexible", "simple-earn/locked", "onchain-yields/locked")
    },
    "/sapi/v1/staking/setAutoStaking": ("renewable", _NOT),
}
"""What sets something going whose coin and amount stand elsewhere, and the values that do not; None: not said."""


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
            raise CannotJudgeError(f"it is above max_{measure.value} ({_plain(most)})")
    for measure, most in line.most_per_day.items():
        if amounts[measure] > most:
            raise CannotJudgeError(f"it is above max_{measure.value}_per_day ({_plain(most)}) by itself")
    return Fit(line, amounts)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


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
    if _sets_going(asked) and (line.measures or line.lists["coins"]):
        way = (
            "; send the whole advert to ads/update with its advStatus"
            if asked.endpoint.family == "c2c"
            else ""
        )
        raise CannotJudgeError(f"{_SETS_GOING}{way}")
    for name, allowed in line.lists.items():
        if allowed:
            _require_values(name, allowed, asked)


def _sets_going(asked: Asked) -> bool:
    found = _STOPS.get(asked.endpoint.path)
    if found is None:
        return False
    name, stops = found
    said = {one.text for one in asked.arguments if one.name == name}
    return not said <= stops if said else None not in stops


def _require_values(name: str, allowed: frozenset[str], asked: Asked) -> None:
    endpoint = asked.endpoint
    if not can_bound(endpoint, name, prices=True):
        if endpoint.moves_funds:
            raise CannotJudgeError(f"`{name}` does not bound this operation, which names none")
        return
    values = list(_addresses(asked.arguments) if name == "addresses" else _values(name, asked))
    if not values and name == "side_effects":
        return
    chosen = _CHOSEN_IF_ABSENT.get(endpoint.path)
    if name == "coins" and chosen and not any(one.name == chosen for one in asked.arguments):
        raise CannotJudgeError(f"`{chosen}` must be named: without it the exchange chooses the coin")
    if name in ("recipients", "addresses") and any(one.parameter.type == "JSON" for one in asked.arguments):
        raise CannotJudgeError("it holds free JSON, in which another recipient may stand; leave it out")
    if not values:
        raise CannotJudgeError(f"{_SINGULAR[name]} must be named, because the policy lists `{name}`")
    if not allowed.issuperset(values):
        raise CannotJudgeError(f"{_which(name, allowed, asked)} is not among `{name}`")


def _which(name: str, allowed: frozenset[str], asked: Asked) -> str:
    """The parameter that is not listed, where it is one of several: an advert has a coin and a fiat currency."""
    named = [one for one in asked.arguments if one.role in LISTS[name]]
    wrong = [one for one in named if one.text not in allowed]
    return f"`{wrong[0].name}`" if len(named) > 1 and wrong and name != "addresses" else _SINGULAR[name]


def _values(name: str, asked: Asked) -> Iterator[str]:
    roles = LISTS[name]
    if name == "symbols" and not _reads_symbol(asked):
        return
    for one in asked.arguments:
        if one.role in roles and not (name == "side_effects" and one.text in _FLAGS):
            yield from _items(one, asked.endpoint.path)


def _reads_symbol(asked: Asked) -> bool:
    """Whether the exchange looks at the symbol: some calls do for isolated margin only, where it is the account."""
    isolated = _ISOLATED.get(asked.endpoint.path)
    return isolated is None or any((one.name, one.text) in isolated for one in asked.arguments)


def _items(argument: Argument, path: str) -> Iterator[str]:
    """The values of a parameter that takes a list: JSON, or with commas between. Any other is one value as it stands:
    the exchange takes `TRX,TRX` for a name, whatever we would make of it."""
    text = argument.text
    if argument.parameter.type != "ARRAY" and (path, argument.name) not in _NAME_LISTS:
        yield text
        return
    if not text.startswith("["):
        yield from text.split(",")
        return
    for one in decoded_json(text, "a list in it"):
        if not isinstance(one, str):
            raise CannotJudgeError("a list in it must hold texts")
        yield one


def _addresses(arguments: Arguments) -> Iterator[str]:
    """`ADDRESS`, or `ADDRESS TAG`: at a shared address the tag chooses the owner. Neither has a blank of its own."""
    address = [one.text for one in arguments if one.role is Role.ADDRESS]
    tags = [one.text for one in arguments if one.role is Role.ADDRESS_TAG and one.text]
    if len(address) == 1 and address[0] and len(tags) <= 1 and not any(map(_has_blank, address + tags)):
        yield " ".join(address + tags)


def _has_blank(text: str) -> bool:
    return any(letter.isspace() for letter in text)
