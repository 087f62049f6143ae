"""`export repro`: one recorded request as a script that signs itself, for people who do not run this program."""

import click

from proxy.cli import terminal
from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.core.errors import UsageError
from proxy.core.redaction import decode_foreign, encode_record
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent
from proxy.evidence.anonymous import Kept
from proxy.evidence.repro import LANGUAGES, Call, call_of
from proxy.runtime.bounded import bounded


@click.command()
@click.option(
    "--lang",
    type=click.Choice(list(LANGUAGES)),
    default="bash",
    show_default=True,
    help="What it is written in.",
)
@export_options()
def repro(*, lang: str, chosen: Chosen) -> int:
    """A script of ten lines that sends the newest of the chosen requests again and signs it itself.

    \b
      signing-proxy export repro --request-id 5bd77a8da5-00000006
      signing-proxy export repro --code -2008 --lang python repro.py

    It takes BINANCE_API_KEY and BINANCE_API_SECRET (of an HMAC key) from the environment, and asks REALLY=yes
    before anything but a read. Values that were not recorded are words such as YOUR_ORDER_1. Default: standard
    output.
    """
    with bounded(FEWER, seconds=MOST_SECONDS):
        flows = [record for record in map(_read, chosen.records()) if record is not None]
        data = _script(flows, lang).encode("ascii")
    if len(flows) > 1:
        terminal.say(f"the newest of {len(flows)} flows; another one: --request-id")
    return hand_out(data, data, chosen.out or "-", len(flows[-1:]), chosen)


def _read(record: Kept) -> ForeignFlow | ForeignIntent | None:
    read = decode_foreign(encode_record(record))
    return read if isinstance(read, ForeignFlow | ForeignIntent) else None


def _script(flows: list[ForeignFlow | ForeignIntent], lang: str) -> str:
    """Of the newest one. Raises UsageError where it cannot be sent again."""
    if not flows:
        return ""
    call = call_of(flows[-1])
    if not isinstance(call, Call):
        raise UsageError(f"there is no script for this flow: {call}", "choose another one with --request-id")
    return LANGUAGES[lang].script(call)
