"""`healthcheck`: exit 0 if the gateway of these settings is ready, or lives, else 1. For images without curl."""

import http.client
import sys
from typing import Final

import click
import msgspec

from proxy.cli import terminal
from proxy.cli.options import open_settings, settings_options
from proxy.config.addresses import parse_address, reached_at
from proxy.config.load import Overrides
from proxy.core.errors import ConfigError
from proxy.core.foreign import Foreign
from proxy.core.foreign_json import UnreadableError, read_json

_TIMEOUT_SECONDS: Final = 2.0
_MAX_OCTETS: Final = 65_536
_HINTS: Final = {
    False: "start the gateway with `signing-proxy run`, or name its admin port with --admin HOST:PORT",
    True: "/readyz on that port tells why, and the gateway's log",
}
"""By whether something answered."""


class _Reason(msgspec.Struct):
    says: str


class _Told(msgspec.Struct):
    reasons: list[_Reason]


_DECODER: Final = msgspec.json.Decoder(_Told)


@click.command()
@click.option("--live", is_flag=True, help="Ask only whether it lives: never no because of Binance.")
@settings_options
def command(live: bool, overrides: Overrides) -> None:
    """Ask a running gateway whether it is ready: exit 0 if so, else 1, with the reasons.

    Ready means: a key is loaded, the exchange's time is known, nothing has to wait, and the journal can be written.
    """
    admin = open_settings(overrides).settings.admin
    if admin is None:
        raise ConfigError("admin is null: there is no port to ask", "set admin to 127.0.0.1:8181")
    address = parse_address(admin)
    if address.port == 0:
        raise ConfigError("admin has port 0: nobody knows which port it took", "give the admin port a number")
    host = reached_at(address.host)
    trouble = _ask(host, address.port, "/livez" if live else "/readyz")
    if trouble is not None:
        terminal.error(f"{admin} {trouble}", _HINTS["is not ready" in trouble])
        sys.exit(1)


def _ask(host: str, port: int, path: str) -> str | None:
    """What is wrong, in words that follow the address; None when the answer is good."""
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        body = answer.read(_MAX_OCTETS)
    except http.client.RemoteDisconnected:
        return "does not answer (it ended the connection)"
    except TimeoutError:
        return f"does not answer within {_TIMEOUT_SECONDS:g} s"
    except OSError as error:
        return f"does not answer ({(error.strerror or type(error).__name__).lower()})"
    except http.client.HTTPException as error:
        return f"does not speak HTTP ({type(error).__name__})"
    finally:
        connection.close()
    return None if answer.status == 200 else f"is not ready: {_reasons(body) or f'HTTP {answer.status}'}"


def _reasons(body: bytes) -> str:
    """Why, as the gateway itself says; "" where that cannot be read. Another program may have the port."""
    try:
        return "; ".join(Foreign(one.says).terminal() for one in read_json(body, _DECODER).reasons)
    except UnreadableError:
        return ""
