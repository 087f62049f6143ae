"""The shape of the endpoint tables: what an endpoint is called with, what it costs, who answers."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from proxy.sandbox.call import Call
from proxy.sandbox.keys import Permission


class Security(Enum):
    """What the exchange asks for. KEY is Binance's MARKET_DATA and (outside spot) USER_STREAM."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A legal range as Binance's text shows it, and the test really applied (they differ for symbols)."""

    shown: str
    test: re.Pattern[str]

    def accepts(self, value: str) -> bool:
        return self.test.fullmatch(value) is not None


def pattern(shown: str, test: str | None = None) -> Pattern:
    return Pattern(shown, re.compile(test if test is not None else shown))


NUMBER = pattern("^[0-9]{1,20}$")
DECIMAL = pattern(r"^([0-9]{1,20})(\.[0-9]{1,20})?$")
# Symbols may hold letters of any script since 2025; the text still quotes the older range.
SYMBOL = pattern("^[A-Z0-9-_.]{1,20}$", r"(?:(?![a-z])[\w\-.]){1,50}")
# `:`, `/` and `.` are legal in client order ids although the text does not show them.
CLIENT_ID = pattern("^[a-zA-Z0-9-_]{1,36}$", r"[.A-Z:/a-z0-9_-]{1,36}")
BOOLEAN = pattern("^(true|false)$", r"(?i:true|false)")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words. A wrong one has a code of its own, such as -1117 "Invalid side."."""

    words: frozenset[str]
    code: int
    text: str


def choice(words: str, code: int, text: str) -> Choice:
    return Choice(frozenset(words.split()), code, text)


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    form: Pattern | Choice | None = None
    required: bool = False
    repeatable: bool = False


def params(text: str, **forms: Pattern | Choice) -> tuple[Param, ...]:
    """Params from one line: `symbol! side! price asset*` - `!` is mandatory, `*` may come several times.

    A name without a form of its own gets the usual one (`symbol`, ids, times, amounts) or none.
    """
    found = []
    for word in text.split():
        name = word.rstrip("!*")
        form = forms.get(name, USUAL_FORMS.get(name))
        found.append(Param(name, form, required="!" in word, repeatable="*" in word))
    return tuple(found)


USUAL_FORMS: dict[str, Pattern | Choice] = {
    "symbol": SYMBOL,
    **dict.fromkeys(("orderId", "orderListId", "cancelOrderId", "fromId"), NUMBER),
    **dict.fromkeys(("startTime", "endTime", "startTimestamp", "endTimestamp"), NUMBER),
    **dict.fromkeys(("limit", "page", "rows", "offset", "size", "current", "leverage"), NUMBER),
    **dict.fromkeys(
        ("quantity", "price", "quoteOrderQty", "stopPrice", "icebergQty", "amount", "newQty"), DECIMAL
    ),
    **dict.fromkeys(
        ("newClientOrderId", "origClientOrderId", "cancelOrigClientOrderId", "listClientOrderId"), CLIENT_ID
    ),
    "side": choice("BUY SELL", -1117, "Invalid side."),
    "omitZeroBalances": BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of a table.

    weight_kind: whose `/sapi` limiter is charged. free_on_success: weight counts only if the call fails
    (orders and cancels since 2026-04-02). order: counts against the account's order limits.
    signed_too: unsigned by the documentation, but known to pass over a signature (ccxt sends one).
    """

    method: str
    path: str
    security: Security
    answer: Callable[[Call], object]
    params: tuple[Param, ...] = ()
    weight: int = 1
    weight_kind: Literal["IP", "UID"] = "IP"
    permission: Permission | None = None
    json_body: bool = False
    free_on_success: bool = False
    order: bool = False
    signed_too: bool = False

    @property
    def family(self) -> str:
        """`api`, `sapi`, `fapi`, `dapi`, `eapi` or `papi`."""
        return self.path.split("/", 2)[1]


class Table:
    """Finds an endpoint by method and path, and the methods a path knows.

    gone: paths that were retired; one that ends with a slash stands for all that begin with it.
    """

    def __init__(self, endpoints: Iterable[Endpoint], gone: Iterable[str] = ()) -> None:
        self._gone = tuple(gone)
        self._by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            methods = self._by_path.setdefault(endpoint.path, {})
            if endpoint.method in methods:
                raise ValueError(f"{endpoint.method} {endpoint.path} stands twice in the tables")
            methods[endpoint.method] = endpoint

    def paths(self) -> list[str]:
        return list(self._by_path)

    def is_gone(self, path: str) -> bool:
        return any(path.startswith(gone) if gone.endswith("/") else path == gone for gone in self._gone)

    def methods(self, path: str) -> dict[str, Endpoint]:
        return self._by_path.get(path, {})
