"""What the exchange says of its symbols: the filters that an order must pass, read from the answer of exchangeInfo.

Sources: filters.md of binance-spot-api-docs; developers.binance.com, pages "Exchange Information" of USD-M and
COIN-M futures, where some bounds have other names (`limit`, `notional`). Numbers are taken from their digits, never
through a float. Pure: bytes in, tables out.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import msgspec

from proxy.core.foreign_json import UnreadableError, read_json

_NUMBER: Final = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?")
_LONGEST_NAME: Final = 40
_OTHER_NAMES: Final = MappingProxyType(
    {
        ("MIN_NOTIONAL", "notional"): "minNotional",
        ("MAX_NUM_ORDERS", "limit"): "maxNumOrders",
        ("MAX_NUM_ALGO_ORDERS", "limit"): "maxNumAlgoOrders",
    }
)
"""Names of futures, and what spot calls the same bound."""


class Market(StrEnum):
    """Where a symbol is traded: BTCUSDT is one thing on spot and another one on futures."""

    SPOT = "spot"
    FUTURES = "futures"


class SymbolRules(msgspec.Struct, frozen=True):
    """One symbol. `filters` holds the numbers of each filter by the exchange's names, switches as 0 and 1."""

    symbol: str
    market: Market
    filters: Mapping[str, Mapping[str, Decimal]]

    def bounds(self, *filters: str) -> Mapping[str, Decimal]:
        """The numbers of the first of these filters that the symbol has; empty where it has none."""
        return next((self.filters[name] for name in filters if name in self.filters), {})


type Rules = Mapping[str, SymbolRules]
"""By symbol, all of one market."""


class _Symbol(msgspec.Struct):
    symbol: str
    filters: list[dict[str, Any]] = []
    contractType: str | None = None  # noqa: N815  # Binance's name; futures alone have it


class _Info(msgspec.Struct):
    symbols: list[_Symbol]
    exchangeFilters: list[dict[str, Any]] = []  # noqa: N815  # Binance's name


_DECODER: Final = msgspec.json.Decoder(_Info)
_SYMBOL_DECODER: Final = msgspec.json.Decoder(_Symbol)


def read_rules(octets: bytes) -> Rules:
    """All symbols of an answer of exchangeInfo. Raises UnreadableError for anything else."""
    info = read_json(octets, _DECODER)
    return {one.symbol: _rules(one, info.exchangeFilters) for one in info.symbols}


def read_symbol(octets: bytes) -> SymbolRules | None:
    """One object of the list `symbols`; None for anything else."""
    try:
        return _rules(read_json(octets, _SYMBOL_DECODER), ())
    except UnreadableError:
        return None


def _rules(one: _Symbol, common: Iterable[dict[str, Any]]) -> SymbolRules:
    filters = {
        kind: _numbers(kind, one_filter)
        for one_filter in (*common, *one.filters)
        if isinstance(kind := one_filter.get("filterType"), str) and len(kind) <= _LONGEST_NAME
    }
    market = Market.SPOT if one.contractType is None else Market.FUTURES
    return SymbolRules(one.symbol, market, filters)


def _numbers(kind: str, one_filter: dict[str, Any]) -> Mapping[str, Decimal]:
    found = {}
    for name, value in one_filter.items():
        text = str(int(value)) if isinstance(value, bool) else str(value)
        if _NUMBER.fullmatch(text) and len(name) <= _LONGEST_NAME:
            found[_OTHER_NAMES.get((kind, name), name)] = Decimal(text)
    return found
