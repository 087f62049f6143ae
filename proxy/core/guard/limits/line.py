"""A line of `limits:`: what it names, and what it allows. Lines are alternatives; a request must fit one of them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, family_profile
from proxy.core.catalogue.parameters import Role
from proxy.core.settings import LimitLineSettings


class Measure(StrEnum):
    """In what an amount is counted."""

    QUANTITY = "quantity"
    """The base coin of an order; the coin of a transfer, a loan, a withdrawal."""
    QUOTE = "quote"
    CONTRACTS = "contracts"


LISTS: Final[Mapping[str, frozenset[Role]]] = {
    "symbols": frozenset({Role.SYMBOL}),
    "coins": frozenset({Role.COIN}),
    "addresses": frozenset({Role.ADDRESS, Role.ADDRESS_TAG}),
    "networks": frozenset({Role.NETWORK}),
    "recipients": frozenset({Role.RECIPIENT}),
    "side_effects": frozenset({Role.SIDE_EFFECT}),
}
"""The lists of a line, and the roles of the parameters that they are held against."""


class Line(msgspec.Struct, frozen=True):
    """One line. `place` is where it stands, for people; an empty list allows any value."""

    place: str
    operations: frozenset[Operation]  # of the profile it names
    endpoint: str  # or "METHOD /path"
    lists: Mapping[str, frozenset[str]]  # by the names of LISTS
    most: Mapping[Measure, Decimal]  # of one request
    most_per_day: Mapping[Measure, Decimal]  # of all requests in one UTC day

    def names(self, endpoint: Endpoint) -> bool:
        """Whether a request to this endpoint must fit this line or another that names it."""
        return self.endpoint in (endpoint.name, family_profile(endpoint))

    @property
    def names_profile(self) -> bool:
        return bool(self.operations)

    @property
    def measures(self) -> frozenset[Measure]:
        """In what it bounds amounts."""
        return frozenset(self.most) | frozenset(self.most_per_day)

    def bound(self, name: str) -> list[str] | str:
        """What it allows, by the name of its setting: `symbols`, `max_quote_per_day`."""
        if name in LISTS:
            return sorted(self.lists[name])
        measure = Measure(name.removeprefix("max_").removesuffix("_per_day"))
        return str((self.most_per_day if name.endswith("_per_day") else self.most)[measure])

    @property
    def key(self) -> str:
        """Names what the line counts, over restarts and whatever happens to its place and its maxima."""
        content = msgspec.json.encode((self.endpoint, list(self._sorted_lists())))
        return hashlib.sha256(content).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The line in words, for people."""
        lists = (f"{name} {', '.join(values)}" for name, values in self._sorted_lists())
        return "; ".join((self.endpoint, *lists))

    def _sorted_lists(self) -> Iterator[tuple[str, list[str]]]:
        return ((name, sorted(self.lists[name])) for name in LISTS if self.lists[name])


def lines_of(
    settings: Iterable[LimitLineSettings], profiles: Mapping[str, frozenset[Operation]], place: str
) -> tuple[Line, ...]:
    """The lines of a policy; `applies_to` was checked before."""
    return tuple(
        Line(
            place=f"{place}[{index}]",
            operations=profiles.get(one.applies_to, frozenset()),
            endpoint=one.applies_to,
            lists={name: frozenset(getattr(one, name) or ()) for name in LISTS},
            most=_exact(one, "max_{}"),
            most_per_day=_exact(one, "max_{}_per_day"),
        )
        for index, one in enumerate(settings)
    )


def _exact(settings: LimitLineSettings, name: str) -> dict[Measure, Decimal]:
    """The decimal that was written, not the binary fraction beside it."""
    values = {measure: getattr(settings, name.format(measure.value)) for measure in Measure}
    return {measure: Decimal(repr(value)) for measure, value in values.items() if value is not None}
