"""`export verify`: was a journal, or a bundle, changed after it was written?"""

import base64
from functools import partial
from pathlib import Path
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.config.load import Overrides
from proxy.core.errors import ConfigError, UsageError
from proxy.core.key_shapes import shown_place
from proxy.journal import Directory, Reader, open_regular, verification
from proxy.journal.bundle_check import verify_folder, verify_zip
from proxy.journal.chain_walk import Told
from proxy.journal.checkpoint_key import CheckpointKey
from proxy.journal.files import BUNDLED
from proxy.journal.key_file import CHAIN_KEY, read_key
from proxy.journal.verification import ChainSummary, Kind, Report, Source, verify_journal
from proxy.runtime.bounded import bounded

_MOST_SECONDS: Final = 600.0
_SMALLER: Final = "name one file of it"
_SHOWN: Final = 20
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip begins; the second is an empty one."""
_KEY_OCTETS: Final = 32
_STATES: Final = {
    "closed": "closed by its last checkpoint",
    "attested": "its end is as the next start of a gateway found it",
    "open": "open at its end",
}


def _keys(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            octets = base64.b64decode(value, validate=True)
        except ValueError:
            octets = b""
        if len(octets) != _KEY_OCTETS:
            raise click.BadParameter(
                "a public key has 44 characters, as /version and `export verify` show it"
            )
    return values


@click.command()
@click.argument("place", required=False, type=click.Path(), metavar="[DIR|FILE|BUNDLE]")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    callback=_keys,
    help="The public key that must have signed it, as its owner named it; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
def verify(*, place: str | None, keys: tuple[str, ...], as_json: bool, config: str | None) -> int:
    """Was a journal or bundle changed after it was written?

    Names each line that was removed, changed, moved or put in, with file and line number. What a gateway that was
    killed leaves behind as well is counted apart.

    \b
      signing-proxy export verify                            the journal as configured
      signing-proxy export verify evidence.zip --key KEY     KEY: from the sender's first message
    """
    path = Path(place) if place is not None else _configured(config)
    with bounded(_SMALLER, seconds=_MOST_SECONDS):
        report, keys = _verified(path, keys)
    if as_json:
        terminal.out_json(report)
    else:
        _show(report, keys)
    return 0 if report.good else 1


def _configured(config: str | None) -> Path:
    return Path(open_settings(Overrides(config=config)).settings.journal.directory)


def _verified(path: Path, keys: tuple[str, ...]) -> tuple[Report, tuple[str, ...]]:
    """What was seen, and the keys that it was held against."""
    named_zip = path.suffix.lower() == ".zip" and not path.is_dir()
    if named_zip and not path.exists():
        raise UsageError(f"there is no file {shown_place(path)}", "check its name")
    if named_zip or (path.is_file() and _begins(path) in _ZIP):
        return verify_zip(path, keys), keys
    if (folder := _unpacked(path)) is not None:
        return verify_folder(folder, keys), keys
    files = Reader(path).files()
    if not files:
        raise UsageError(
            f"{shown_place(path)} holds no journal file (flows-*.jsonl)", "name a journal or a bundle"
        )
    if path.name == BUNDLED:
        return verification.verify(
            [Source(BUNDLED, partial(open_regular, path))], Kind(finished=True, signed=bool(keys)), keys
        ), keys
    kind = Kind(whole=path.is_dir(), signed=bool(keys))
    keys = keys or _own_key(path)
    return verify_journal(files, kind, keys), keys


def _begins(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read(len(_ZIP[0]))


def _unpacked(path: Path) -> Path | None:
    """The folder of a bundle that was unpacked here, if one was."""
    if not path.is_dir() or any(path.glob("flows-*.jsonl")):
        return None
    folders = [path, *(one for one in path.iterdir() if one.is_dir() and not one.is_symlink())]
    holding = [one for one in folders if (one / BUNDLED).is_file()]
    return holding[0] if len(holding) == 1 else None


def _own_key(path: Path) -> tuple[str, ...]:
    """The public half of the key that lies in the journal's directory, where it is one's own."""
    if not (path / CHAIN_KEY.name).exists():
        return ()
    try:
        directory = Directory(path)
    except ConfigError:
        return ()
    try:
        return (CheckpointKey(read_key(directory, CHAIN_KEY)).public,)
    except (OSError, ConfigError) as error:
        reason = error.message if isinstance(error, ConfigError) else type(error).__name__
        terminal.warn(f"the journal's key was not looked at: {reason}")
        return ()
    finally:
        directory.close()


def _show(report: Report, keys: tuple[str, ...]) -> None:
    for chain in report.chains:
        _show_chain(chain)
    _show_told("note", report.remarks)
    _show_told("cannot be told from a kill", report.like_a_kill)
    _show_told("BROKEN", report.breaks)
    if report.torn:
        pieces = "piece of a line stands" if report.torn == 1 else "pieces of lines stand"
        terminal.out(f"torn: {report.torn} {pieces} there, as the chain itself says (a full or broken disk)")
    for name in report.unchained[:_SHOWN]:
        terminal.out(
            f"no chain: {name}, as in journals from before there were chains; nothing can be said of it"
        )
    if len(report.unchained) > _SHOWN:
        terminal.out(f"no chain: {len(report.unchained) - _SHOWN} more files")
    terminal.out(_verdict(report, keys))


def _show_chain(chain: ChainSummary) -> None:
    files = (
        chain.files[0] if len(chain.files) == 1 else f"{chain.files[0]} and {len(chain.files) - 1} more files"
    )
    signed = f"signed up to {chain.signed_to} by {' '.join(chain.keys)}" if chain.keys else "not signed"
    lines, state = f"lines {chain.first} to {chain.last} in {files}", _STATES[chain.state]
    terminal.out(f"chain {chain.name[:60]}: {lines}; {signed}; {state}")


def _show_told(label: str, told: list[Told]) -> None:
    for one in told[:_SHOWN]:
        where = f"{one.file}:{one.line}" if one.line else one.file
        terminal.out(f"{label}: {where}: {one.says}")
    if len(told) > _SHOWN:
        terminal.out(f"{label}: {len(told) - _SHOWN} more (--json has them)")


def _verdict(report: Report, keys: tuple[str, ...]) -> str:
    if report.breaks:
        return (
            f"not as it was written: {len(report.breaks)} {'break' if len(report.breaks) == 1 else 'breaks'}"
        )
    if not report.lines:
        return "no line is chained: nothing can be said"
    held = "" if keys else "; whose key it is you must know from elsewhere (--key)"
    ends = len(report.like_a_kill)
    apart = f"; {ends} {'end' if ends == 1 else 'ends'} cannot be told from a kill" if ends else ""
    return f"no break in the {report.lines} chained lines that are here{apart}{held}"
