"""`replay`: a recorded read once more, through the running gateway, beside its recorded answer.

Through the gateway and not directly: it alone holds the key, its policy and its limits judge this request as any
other, and the new answer stands in the journal beside the old one.
"""

import http.client
import io
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import click

from proxy.cli import terminal
from proxy.cli.gateway_address import gateway_base
from proxy.cli.selection import journal_of, journal_options
from proxy.config.addresses import check_unsafe_url
from proxy.config.load import Loaded
from proxy.core.errors import GatewayError, UsageError
from proxy.core.foreign import Foreign
from proxy.core.redaction import decode_foreign
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent
from proxy.credentials.accounts import read_token
from proxy.evidence.replay.compare import Difference, compared
from proxy.evidence.replay.request import Again, again
from proxy.explain.inputs import is_place, read_input
from proxy.journal import Reader, find_flow

_TIMEOUT_SECONDS: Final = 60.0
_MOST_OCTETS: Final = 16 * 1024 * 1024
_MOST_FLOWS: Final = 20
_MOST_SHOWN: Final = 20
_KEY: Final = "BINANCE_API_KEY"
_FILES: Final = (".zip", ".har", ".jsonl")

type Record = ForeignFlow | ForeignIntent


class Answered(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    refused: Foreign
    """Token of the gateway's own refusal; nothing for an answer of the exchange."""


@click.command()
@click.argument("flow", metavar="ID|BUNDLE")
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="A parameter whose value was not recorded."
)
@click.option(
    "--write", is_flag=True, help="Send what is no read, too, after you typed its name at a terminal."
)
@click.option("--gateway", metavar="URL", help="Where the gateway listens; default: as configured.")
@journal_options
def command(*, flow: str, given: tuple[str, ...], write: bool, gateway: str | None, loaded: Loaded) -> int:
    """Send a recorded read again, signed with the time of now, and say how the answer differs from the recorded one.

    \b
      signing-proxy replay 5bd77a8da5-00000006
      signing-proxy replay 5bd77a8da5-00000006 --set orderId=123456
      signing-proxy replay ticket.zip               the reads of a bundle that somebody sent, with your key

    It goes through the running gateway, so its policy and limits apply. Status, code and the names and types of
    fields are compared, no values. Exit code 1: something differs. With virtual keys, yours is taken from
    BINANCE_API_KEY.
    """
    values = _values(given)
    base = _base(loaded, gateway)
    headers = _credentials(loaded)
    if is_place(flow):
        return _bundle(list(_records(flow)), values, base, headers)
    if flow.lower().endswith(_FILES):
        raise UsageError("the file cannot be read: No such file or directory", "check its name")
    line = find_flow(journal_of(loaded), flow)
    if line is None:
        Reader(journal_of(loaded)).files()  # says so where there is no journal, or none that may be read
        raise UsageError(
            "the journal holds no flow of this id",
            "signing-proxy logs shows the ids; --journal DIR names another",
        )
    record = decode_foreign(line)
    assert isinstance(record, ForeignFlow)
    request = _request(record, values)
    if not request.reads and not (write and _agreed(request)):
        raise UsageError(
            "this is no read: sent again, it takes effect again",
            "look first whether it was executed; if you mean it, add --write and type its name at a terminal",
        )
    for name in loaded.settings.accounts:  # of several accounts the one that it was sent with
        if record.account == name and not record.client:
            headers["X-Gateway-Account"] = name
    return _shown(record, _sent(request, base, headers))


def _bundle(records: list[Record], values: Mapping[str, str], base: str, headers: Mapping[str, str]) -> int:
    """Each read of a bundle once; what cannot be sent is said and left out."""
    worst, sent = 0, set[tuple[str, str, bytes]]()
    for record in records:
        request = again(record, values)
        if isinstance(request, str) or not request.reads or request.missing:
            continue
        same = (request.method, request.target, request.body)
        if same in sent or len(sent) >= _MOST_FLOWS:
            continue
        sent.add(same)
        worst = max(worst, _shown(record, _sent(request, base, headers)))
    if not sent:
        raise UsageError(
            "there is no read in it that can be sent again", "values that were not recorded: --set NAME=VALUE"
        )
    terminal.say(f"{len(sent)} reads of {len(records)} flows were sent")
    return worst


