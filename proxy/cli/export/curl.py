"""`export curl`: commands that go through the gateway, which signs them."""

from typing import Final

import click

from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.config.addresses import parse_address, socket_path
from proxy.config.load import Loaded
from proxy.evidence.anonymous import flows_in
from proxy.evidence.curl import curl_script
from proxy.runtime.bounded import bounded

_DEFAULT_PORT: Final = 8180


@click.command()
@export_options()
def curl(*, chosen: Chosen) -> int:
    """curl commands that go through the gateway, unsigned; default: standard output."""
    with bounded(FEWER, seconds=MOST_SECONDS):
        records = list(chosen.records())
        data = curl_script(records, _base(chosen.loaded)).encode("ascii", "backslashreplace")
    return hand_out(data, data, chosen.out or "-", flows_in(records), chosen)


def _base(loaded: Loaded) -> str:
    """The gateway's address as configured; a free port is only known to the running gateway."""
    if socket_path(loaded.settings.listen) is not None:
        return "http://localhost"  # curl --unix-socket wants some host
    where = parse_address(loaded.settings.listen)
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"http://{host}:{where.port or _DEFAULT_PORT}"
