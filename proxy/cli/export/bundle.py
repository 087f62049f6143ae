"""`export bundle`: one zip for a ticket."""

import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from proxy.audit.run import Run
from proxy.cli import terminal
from proxy.cli.export.checks import checked
from proxy.cli.export.handing_out import FEWER, MOST_SECONDS, Chosen, export_options, hand_out
from proxy.cli.gateway_address import gateway_scheme
from proxy.cli.options import open_accounts
from proxy.cli.selection import journal_of
from proxy.core.errors import UsageError
from proxy.core.foreign import Foreign
from proxy.core.key_shapes import shown_place
from proxy.core.redaction import rfc3339
from proxy.credentials.accounts import Accounts
from proxy.evidence.anonymous import Anonymiser, Kept, as_they_are, flows_in
from proxy.evidence.audit_runs import for_binance, for_strangers, stored_runs
from proxy.evidence.bundle import About, bundle as bundle_of
from proxy.evidence.doctor_lines import lines_of
from proxy.evidence.files import require_free
from proxy.evidence.subject import Subject, subject_of
from proxy.evidence.unmask import keep_at_home
from proxy.journal.seal import seal_of
from proxy.runtime.bounded import bounded
from proxy.runtime.clock import LocalClock

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_DOCTOR: Final = 256 * 1024
_MOST_OF_A_SECOND: Final = 100
_SETTLE_SECONDS: Final = 1.0
"""A flow stands in the journal so long after its end at the latest, but for searches that take longer."""
_ENDS: Final = 4
_NOT_WANTED: Final = "not run: --no-doctor was given"


@click.command()
@click.option(
    "--public/--private",
    default=True,
    help="For a tracker that all can read (usual), or with your names, tags and ends of keys for the exchange alone.",
)
@click.option("--record", is_flag=True, help="Wait while you make it happen, until Enter; take that stretch.")
@click.option(
    "--doctor",
    metavar="FILE",
    type=click.Path(),
    help="What `doctor` printed, instead of running its checks now.",
)
@click.option("--no-doctor", is_flag=True, help="Run no checks: nothing is sent anywhere.")
@export_options()
def bundle(*, public: bool, record: bool, doctor: str | None, no_doctor: bool, chosen: Chosen) -> int:
    """One zip for a ticket: a report of one page, the flows as HAR and as lines, scripts that repeat failures.

    \b
      signing-proxy export bundle --record
      signing-proxy export bundle --path /sapi/v1/c2c --since 1d
      signing-proxy export bundle --private --code -2008 ticket.zip

    Stored sweeps of `audit` are added and, where a key is configured, the quick checks of `doctor`: reads, at most
    ten seconds. Default: binance-evidence-<date>.zip. What its tags mean stays here: `signing-proxy export unmask`.
    """
    if chosen.out not in ("", "-"):
        require_free(Path(chosen.out), replace=chosen.force)
    told = _doctor_file(doctor) if doctor else _NOT_WANTED if no_doctor else ""
    accounts = open_accounts(chosen.loaded)  # once: after that the variables are gone
    if record:
        chosen = chosen._replace(selection=msgspec.structs.replace(chosen.selection, **_recorded()))
    anonymiser = chosen.anonymiser()
    with bounded(FEWER, seconds=MOST_SECONDS):
        entries = chosen.entries()
        records = list(anonymiser.records(entries) if public else as_they_are(entries))
        runs = _runs(chosen)
    if record and not flows_in(records):
        raise UsageError(
            "no flow matches: nothing was recorded in that stretch",
            f"point the client at it, and look whether it writes {shown_place(journal_of(chosen.loaded))}: "
            "signing-proxy logs --follow",
        )
    if not told and records:
        told = checked(chosen.loaded, accounts, _subject(records, anonymiser), public=public)
    about = About(
        made_ms=LocalClock().unix_ms(),
        settings=chosen.loaded.settings,
        name=_name(chosen.out),
        scheme=gateway_scheme(chosen.loaded.settings),
        private=not public,
        keys={} if public else _ends(accounts),
        doctor=_doctor_lines(told, accounts, anonymiser, public=public),
        runs=for_strangers(runs, anonymiser) if public else for_binance(runs),
        seal=seal_of(journal_of(chosen.loaded)),
    )
    if not chosen.out:
        about = _named_alone(about)
    with bounded(FEWER, seconds=MOST_SECONDS):
        data, plain = bundle_of(records, about)
    code = hand_out(data, plain, chosen.out or f"{about.folder}.zip", flows_in(records), chosen, accounts)
    if public:
        _keep(journal_of(chosen.loaded), about.folder, anonymiser.translations())
    return code


def _subject(records: Sequence[Kept], anonymiser: Anonymiser) -> Subject | None:
    """Whom the flows are about, by his own name."""
    found = subject_of(records)
    return found._replace(account=anonymiser.own_name(found.account)) if found else None


def _recorded() -> dict[str, str]:
    """The stretch from now until Enter, as a selection has it."""
    began = rfc3339(LocalClock().unix_ms())
    terminal.say("recording: make it happen now, through the gateway; then press Enter")
    if not sys.stdin.readline():
        terminal.warn("standard input has ended, so the recording ends at once")
    ended = rfc3339(LocalClock().unix_ms())
    time.sleep(_SETTLE_SECONDS)
    return {"since": began, "until": ended}


def _named_alone(about: About) -> About:
    """Of two that are made here in one second the second has a number: nobody chose their name."""
    names = (about.folder, *(f"{about.folder}-{number}" for number in range(2, _MOST_OF_A_SECOND)))
    free = next((name for name in names if not Path(f"{name}.zip").exists()), about.folder)
    return msgspec.structs.replace(about, name=free)


def _name(out: str) -> str:
    """Of the folder: that of the file, where it can bear it."""
    name = Path(out).name.removesuffix(".zip")
    return name if out.endswith(".zip") and _NAME.fullmatch(name) else ""


def _ends(accounts: Accounts) -> Mapping[str, str]:
    """Of each API key what support asks for to tell keys apart."""
    keys = ((one.name, one.api_key) for one in accounts)
    return {name: f"{key[:_ENDS]}...{key[-_ENDS:]}" for name, key in keys if len(key) > _ENDS * 4}


def _runs(chosen: Chosen) -> Sequence[Run]:
    """The audit's sweeps of the same stretch of time, whatever else chooses flows; of the key, not of a path."""
    selection = chosen.selection
    latest = _unix_ms(selection.until) if selection.until else None
    return stored_runs(journal_of(chosen.loaded), _unix_ms(selection.since) if selection.since else 0, latest)


def _unix_ms(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def _doctor_file(file: str) -> str:
    """Raises UsageError."""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_MOST_DOCTOR).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(
            f"the file of --doctor cannot be read: {error.strerror}", "check its name and mode"
        ) from None


def _doctor_lines(
    text: str, accounts: Accounts, anonymiser: Anonymiser, *, public: bool
) -> Sequence[Foreign]:
    """Without the home directory, and in the public form without addresses, keys and names."""
    names = {one.name: anonymiser.account(one.name) for one in accounts} if public else {}
    return lines_of(text, str(Path.home()), private=not public, names=names)


def _keep(journal: Path, name: str, translations: dict[str, str]) -> None:
    """Where the journal is one's own directory; of somebody else's file there is nothing to translate back to."""
    if journal.is_dir():
        try:
            keep_at_home(journal, name, translations)
        except UsageError as error:  # the bundle is written, and good without it
            terminal.warn(f"nobody can translate its tags back: {error}")
            return
        terminal.say(f"what its tags mean stays at home: signing-proxy export unmask {name}")
