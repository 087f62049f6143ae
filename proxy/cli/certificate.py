"""`certificate`: what the gateway needs to listen with https, and what clients need to trust it."""

import datetime as dt
import re
from pathlib import Path
from typing import Final

import click

from proxy.cli import terminal
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.credentials.certificates import make_certificates
from proxy.credentials.generate import write_private

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]+")


@click.command()
@click.option(
    "--name",
    "names",
    multiple=True,
    help="A further host name or IP address that clients call the gateway by; may be repeated.",
)
@click.option("--out", metavar="DIR", default=".", show_default=True, help="Where the three files go.")
def command(names: tuple[str, ...], out: str) -> None:
    """Make a certificate for clients that insist on https.

    Three new files: gateway.pem and gateway.key for the gateway, gateway-authority.pem for clients to trust. The
    authority's own key is thrown away, so trusting it trusts this one certificate only. Nothing is overwritten.
    """
    for name in names:
        if not _NAME.fullmatch(name):
            raise click.UsageError("--name must be a host name or an IP address, without a port")
    made = make_certificates(tuple(dict.fromkeys((*_LOCAL, *names))), dt.datetime.now(dt.UTC))
    files = {
        "gateway.key": made.private_key,
        "gateway.pem": Secret(made.server.encode("ascii")),
        "gateway-authority.pem": Secret(made.authority.encode("ascii")),
    }
    directory = Path(out)
    standing = [name for name in files if (directory / name).exists()]
    if standing:
        raise ConfigError(
            f"{directory / standing[0]}: exists already and is never overwritten", "choose another --out"
        )
    for name, content in files.items():
        try:
            write_private(str(directory / name), content)
        except OSError as error:
            raise ConfigError(
                f"{directory / name}: cannot be written: {error.strerror}", "choose another --out"
            ) from None
    terminal.out(str(directory / "gateway-authority.pem"))
    terminal.say(f"for the gateway: tls_certificate_file: {directory / 'gateway.pem'}")
    terminal.say(f"                 tls_key_file: {directory / 'gateway.key'}")
    terminal.say("for clients:     trust the file named on standard output, for example")
    terminal.say(
        "                 curl --cacert FILE, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS"
    )
