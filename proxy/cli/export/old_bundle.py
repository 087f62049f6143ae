"""x"""

import click

from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.evidence.anonymous import flows_in
from proxy.evidence.bundle import bundle as bundle_of
from proxy.runtime.bounded import bounded


@click.command()
@export_options()
def bundle(*, chosen: Chosen) -> int:
    """One zip for a bug report: flows, versions, settings; default: binance-flows.zip."""
    with bounded(FEWER, seconds=MOST_SECONDS):
        records = list(chosen.records())
        data, plain = bundle_of(records, chosen.loaded.settings)
    return hand_out(data, plain, chosen.out or "binance-flows.zip", flows_in(records), chosen)
