"""`policy learn`: the least policy that would have let through what a journal shows."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

import click

from proxy.cli import terminal
from proxy.cli.policy.options import kind_of, words
from proxy.cli.selection import journal_of, selection_options
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import read_group_of
from proxy.core.redaction import FlowRecord
from proxy.journal import Reader, Selection

_SYMBOL: Final = re.compile(r"[A-Z0-9]{2,30}")
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
    for entry in selection.of(Reader(journal_of(loaded)).entries()):
        if isinstance(entry.record, FlowRecord) and not entry.record.dry_run:
            learned.add(entry.record, catalogue)
    terminal.out(terminal.plain("\n".join(learned.proposal())))


@dataclass(slots=True)
class _Learned:
    """What a journal shows: of writes which endpoints, how often, with which symbols; of reads the groups."""

    flows: int = 0
    used: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: dict[str, str] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    symbols: dict[str, set[str]] = field(default_factory=dict)

    def add(self, record: FlowRecord, catalogue: Catalogue) -> None:
        endpoint = catalogue.find(record.method, record.path) or catalogue.unlisted(
            record.method, record.path
        )
        self.flows += 1
        if endpoint is None or "<" in endpoint.path:  # a path that was not fit to be shown
            return
        self.groups[endpoint.name] = kind_of(endpoint)
        if record.error in _REFUSED:
            self.refused[endpoint.name, record.error] += 1
        elif record.execution == "not_sent":
            return
        elif operation_of(endpoint) is Operation.READ:
            self.reads.add(read_group_of(endpoint).value)
        else:
            self.used[endpoint.name] += 1
            self.symbols.setdefault(endpoint.name, set()).add(_symbol(record))

    def proposal(self) -> Iterator[str]:
        yield f"# From {self.flows} requests. Every endpoint under `allow` changes something."
        yield "policy:"
        yield "  profiles: [read-only]"
        if self.reads:
            yield f"  read: [{', '.join(sorted(self.reads))}]"
        yield "  allow:" if self.used else "  allow: []"
        for name, count in sorted(self.used.items()):
            yield f"    - {name}  # {words(self.groups[name])}, {count} times"
        narrow = {name: sorted(found) for name, found in sorted(self.symbols.items()) if "" not in found}
        if narrow:
            yield "  limits:"
        for name, symbols in narrow.items():
            yield f"    - applies_to: {name}"
            yield f"      symbols: [{', '.join(symbols)}]"
        if self.refused:
            yield "# Refused, and so not allowed above:"
        for (name, error), count in sorted(self.refused.items()):
            yield f"#   {name}  # {words(self.groups[name])}, {error} {count} times"


def _symbol(record: FlowRecord) -> str:
    """The one symbol of a request; empty where there is none, or it was not kept."""
    pairs = parse_qsl(record.came.query, keep_blank_values=True)
    pairs += parse_qsl(record.came.body, keep_blank_values=True) if record.came.body_kind == "form" else []
    found = [value for name, value in pairs if name == "symbol"]
    return found[0] if len(found) == 1 and _SYMBOL.fullmatch(found[0]) else ""
