"""`export unmask`: what somebody writes about a bundle, in the owner's own names and tags."""

import sys
from pathlib import Path

import click

from proxy.cli import terminal
from proxy.cli.selection import journal_of, journal_options
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.core.foreign import Foreign
from proxy.evidence.unmask import mapping, put_back


@click.command()
@click.argument("name")
@click.argument("text", required=False, type=click.Path())
@journal_options
def unmask(*, name: str, text: str | None, loaded: Loaded) -> int:
    """Translate the tags of the bundle NAME in TEXT (a file; default: standard input) back to your own.

    \b
      signing-proxy export unmask binance-evidence-2026-11-29T12-00-00Z answer.txt
      echo '<order:1a2b3c4d5e:19>' | signing-proxy export unmask binance-evidence-2026-11-29T12-00-00Z

    `signing-proxy whois` then says what a tag of yours stands for.
    """
    known = mapping(journal_of(loaded), name)
    for line in _lines(text):
        terminal.out(put_back(line, known).terminal())
    return 0


def _lines(file: str | None) -> list[Foreign]:
    """Raises UsageError."""
    try:
        octets = sys.stdin.buffer.read() if file is None else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"the text cannot be read: {error.strerror}", "check its name and mode") from None
    return [Foreign(line) for line in octets.decode("utf-8", "replace").splitlines()]
