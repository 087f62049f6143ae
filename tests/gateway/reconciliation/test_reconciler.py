"""Asking, pausing and giving up, without waiting: the exchange, the clock and the sleep are the test's."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from proxy.core.errors import Execution
from proxy.core.flow import ClockReading, Flow
from proxy.core.order_lookup import Outcome, Question, State, Verdict, with_added_id
from proxy.core.redaction import OutcomeRecord
from proxy.core.secret import Secret
from proxy.core.settings import OrderSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account
from proxy.gateway.reconciliation.order_query import LookupAnswer, LookupRoute
from proxy.gateway.reconciliation.reconciler import Reconciler
from proxy.gateway.reconciliation.schedule import GRACE_SECONDS, MOST_LOOKS, pause_after
from proxy.upstream.faults import fault
from tests.core.redaction.flows import STARTED_MS, make_flow, redactor

ORDER = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=zebra&recvWindow=5000"
ACCOUNT = Account("main", "production", "k" * 64, HmacKey(Secret(b"s" * 64)))
REDACTOR = redactor()
ABSENT = {"code": -2013, "msg": "Order does not exist."}

type Reply = tuple[int, Any] | str
"""Status and JSON; or `lost`."""


@dataclass
class World:
    """A clock that moves only while somebody sleeps, an exchange that answers by a script, a journal."""

    replies: Callable[[int], Reply]
    holds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    asked_at: list[float] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    journal: list[Outcome] = field(default_factory=list)
    held_up_after: int = 1_000_000  # so many sleeps end, the next one never does
    questions: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    """Why, where, as whom, and by which pair the exchange was asked."""

    def monotonic(self) -> float:
        return 100.0 + self.seconds

    def unix_ms(self) -> int:
        return STARTED_MS + round(self.seconds * 1000)

    def reading(self) -> ClockReading:
        return ClockReading(self.unix_ms(), 0.0, 1.0, "exchange")

    def held_seconds(self, route: LookupRoute, question: Question) -> float:
        self.questions.append(("held?", route.base, route.account.name, question.pair))
        return self.holds.pop(0) if self.holds else 0.0

    async def ask(self, route: LookupRoute, question: Question) -> LookupAnswer:
        self.asked_at.append(self.seconds)
        self.questions.append(("look", route.base, route.account.name, question.pair))
        reply = self.replies(len(self.asked_at))
        if isinstance(reply, str):
            raise fault("upstream_no_answer", "head")
        return LookupAnswer(reply[0], msgspec.json.encode(reply[1]), self.unix_ms())

    async def sleep(self, seconds: float) -> None:
        if len(self.slept) >= self.held_up_after:
            await asyncio.Event().wait()
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def record(self, flow: Flow, outcome: Outcome) -> OutcomeRecord:
        if outcome.verdict.state is not State.PENDING:
            self.journal.append(outcome)
        return REDACTOR.redact_outcome(flow, outcome).record

    def outcomes(self, wait: float = 8.0, in_flight: int = 256) -> Reconciler:
        settings = OrderSettings(outcome_wait_seconds=wait)
        parts: Any = self  # those of OrderQuery, LocalClock and ExchangeClock that are used
        return Reconciler(settings, parts, self.record, parts, self.sleep, in_flight=in_flight)


def write(number: int = 1, form: bytes = ORDER, path: bytes = b"/api/v3/order") -> Flow:
    flow = make_flow("POST", path, form, request_id=f"0011223344-{number:08x}")
    flow.execution = Execution.UNKNOWN
    return flow


async def resolved(world: World, wait: float = 8.0) -> tuple[Flow, Outcome]:
    flow = write()
    reconciler = world.outcomes(wait)
    await reconciler.await_outcome(flow, ACCOUNT, world)  # type: ignore[arg-type]  # stands for the clock
    while reconciler.lookups.pending:
        await asyncio.sleep(0)
    return flow, world.journal[-1]


async def test_found_at_once() -> None:
    world = World(lambda _: (200, {"status": "FILLED", "time": STARTED_MS}))
    flow, outcome = await resolved(world)
    assert flow.outcome == "executed"
    assert (outcome.looks, outcome.told, world.slept) == (1, True, [])
    assert outcome.pair == b"newClientOrderId=zebra"


async def test_absent_is_asked_at_once_a_moment_later_and_when_it_is_late() -> None:
    world = World(lambda _: (400, ABSENT))
    _, outcome = await resolved(world)
    assert outcome.verdict.state is State.NOT_FOUND
    assert outcome.looks == 3
    assert world.asked_at[:2] == [0.0, 0.5]
    assert world.asked_at[2] == pytest.approx(6.03, abs=0.02)


async def test_an_order_that_shows_between_two_looks_is_executed() -> None:
    world = World(lambda n: (400, ABSENT) if n < 3 else (200, {"status": "NEW", "time": STARTED_MS + 4000}))
    _, outcome = await resolved(world)
    assert outcome.verdict.state is State.EXECUTED


async def test_an_exchange_that_does_not_answer_is_given_up_after_a_bounded_time() -> None:
    world = World(lambda _: "lost")
    _, outcome = await resolved(world)
    assert (outcome.verdict.state, outcome.verdict.reason) == (State.UNDETERMINED, "unreachable")
    assert outcome.looks <= MOST_LOOKS
    assert world.slept[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert world.seconds <= 6.1 + GRACE_SECONDS


async def test_after_an_outage_the_truth_is_still_found() -> None:
    world = World(lambda n: "lost" if n < 5 else (400, ABSENT))
    _, outcome = await resolved(world)
    assert outcome.verdict.state is State.NOT_FOUND
    assert world.asked_at[-1] > 6


async def test_a_5xx_to_the_look_up_proves_nothing() -> None:
    world = World(lambda n: (503, {}) if n < 3 else (200, {"status": "NEW", "time": STARTED_MS}))
    _, outcome = await resolved(world)
    assert (outcome.verdict.state, outcome.looks) == (State.EXECUTED, 3)


async def test_a_hold_is_waited_for_and_nothing_asked_meanwhile() -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}), holds=[30.0])
    _, outcome = await resolved(world)
    assert world.asked_at == [30.0]
    assert (outcome.verdict.state, outcome.looks) == (State.EXECUTED, 1)


async def test_a_hold_that_lasts_too_long_ends_it() -> None:
    world = World(lambda _: (200, {}), holds=[86_400.0])
    _, outcome = await resolved(world)
    assert (outcome.verdict.reason, outcome.looks, world.asked_at) == ("held", 0, [])


async def test_a_refused_look_up_is_not_repeated() -> None:
    world = World(lambda _: (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}))
    _, outcome = await resolved(world)
    assert (outcome.verdict.reason, outcome.verdict.code, outcome.looks) == ("refused", "-2015", 1)


@pytest.mark.parametrize(("wait", "looks"), [(0.0, 1), (0.4, 1), (0.5, 1), (5.9, 2)])
async def test_an_answer_is_not_held_back_for_what_cannot_come_in_time(wait: float, looks: int) -> None:
    """Absent, and not late for six seconds: with a shorter bound the client is answered as soon as that is known,
    without waiting for the bound."""
    world = World(lambda _: (400, ABSENT), held_up_after=looks - 1)
    reconciler, flow = world.outcomes(wait), write()
    clock: Any = world
    async with asyncio.timeout(0.3 if wait else 0.1):
        await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert flow.outcome == ""
    assert reconciler.lookups.pending == 1
    await reconciler.stop(0)


async def test_the_whole_answer_stays_below_fifteen_seconds_and_a_half() -> None:
    """After 15.3 s nothing is waited for: no header, the journal has it later."""
    world = World(lambda _: (503, {}), held_up_after=0)
    world.seconds = 15.4
    flow, reconciler = write(), world.outcomes(15.0)
    clock: Any = world
    async with asyncio.timeout(1):
        await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert flow.outcome == ""
    await reconciler.stop(0)
    assert world.journal[-1].told is False


async def test_stopping_says_what_is_not_known() -> None:
    world = World(lambda _: (400, ABSENT), held_up_after=0)
    flow, reconciler = write(), world.outcomes()
    clock: Any = world
    waiting = asyncio.create_task(reconciler.await_outcome(flow, ACCOUNT, clock))
    while not world.asked_at:
        await asyncio.sleep(0)
    reconciler.stop_waiting()
    await asyncio.wait_for(waiting, 1)  # nobody is held back any longer
    await reconciler.stop(0.01)
    assert [one.verdict.reason for one in world.journal] == ["stopping"]
    reconciler.start_lookup(write(2), ACCOUNT, clock)
    assert world.journal[-1].verdict.reason == "stopping"
    assert len(world.asked_at) == 1


async def test_one_write_is_looked_up_once() -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    flow, _ = await resolved(world)
    reconciler = world.outcomes()
    clock: Any = world
    for _ in range(3):
        await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert len(world.asked_at) == 2
    assert reconciler.lookups.counts[State.EXECUTED] == 1


async def test_a_storm_of_unknown_writes_is_bounded() -> None:
    """256 are looked up, eight at a time; the others are said to be undetermined at once."""
    world = World(lambda _: (400, ABSENT), held_up_after=0)
    reconciler, clock = world.outcomes(), World(lambda _: "lost")
    under_way = most = 0
    original = world.ask

    async def counted(route: LookupRoute, question: Question) -> LookupAnswer:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return await original(route, question)

    world.ask = counted  # type: ignore[method-assign]  # counts and passes on
    for number in range(300):
        reconciler.start_lookup(write(number), ACCOUNT, clock)  # type: ignore[arg-type]  # a stand-in
    assert reconciler.lookups.pending == 256
    assert {one.verdict.reason for one in world.journal} == {"too_many"}
    assert len(world.journal) == 44
    while len(world.asked_at) < 256:
        await asyncio.sleep(0)
    assert most == 8
    await reconciler.stop(0)


@pytest.mark.parametrize(("in_flight", "held_back"), [(256, 64), (1000, 64), (12, 3), (1, 0)])
async def test_held_back_answers_are_bounded(in_flight: int, held_back: int) -> None:
    """Whoever comes beyond is answered at once and finds the outcome in the journal."""
    world = World(lambda _: "lost", held_up_after=0)
    reconciler = world.outcomes(in_flight=in_flight)
    clock: Any = world
    flows = [write(number) for number in range(80)]
    tasks = [asyncio.create_task(reconciler.await_outcome(flow, ACCOUNT, clock)) for flow in flows]
    await asyncio.sleep(0.05)
    assert sum(not task.done() for task in tasks) == held_back
    assert tasks[-1].done()
    reconciler.stop_waiting()
    await asyncio.gather(*tasks)
    await reconciler.stop(0)


async def test_a_fault_of_ours_is_no_outcome() -> None:
    def broken(_: int) -> Reply:
        raise ZeroDivisionError

    _, outcome = await resolved(World(broken))
    assert (outcome.verdict.state, outcome.verdict.reason) == (State.UNDETERMINED, "unreachable")


async def test_the_board_shows_what_the_journal_shows_and_forgets() -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    reconciler = world.outcomes()
    clock: Any = world
    for number in range(600):
        reconciler.start_lookup(write(number, b"symbol=A"), ACCOUNT, clock)
    await reconciler.await_outcome(write(601), ACCOUNT, clock)
    shown = reconciler.lookups.report()
    assert shown["settled"] == {"executed": 1, "not_found": 0, "undetermined": 600}
    assert len(shown["outcomes"]) == 500
    newest, oldest = shown["outcomes"][0], shown["outcomes"][-1]
    assert newest["state"] == "executed"
    assert newest["order"].startswith("newClientOrderId=<order:")
    assert (newest["endpoint"], newest["account"]) == ("POST /api/v3/order", "main")
    assert (newest["requested"], newest["told"]) == ("2026-07-23T10:14:56.789Z", True)
    assert (oldest["reason"], oldest["order"]) == ("no_id", None)
    assert "zebra" not in str(shown)


async def test_a_write_without_signature_or_endpoint_is_told_as_such() -> None:
    world = World(lambda _: "lost")
    reconciler = world.outcomes()
    clock: Any = world
    reconciler.start_lookup(write(1, path=b"/api/v3/openOrders"), ACCOUNT, clock)
    reconciler.start_lookup(write(2), None, clock)
    bare = write(3)
    bare.endpoint = None
    reconciler.start_lookup(bare, ACCOUNT, clock)
    assert [one.verdict.reason for one in world.journal] == ["no_lookup", "unsigned", "no_lookup"]


def test_pauses() -> None:
    assert pause_after(1, "absent", until_late=6.0, held=0) == 0.5
    assert pause_after(1, "absent", until_late=0.2, held=0) == pytest.approx(0.22)
    assert pause_after(2, "still_open", until_late=5.5, held=0) == pytest.approx(5.52)
    assert pause_after(3, "absent", until_late=-1.0, held=0) == pytest.approx(0.02)
    assert [pause_after(n, "unreachable", until_late=6, held=0) for n in range(1, 9)] == [
        0.5, 1, 2, 4, 8, 16, 16, 16,
    ]  # fmt: skip
    assert pause_after(1, "held", until_late=6, held=40.0) == 40.0


PAUSES = [
    # looks so far, why the last one settled nothing, seconds until late, seconds held -> seconds to the next
    (1, "absent", 6.0, 0.0, 0.5),
    (1, "absent", 0.48, 0.0, 0.5),
    (1, "absent", 0.47, 0.0, 0.49),
    (1, "absent", 0.0, 0.0, 0.02),
    (1, "absent", -3.0, 0.0, 0.02),
    (2, "absent", 5.5, 0.0, 5.52),
    (2, "other_order", 0.1, 0.0, 0.12),
    (9, "still_open", -0.1, 0.0, 0.02),
    (1, "unreachable", 6.0, 0.0, 0.5),
    (2, "unreachable", 0.0, 0.0, 1.0),
    (5, "unreachable", 0.0, 0.0, 8.0),
    (6, "unreachable", 0.0, 0.0, 16.0),
    (7, "unreachable", 0.0, 0.0, 16.0),
    (1, "held", 6.0, 0.25, 0.5),
    (1, "held", 6.0, 0.75, 0.75),
    (6, "held", 6.0, 15.0, 16.0),
    (6, "held", 6.0, 300.0, 300.0),
    (2, "absent", 5.5, 300.0, 5.52),
]


@pytest.mark.parametrize(("looks", "reason", "until_late", "held", "seconds"), PAUSES)
def test_each_pause(looks: int, reason: str, until_late: float, held: float, seconds: float) -> None:
    assert pause_after(looks, reason, until_late=until_late, held=held) == pytest.approx(seconds)


async def test_after_twelve_looks_nobody_is_asked_any_more() -> None:
    """An exchange whose clock stands still: a write with a window of 100 ms stays 1.112 s from being late."""
    world = World(lambda _: (400, ABSENT))
    world.unix_ms = lambda: STARTED_MS  # type: ignore[method-assign]  # it stands still
    outcomes, flow = world.outcomes(), write(form=ORDER.replace(b"5000", b"100"))
    clock: Any = world
    await outcomes.await_outcome(flow, ACCOUNT, clock)
    while outcomes.lookups.pending:
        await asyncio.sleep(0)
    (outcome,) = world.journal
    assert outcome.verdict == Verdict(State.UNDETERMINED, "absent", code="-2013")
    assert (outcome.looks, len(world.asked_at)) == (12, 12)
    assert world.asked_at == pytest.approx([0.0, *(0.5 + 1.132 * n for n in range(11))])


async def test_after_the_stop_nothing_is_begun() -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    outcomes = world.outcomes()
    clock: Any = world
    await outcomes.stop(0)
    outcomes.start_lookup(write(), ACCOUNT, clock)
    assert [one.verdict for one in world.journal] == [Verdict(State.UNDETERMINED, "stopping")]
    await asyncio.sleep(0)
    assert (world.asked_at, outcomes.lookups.pending) == ([], 0)


async def test_the_minute_of_grace_begins_when_the_write_is_late() -> None:
    """Written at 12 ms with a window of 5 s, late at 6.012 s; the pauses add up to 63.5 s before the ninth look,
    and the next one would come at 79.5 s, after the end at 66.012 s."""
    world = World(lambda _: "lost")
    _, outcome = await resolved(world)
    assert world.asked_at == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 47.5, 63.5]
    assert (outcome.looks, outcome.verdict.reason) == (9, "unreachable")


@pytest.mark.parametrize(("held", "asked"), [(66.0, [66.0]), (66.1, [])])
async def test_a_hold_that_ends_within_the_minute_is_waited_for(held: float, asked: list[float]) -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}), holds=[held])
    _, outcome = await resolved(world)
    assert world.asked_at == asked
    assert outcome.verdict.state is (State.EXECUTED if asked else State.UNDETERMINED)


@pytest.mark.parametrize(
    ("after", "told_at", "told"),
    [(0, 0.0, True), (2, 1.5, True), (5, 15.5, False)],
)
async def test_an_outcome_says_when_it_was_known_and_whether_the_client_was_told(
    after: int, told_at: float, told: bool
) -> None:
    """The exchange does not answer so often; the client is told within 8 s."""
    world = World(lambda n: "lost" if n <= after else (200, {"status": "FILLED", "time": STARTED_MS}))
    flow, outcome = await resolved(world)
    assert world.seconds == told_at
    assert outcome is not None
    assert outcome.after_ms == pytest.approx(told_at * 1000)
    assert outcome == Outcome(
        Verdict(State.EXECUTED, "", "FILLED"),
        pair=b"newClientOrderId=zebra",
        added=False,
        looks=after + 1,
        known_ms=STARTED_MS + round(told_at * 1000),
        after_ms=outcome.after_ms,
        told=told,
    )
    assert outcome.after_ms == pytest.approx(told_at * 1000)
    assert flow.outcome == ("executed" if told else "")


async def test_an_id_of_the_gateways_is_said_to_be_one() -> None:
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    reconciler, flow = world.outcomes(), write(form=b"symbol=BTCUSDT&side=BUY")
    clock: Any = world
    assert flow.endpoint is not None
    assert flow.prepared is not None
    flow.prepared = with_added_id(flow.endpoint, flow.prepared, flow.request_id)
    await reconciler.await_outcome(flow, ACCOUNT, clock)
    (outcome,) = world.journal
    assert (outcome.pair, outcome.added) == (b"newClientOrderId=gw-0011223344-00000001", True)


CANCEL_REPLACE = b"symbol=BTCUSDT&side=BUY&cancelReplaceMode=STOP_ON_FAILURE&newClientOrderId=new&cancelOrigClientOrderId=old"


async def test_both_halves_are_asked_and_the_new_one_names_the_outcome() -> None:
    world = World(lambda n: (200, {"status": "NEW" if n == 1 else "CANCELED", "time": STARTED_MS}))
    reconciler = world.outcomes()
    clock: Any = world
    flow = write(form=CANCEL_REPLACE, path=b"/api/v3/order/cancelReplace")
    await reconciler.await_outcome(flow, ACCOUNT, clock)
    (outcome,) = world.journal
    assert outcome.verdict == Verdict(State.EXECUTED, "", "NEW")
    assert (outcome.pair, outcome.looks) == (b"newClientOrderId=new", 2)
    where = ("https://api.binance.com", "main")
    assert sorted(world.questions) == [
        ("held?", *where, b"cancelOrigClientOrderId=old"),
        ("held?", *where, b"newClientOrderId=new"),
        ("look", *where, b"cancelOrigClientOrderId=old"),
        ("look", *where, b"newClientOrderId=new"),
    ]


async def test_a_client_waits_for_the_slower_half_and_only_as_long_as_it_may_settle() -> None:
    """One half is late in an hour: its answer does not wait for that."""
    replies: dict[int, Reply] = {1: (200, {"status": "NEW", "time": STARTED_MS}), 2: (400, ABSENT)}
    world = World(lambda n: replies.get(n, (400, ABSENT)), held_up_after=0)
    reconciler = world.outcomes(0.4)
    clock: Any = world
    flow = write(form=CANCEL_REPLACE, path=b"/api/v3/order/cancelReplace")
    async with asyncio.timeout(0.3):
        await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert (flow.outcome, reconciler.lookups.pending) == ("", 1)
    await reconciler.stop(0)


async def test_look_ups_that_end_in_time_are_waited_for_when_the_gateway_stops() -> None:
    world = World(lambda n: (400, ABSENT) if n == 1 else (200, {"status": "NEW", "time": STARTED_MS}))
    reconciler = world.outcomes()
    clock: Any = world
    reconciler.start_lookup(write(), ACCOUNT, clock)
    await reconciler.stop(1.0)
    assert [(one.verdict.state, one.told) for one in world.journal] == [(State.EXECUTED, False)]
    assert (reconciler.lookups.pending, reconciler.lookups.counts[State.EXECUTED]) == (0, 1)


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_without_time_they_are_said_to_be_undetermined(seconds: float) -> None:
    world = World(lambda _: (400, ABSENT), held_up_after=0)
    reconciler = world.outcomes()
    clock: Any = world
    for number in (1, 2):
        reconciler.start_lookup(write(number), ACCOUNT, clock)
    await asyncio.sleep(0)
    await reconciler.stop(seconds)
    assert [one.verdict for one in world.journal] == [Verdict(State.UNDETERMINED, "stopping")] * 2
    assert reconciler.lookups.pending == 0


async def test_what_is_told_of_a_write_does_not_change_when_it_is_asked_again() -> None:
    """`begin` at the end of a flow that was waited for changes nothing."""
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    reconciler, flow = world.outcomes(), write()
    clock: Any = world
    await reconciler.await_outcome(flow, ACCOUNT, clock)
    lookup = reconciler.start_lookup(flow, ACCOUNT, clock)
    assert lookup is reconciler.start_lookup(flow, None, clock)
    assert (len(world.journal), world.journal[0].told, reconciler.lookups.pending) == (1, True, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("no endpoint", "no_lookup"),
        ("not prepared", "no_lookup"),
        ("not sent", "no_lookup"),
        ("unsigned", "unsigned"),
        ("no account", "unsigned"),
        ("a window of its own", ""),
    ],
)
async def test_what_must_be_known_of_a_write(change: str, reason: str) -> None:
    world = World(lambda _: (400, ABSENT))
    reconciler, flow, account = world.outcomes(), write(), ACCOUNT
    clock: Any = world
    match change:
        case "no endpoint":
            flow.endpoint = None
        case "not prepared":
            flow.prepared = None
        case "not sent":
            flow.sent = None
        case "unsigned":
            assert flow.sent is not None
            flow.sent = msgspec.structs.replace(flow.sent, timestamp_ms=None)
        case "a window of its own":
            flow = write(form=ORDER.replace(b"5000", b"100"))
    await reconciler.await_outcome(flow, None if change == "no account" else account, clock)
    (outcome,) = world.journal
    if reason:
        assert (outcome.verdict, outcome.looks) == (Verdict(State.UNDETERMINED, reason), 0)
        assert (flow.outcome, outcome.told) == ("undetermined", True)
    else:  # late 1.1 s after its time stamp, which is 12 ms after the start: asked again then
        assert world.asked_at == pytest.approx([0.0, 0.5, 1.132])


async def test_the_log_says_loudly_what_was_looked_for_in_vain() -> None:
    world = World(lambda _: (401, {"code": -2015, "msg": "x"}))
    reconciler = world.outcomes()
    clock: Any = world
    with capture_logs() as said:
        await reconciler.await_outcome(write(1), ACCOUNT, clock)
        await reconciler.await_outcome(write(2, b"symbol=A"), ACCOUNT, clock)
        world.replies = lambda _: (200, {"status": "NEW", "time": STARTED_MS})
        await reconciler.await_outcome(write(3), ACCOUNT, clock)
    assert [(one["log_level"], one["outcome"], one["reason"], one["request_id"]) for one in said] == [
        ("warning", "undetermined", "refused", "0011223344-00000001"),
        ("info", "undetermined", "no_id", "0011223344-00000002"),
        ("info", "executed", "", "0011223344-00000003"),
    ]


async def test_the_board_says_what_is_known_so_far() -> None:
    world = World(lambda _: (400, ABSENT), held_up_after=0)
    reconciler = world.outcomes()
    clock: Any = world
    reconciler.start_lookup(write(), ACCOUNT, clock)
    while not world.asked_at:
        await asyncio.sleep(0)
    shown = reconciler.lookups.report()
    assert shown["pending"] == 1
    (one,) = shown["outcomes"]
    order = one.pop("order")
    assert order.startswith("newClientOrderId=<order:")
    assert one == {
        "request_id": "0011223344-00000001",
        "state": "pending",
        "requested": "2026-07-23T10:14:56.789Z",
        "known": None,
        "looks": 1,
        "endpoint": "POST /api/v3/order",
        "account": "main",
        "client": None,
        "id_added": False,
        "order_status": None,
        "code": None,
        "reason": None,
        "says": None,
        "told": False,
    }
    await reconciler.stop(0)
    (one,) = reconciler.lookups.report()["outcomes"]
    assert (one["state"], one["reason"], one["known"]) == (
        "undetermined",
        "stopping",
        "2026-07-23T10:14:56.789Z",
    )
    assert one["says"] == "the gateway was stopped before it was known"


async def test_what_could_not_be_redacted_shows_no_more_than_its_name() -> None:
    world = World(lambda _: "lost")
    parts: Any = world
    reconciler = Reconciler(OrderSettings(), parts, lambda _flow, _outcome: None, parts, world.sleep)
    reconciler.start_lookup(write(form=b"symbol=A"), ACCOUNT, parts)
    (one,) = reconciler.lookups.report()["outcomes"]
    assert one == {
        "request_id": "0011223344-00000001",
        "state": "undetermined",
        "requested": "2026-07-23T10:14:56.789Z",
        "known": None,
        "looks": 0,
    }


@pytest.mark.parametrize(("wait", "passed"), [(0.05, 0.0), (8.0, 15.25), (8.0, 15.4), (0.0, 0.0)])
async def test_an_exchange_that_keeps_silent_holds_no_answer_back_for_longer_than_was_said(
    wait: float, passed: float
) -> None:
    """Not beyond the bound of the setting, nor beyond 15.3 s after the request."""
    world = World(lambda _: "lost")

    async def silence(route: LookupRoute, question: Question) -> LookupAnswer:
        await asyncio.Event().wait()
        raise AssertionError

    world.ask = silence  # type: ignore[method-assign]  # it never answers
    world.seconds = passed
    flow, reconciler = write(), world.outcomes(wait)
    clock: Any = world
    loop = asyncio.get_running_loop()
    began = loop.time()
    await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert loop.time() - began < 0.5
    assert (flow.outcome, reconciler.lookups.pending) == ("", 1)
    await reconciler.stop(0)


async def test_one_answer_after_the_other_may_be_held_back() -> None:
    """One at a time is the bound here, and each of them is told."""
    world = World(lambda _: (200, {"status": "NEW", "time": STARTED_MS}))
    reconciler = world.outcomes(in_flight=4)
    clock: Any = world
    flows = [write(number) for number in range(5)]
    for flow in flows:
        await reconciler.await_outcome(flow, ACCOUNT, clock)
    assert [flow.outcome for flow in flows] == ["executed"] * 5
