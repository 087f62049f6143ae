"""The live view: takes records where they are made, and writes them to the terminal from a thread of its own.

Who hands a record over appends it to a bounded queue, or counts it, and waits for nothing: the terminal may be slow,
stopped (Ctrl-S) or gone. The thread writes what came within 100 ms at once. Above what can be shown, flows are
counted and told once a second; failures have room of their own, so that they show among thousands that went well.

Texts are read from the journal's own line of a record, so nothing is shown that the journal does not hold, and each
passes `Foreign.terminal`. The one text besides is that of our own refusals, which repeat nothing that came.
"""

import io
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final, TextIO

from proxy.core.foreign import json_text
from proxy.core.redaction import RedactedFlow, RedactedOutcome
from proxy.terminal.flow_line import client_width, lines
from proxy.terminal.gate import Gate
from proxy.terminal.glance import read_shown
from proxy.terminal.page import Page

_PACE_SECONDS: Final = 0.1
_TELL_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 1.0
"""How long the end waits for a terminal that takes nothing."""
_MOST_NOTES: Final = 200
_MOST_REPLIES: Final = 50
_OK, _FAILED, _REFUSED = 0, 1, 2
_WORDS: Final = ("ok", "failed", "refused")
_NONE: Final = (0, 0, 0)

type _Shown = tuple[bytes, str]
"""The journal's line of a record, and what was said with a refusal."""


class Form(Enum):
    """What is shown of a flow."""

    LINE = "line"
    WHOLE = "whole"
    QUIET = "quiet"
    """Nothing."""
    JSON = "json"
    """The journal's own line."""


_GATES: Final = {
    Form.LINE: ((120.0, 240), (20.0, 40)),
    Form.WHOLE: ((4.0, 40), (4.0, 40)),
    Form.QUIET: ((1.0, 1), (1.0, 1)),
    Form.JSON: ((10_000.0, 2_000), (10_000.0, 2_000)),
}
"""Flows a second and at once: those that went well, and those that show something. About 200 lines a second."""


