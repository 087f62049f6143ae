"""What the recorder makes of a change of secrets while the gateway runs, and of many flows at once."""

import asyncio
import time
from typing import Any

import pytest

from proxy import recorder as room
from proxy.core.flow import Flow
from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.recorder import Recorder
from tests.core.redaction.flows import TAG_KEY, make_flow

LATER = b"LaterASecretLaterASecret0123456789LaterASecret0123456789abcdefgh"


class Lines:
    """Stands where the journal stands."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def intent(self, redacted: Any) -> None:
        self.written.append(redacted.line)

    record = intent


class Nobody:
    """A doctor, and a check of signatures, with nothing to say; `ill` is a flow that they stumble over."""

    ill: Flow | None = None

    def note(self, flow: Flow) -> None:
        if flow is self.ill:
            raise RuntimeError("test")

    def notices(self, _flow: Flow) -> bool:
        return False

    has_more = notices


def quiet() -> tuple[Recorder, Lines, Nobody]:
    journal, nobody = Lines(), Nobody()
    unused: Any = nobody
    written: Any = journal
    return Recorder(unused, unused, lambda: Redactor(TAG_KEY, ()), written, time.monotonic), journal, nobody


async def test_each_turn_of_the_loop_has_its_slice_of_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice of no time at all is one record: others have their turn between two."""
    monkeypatch.setattr(room, "_SLICE_SECONDS", 0.0)
    recorder, journal, _ = quiet()
    for number in range(3):
        recorder.finish(make_flow("GET", b"/api/v3/account?n=%d" % number))
    assert journal.written == []
    for count in (1, 2, 3, 3):
        await asyncio.sleep(0)
        assert len(journal.written) == count
    recorder.finish(make_flow("GET", b"/api/v3/account"))
    await asyncio.sleep(0)
    assert len(journal.written) == 4


class Slow(Nobody):
    """A doctor whose examinations of all flows end at one moment."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    def has_more(self, _flow: Flow) -> bool:
        return True

    async def rest(self, _flow: Flow) -> None:
        await self.over.wait()


async def test_examinations_that_end_together_are_recorded_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_SLICE_SECONDS", 0.0)
    journal, slow, nobody = Lines(), Slow(), Nobody()
    doctor: Any = slow
    check: Any = nobody
    written: Any = journal
    recorder = Recorder(doctor, check, lambda: Redactor(TAG_KEY, ()), written, time.monotonic)
    for _ in range(3):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert journal.written == []
    slow.over.set()
    grown = []
    for _ in range(10):
        before = len(journal.written)
        await asyncio.sleep(0)
        grown.append(len(journal.written) - before)
    assert max(grown) == 1
    assert sum(grown) == 3


async def test_at_the_end_those_under_examination_are_recorded_too() -> None:
    journal, slow, nobody = Lines(), Slow(), Nobody()
    doctor: Any = slow
    check: Any = nobody
    written: Any = journal
    recorder = Recorder(doctor, check, lambda: Redactor(TAG_KEY, ()), written, time.monotonic)
    recorder.finish(make_flow("GET", b"/api/v3/account"))
    slow.over.set()
    await recorder.settled()
    assert len(journal.written) == 1


async def test_at_the_end_nothing_waits() -> None:
    recorder, journal, _ = quiet()
    for _ in range(100):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    await recorder.settled()
    assert len(journal.written) == 100


async def test_no_more_flows_wait_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_WAITING", 10)
    recorder, journal, _ = quiet()
    for _ in range(25):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    assert len(journal.written) == 15


async def test_a_flow_that_cannot_be_finished_holds_up_no_other() -> None:
    recorder, journal, nobody = quiet()
    flows = [make_flow("GET", b"/api/v3/account") for _ in range(3)]
    nobody.ill = flows[1]
    for flow in flows:
        recorder.finish(flow)
    await asyncio.sleep(0)
    assert len(journal.written) == 2
    assert recorder.tally.unsafe == 1


def test_after_a_change_of_secrets_nothing_is_remembered_of_before() -> None:
    """A client is added whose secret somebody sent before, where it did not belong: the same request once more."""
    secrets: list[Secret] = []
    journal: Any = Lines()
    unused: Any = None
    recorder = Recorder(unused, unused, lambda: Redactor(TAG_KEY, secrets), journal, time.monotonic)
    flow = make_flow("POST", b"/api/v3/order?note=" + LATER, b"newClientOrderId=" + LATER)
    for _ in range(2):
        recorder.intent(flow)
    secrets.append(Secret(LATER))
    recorder.intent(flow)
    recorder.renew()
    for _ in range(2):
        recorder.intent(flow)
    first, second, unchanged, *after = journal.written
    assert first == second == unchanged  # the redactor knows what was loaded when it was made
    assert b"<secret:loaded" not in first
    assert b"note=<text:" in first
    for line in after:
        assert b"note=<secret:loaded:64:0Aa>" in line
        assert b"newClientOrderId=<secret:loaded:64:0Aa>" in line
    assert recorder.tally.unsafe == 0
