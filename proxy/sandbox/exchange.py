"""The exchange's state and settings. What it does with a request is told in checks.py and server.py."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from proxy.sandbox.account import Account, new_account
from proxy.sandbox.executed import Executed
from proxy.sandbox.faults import FaultPlan
from proxy.sandbox.gates import Gates
from proxy.sandbox.keys import SandboxKey
from proxy.sandbox.limits import LimitKeeper, Limits
from proxy.sandbox.spot.symbols import DEFAULT_SYMBOLS, Symbol

type SignatureVerdict = Literal["valid", "invalid", "absent", "unchecked"]
_FIRST_ID = 28_000_000
type UnknownParameters = Literal["as_documented", "refuse", "pass_over"]
type RepeatedParameters = Literal["refuse", "first", "last"]
type ClosingQuantity = Literal["refuse", "pass_over"]


@dataclass(frozen=True, slots=True)
class Observation:
    """A request as received and what became of it; given to the sandbox's observer after the answer is made.

    target: raw request target octets. headers: in order, as sent. payload: the octets whose signature was
    judged (None if it did not come to that). code, msg: of the refusal, else None. security: `none`, `key`
    or `signed`; None for an unknown path. signature: `unchecked` if an earlier check refused the request.
    """

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    remote: str
    received_ms: int
    status: int
    code: int | None
    msg: str | None
    security: str | None
    signature: SignatureVerdict
    payload: bytes | None
    answer: bytes


def _wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class Sandbox:
    """A strict fake exchange. Embed it with `start(sandbox)`; every setting can be changed while it runs.

    now_ms: the exchange's clock, in milliseconds; `clock_shift_ms` is added to it, and `judging_shift_ms` where a
        timestamp is judged: an exchange that tells another time than it goes by.
    keys: who may ask. balances: start balances of each new account, asset -> decimal text.
    symbols: spot markets; see `spot/symbols.py`. limits: rate limits.
    observer: called with an `Observation` for every request.
    exchange_info_bytes: pads `/api/v3/exchangeInfo` with made-up symbols to at least this size.
    gzip_from: answers of at least so many octets are compressed if the caller accepts gzip; None never.
    needless_signature: "refuse" a signature on every unsigned endpoint but the two margin lists that ccxt is
        known to sign; or only where the exchange is known to refuse it, on "api".
    unknown_parameters: what becomes of names that an endpoint does not know. "as_documented": `/api` refuses them
        (-1104), the other products read what they know. "refuse" or "pass_over" make all products alike. Names
        that differ in case are unknown ones.
    repeated_parameters: what becomes of a name that comes twice. "refuse" (-1101, as documented), or one of the two
        is read, as another exchange would: for tests of what stands in front.
    closing_quantity: what becomes of a quantity beside `closePosition=true`. "refuse" (-4137, as documented), or it
        is passed over and the whole position closed, as another exchange would: for tests of what stands in front.
    restricted_location: answer HTTP 451 to everything. under_maintenance: what `system/status` says.
    gates: further refusals, as personalities have them (`gates.py`).

    `executed` lists what was carried out or taken on, oldest first. `prices` are the spot markets'; contracts and
    options follow theirs until they have a price of their own in `contract_prices`.
    """

    def __init__(
        self,
        *,
        now_ms: Callable[[], int] = _wall_clock_ms,
        keys: Iterable[SandboxKey] = (),
        balances: dict[str, str] | None = None,
        symbols: Iterable[Symbol] = DEFAULT_SYMBOLS,
        limits: Limits | None = None,
        observer: Callable[[Observation], None] | None = None,
        exchange_info_bytes: int = 0,
        gzip_from: int | None = 1024,
        needless_signature: Literal["refuse", "api"] = "refuse",
        unknown_parameters: UnknownParameters = "as_documented",
        repeated_parameters: RepeatedParameters = "refuse",
        closing_quantity: ClosingQuantity = "refuse",
        restricted_location: bool = False,
    ) -> None:
        self._clock = now_ms
        self.clock_shift_ms = 0
        self.judging_shift_ms = 0
        self.under_maintenance = False
        self.gates = Gates()
        self.keys = {key.api_key: key for key in keys}
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.prices: dict[str, Decimal] = {symbol.name: symbol.price for symbol in self.symbols.values()}
        self.contract_prices: dict[str, Decimal] = {}
        self.executed: list[Executed] = []
        self.limit_keeper = LimitKeeper(limits or Limits())
        self.observer = observer
        self.exchange_info_bytes = exchange_info_bytes
        self.gzip_from = gzip_from
        self.needless_signature = needless_signature
        self.unknown_parameters: UnknownParameters = unknown_parameters
        self.repeated_parameters: RepeatedParameters = repeated_parameters
        self.closing_quantity: ClosingQuantity = closing_quantity
        self.restricted_location = restricted_location
        self.faults = FaultPlan()
        self._start_balances = balances
        self._start_prices = dict(self.prices)
        self._accounts: dict[str, Account] = {}
        self._margin_accounts: dict[tuple[str, str], Account] = {}
        self._last_id = _FIRST_ID

    def start_anew(self) -> None:
        """Forgets accounts, ledger and moved prices, and counts ids from the start; keys and settings stay."""
        self._accounts.clear()
        self._margin_accounts.clear()
        self.executed.clear()
        self.contract_prices.clear()
        self.prices.update(self._start_prices)
        self._last_id = _FIRST_ID

    def now_ms(self) -> int:
        """The exchange's time."""
        return self._clock() + self.clock_shift_ms

    def add_key(self, key: SandboxKey) -> None:
        """Registers a key, or replaces the one of the same name."""
        self.keys[key.api_key] = key

    def ask(self, symbol: Symbol) -> Decimal:
        """The price at which one buys: the market price. Depth is endless."""
        return self.prices[symbol.name]

    def bid(self, symbol: Symbol) -> Decimal:
        """The price at which one sells: one tick lower."""
        return self.prices[symbol.name] - symbol.tick

    def account(self, name: str = "main") -> Account:
        """The account of that name; made with start balances when first asked for."""
        if name not in self._accounts:
            self._accounts[name] = new_account(self._next_uid(), name, self._start_balances)
        return self._accounts[name]

    def margin_account(self, name: str, which: str = "cross") -> Account:
        """A margin account of `name`, with coins of its own: `cross`, `portfolio`, or the isolated one of a pair."""
        known = self._margin_accounts
        if (name, which) not in known:
            known[name, which] = new_account(self.account(name).uid, name, self._start_balances, "margin")
        return known[name, which]

    def accounts(self) -> list[Account]:
        return [*self._accounts.values(), *self._margin_accounts.values()]

    def _next_uid(self) -> int:
        return 900_000_001 + len(self._accounts)

    def next_id(self) -> int:
        """Ids rise over the whole exchange, so no two things share one."""
        self._last_id += 1
        return self._last_id
