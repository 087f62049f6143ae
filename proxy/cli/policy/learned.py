"""What a journal shows of a policy: computed out of its foreign texts, and none of them handed on as it came."""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from proxy.cli.policy.options import kind_of
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import read_group_of
from proxy.core.guard.limits import Line, Measure, can_bound, judge
from proxy.core.guard.limits.line import LISTS
from proxy.core.redaction import ForeignFlow
from proxy.core.redaction.foreign_record import ForeignSide
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind

_ENDPOINT: Final = re.compile(r"(?:GET|POST|PUT|DELETE|PATCH) /[A-Za-z0-9/_.-]{1,200}")
"""What can be a line of a policy; a record of unknown origin may hold anything else, YAML of its author included."""
_SYMBOL: Final = re.compile(r"[A-Z0-9]{2,30}")
_REFUSED: Final = ("endpoint_denied", "read_denied", "read_only", "limit_exceeded")


@dataclass(slots=True)
class Used:
    """What was done by one endpoint: how often, by symbol, and the most that one request moved."""

    endpoint: Endpoint
    count: int = 0
    most: dict[str, dict[Measure, Decimal]] = field(default_factory=dict)
    """By symbol; empty where there is none, or it was not kept. Measures of which every request tells."""

    def add(self, record: ForeignFlow) -> None:
        self.count += 1
        symbol, found = _symbol(record), _amounts(self.endpoint, record)
        known = self.most.get(symbol, found)
        self.most[symbol] = {
            measure: max(found[measure], known[measure]) for measure in found if measure in known
        }

    @property
    def unbounded(self) -> bool:
        """Whether it moves what a line could bound, and the journal does not say how much."""
        could = any(can_bound(self.endpoint, f"max_{measure.value}", prices=False) for measure in Measure)
        return self.endpoint.moves_funds and could and ("" in self.most or not all(self.most.values()))


@dataclass(slots=True)
class Learned:
    """What a journal shows: of writes each endpoint; of reads the groups; what was refused, and what never worked."""

    flows: int = 0
    unfit: int = 0
    """Those whose method and path can be no line of a policy."""
    used: dict[str, Used] = field(default_factory=dict)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    groups: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    """The group of each endpoint that was read."""

    def add(self, record: ForeignFlow, catalogue: Catalogue) -> None:
        method, path = record.method.raw, record.path.raw
        endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
        self.flows += 1
        if endpoint is None or not _ENDPOINT.fullmatch(endpoint.name):
            self.unfit += 1
            return
        name, reads = endpoint.name, operation_of(endpoint) is Operation.READ
        self.groups[name] = kind_of(endpoint)
        refused = next((error for error in _REFUSED if record.error == error), None)
        if refused is not None:
            self.refused[name, refused] += 1
        elif record.execution == "not_sent":
            return
        elif not (_succeeded(record, endpoint) or (record.execution == "unknown" and not reads)):
            self.failed[name] += 1
        elif reads:
            self.reads[name] = read_group_of(endpoint).value
        else:
            self.used.setdefault(name, Used(endpoint)).add(record)


def _succeeded(record: ForeignFlow, endpoint: Endpoint) -> bool:
    """Whether the exchange did what was asked. C2C says no in answers of status 200, with a code of its own."""
    if record.status is None or not 200 <= record.status < 300:
        return False
    code = record.code.raw
    return code in ("", "000000") if endpoint.family == "c2c" else not code.startswith("-")


def _amounts(endpoint: Endpoint, record: ForeignFlow) -> dict[Measure, Decimal]:
    """What one request moved, as limits would count it, in each measure that the redacted record tells."""
    if not endpoint.moves_funds:
        return {}
    body = _body(record)
    kind = BodyKind.JSON if body.body_kind == BodyKind.JSON else BodyKind.FORM
    prepared = prepare(record.came.query.raw.encode(), body.body.raw.encode(), kind, signed=True)
    found: dict[Measure, Decimal] = {}
    for measure in Measure:
        anything = {name: frozenset[str]() for name in LISTS}
        line = Line("", frozenset(), endpoint.name, anything, {}, {measure: Decimal("Infinity")})
        for fit in judge(endpoint, prepared, [line]).fits:
            if fit.amounts[measure]:
                found[measure] = fit.amounts[measure]
    return found


def _body(record: ForeignFlow) -> ForeignSide:
    """The side whose body says what was done: a JSON body may have become a form before it was sent."""
    went = record.went
    return went if went is not None and went.body_kind == BodyKind.FORM else record.came


def _symbol(record: ForeignFlow) -> str:
    """The one symbol of a request; empty where there is none, or it was not kept."""
    body = _body(record)
    pairs = parse_qsl(record.came.query.raw, keep_blank_values=True)
    pairs += parse_qsl(body.body.raw, keep_blank_values=True) if body.body_kind == "form" else []
    found = [value for name, value in pairs if name == "symbol"]
    return found[0] if len(found) == 1 and _SYMBOL.fullmatch(found[0]) else ""
