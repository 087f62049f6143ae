"""The view: nobody waits for it, whatever the terminal does, and nothing is lost uncounted."""

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from typing import TextIO

import pytest

from proxy.core.redaction.record import FindingRecord
from proxy.terminal.view import Form, View
from tests.journal.lines import flow, outcome

COUNTED = re.compile(r"… ([0-9,]+) more [a-z0-9 ]+: (.*); all in the journal")


class Pipe:
    """Where the view writes: read when told to."""

    def __init__(self) -> None:
        self._read, write = os.pipe()
        self.out: TextIO = os.fdopen(write, "w")
        self.text = ""
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def read(self) -> None:
        """Begin to take what is written."""
        self._thread.start()

    def await_text(self, wanted: str) -> None:
        until = time.monotonic() + 10
        while wanted not in self.text:
            assert time.monotonic() < until, f"{wanted!r} did not come: {self.text[-2000:]}"
            time.sleep(0.01)

    def close(self) -> None:
        if self.out.closed:
            return
        self.out.close()
        if self._thread.ident is not None:
            self._thread.join(5)
        os.close(self._read)

    def _drain(self) -> None:
        while octets := os.read(self._read, 65536):
            self.text += octets.decode("utf-8")


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


def counted(text: str) -> int:
    return sum(int(number.replace(",", "")) for number, _ in COUNTED.findall(text))


def test_a_flow_stands_there_soon(pipe: Pipe) -> None:
    pipe.read()
    view = View(pipe.out)
    view.saw_flow(flow(status=200), "")
    pipe.await_text("GET    /api/v3/account")
    view.saw_outcome(outcome(order_status="FILLED"))
    pipe.await_text("looked up: executed (FILLED)")
    view.close()
    assert "more" not in pipe.text


def test_thousands_are_counted_and_failures_show_among_them(pipe: Pipe) -> None:
    pipe.read()
    view = View(pipe.out)
    asked = 20_000
    for number in range(asked):
        if number % 1000 == 500:
            view.saw_flow(flow(number, status=400, code="-1100", path="/api/v3/order"), "")
        else:
            view.saw_flow(flow(number, status=200), "")
    view.close()
    pipe.close()
    assert pipe.text.count("/api/v3/order") == 20
    shown = pipe.text.count("/api/v3/account")
    assert 200 <= shown < 1000
    assert counted(pipe.text) + shown + 20 == asked


def test_a_terminal_that_takes_nothing_costs_neither_time_nor_memory(pipe: Pipe) -> None:
    view = View(pipe.out, Form.WHOLE)
    asked, slowest = 50_000, 0.0
    record = flow(status=400, message="x" * 60_000)
    for _ in range(asked):
        began = time.perf_counter()
        view.saw_flow(record, "said")
        view.note("a line of the log") if slowest == 0 else None
        slowest = max(slowest, time.perf_counter() - began)
    assert len(view._flows) <= 80
    for _ in range(5_000):
        view.note("a line of the log")
        view.reply(["a key was pressed"])
    assert len(view._notes) <= 200
    assert len(view._replies) <= 50
    assert slowest < 0.5, "nobody waits for it"
    pipe.read()  # Ctrl-Q
    view.close()
    pipe.close()
    shown = pipe.text.count("GET    /api/v3/account")
    assert counted(pipe.text) + shown == asked
    assert re.search(r"… [0-9,]+ more lines of the log", pipe.text)


def test_paused_it_stands_still_and_tells_what_passed(pipe: Pipe) -> None:
    pipe.read()
    view = View(pipe.out)
    view.pause(True)
    for status in (200, 200, 400):
        view.saw_flow(flow(status=status), "")
    view.saw_flow(flow(refused=403, error="read_only", repeated=7), "")
    view.note("a warning")
    view.reply(["an answer to a key"])
    pipe.await_text("an answer to a key")
    time.sleep(0.2)
    assert pipe.text == "an answer to a key\n"
    view.pause(False)
    pipe.await_text("… 10 more while paused: 2 ok, 1 failed, 7 refused; all in the journal\na warning\n")
    view.saw_flow(flow(status=200), "")
    pipe.await_text("GET    /api/v3/account")
    view.close()


def test_the_last_failure_is_kept_paused_and_quiet_too(pipe: Pipe) -> None:
    view = View(pipe.out, Form.QUIET)
    kept = [view.last_failure]
    failed = flow(1, refused=403, error="read_only")
    view.saw_flow(failed, "why")
    view.saw_flow(
        flow(2, status=200, findings=[FindingRecord(rule="r", strength="proven", says="s", remedy="")]), ""
    )
    assert [*kept, view.last_failure] == [None, (failed.line, "why")]
    view.close()
    pipe.read()
    pipe.close()
    assert pipe.text == ""


def test_json_lines_are_the_journals_own(pipe: Pipe) -> None:
    pipe.read()
    view = View(pipe.out, Form.JSON)
    first = flow(1, status=200)
    view.saw_flow(first, "")
    pipe.await_text("\n")
    for number in range(10_000):
        view.saw_flow(flow(number, status=200), "")
    view.close()
    pipe.close()
    lines = pipe.text.splitlines()
    assert lines[0].encode() == first.line
    decoded = [json.loads(line) for line in lines]
    left = sum(one["ok"] for one in decoded if one.get("event") == "left_out")
    assert sum(one.get("type") == "flow" for one in decoded) + left == 10_001


def test_a_terminal_that_is_gone_is_written_to_no_more(pipe: Pipe) -> None:
    os.close(pipe._read)
    view = View(pipe.out)
    for _ in range(100):
        view.saw_flow(flow(status=200), "")
    view.close()
    assert not view._thread.is_alive()
    pipe._read = os.open(os.devnull, os.O_RDONLY)


def test_the_log_goes_by_the_view_until_its_end(pipe: Pipe, capsys: pytest.CaptureFixture[str]) -> None:
    pipe.read()
    view = View(pipe.out)
    log = view.log_stream()
    assert log.isatty()
    log.write("a warning\n")
    pipe.await_text("a warning\n")
    view.close()
    log.write("a late one\n")
    assert capsys.readouterr().err == "a late one\n"
