"""`policy learn`: the least policy that would have let through what a journal shows."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

import click

from proxy.cli import terminal
from proxy.cli.policy.options import kind_of, words
from proxy.cli.selection import journal_of, selection_options, tell_losses
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import read_group_of
from proxy.core.foreign import Foreign
from proxy.core.guard.limits import Line, Measure, can_bound, judge
from proxy.core.guard.limits.line import LISTS
from proxy.core.redaction import FlowRecord
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind
from proxy.journal import Reader, Selection

_ENDPOINT: Final = re.compile(r"(?:GET|POST|PUT|DELETE|PATCH) /[A-Za-z0-9/_.-]{1,200}")
"""What can be a line of a policy; a record of unknown origin may hold anything else, YAML of its author included."""
_SYMBOL: Final = re.compile(r"[A-Z0-9]{2,30}")
_GRAVE: Final = frozenset({Operation.MONEY_OUT, Operation.KEYS, Operation.P2P_IRREVERSIBLE})
_REFUSED: Final = ("endpoint_denied", "read_denied", "read_only", "limit_exceeded")


@click.command()
@selection_options
def learn(*, loaded: Loaded, selection: Selection) -> None:
    """Propose the least policy that would have let through what the journal shows, as YAML.

    \b
      signing-proxy policy learn --since 7d --client grid-bot
    """
    catalogue = catalogue_of(loaded.settings)
    learned = _Learned()
    reader = Reader(journal_of(loaded))
    for entry in selection.of(reader.entries()):
        if isinstance(entry.record, FlowRecord) and not entry.record.dry_run:
            learned.add(entry.record, catalogue)
    tell_losses(reader)
    terminal.out("\n".join(learned.proposal()))


@dataclass(slots=True)
class _Used:
    """What was done by one endpoint: how often, by symbol, and the most that one request moved."""

    endpoint: Endpoint
    count: int = 0
    most: dict[str, dict[Measure, Decimal]] = field(default_factory=dict)
    """By symbol; empty where there is none, or it was not kept. Measures of which every request tells."""

    def add(self, record: FlowRecord) -> None:
        self.count += 1
        symbol, found = _symbol(record), _amounts(self.endpoint, record)
        known = self.most.get(symbol, found)
        self.most[symbol] = {
            measure: max(found[measure], known[measure]) for measure in found if measure in known
        }

    def lines(self) -> Iterator[str]:
        """Lines of limits: one a symbol where amounts are known, else one for all of them; none without symbols."""
        if "" in self.most:
            return
        together = [(", ".join(sorted(self.most)), dict[Measure, Decimal]())]
        for symbols, most in sorted(self.most.items()) if any(self.most.values()) else together:
            yield f"    - applies_to: {self.endpoint.name}"
            yield f"      symbols: [{symbols}]"
            yield from (f"      max_{measure.value}: {_number(amount)}" for measure, amount in most.items())

    @property
    def unbounded(self) -> bool:
        """Whether it moves what a line could bound, and the journal does not say how much."""
        could = any(can_bound(self.endpoint, f"max_{measure.value}", prices=False) for measure in Measure)
        return self.endpoint.moves_funds and could and ("" in self.most or not all(self.most.values()))


@dataclass(slots=True)
class _Learned:
    """What a journal shows: of writes each endpoint; of reads the groups; what was refused, and what never worked."""

    flows: int = 0
    unfit: int = 0
    """Those whose method and path can be no line of a policy."""
    used: dict[str, _Used] = field(default_factory=dict)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    groups: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    """The group of each endpoint that was read."""

    def add(self, record: FlowRecord, catalogue: Catalogue) -> None:
        endpoint = catalogue.find(record.method, record.path) or catalogue.unlisted(
            record.method, record.path
        )
        self.flows += 1
        if endpoint is None or not Foreign(endpoint.name).is_like(_ENDPOINT):
            self.unfit += 1
            return
        name, reads = endpoint.name, operation_of(endpoint) is Operation.READ
        self.groups[name] = kind_of(endpoint)
        if record.error in _REFUSED:
            self.refused[name, record.error] += 1
        elif record.execution == "not_sent":
            return
        elif not (_succeeded(record, endpoint) or (record.execution == "unknown" and not reads)):
            self.failed[name] += 1
        elif reads:
            self.reads[name] = read_group_of(endpoint).value
        else:
            self.used.setdefault(name, _Used(endpoint)).add(record)

    def proposal(self) -> Iterator[str]:
        yield f"# From {self.flows} requests. Every endpoint under `allow` changes something."
        yield "policy:"
        yield "  profiles: [read-only]"
        if self.reads:
            yield f"  read: [{', '.join(sorted(set(self.reads.values())))}]"
        yield "  allow:" if self.used else "  allow: []"
        for name, used in sorted(self.used.items()):
            yield f"    - {name}  # {words(self.groups[name])}, {used.count} times"
        limits = [line for _, used in sorted(self.used.items()) for line in used.lines()]
        if limits:
            yield "  limits:  # the most that one request moved"
            yield from limits
        yield from self._remarks()

    def _remarks(self) -> Iterator[str]:
        if self.unfit:
            yield f"# Left out, because their method and path can be no line of a policy: {self.unfit} requests."
        grave = [name for name, used in sorted(self.used.items()) if operation_of(used.endpoint) in _GRAVE]
        if grave:
            yield "# Look twice before you take these over: what they do cannot be taken back, or opens the account."
            yield "# A journal that somebody else may have written is no reason to allow them."
            yield from (f"#   {name}" for name in grave)
        unbounded = [name for name, used in sorted(self.used.items()) if used.unbounded]
        if unbounded:
            yield "# The journal does not show how much these moved; bound it yourself (docs/policy.md, Limits):"
            yield from (f"#   {name}" for name in unbounded)
        if self.refused:
            yield "# Refused, and so not allowed above:"
        for (name, error), count in sorted(self.refused.items()):
            yield f"#   {name}  # {words(self.groups[name])}, {error} {count} times"
        never = [name for name in sorted(self.failed) if name not in self.used and name not in self.reads]
        if never:
            yield "# Sent and never successful, and so not allowed above:"
        for name in never:
            yield f"#   {name}  # {words(self.groups[name])}, {self.failed[name]} times"


def _succeeded(record: FlowRecord, endpoint: Endpoint) -> bool:
    """Whether the exchange did what was asked. C2C says no in answers of status 200, with a code of its own."""
    if record.status is None or not 200 <= record.status < 300:
        return False
    return record.code in ("", "000000") if endpoint.family == "c2c" else not record.code.startswith("-")


def _amounts(endpoint: Endpoint, record: FlowRecord) -> dict[Measure, Decimal]:
    """What one request moved, as limits would count it, in each measure that the redacted record tells."""
    if not endpoint.moves_funds:
        return {}
    came = record.came
    kind = BodyKind.JSON if came.body_kind == BodyKind.JSON else BodyKind.FORM
    prepared = prepare(came.query.encode(), came.body.encode(), kind, signed=True)
    found: dict[Measure, Decimal] = {}
    for measure in Measure:
        anything = {name: frozenset[str]() for name in LISTS}
        line = Line("", frozenset(), endpoint.name, anything, {}, {measure: Decimal("Infinity")})
        for fit in judge(endpoint, prepared, [line]).fits:
            if fit.amounts[measure]:
                found[measure] = fit.amounts[measure]
    return found


def _number(amount: Decimal) -> str:
    """In plain digits; never less than the amount when the configuration reads it as a floating-point number."""
    number = float(amount)
    if Decimal(repr(number)) < amount:
        number = math.nextafter(number, math.inf)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _symbol(record: FlowRecord) -> str:
    """The one symbol of a request; empty where there is none, or it was not kept."""
    pairs = parse_qsl(record.came.query, keep_blank_values=True)
    pairs += parse_qsl(record.came.body, keep_blank_values=True) if record.came.body_kind == "form" else []
    found = [value for name, value in pairs if name == "symbol"]
    return found[0] if len(found) == 1 and _SYMBOL.fullmatch(found[0]) else ""
