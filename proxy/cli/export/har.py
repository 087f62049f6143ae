"""`export har`: HAR 1.2, which browsers and API tools open."""

import click

from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.cli.gateway_address import gateway_scheme
from proxy.core.foreign import json_text
from proxy.evidence.har import har_document
from proxy.runtime.bounded import bounded


@click.command()
@export_options()
def har(*, chosen: Chosen) -> int:
    """HAR 1.2, which browsers and API tools open; default: flows.har."""
    with bounded(FEWER, seconds=MOST_SECONDS):
        document = har_document(chosen.records(), scheme=gateway_scheme(chosen.loaded.settings))
        data = json_text(document, indent=1).encode("ascii") + b"\n"
    return hand_out(data, data, chosen.out or "flows.har", len(document["log"]["pages"]), chosen)
