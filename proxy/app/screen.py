"""What stands on standard output: on a terminal a short banner and the live view, elsewhere one line of JSON."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TextIO

from msgspec import structs

from proxy.app.gateway import Gateway
from proxy.core.foreign import json_text
from proxy.core.secret import Secret
from proxy.core.settings import LogSettings
from proxy.platform import terminal
from proxy.runtime.colour import wants_colour

if TYPE_CHECKING:  # a start into a pipe does without them
    from proxy.platform.keys import Keys
    from proxy.terminal.view import View

BY_KEY: Final = "key r"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    quiet: bool = False
    whole: bool = False
    json: bool = False


class Screen:
    """Standard output of one gateway, from before its start until its end."""

    def __init__(self, wanted: Wanted) -> None:
        """Where nobody looks, this costs nothing: a view there is on a terminal, or where JSON was asked for."""
        self._terminal = _is_terminal(sys.stdout)
        self._json = wanted.json or not self._terminal
        self._view: View | None = None
        self._keys: Keys | None = None
        self._explaining: asyncio.Task[None] | None = None
        if self._terminal or wanted.json:
            self._view = _open_view(wanted, terminal=self._terminal)

    @property
    def shows(self) -> bool:
        """Whether somebody looks: a person at a terminal, or a program that asked for JSON."""
        return self._view is not None

    @property
    def log_stream(self) -> TextIO | None:
        """Where the program's log goes: by the view, where both share a terminal; None: standard error."""
        shared = self._view is not None and self._terminal and _is_terminal(sys.stderr)
        return self._view.log_stream() if self._view is not None and shared else None

    def log_settings(self, settings: LogSettings) -> LogSettings:
        """On a screen that shows each flow, the log has warnings alone: the rest is said there already. On one of
        JSON it is JSON."""
        if self._json and self._terminal and settings.format == "auto":
            return structs.replace(settings, format="json")
        if self._view is None or self._json or not _is_terminal(sys.stderr) or settings.level != "info":
            return settings
        return structs.replace(settings, level="warning")

    def announce(self, facts: Mapping[str, Any], gateway: Gateway, greeting: Iterable[str] = ()) -> None:
        """The first words: where it listens. `facts` are those of the JSON line; `greeting`: what to do now, for a
        person: below the banner, or on standard error where output is for programs."""
        if self._view is None:
            sys.stdout.write(json_text(facts) + "\n")
            sys.stdout.flush()
        elif self._json:
            self._view.reply([json_text(facts)])
        else:
            self._view.reply(_banner(facts, gateway, self._view, greeting, keys=_reads_keys()))
            return
        sys.stderr.write("".join(f"{row}\n" for row in greeting))
        sys.stderr.flush()

    def follow(self, gateway: Gateway, end: Callable[[], None]) -> None:
        """Show what passes from now on, and obey keys. `end` is what `q` does. Call in the running loop."""
        if self._view is None:
            return
        gateway.pipeline.recorder.watcher = self._view
        if not self._json and _is_terminal(sys.stdin):
            from proxy.platform.keys import Keys  # noqa: PLC0415  # where keys are read

            acts = _Acts(self._view, gateway, self, end)
            self._keys = Keys(sys.stdin.fileno(), asyncio.get_running_loop(), acts.by_key())

    def ending(self) -> None:
        """The gateway begins to end: the terminal is as it was, and no key is read any more. Call in the loop."""
        if self._keys is not None:
            self._keys.close()
            self._keys = None

    def say(self, row: str) -> None:
        """A line of ours to people."""
        if self._view is not None and not self._json:
            self._view.reply([row])

    def close(self) -> None:
        """Write what is left; at every end, also of a start that failed."""
        if self._view is not None:
            self._view.close()

    def explain(self, secrets: tuple[Secret, ...]) -> None:
        """Begin to explain the last failure, aside: its rules may have to be loaded first."""
        if self._explaining is None or self._explaining.done():
            self._explaining = asyncio.create_task(self._explain(secrets))

    async def _explain(self, secrets: tuple[Secret, ...]) -> None:
        view = self._view
        if view is None:
            return
        if view.last_failure is None:
            view.reply(["nothing has failed so far"])
            return
        line, said = view.last_failure
        rows = await asyncio.to_thread(_explained, line, view.last_outcome, said, secrets, view)
        view.reply([*rows, ""])


