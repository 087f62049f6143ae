"""The first lines on a terminal: where the gateway is, what it may do, how it ends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from proxy.core.printable import printable
from proxy.core.settings import PermitSettings
from proxy.terminal.page import Page

_LABEL: Final = 13
HELP: Final = (
    ("q", "quit: requests under way may finish, as with SIGTERM"),
    ("p", "pause the view, and go on; what passes meanwhile is counted"),
    ("r", "read-only on and off: every write is refused at once"),
    ("e", "explain the last failure"),
    ("?", "this help"),
)


def banner(title: str, facts: Mapping[str, str], page: Page, *, keys: bool) -> list[str]:
    """A title, one line a fact, and how help is had where keys are read."""
    rows = [f"  {name:<{_LABEL}}{printable(value)}" for name, value in facts.items() if value]
    closing = f"  {page.paint('?', 'bold')} for help, {page.paint('q', 'bold')} to quit"
    return [page.paint(printable(title), "bold"), *rows, closing if keys else "  Ctrl-C ends it", ""]


def key_help(page: Page, logs: str) -> list[str]:
    """What each key does, and what stands in a line; `logs`: the command that shows this journal."""
    return [
        *(f"  {page.paint(key, 'bold')}  {does}" for key, does in HELP),
        "  A line is a flow: time (UTC), client, method, path, status, Binance's code,",
        "  our milliseconds + those of Binance and the way there, request weight (w).",
        f"  All of it stands in the journal: {logs}",
    ]


def policy_words(policy: PermitSettings) -> str:
    """A policy in one line; `signing-proxy policy show` tells the rest."""
    return "; ".join(_policy(policy))


def _policy(policy: PermitSettings) -> Iterator[str]:
    if policy.read_only:
        yield "read-only"
    else:
        yield f"writes of {_list(policy.profiles)}" if policy.profiles else "no profile"
        if policy.allow:
            yield f"{len(policy.allow)} more allowed by name"
    if policy.read is not None:
        yield f"reads of {_list(policy.read)}" if policy.read else "no reads"
    if policy.limits:
        yield f"limits in {len(policy.limits)} line{'s' if len(policy.limits) > 1 else ''}"
    if policy.confirm:
        yield f"a person approves {_list(policy.confirm)}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
