"""`export curl`: commands that go through the gateway, which signs them."""

import click

from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.cli.gateway_address import gateway_base
from proxy.evidence.anonymous import flows_in
from proxy.evidence.curl import curl_script
from proxy.runtime.bounded import bounded


@click.command()
@export_options()
def curl(*, chosen: Chosen) -> int:
    """curl commands that go through the gateway, unsigned; default: standard output."""
    with bounded(FEWER, seconds=MOST_SECONDS):
        records = list(chosen.records())
        base = (
            gateway_base(chosen.loaded.settings) or "http://localhost"
        )  # curl --unix-socket wants some host
        data = curl_script(records, base).encode("ascii", "backslashreplace")
    return hand_out(data, data, chosen.out or "-", flows_in(records), chosen)