@dataclass(frozen=True, slots=True)
class _Acts:
    """What the keys do."""

    view: "View"
    gateway: Gateway
    screen: Screen
    end: Callable[[], None]

    def by_key(self) -> dict[str, Callable[[], None]]:
        return {
            "q": self.end,
            "p": self.pause,
            "r": self.read_only,
            "e": lambda: self.screen.explain(self.gateway.reload.secrets.all()),
            "?": self.help,
        }

    def pause(self) -> None:
        paused = not self.view.paused
        self.view.pause(paused)
        self.view.reply(["paused: p goes on" if paused else "going on"])

    def read_only(self) -> None:
        switch = self.gateway.pipeline.guard.kill_switch
        switch.turn(not switch.on, BY_KEY)
        said = "read-only: every write is refused; r allows again what the policies allow"
        self.view.reply([said if switch.on else "read-only is off: the policies decide again"])

    def help(self) -> None:
        from proxy.terminal.banner import key_help  # noqa: PLC0415  # where keys are read

        where = self.gateway.pipeline.written.found_by
        self.view.reply(key_help(self.view.page(), f"signing-proxy logs{where}"))


def _open_view(wanted: Wanted, *, terminal: bool) -> "View":
    from proxy.terminal.view import Form, View  # noqa: PLC0415  # for those who look

    if wanted.json:
        return View(sys.stdout, Form.JSON)
    form = Form.QUIET if wanted.quiet else Form.WHOLE if wanted.whole else Form.LINE
    return View(sys.stdout, form, colour=wants_colour(os.environ, terminal=terminal))


def _reads_keys() -> bool:
    """Whether keys are read now: from a terminal that is ours, not from behind a job in the background."""
    return _is_terminal(sys.stdin) and terminal.is_ours(sys.stdin.fileno())


def _is_terminal(stream: TextIO | None) -> bool:
    """A process may have been started without this stream."""
    return stream is not None and not stream.closed and stream.isatty()


def _banner(
    facts: Mapping[str, Any], gateway: Gateway, view: "View", greeting: Iterable[str], *, keys: bool
) -> list[str]:
    from proxy.terminal.banner import banner, policy_words  # noqa: PLC0415  # on a terminal alone
    from proxy.terminal.flow_line import heading  # noqa: PLC0415  # the same

    settings = gateway.settings
    admin = facts["admin"]
    shown = {
        "gateway": f"{facts['gateway']}  (unsigned requests go here)",
        "admin": f"{admin}  (/livez /metrics /weight)" if admin else "",
        "admin token": os.path.realpath(facts["admin_token_file"]) if facts["admin_token_file"] else "",
        "environment": facts["environment"],
        "account": ", ".join(facts["accounts"]) or "none: public endpoints only",
        "clients": f"{len(settings.clients)} in the configuration" if settings.clients else "",
        "policy": policy_words(settings.policy),
        "journal": os.path.realpath(facts["journal"]),
        "pid": str(facts["pid"]),
    }
    rows = banner(f"binance-signing-proxy {facts['version']}", shown, view.page(), keys=keys)
    if below := [*greeting]:
        rows += [*below, ""]
    return rows if view.quiet else [*rows, heading(view.page())]


def _explained(
    line: bytes, outcome: bytes, said: str, secrets: tuple[Secret, ...], view: "View"
) -> list[str]:
    """What `signing-proxy explain` prints of a journal line. Runs in a thread."""
    from proxy.core.printable import printable  # noqa: PLC0415  # the rules are loaded when somebody asks
    from proxy.explain.masks import Masks  # noqa: PLC0415  # the same
    from proxy.explain.present import Page, as_text  # noqa: PLC0415  # the same
    from proxy.explain.reading import read_requests  # noqa: PLC0415  # the same
    from proxy.explain.verdict import explain  # noqa: PLC0415  # the same
    from proxy.terminal.page import wrapped  # noqa: PLC0415  # the same

    page = view.page()
    try:
        (seen,) = read_requests(b"\n".join(filter(None, (line, outcome))))
        shown = Page(page.width, page.paint)
        rows = as_text(explain(seen, ()), Masks(secrets), shown).split("\n")
    except Exception as error:  # a diagnosis that fails must not end the gateway
        rows = [f"this failure could not be explained ({type(error).__name__}); signing-proxy logs shows it"]
    told = wrapped(f"the gateway said: {printable(said)}", page.width, indent="") if said else ()
    return ["", *rows, *told]
