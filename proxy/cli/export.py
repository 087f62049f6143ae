"""`export har | curl | bundle`: recorded flows for other tools and other people."""

import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts
from proxy.cli.selection import journal_of, selection_options
from proxy.clients.store import ClientStore
from proxy.config.addresses import parse_address, socket_path
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.core.foreign import json_text
from proxy.core.secret import Secret
from proxy.credentials.accounts import read_token
from proxy.evidence.anonymous import Anonymiser, Kept, flows_in
from proxy.evidence.bundle import bundle
from proxy.evidence.curl import curl_script
from proxy.evidence.files import write_export
from proxy.evidence.har import har_document
from proxy.evidence.leak_scan import refuse_secrets
from proxy.journal import Reader, Selection
from proxy.runtime.bounded import bounded

_KEY_OCTETS: Final = 32
_DEFAULT_PORT: Final = 8180
_MOST_SECONDS: Final = 600.0
_FEWER: Final = "choose fewer flows: --since, --path, --status or --request-id"
_OUT: Final = click.option(
    "--out", metavar="FILE", help="Where to; - for standard output. A new file, mode 0600."
)
_FORCE: Final = click.option("--force", is_flag=True, help="Replace an existing file.")


@click.group()
def command() -> None:
    """Hand recorded flows to other tools or people.

    Every tag is made anew, names of accounts become numbers, and the whole result is searched for your secrets
    before a byte is written: if one is found, nothing is.
    """


@command.command("har")
@_OUT
@_FORCE
@selection_options
def har(*, out: str | None, force: bool, loaded: Loaded, selection: Selection) -> int:
    """HAR 1.2, which browsers and API tools open; default: flows.har."""
    with bounded(_FEWER, seconds=_MOST_SECONDS):
        document = har_document(_records(loaded, selection))
        data = json_text(document, indent=1).encode("ascii") + b"\n"
    return _hand_out(data, data, out or "flows.har", len(document["log"]["pages"]), loaded, force=force)


@command.command("curl")
@_OUT
@_FORCE
@selection_options
def curl(*, out: str | None, force: bool, loaded: Loaded, selection: Selection) -> int:
    """curl commands that go through the gateway, unsigned; default: standard output."""
    with bounded(_FEWER, seconds=_MOST_SECONDS):
        records = list(_records(loaded, selection))
        data = curl_script(records, _base(loaded)).encode("ascii", "backslashreplace")
    return _hand_out(data, data, out or "-", flows_in(records), loaded, force=force)


@command.command("bundle")
@_OUT
@_FORCE
@selection_options
def bundle_(*, out: str | None, force: bool, loaded: Loaded, selection: Selection) -> int:
    """One zip for a bug report: flows, versions, settings; default: binance-flows.zip."""
    with bounded(_FEWER, seconds=_MOST_SECONDS):
        records = list(_records(loaded, selection))
        data, plain = bundle(records, loaded.settings)
    return _hand_out(data, plain, out or "binance-flows.zip", flows_in(records), loaded, force=force)


def _records(loaded: Loaded, selection: Selection) -> Iterator[Kept]:
    reader = Reader(journal_of(loaded))
    yield from Anonymiser(secrets.token_bytes(_KEY_OCTETS)).records(selection.of(reader.entries()))
    if reader.torn:
        terminal.warn(f"{reader.torn} damaged lines were skipped")


def _hand_out(data: bytes, plain: bytes, out: str, flows: int, loaded: Loaded, *, force: bool) -> int:
    """Scan, then write. `plain` is what stands in `data`, unpacked."""
    if flows == 0:
        raise UsageError("no flow matches", "see which there are: signing-proxy logs")
    refuse_secrets(plain, _secrets(loaded))
    if out == "-" and data.startswith(b"PK") and sys.stdout.isatty():
        raise UsageError("a zip is not for a terminal", "give a file with --out, or send it into a pipe")
    if out == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        write_export(Path(out), data, replace=force)
    terminal.say(f"{flows} {'flow' if flows == 1 else 'flows'}{'' if out == '-' else f' in {out}'}")
    return 0


def _secrets(loaded: Loaded) -> Sequence[Secret]:
    """All that is configured, to search for. Raises ConfigError when one cannot be read: then nothing is handed
    out that might hold it."""
    token_file = loaded.settings.token_file
    token = [read_token(token_file)] if token_file else []
    clients_file = loaded.settings.clients_file
    virtual = ClientStore(clients_file).secrets() if clients_file else []
    found = [*open_accounts(loaded).secrets(), *token, *virtual]
    if not found:
        terminal.warn(
            "no secrets are configured here, so the export was searched for the form of secrets only"
        )
    return found


def _base(loaded: Loaded) -> str:
    """The gateway's address as configured; a free port is only known to the running gateway."""
    if socket_path(loaded.settings.listen) is not None:
        return "http://localhost"  # curl --unix-socket wants some host
    where = parse_address(loaded.settings.listen)
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"http://{host}:{where.port or _DEFAULT_PORT}"
