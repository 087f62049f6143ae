"""`whois`: what a tag of the journal stands for, as far as its owner can know. Nothing leaves the machine."""

import os
import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts
from proxy.cli.selection import journal_of, selection_options
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.core.redaction import Tagger, tags_in
from proxy.credentials.accounts import Accounts
from proxy.journal import Directory, Reader, Selection, bounded_lines
from proxy.journal.key_file import TAG_KEY, read_key
from proxy.platform import files

_MARK: Final = re.compile(r"<?(?:(?P<kind>[a-z]+):)?(?P<tag>[0-9a-f]{10})(?:[:>].*)?")
_KINDS: Final = {
    "key": "API key",
    "bearer": "credential that is good by itself (listenKey, cookie, address with a token)",
    "person": "somebody's name, number, account or words",
    "ip": "IP address",
    "order": "order or advert number",
    "id": "long number",
    "text": "text",
    "name": "name that does not look like one",
    "path": "part of a path",
}
_FED_SECONDS: Final = 0.5
_MOST_CANDIDATES: Final = 1_000_000


@dataclass(slots=True)
class Sighting:
    """Where one tag occurs in the journal."""

    kinds: set[str] = field(default_factory=set)
    flows: int = 0
    first: tuple[str, str] = ("", "")
    """Time and request id."""
    clients: set[str] = field(default_factory=set)
    """Those in whose flows it occurs, by the owner's own names."""
    last: tuple[str, str] = ("", "")


@click.command()
@click.argument("tag")
@click.option("--match", is_flag=True, help="Wait for values on standard input, one a line: which one is it?")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@selection_options
def command(*, tag: str, match: bool, as_json: bool, loaded: Loaded, selection: Selection) -> int:
    """Say what a tag stands for: its class, its first and last flow, the account or client it belongs to.

    \b
      signing-proxy whois 1a2b3c4d5e
      signing-proxy whois '<order:1a2b3c4d5e:19>'
      signing-proxy whois 1a2b3c4d5e < my-order-numbers.txt

    Tags of a bundle are translated by `export unmask`; those of other exports were made with a key that is gone. Exit
    code 1: nothing is known.
    """
    kind, bare = _parsed(tag)
    journal = journal_of(loaded)
    seen = sighted(Reader(journal), selection, kind, bare)
    kinds = {kind} if kind else seen.kinds or set(_KINDS)
    tagger = Tagger(_tag_key(journal))
    owner = _owner(open_accounts(loaded), kinds, tagger, bare)
    asked = match or _is_fed()
    line = _matching(bounded_lines(sys.stdin.buffer), kinds, tagger, bare) if asked else None
    _tell(_facts(bare, seen, owner, line, asked=asked), as_json=as_json)
    return 0 if seen.flows or owner or line else 1


def _parsed(text: str) -> tuple[str, str]:
    found = _MARK.fullmatch(text.strip())
    if found is None or (found["kind"] and found["kind"] not in _KINDS):
        raise UsageError("this is no tag", "ten hex digits, or a whole mark such as '<order:1a2b3c4d5e:19>'")
    return found["kind"] or "", found["tag"]


def sighted(reader: Reader, selection: Selection, kind: str, tag: str) -> Sighting:
    """All flows and lone intents that hold the tag."""
    seen = Sighting()
    wanted = tag.encode("ascii")
    for entry in selection.of(reader.entries()):
        if wanted not in entry.line:
            continue
        kinds = {k for k, t in tags_in(entry.line.decode("ascii", "replace")) if t == tag and kind in ("", k)}
        if not kinds:
            continue
        here = (entry.record.time.terminal(), entry.record.request_id.terminal())
        seen.kinds |= kinds
        seen.flows += 1
        seen.first = min(seen.first, here) if seen.first[0] else here
        seen.last = max(seen.last, here)
        seen.clients |= {entry.record.client.terminal()} - {""}
    return seen


def _tag_key(journal: Path) -> bytes:
    """Of a journal that exists: `whois` makes neither."""
    if not journal.is_dir() or not (journal / TAG_KEY.name).exists():
        raise UsageError(f"there is no tag key in {journal}", "name the journal's directory with --journal")
    directory = Directory(journal)
    try:
        return read_key(directory, TAG_KEY)
    finally:
        directory.close()


def _owner(accounts: Accounts, kinds: set[str], tagger: Tagger, tag: str) -> str:
    """The account whose API key it is."""
    if "key" not in kinds:
        return ""
    matching = (one.name for one in accounts if tagger.tag("key", one.api_key.encode()) == tag)
    return next(matching, "")


def _is_fed() -> bool:
    """Whether somebody pipes values in: a file, or a pipe that brings something soon. Never waits on a terminal."""
    try:
        descriptor = sys.stdin.fileno()
        kind = os.fstat(descriptor).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
        return False
    return files.has_input(descriptor, _FED_SECONDS)


def _matching(lines: Iterable[bytes], kinds: set[str], tagger: Tagger, tag: str) -> int | None:
    """Number of the first line whose value has the tag. The values are not shown again."""
    for number, line in enumerate(lines, 1):
        value = line.rstrip(b"\r\n")
        if any(tagger.tag(kind, value) == tag for kind in kinds):
            return number
        if number >= _MOST_CANDIDATES:
            break
    return None


def _facts(tag: str, seen: Sighting, owner: str, line: int | None, *, asked: bool) -> dict[str, object]:
    facts: dict[str, object] = {"tag": tag, "kinds": sorted(seen.kinds), "flows": seen.flows}
    if seen.flows:
        facts |= {
            "first": {"time": seen.first[0], "request_id": seen.first[1]},
            "last": {"time": seen.last[0], "request_id": seen.last[1]},
        }
    if seen.clients:
        facts["clients"] = sorted(seen.clients)
    if owner:
        facts["account"] = owner
    if asked:
        facts["matching_line"] = line
    return facts


def _tell(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        terminal.out_json(facts)
        return
    kinds = facts["kinds"]
    assert isinstance(kinds, list)
    what = "; ".join(_KINDS[kind] for kind in kinds) or "not in this journal"
    lines = [f"{facts['tag']}: {what}"]
    for name in ("first", "last"):
        place = facts.get(name)
        if isinstance(place, dict):
            lines.append(f"{name} flow: {place['time']}  {place['request_id']}")
    if facts["flows"]:
        lines.append(f"flows: {facts['flows']}")
    clients = facts.get("clients")
    if isinstance(clients, list):
        lines.append(f"in flows of: {', '.join(clients)}")
    if "account" in facts:
        lines.append(f"account: {facts['account']}")
    if "matching_line" in facts:
        number = facts["matching_line"]
        lines.append(f"it is the value of line {number}" if number else "it is none of the values given")
    terminal.out("\n".join(lines))
