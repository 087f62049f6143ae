"""`healthcheck`: exit 0 if the gateway of these settings is ready, else 1. For images without curl."""

import http.client
import sys
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings, settings_options
from proxy.config.addresses import parse_address
from proxy.config.load import Overrides
from proxy.core.errors import ConfigError

_TIMEOUT_SECONDS: Final = 2.0
_MAX_OCTETS: Final = 65_536
_HINTS: Final = {
    False: "start the gateway with `signing-proxy run`, or name its admin port with --admin HOST:PORT",
    True: "/readyz on that port tells why, and the gateway's log",
}
"""By whether something answered."""
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound


@click.command()
@settings_options
def command(overrides: Overrides) -> None:
    """Ask a running gateway whether it is ready: exit 0 if so, else 1."""
    admin = open_settings(overrides).settings.admin
    if admin is None:
        raise ConfigError("admin is null: there is no port to ask", "set admin to 127.0.0.1:8181")
    address = parse_address(admin)
    if address.port == 0:
        raise ConfigError("admin has port 0: nobody knows which port it took", "give the admin port a number")
    host = _EVERYWHERE.get(address.host, address.host)
    trouble = _ask(host, address.port)
    if trouble is not None:
        terminal.error(f"{admin} {trouble}", _HINTS["is not ready" in trouble])
        sys.exit(1)


def _ask(host: str, port: int) -> str | None:
    """What is wrong, in words that follow the address; None when the gateway is ready."""
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read(_MAX_OCTETS)
    except OSError as error:
        return f"does not answer ({type(error).__name__})"
    except http.client.HTTPException as error:
        return f"does not speak HTTP ({type(error).__name__})"
    finally:
        connection.close()
    return None if answer.status == 200 else f"is not ready (HTTP {answer.status})"
