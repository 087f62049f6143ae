"""What limits must know of a market: the best prices of a symbol, and what one contract of it is.

Where to ask, and how to read the answer. What is not exactly as documented is no fact, so that a limit which needs it
refuses. Numbers are taken from their digits as they stand in the answer, never through a float.

Sources: developers.binance.com, pages "Symbol Order Book Ticker" (spot, USD-M, COIN-M: a list), "24hr Ticker Price
Change Statistics" (options: a list) and "Exchange Information" (COIN-M: `contractSize` in USD; options: `unit` in the
underlying coin).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec import Struct

from proxy.core.catalogue import Endpoint, PrefixFamily
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.wire import escape_illegal

_F = PrefixFamily
_MARKETS: Final = (
    ("/api/", _F.API),
    ("/fapi/", _F.FAPI),
    ("/dapi/", _F.DAPI),
    ("/eapi/", _F.EAPI),
    ("/sapi/v1/margin/", _F.API),
    ("/sapi/v1/algo/spot/", _F.API),
    ("/sapi/v1/algo/futures/", _F.FAPI),
    ("/papi/v1/margin/", _F.API),
    ("/papi/v1/um/", _F.FAPI),
    ("/papi/v1/cm/", _F.DAPI),
)
_BOOKS: Final[Mapping[PrefixFamily, bytes]] = MappingProxyType(
    {
        _F.API: b"/api/v3/ticker/bookTicker",
        _F.FAPI: b"/fapi/v1/ticker/bookTicker",
        _F.DAPI: b"/dapi/v1/ticker/bookTicker",
        _F.EAPI: b"/eapi/v1/ticker",
    }
)
_CONTRACTS: Final[Mapping[PrefixFamily, bytes]] = MappingProxyType(
    {_F.DAPI: b"/dapi/v1/exchangeInfo", _F.EAPI: b"/eapi/v1/exchangeInfo"}
)
_SYMBOL: Final = r"(?:[^\Wa-z]|[-.]){1,40}"
"""Capitals, digits, `_`, `-`, `.`, and letters of other scripts: spot has names such as 币安人生USDT."""
_NUMBER: Final = rb'("?)([0-9]{1,30}(?:\.[0-9]{1,30})?)\1'


class Book(Struct, frozen=True):
    """Best prices of one symbol, in its quote coin. Both above 0, and the bid not above the ask."""

    bid: Decimal
    ask: Decimal


class Contract(Struct, frozen=True):
    """What one contract is."""

    size: Decimal  # above 0
    quoted: bool  # True: `size` is in the quote coin (COIN-M: USD), False: in the base coin (options)


class MarketNeed(Struct, frozen=True):
    """One fact that a limit asks for. `family`: whose market, as `market_of` says."""

    family: PrefixFamily
    symbol: str
    kind: Literal["book", "contract"]


type _Place = tuple[PrefixFamily, str]
"""Market and symbol."""


class MarketFacts(Struct, frozen=True):
    """What is known now. What is absent is not known."""

    books: Mapping[_Place, Book]
    contracts: Mapping[_Place, Contract]


class Question(Struct, frozen=True):
    """A public GET that brings a fact. `query` is raw, ready to be sent."""

    path: bytes
    query: bytes


class _Ticker(Struct):
    symbol: str
    bidPrice: msgspec.Raw = msgspec.Raw(b"")  # noqa: N815  # Binance's name
    askPrice: msgspec.Raw = msgspec.Raw(b"")  # noqa: N815  # Binance's name


class _CoinContract(Struct):
    symbol: str
    contractSize: msgspec.Raw = msgspec.Raw(b"")  # noqa: N815  # Binance's name


class _Option(Struct):
    symbol: str
    unit: msgspec.Raw = msgspec.Raw(b"")


class _CoinInfo(Struct):
    symbols: list[_CoinContract] = []


class _OptionInfo(Struct):
    optionSymbols: list[_Option] = []  # noqa: N815  # Binance's name


_BOOK_DECODER: Final = msgspec.json.Decoder(_Ticker | list[_Ticker])
_COIN_DECODER: Final = msgspec.json.Decoder(_CoinInfo)
_OPTION_DECODER: Final = msgspec.json.Decoder(_OptionInfo)


def market_of(endpoint: Endpoint) -> PrefixFamily | None:
    """Whose market an endpoint trades on, by its path; None where that is not known, or it is none of these."""
    return next((family for prefix, family in _MARKETS if endpoint.path.startswith(prefix)), None)


def question_of(need: MarketNeed) -> Question | None:
    """What to ask for a fact. None where nobody tells it, and for a symbol that cannot be one.

    All contract sizes of a market come with one answer, so its question has no symbol.
    """
    if not re.fullmatch(_SYMBOL, need.symbol):
        return None
    if need.kind == "contract":
        path = _CONTRACTS.get(need.family)
        return None if path is None else Question(path, b"")
    path = _BOOKS.get(need.family)
    return None if path is None else Question(path, b"symbol=" + escape_illegal(need.symbol.encode("utf-8")))


def book_of(body: bytes, symbol: str) -> Book | None:
    """The best prices in the answer for one symbol: an object, or a list with nothing else in it.

    None where a price is 0 or missing (nobody bids or asks), the bid is above the ask, or it is about another symbol.
    """
    try:
        found = read_json(body, _BOOK_DECODER)
    except UnreadableError:
        return None
    tickers = found if isinstance(found, list) else [found]
    if len(tickers) != 1 or tickers[0].symbol != symbol:
        return None
    bid, ask = _positive(tickers[0].bidPrice), _positive(tickers[0].askPrice)
    return Book(bid, ask) if bid is not None and ask is not None and bid <= ask else None


def contracts_of(body: bytes, family: PrefixFamily) -> dict[str, Contract]:
    """The contract sizes of a market by symbol, from the answer of its exchangeInfo: COIN-M and options have some.

    A symbol without a proper size, or with two different ones, is left out.
    """
    quoted = family is _F.DAPI
    try:
        listed = _coin_contracts(body) if quoted else _options(body)
    except UnreadableError:
        return {}
    found: dict[str, Contract] = {}
    unclear: set[str] = set()
    for symbol, raw in listed:
        size = _positive(raw)
        if size is None or (symbol in found and found[symbol].size != size):
            unclear.add(symbol)
        else:
            found[symbol] = Contract(size, quoted)
    return {symbol: contract for symbol, contract in found.items() if symbol not in unclear}


def _coin_contracts(body: bytes) -> list[tuple[str, msgspec.Raw]]:
    return [(one.symbol, one.contractSize) for one in read_json(body, _COIN_DECODER).symbols]


def _options(body: bytes) -> list[tuple[str, msgspec.Raw]]:
    return [(one.symbol, one.unit) for one in read_json(body, _OPTION_DECODER).optionSymbols]


def _positive(raw: msgspec.Raw) -> Decimal | None:
    """A number above 0 from its octets in JSON: plain digits, bare or as a text."""
    found = re.fullmatch(_NUMBER, raw)
    number = Decimal(found[2].decode("ascii")) if found else Decimal(0)
    return number if number > 0 else None
