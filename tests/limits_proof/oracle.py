"""Was anything executed outside the limits? By the sandbox's ledger and the policy as it is written, by nothing else.

It reads no request: what was asked for does not count here, only what was done. It shares no line with the gateway,
and it counts as docs/policy.md tells people: every part of a request, of two that exclude each other the greater one,
of a resting order what it was placed for or filled with, whichever is more.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from proxy.sandbox import Executed

PROFILES: Final = (
    ("spot", r"/api/v3/"),
    ("margin", r"/sapi/v1/margin/"),
    ("convert", r"/(sapi|fapi)/v1/convert/"),
    ("futures", r"/[fdep]api/v1/"),
    ("earn", r"/sapi/v1/simple-earn/"),
    ("merchant", r"/sapi/v1/c2c/(ads|chat|merchant)/"),
    ("transfers", r"/sapi/v1/(asset/transfer|sub-account/universalTransfer)"),
)
"""Of what the sandbox can execute: docs/policy.md, the table of profiles. The first that matches."""
MEASURES: Final = ("quantity", "quote", "contracts")
ONCE: Final = ("payment", "release")
_OWN_ACCOUNT: Final = "master"


@dataclass
class Asked:
    """All that came of one request, entry after entry. `number` counts requests."""

    number: int
    entries: list[Executed] = field(default_factory=list)

    @property
    def operation(self) -> str:
        return self.entries[0].operation


@dataclass(frozen=True)
class Breach:
    """Something that lies outside the limits."""

    what: str
    entry: Executed


@dataclass
class Peak:
    """The largest amount that was executed beside a bound."""

    bound: Decimal
    largest: Decimal = Decimal(0)


class Oracle:
    """Judges one day of one policy: `saw` after each request, with what was written since."""

    def __init__(self, policy: dict[str, Any], peaks: dict[tuple[str, str], Peak] | None = None) -> None:
        """`policy` as in the configuration file. `peaks`: kept over several days, by line and name of the bound."""
        self._policy = policy
        self._lines: list[dict[str, Any]] = policy.get("limits", [])
        self._of_order: dict[int, Asked] = {}
        self._asked: list[Asked] = []
        self._done_once: set[tuple[str, str | None]] = set()
        self.peaks = {} if peaks is None else peaks

    def saw(self, entries: Sequence[Executed]) -> list[Breach]:
        """What was written during one request, or while a price moved after it."""
        if not entries:
            return []
        fresh = Asked(len(self._asked))
        touched: list[Asked] = []
        for entry in entries:
            asked = self._of_order.get(entry.order_id or -1)
            if asked is None or asked.operation != entry.operation:  # a change stands for itself
                asked = fresh
                if entry.order_id is not None:
                    self._of_order[entry.order_id] = asked
            asked.entries.append(entry)
            if asked not in touched:
                touched.append(asked)
        if fresh.entries:
            self._asked.append(fresh)
        found = [breach for asked in touched for breach in self._judge(asked)]
        return [*found, *self._over_the_day(), *self._repeated(entries)]

    def _judge(self, asked: Asked) -> Iterator[Breach]:
        operation = asked.operation
        if not self._is_allowed(operation):
            yield Breach(f"{operation} is in no profile and no allow line", asked.entries[0])
        lines = self._named(operation)
        if not lines:
            return
        whys = [self._outside(line, asked) for line in lines]
        if all(whys):
            yield Breach("; ".join(filter(None, whys)), asked.entries[-1])

    def _repeated(self, entries: Sequence[Executed]) -> Iterator[Breach]:
        """Steps of a C2C order that were carried out before ("Once" in docs/policy.md)."""
        for entry in entries:
            if entry.deed in ONCE:
                step = entry.deed, entry.note
                if step in self._done_once:
                    yield Breach(f"a second {entry.deed} of one order", entry)
                self._done_once.add(step)

    def _is_allowed(self, operation: str) -> bool:
        return profile_of(operation) in self._policy["profiles"] or operation in self._policy["allow"]

    def _named(self, operation: str) -> list[dict[str, Any]]:
        wanted = {operation, profile_of(operation)}
        return [line for line in self._lines if line["applies_to"] in wanted]

    def _outside(self, line: dict[str, Any], asked: Asked) -> str | None:
        """Why a request does not fit a line; None if it does."""
        for entry in asked.entries:
            if why := unlisted(line, entry):
                return why
        for measure in MEASURES:
            if f"max_{measure}" not in line and f"max_{measure}_per_day" not in line:
                continue
            amount = amount_of(asked.entries, measure)
            if amount is None:
                return f"what is not counted in {measure} was moved"
            most = line.get(f"max_{measure}")
            if most is not None and not self._within(line, f"max_{measure}", amount, most):
                return f"{measure} {amount} above {most}"
        return None

    def _within(self, line: dict[str, Any], name: str, amount: Decimal, most: float) -> bool:
        bound = Decimal(repr(most))
        if amount > bound:
            return False
        peak = self.peaks.setdefault((_line_text(line), name), Peak(bound))
        peak.largest = max(peak.largest, amount)
        return True

    def _over_the_day(self) -> Iterator[Breach]:
        """The sums of all requests that fit one line alone; where lines overlap the gateway may choose."""
        sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        last: dict[tuple[int, str], Executed] = {}
        for asked in self._asked:
            fitting = [
                one
                for one in self._named(asked.operation)
                if not any(unlisted(one, e) for e in asked.entries)
            ]
            if len(fitting) != 1:
                continue
            for measure in MEASURES:
                if f"max_{measure}_per_day" in fitting[0]:
                    key = self._lines.index(fitting[0]), measure
                    sums[key] += amount_of(asked.entries, measure) or 0
                    last[key] = asked.entries[-1]
        for (index, measure), amount in sums.items():
            line, name = self._lines[index], f"max_{measure}_per_day"
            if not self._within(line, name, amount, line[name]):
                yield Breach(f"{measure} {amount} in a day, above {line[name]}", last[index, measure])


def profile_of(operation: str) -> str | None:
    path = operation.partition(" ")[2]
    return next((name for name, pattern in PROFILES if re.match(pattern, path)), None)


def unlisted(line: dict[str, Any], entry: Executed) -> str | None:
    """What an entry names outside of a line's lists. A setting may name nothing; what borrows beside an order
    answers for its side effect, and the order for the rest."""
    beside = _is_side_effect(entry)
    if beside:
        listed = line.get("side_effects")
        return "side effect" if listed is not None and entry.note not in listed else None
    names_none = entry.symbol is None and entry.deed == "setting"
    if "symbols" in line and entry.symbol not in line["symbols"] and not names_none:
        return f"symbol {entry.symbol}"
    if "coins" in line and not _coins(entry) <= set(line["coins"]):
        return f"coins {_coins(entry)}"
    if "addresses" in line and " ".join(filter(None, (entry.address, entry.tag))) not in line["addresses"]:
        return f"address {entry.address} {entry.tag}"
    if "networks" in line and entry.network not in line["networks"]:
        return f"network {entry.network}"
    if "recipients" in line and entry.recipient not in (_OWN_ACCOUNT, *line["recipients"]):
        return f"recipient {entry.recipient}"
    return None


def _is_side_effect(entry: Executed) -> bool:
    return entry.deed in ("borrow", "repay") and not entry.operation.endswith("/borrow-repay")


def _coins(entry: Executed) -> set[str]:
    named = {entry.coin, entry.to_coin}
    if entry.product == "c2c":
        named.add(entry.quote_coin)
    return {one for one in named if one is not None}


def amount_of(entries: Sequence[Executed], measure: str) -> Decimal | None:
    """What a request moved in all; None where something was moved that has no such amount."""
    orders: dict[object, Decimal] = {}
    lists: dict[object, int | None] = {}
    for place, entry in enumerate(entries):
        if entry.deed == "setting" or _is_side_effect(entry):
            continue
        amount = _one(entry, measure)
        if amount is None:
            return None
        key = (place,) if entry.order_id is None else entry.order_id
        orders[key] = max(orders.get(key, Decimal(0)), amount)
        lists[key] = entry.list_id
    return _sum(orders, lists, entries[0].operation)


def _one(entry: Executed, measure: str) -> Decimal | None:
    if measure == "quote" and entry.product in ("c2c", "convert") and entry.side not in ("BUY", None):
        return None  # whoever sells there names the price: what is given away has no bound in the quote coin
    moves = entry.deed != "order" or entry.product == "c2c"
    if measure == "contracts":
        return entry.contracts
    if measure == "quote":
        margin_of_position = entry.product == "usdm" and moves
        return entry.amount if margin_of_position else entry.quote_value
    if entry.product == "usdm" and moves:
        return None  # it is in the quote coin
    return entry.amount if moves else entry.base_quantity


def _sum(orders: dict[object, Decimal], lists: dict[object, int | None], operation: str) -> Decimal:
    """Of an OCO one is filled. Of the other lists the first one, and then one of those that wait for it."""
    total, seen = Decimal(0), defaultdict[int, list[Decimal]](list)
    for key, amount in orders.items():
        number = lists[key]
        if number is None:
            total += amount
        else:
            seen[number].append(amount)
    pair = operation.endswith("/oco")
    for amounts in seen.values():
        first, *rest = amounts
        total += max(amounts) if pair else first + max(rest, default=Decimal(0))
    return total


def _line_text(line: dict[str, Any]) -> str:
    lists = (
        f"{name} {', '.join(map(str, value))}" for name, value in line.items() if isinstance(value, list)
    )
    return "; ".join((str(line["applies_to"]), *lists))