def _records(place: str) -> Iterator[Record]:
    """The flows of a bundle, a journal's directory or a file of lines, oldest first. Raises UsageError."""
    for part in read_input(place, io.BytesIO()):
        for line in part.splitlines():
            try:
                record = decode_foreign(line)
            except ValueError:
                continue
            if isinstance(record, ForeignFlow):
                yield record


def _values(given: tuple[str, ...]) -> dict[str, str]:
    """Raises UsageError."""
    pairs = [one.partition("=") for one in given]
    if not all(sign for _, sign, _ in pairs):
        raise UsageError("--set takes NAME=VALUE", "--set orderId=123456")
    return {name: value for name, _, value in pairs}


def _request(record: Record, values: Mapping[str, str]) -> Again:
    """Raises UsageError where it cannot be sent."""
    request = again(record, values)
    if isinstance(request, str):
        raise UsageError(f"this flow cannot be sent again: {request}", "signing-proxy logs shows the others")
    if request.missing:
        names = [name.terminal() for name in request.missing]
        raise UsageError(
            f"the record does not hold the value of {', '.join(names)}", f"give it: --set {names[0]}=..."
        )
    return request


def _base(loaded: Loaded, given: str | None) -> str:
    """The gateway's address. Raises UsageError."""
    if given is not None:
        try:
            check_unsafe_url(given)
        except ValueError as error:
            raise UsageError(f"--gateway {error}", "such as http://127.0.0.1:8180") from None
        return given
    base = gateway_base(loaded.settings)
    if base is None:
        raise UsageError(
            "the gateway listens on a Unix socket",
            "name an address of it with --gateway http://127.0.0.1:8180",
        )
    return base


def _credentials(loaded: Loaded) -> dict[str, str]:
    """What the gateway asks of its clients, where it does."""
    headers: dict[str, str] = {}
    if loaded.settings.token_file:
        headers["X-Gateway-Token"] = read_token(loaded.settings.token_file).reveal().decode("latin-1")
    if loaded.settings.clients_file and (key := os.environ.get(_KEY)):
        headers["X-MBX-APIKEY"] = key
    return headers


def _agreed(request: Again) -> bool:
    """Whether a person typed what is sent. Nothing else stands for that."""
    on_terminal = getattr(sys.stdin, "isatty", None)
    if on_terminal is None or not on_terminal():
        raise UsageError(
            "a write is sent again only by a person at a terminal", "run it there, without a pipe"
        )
    name = request.endpoint.terminal()
    terminal.say(
        f"This takes effect at once, with real money where the gateway speaks to the real exchange: {name}"
    )
    return (
        click.prompt("Type its method and path to send it", default="", show_default=False, err=True) == name
    )


def _sent(request: Again, base: str, headers: Mapping[str, str]) -> Answered:
    """Raises GatewayError where no gateway answers."""
    where = urlsplit(base)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.hostname or "", where.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(
            request.method, request.target, request.body or None, {**request.headers, **headers}
        )
        answer = connection.getresponse()
        body = answer.read(_MOST_OCTETS)
    except (OSError, http.client.HTTPException) as error:
        raise GatewayError(
            f"the gateway at {base} does not answer ({type(error).__name__})",
            "is it running? start it with signing-proxy run, or name its address with --gateway",
        ) from None
    finally:
        connection.close()
    return Answered(answer.status, body, Foreign(answer.getheader("X-Gateway-Error") or ""))


def _shown(record: Record, answer: Answered) -> int:
    """The comparison on the screen; 1 if something differs."""
    what = f"{record.method.terminal():<6} {record.path.terminal()}"
    terminal.out(f"{record.time.terminal()}  {what}  {record.request_id.terminal()}")
    if answer.refused:
        terminal.out(f"  not sent: the gateway refused it ({answer.status} {answer.refused.terminal()})")
        return 1
    found = compared(record, answer.status, answer.body)
    if not found:
        terminal.out(f"  as recorded: {answer.status}")
        return 0
    for one in found[:_MOST_SHOWN]:
        terminal.out(_line(one))
    if len(found) > _MOST_SHOWN:
        terminal.out(f"  and {len(found) - _MOST_SHOWN} more")
    return 1


def _line(one: Difference) -> str:
    return f"  {one.what.terminal()}: {one.recorded.terminal()} -> {one.now.terminal()}"
