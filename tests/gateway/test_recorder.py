"""What the recorder makes of a change of secrets while the gateway runs, and of many flows at once."""

import asyncio
import gc
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from proxy.core.errors import Refusal
from proxy.core.flow import Answer, Flow
from proxy.core.order_lookup import Outcome, State, Verdict
from proxy.core.redaction import RedactedFlow, RedactedOutcome, Redactor
from proxy.core.secret import Secret
from proxy.gateway import record_queue as room
from proxy.gateway.recorder import Recorder
from tests.core.redaction.flows import TAG_KEY, make_flow

LATER = b"LaterASecretLaterASecret0123456789LaterASecret0123456789abcdefgh"


class Lines:
    """Stands where the journal stands."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def intent(self, redacted: Any) -> None:
        self.written.append(redacted.line)

    record = intent


class Onlooker:
    """Sees what the journal gets."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, str]] = []

    def saw_flow(self, flow: RedactedFlow, said: str) -> None:
        self.seen.append((flow.line, said))

    def saw_outcome(self, outcome: RedactedOutcome) -> None:
        self.seen.append((outcome.line, ""))


class Nobody:
    """A diagnosis, and a check of signatures, with nothing to say; `ill` is a flow that they stumble over."""

    ill: Flow | None = None

    def remember(self, flow: Flow) -> None:
        if flow is self.ill:
            raise RuntimeError("test")

    def note_signature(self, _flow: Flow) -> bool:
        return False

    is_unfinished = note_signature


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
    """A diagnosis whose examinations of all flows end at one moment."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    def is_unfinished(self, _flow: Flow) -> bool:
        return True

    async def complete(self, _flow: Flow) -> None:
        await self.over.wait()


async def test_examinations_that_end_together_are_recorded_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_SLICE_SECONDS", 0.0)
    journal, slow, nobody = Lines(), Slow(), Nobody()
    diagnosis: Any = slow
    check: Any = nobody
    written: Any = journal
    recorder = Recorder(diagnosis, check, lambda: Redactor(TAG_KEY, ()), written, time.monotonic)
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
    diagnosis: Any = slow
    check: Any = nobody
    written: Any = journal
    recorder = Recorder(diagnosis, check, lambda: Redactor(TAG_KEY, ()), written, time.monotonic)
    recorder.finish(make_flow("GET", b"/api/v3/account"))
    slow.over.set()
    await recorder.flush()
    assert len(journal.written) == 1


async def test_at_the_end_nothing_waits() -> None:
    recorder, journal, _ = quiet()
    for _ in range(100):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    await recorder.flush()
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
    for _ in flows:  # a busy machine takes a turn of the event loop for each
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
        recorder.record_intent(flow)
    secrets.append(Secret(LATER))
    recorder.record_intent(flow)
    recorder.renew_redactor()
    for _ in range(2):
        recorder.record_intent(flow)
    first, second, unchanged, *after = journal.written
    assert first == second == unchanged  # the redactor knows what was loaded when it was made
    assert b"<secret:loaded" not in first
    assert b"note=<text:" in first
    for line in after:
        assert b"note=<secret:loaded:64:0Aa>" in line
        assert b"newClientOrderId=<secret:loaded:64:0Aa>" in line
    assert recorder.tally.unsafe == 0


class Ill(Nobody):
    """A diagnosis, or a check of signatures, that fails at everything it is asked."""

    async def complete(self, *_any: Any) -> str:
        raise RuntimeError("test")

    explain = complete

    def is_unfinished(self, _flow: Flow) -> bool:
        return True

    note_signature = is_unfinished


def made(diagnosis: Any, check: Any) -> tuple[Recorder, Lines]:
    journal = Lines()
    written: Any = journal
    return Recorder(diagnosis, check, lambda: Redactor(TAG_KEY, ()), written, time.monotonic), journal


class Watcher(Nobody):
    """Notes what it is asked to look into."""

    def __init__(self, *, more: bool = False, search: bool = False) -> None:
        self.more, self.search = more, search
        self.asked: list[str] = []
        self.noted: list[str] = []

    def is_unfinished(self, flow: Flow) -> bool:
        return self.more and flow.request_id != ""

    def note_signature(self, flow: Flow) -> bool:
        return self.search and flow.request_id != ""

    def remember(self, flow: Flow) -> None:
        self.noted.append(flow.request_id)

    async def complete(self, flow: Flow) -> None:
        self.asked.append(f"complete {flow.request_id}")

    async def explain(self, flow: Flow) -> None:
        self.asked.append(f"explain {flow.request_id}")


@pytest.mark.parametrize(
    ("more", "search", "asked"),
    [
        (False, False, []),
        (True, False, ["complete"]),
        (False, True, ["explain"]),
        (True, True, ["complete", "explain"]),
    ],
)
async def test_what_is_left_to_look_into_is_looked_into_before_the_record(
    more: bool, search: bool, asked: list[str]
) -> None:
    watcher = Watcher(more=more, search=search)
    recorder, journal = made(watcher, watcher)
    recorder.finish(make_flow("GET", b"/api/v3/account", request_id="0011223344-00000007"))
    await asyncio.sleep(0)
    assert (len(journal.written), watcher.asked) == (0 if asked else 1, [])
    await recorder.flush()
    assert (len(journal.written), watcher.asked) == (1, [f"{one} 0011223344-00000007" for one in asked])
    assert watcher.noted == ["0011223344-00000007"]


async def test_an_examination_that_fails_is_told_and_the_flow_is_recorded() -> None:
    recorder, journal = made(Ill(), Ill())
    flow = make_flow("GET", b"/api/v3/account")
    with capture_logs() as said:
        recorder.finish(flow)
        await recorder.flush()
    assert len(journal.written) == 1
    assert recorder.tally.unsafe == 0
    assert [one for one in said if one["event"] == "diagnosis_failed"] == [
        {
            "event": "diagnosis_failed",
            "log_level": "error",
            "error": "RuntimeError",
            "request_id": flow.request_id,
        }
    ]


class Broken(Lines):
    """A journal that takes nothing."""

    def intent(self, redacted: Any) -> None:
        raise OSError

    record = intent


async def test_what_cannot_be_recorded_is_counted_and_told_and_harms_nobody() -> None:
    nobody: Any = Nobody()
    broken: Any = Broken()
    recorder = Recorder(nobody, nobody, lambda: Redactor(TAG_KEY, ()), broken, time.monotonic)
    flow = make_flow("POST", b"/api/v3/order", b"symbol=A")
    with capture_logs() as said:
        recorder.record_intent(flow)
        await recorder.announce(flow)
        assert recorder.record_outcome(flow, Outcome(Verdict(State.EXECUTED))) is None
        recorder.finish(flow)
        await recorder.flush()
    assert recorder.tally.unsafe == 4
    told = {"event": "flow_not_recorded", "log_level": "error", "error": "OSError"}
    assert said == [{**told, "request_id": flow.request_id}] * 4


@pytest.mark.parametrize("state", list(State))
def test_an_outcome_is_written_once_it_is_settled(state: State) -> None:
    recorder, journal = made(Nobody(), Nobody())
    record = recorder.record_outcome(
        make_flow("POST", b"/api/v3/order", b"symbol=A"), Outcome(Verdict(state))
    )
    assert record is not None
    assert record.outcome == state.value
    assert len(journal.written) == (0 if state is State.PENDING else 1)


@pytest.mark.parametrize(("octets", "at_once"), [(4096, True), (4097, False)])
async def test_large_writes_are_announced_one_in_each_turn_of_the_loop(octets: int, at_once: bool) -> None:
    recorder, journal = made(Nobody(), Nobody())
    flow = make_flow("POST", b"/api/v3/order", b"a=" + b"x" * (octets - 2))
    assert len(flow.client.body) == octets
    tasks = [asyncio.create_task(recorder.announce(flow)) for _ in range(3)]
    grown = []
    for _ in range(12):
        before = len(journal.written)
        await asyncio.sleep(0)
        grown.append(len(journal.written) - before)
    assert sum(grown) == 3
    assert max(grown) == (3 if at_once else 1)
    await asyncio.gather(*tasks)


async def test_what_came_of_requests_is_counted() -> None:
    recorder, _ = made(Nobody(), Nobody())
    flows = [
        make_flow("GET", b"/api/v3/account", request_id=f"0011223344-{number:08x}") for number in range(5)
    ]
    refused = Refusal(403, "endpoint_denied", "x")
    flows[0].refusal = flows[1].refusal = refused
    flows[2].answer = Answer(200, ())
    flows[3].answer = Answer(400, ())
    flows[4].answer = None
    with capture_logs() as said:
        for flow in flows:
            recorder.finish(flow)
        await recorder.flush()
    assert recorder.tally.outcomes == {
        ("endpoint_denied", 403): 2,
        ("answered", 200): 1,
        ("answered", 400): 1,
        ("answered", 0): 1,
    }
    told = {"event": "refused", "log_level": "info", "token": "endpoint_denied", "status": 403}
    assert said == [{**told, "request_id": flow.request_id} for flow in flows[:2]]


async def test_a_slice_has_five_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that goes on by two with each record, three of them are begun in it."""
    now = 100.0

    def clock() -> float:
        nonlocal now
        now += 0.002
        return now

    nobody: Any = Nobody()
    journal: Any = Lines()
    recorder = Recorder(nobody, nobody, lambda: Redactor(TAG_KEY, ()), journal, clock)
    for _ in range(7):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    grown = []
    for _ in range(4):
        before = len(journal.written)
        await asyncio.sleep(0)
        grown.append(len(journal.written) - before)
    assert grown == [3, 3, 1, 0]


