"""What the verbs of `export` share: which flows, where to, and the search for secrets before anything is written."""

import secrets
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts
from proxy.cli.selection import journal_of, selection_options
from proxy.clients.store import ClientStore
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.core.secret import Secret
from proxy.credentials.accounts import Accounts, read_token
from proxy.evidence.anonymous import Anonymiser, Kept
from proxy.evidence.files import write_export
from proxy.evidence.leak_scan import refuse_secrets
from proxy.journal import Entry, Reader, Selection

MOST_SECONDS: Final = 600.0
FEWER: Final = "choose fewer flows: -n, --since, --path, --status or --request-id"
_KEY_OCTETS: Final = 32
_LINES: Final = ".jsonl"


class Chosen(NamedTuple):
    """What was asked for on the command line."""

    loaded: Loaded
    selection: Selection
    lines: int
    """The last so many; 0: all."""
    out: str
    """A file, `-`, or "" for the verb's own default."""
    force: bool

    def entries(self) -> Iterator[Entry]:
        """The flows of the journal, oldest first; damage is told at the end."""
        reader = Reader(journal_of(self.loaded))
        found: Iterable[Entry] = self.selection.of(reader.entries())
        yield from deque(found, self.lines) if self.lines else found
        if reader.torn:
            terminal.warn(f"{reader.torn} damaged lines were skipped")

    def records(self) -> Iterator[Kept]:
        """The same, fit for other people's eyes."""
        return self.anonymiser().records(self.entries())

    def anonymiser(self) -> Anonymiser:
        """With a key of its own."""
        return Anonymiser(secrets.token_bytes(_KEY_OCTETS))


_OPTIONS: Final = (
    click.argument("file", required=False),
    click.option(
        "--out", metavar="FILE", help="The same as FILE; - for standard output. A new file, mode 0600."
    ),
    click.option("--force", is_flag=True, help="Replace an existing file."),
    click.option("--lines", "-n", type=click.IntRange(min=0), help="The last N; 0: all."),
)


def export_options(lines: int = 0) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add what all of them take; the command gets it as `chosen`. `lines`: what `-n` is where it is not given."""

    def added(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def gather(**given: Any) -> Any:
            out = _place(given.pop("file"), given.pop("out"))
            last = given.pop("lines")
            force, loaded, selection = (given.pop(name) for name in ("force", "loaded", "selection"))
            chosen = Chosen(loaded, selection, lines if last is None else last, out, force)
            return command(chosen=chosen, **given)

        for option in reversed(_OPTIONS):
            gather = option(gather)
        return selection_options(gather)

    return added


def _place(file: str | None, out: str | None) -> str:
    """Where to; people give the journal in this place as well. Raises UsageError."""
    if file is None:
        return out or ""
    if out is not None:
        raise UsageError("the file to write is given twice", "leave FILE or --out away")
    if Path(file).is_dir() or (file.endswith(_LINES) and Path(file).exists()):
        raise UsageError(
            "FILE is where the export goes to, and there is a journal already",
            f"a journal is named by --journal DIR; {click.get_current_context().command_path} --help",
        )
    return file


def hand_out(
    data: bytes, plain: bytes, out: str, flows: int, chosen: Chosen, accounts: Accounts | None = None
) -> int:
    """Scan, then write. `plain` is what stands in `data`, unpacked. `accounts`: the keys, if read before."""
    if flows == 0:
        raise UsageError("no flow matches", "see which there are: signing-proxy logs")
    refuse_secrets(plain, loaded_secrets(chosen.loaded, accounts), str(Path.home()))
    if out == "-" and data.startswith(b"PK") and sys.stdout.isatty():
        raise UsageError("a zip is not for a terminal", "give a file with --out, or send it into a pipe")
    if out == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        write_export(Path(out), data, replace=chosen.force)
    terminal.say(f"{flows} {'flow' if flows == 1 else 'flows'}{'' if out == '-' else f' in {out}'}")
    return 0


def loaded_secrets(loaded: Loaded, accounts: Accounts | None = None) -> Sequence[Secret]:
    """All that is configured, to search for. Raises ConfigError when one cannot be read: then nothing is handed
    out that might hold it."""
    token_file = loaded.settings.token_file
    token = [read_token(token_file)] if token_file else []
    clients_file = loaded.settings.clients_file
    virtual = ClientStore(clients_file).secrets() if clients_file else []
    found = [*(open_accounts(loaded) if accounts is None else accounts).secrets(), *token, *virtual]
    if not found:
        terminal.warn(
            "no secrets are configured here, so the export was searched for the form of secrets only"
        )
    return found