class View:
    """Writes to one terminal, or for programs to whatever takes lines. Safe to hand to any thread."""

    def __init__(self, out: TextIO, form: Form = Form.LINE, *, colour: bool = False) -> None:
        self._descriptor = out.fileno()
        self._encoding = out.encoding or "utf-8"
        self._form = form
        self._page = Page(colour=colour, whole=form is Form.WHOLE)
        well, showing = _GATES[form]
        self._well, self._showing = Gate(*well), Gate(*showing)
        self._flows: deque[_Shown] = deque()
        self._notes: deque[str] = deque()
        self._replies: deque[str] = deque(maxlen=_MOST_REPLIES)
        self._left_out = [0, 0, 0]  # flows by their end since the start; written by the event loop alone
        self._told_left_out = _NONE
        self._lost_notes = 0
        self._last_told = time.monotonic()
        self._was_paused = False
        self._gone = False
        self._wake, self._closing = threading.Event(), threading.Event()
        self._noting = threading.Lock()
        self.paused = False
        self.last_failure: _Shown | None = None
        """The journal's line of the last flow that failed or was refused, and what the refusal said."""
        self.last_outcome: bytes = b""
        """That of the last look-up."""
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)
        self._thread.start()

    def saw_flow(self, flow: RedactedFlow, said: str) -> None:
        """Show a flow soon, or count it. Called in the event loop for each, so it does as little as can be."""
        record = flow.record
        status = record.status
        if record.refused is not None:
            end = _REFUSED
        elif status is not None and status >= 400:
            end = _FAILED
        else:
            end = _OK
        if end:
            self.last_failure = (flow.line, said)
        if self._form is Form.QUIET:
            return
        gate = self._showing if end or record.findings else self._well
        if not self.paused and gate.passes():
            self._flows.append((flow.line, said))
        else:
            self._left_out[end] += record.repeated or 1
        if not self._wake.is_set():
            self._wake.set()

    def saw_outcome(self, outcome: RedactedOutcome) -> None:
        """Show what became of an unknown write."""
        self.last_outcome = outcome.line
        if self._form is not Form.QUIET and not self.paused and self._showing.passes():
            self._flows.append((outcome.line, ""))
            self._wake.set()

    def note(self, text: str) -> None:
        """Show a line of the program's log, when the view is not paused. From any thread."""
        with self._noting:
            if len(self._notes) < _MOST_NOTES:
                self._notes.append(text.rstrip("\n"))
            else:
                self._lost_notes += 1
        self._wake.set()

    def reply(self, rows: Sequence[str]) -> None:
        """Show our own lines at once, paused or not; texts of others in them are escaped already."""
        self._replies.append("\n".join(rows))
        self._wake.set()

    def pause(self, paused: bool) -> None:
        """Stand still, or go on and tell what passed meanwhile."""
        self._was_paused = self._was_paused or self.paused
        self.paused = paused
        self._wake.set()

    def page(self) -> Page:
        """The terminal as wide as it is now."""
        try:
            width = os.get_terminal_size(self._descriptor).columns
        except OSError:
            width = 0
        if width and width != self._page.width:
            self._page = replace(self._page, width=width)
        return self._page

    @property
    def quiet(self) -> bool:
        """Whether no flow is shown."""
        return self._form is Form.QUIET

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def close(self) -> None:
        """Write what is left, if the terminal takes it before long."""
        self._closing.set()
        self._wake.set()
        self._thread.join(_PATIENCE_SECONDS)

    def log_stream(self) -> TextIO:
        """Where the program's log goes while it shares the terminal with the view."""
        return _LogStream(self)

    def _run(self) -> None:
        while True:
            restless = bool(sum(self._left_out) - sum(self._told_left_out)) and not self.paused
            idle = self._well.full and self._showing.full and not restless
            self._wake.wait(None if idle else _PACE_SECONDS)
            if idle:
                self._last_told = time.monotonic()
            closing = self.closed
            self._wake.clear()
            try:
                self._write("".join(f"{row}\n" for row in self._batch(time.monotonic(), closing)))
            except Exception as error:  # the next batch must not suffer, nor must the gateway
                self._write(f"this batch could not be shown ({type(error).__name__}); signing-proxy logs\n")
            if closing:
                return
            self._closing.wait(_PACE_SECONDS)

    def _batch(self, now: float, closing: bool) -> Iterator[str]:
        """What is to be written now."""
        self._well.refill(now)
        self._showing.refill(now)
        page = self.page()
        for _ in range(len(self._flows)):
            yield from self._shown(*self._flows.popleft(), page)
        if not self.paused or closing:
            yield from self._summary(now, closing)
            yield from self._noted()
        for _ in range(len(self._replies)):
            yield self._replies.popleft()

    def _shown(self, line: bytes, said: str, page: Page) -> Iterator[str]:
        if self._form is Form.JSON:
            yield line.decode("ascii")
            return
        record = read_shown(line, whole=page.whole)
        width = client_width(record, page)
        if width != page.client_width:
            self._page = page = replace(self._page, client_width=width)
        yield from lines(record, said, page)

    def _summary(self, now: float, closing: bool) -> Iterator[str]:
        """What was only counted, once a second."""
        counted = tuple(self._left_out)
        more = [one - told for one, told in zip(counted, self._told_left_out, strict=True)]
        since = now - self._last_told
        if not any(more):
            self._last_told = now
            return
        if since < _TELL_SECONDS and not self._was_paused and not closing:
            return
        when = "while paused" if self._was_paused or self.paused else _in_seconds(since)
        self._told_left_out = counted[0], counted[1], counted[2]
        self._last_told, self._was_paused = now, False
        if self._form is Form.JSON:
            yield json_text({"event": "left_out", **dict(zip(_WORDS, more, strict=True))})
            return
        parts = ", ".join(f"{one:,} {word}" for one, word in zip(more, _WORDS, strict=True) if one)
        text = f"… {sum(more):,} more {when}: {parts}; all in the journal"
        yield self._page.paint(text, "dim")

    def _noted(self) -> Iterator[str]:
        with self._noting:
            notes, lost = list(self._notes), self._lost_notes
            self._notes.clear()
            self._lost_notes = 0
        yield from notes
        if lost:
            yield f"… {lost:,} more lines of the log, which this terminal did not take in time"

    def _write(self, text: str) -> None:
        """All of it, however long the terminal takes; nothing any more once it is gone."""
        data = memoryview(text.encode(self._encoding, "backslashreplace"))
        while data and not self._gone:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:  # whoever shares the terminal with us made it so
                select.select([], [self._descriptor], [])
            except OSError:
                self._gone = True


def _in_seconds(since: float) -> str:
    return "in this second" if since < 1.5 else f"in {since:.0f} seconds"


class _LogStream(io.StringIO):
    """Takes the finished lines of the log; those that come after the end of the view go where they always went."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def write(self, text: str) -> int:
        if self._view.closed:
            sys.stderr.write(text)
        elif text.strip("\n"):
            self._view.note(text)
        return len(text)

    def isatty(self) -> bool:
        return True