async def test_examinations_that_have_ended_are_forgotten() -> None:
    def tasks() -> int:
        gc.collect()
        return sum(isinstance(one, asyncio.Task) for one in gc.get_objects())

    recorder, journal = made(Watcher(more=True), Watcher())
    before = tasks()
    for _ in range(20):
        recorder.finish(make_flow("GET", b"/api/v3/account"))
    await recorder.flush()
    assert len(journal.written) == 20
    for _ in range(3):
        await asyncio.sleep(0)
    assert tasks() == before


async def test_a_watcher_sees_the_journals_own_lines_and_what_was_said() -> None:
    recorder, journal, _ = quiet()
    recorder.watcher = watcher = Onlooker()
    refused = make_flow("POST", b"/api/v3/order", request_id="r-1")
    refused.refusal = Refusal(403, "read_only", "nothing may change")
    recorder.finish(make_flow(request_id="r-0"))
    recorder.finish(refused)
    recorder.record_no_request(Refusal(400, "bad_request", "not HTTP"), 1, 1, 1)
    recorder.record_outcome(make_flow(request_id="r-2"), Outcome(Verdict(State.EXECUTED)))
    await recorder.flush()
    assert sorted(line for line, _ in watcher.seen) == sorted(journal.written)
    assert sorted(said for _, said in watcher.seen) == ["", "", "not HTTP", "nothing may change"]
