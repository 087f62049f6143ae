"""`policy learn`: the least policy that would have let through what a journal shows."""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.policy.learned import Learned, Used
from proxy.cli.policy.options import words
from proxy.cli.selection import Counted, journal_of, selection_options, tell_losses, tell_nothing
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.guard.limits import Measure
from proxy.core.redaction import ForeignFlow
from proxy.journal import Reader, Selection

_GRAVE: Final = frozenset({Operation.MONEY_OUT, Operation.KEYS, Operation.P2P_IRREVERSIBLE})


@click.command()
@selection_options
def learn(*, loaded: Loaded, selection: Selection) -> None:
    """Propose the least policy that would have let through what the journal shows, as YAML.

    \b
      signing-proxy policy learn --since 7d --client grid-bot
    """
    catalogue = catalogue_of(loaded.settings)
    learned = Learned()
    reader, seen = Reader(journal_of(loaded)), 0
    counted = Counted(reader.entries())
    for entry in selection.of(counted):
        seen += 1
        if isinstance(entry.record, ForeignFlow) and not entry.record.dry_run:
            learned.add(entry.record, catalogue)
    if learned.flows:
        terminal.out("\n".join(_proposal(learned)))
    tell_nothing(reader, seen, selection, counted.count)
    tell_losses(reader)


def _proposal(learned: Learned) -> Iterator[str]:
    yield f"# From {learned.flows} requests. Every endpoint under `allow` changes something."
    yield "policy:"
    yield "  profiles: [read-only]"
    if learned.reads:
        yield f"  read: [{', '.join(sorted(set(learned.reads.values())))}]"
    yield "  allow:" if learned.used else "  allow: []"
    for name, used in sorted(learned.used.items()):
        yield f"    - {name}  # {words(learned.groups[name])}, {used.count} times"
    limits = [line for _, used in sorted(learned.used.items()) for line in _limits(used)]
    if limits:
        yield "  limits:  # the most that one request moved"
        yield from limits
    yield from _remarks(learned)


def _remarks(learned: Learned) -> Iterator[str]:
    if learned.unfit:
        yield f"# Left out, because their method and path can be no line of a policy: {learned.unfit} requests."
    grave = [name for name, used in sorted(learned.used.items()) if operation_of(used.endpoint) in _GRAVE]
    if grave:
        yield "# Look twice before you take these over: what they do cannot be taken back, or opens the account."
        yield "# A journal that somebody else may have written is no reason to allow them."
        yield from (f"#   {name}" for name in grave)
    unbounded = [name for name, used in sorted(learned.used.items()) if used.unbounded]
    if unbounded:
        yield "# The journal does not show how much these moved; bound it yourself (docs/policy.md, Limits):"
        yield from (f"#   {name}" for name in unbounded)
    if learned.refused:
        yield "# Refused, and so not allowed above:"
    for (name, error), count in sorted(learned.refused.items()):
        yield f"#   {name}  # {words(learned.groups[name])}, {error} {count} times"
    never = [
        name for name in sorted(learned.failed) if name not in learned.used and name not in learned.reads
    ]
    if never:
        yield "# Sent and never successful, and so not allowed above:"
    for name in never:
        yield f"#   {name}  # {words(learned.groups[name])}, {learned.failed[name]} times"


def _limits(used: Used) -> Iterator[str]:
    """Lines of limits: one a symbol where amounts are known, else one for all of them; none without symbols."""
    if "" in used.most:
        return
    together = [(", ".join(sorted(used.most)), dict[Measure, Decimal]())]
    for symbols, most in sorted(used.most.items()) if any(used.most.values()) else together:
        yield f"    - applies_to: {used.endpoint.name}"
        yield f"      symbols: [{symbols}]"
        yield from (f"      max_{measure.value}: {_number(amount)}" for measure, amount in most.items())


def _number(amount: Decimal) -> str:
    """In plain digits; never less than the amount when the configuration reads it as a floating-point number."""
    number = float(amount)
    if Decimal(repr(number)) < amount:
        number = math.nextafter(number, math.inf)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
