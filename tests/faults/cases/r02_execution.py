"""R2: the execution state is true, in the answer and in the journal."""

from collections import Counter

from tests.faults import points
from tests.faults.frame import Answer, Order, Row
from tests.faults.points import EndpointLimits


async def measure(scale: float) -> list[Row]:
    return rows([lane for lane in await points.lanes(scale) if lane.point in points.POINTS])


def rows(lanes: list[EndpointLimits]) -> list[Row]:
    writes = [(lane, order, answer) for lane in lanes for order, answer in lane.writes]
    reads = [(lane, order, answer) for lane in lanes for order, answer in lane.reads]
    return [
        _wrong_not_sent(writes),
        *(_by_kind(lanes, later=later) for later in (False, True)),
        _journal(writes + reads),
        _reads(reads),
        _outcomes([(lane, order, answer) for lane, order, answer in writes if _places(order)]),
    ]


def _wrong_not_sent(writes: list[tuple[EndpointLimits, Order, Answer]]) -> Row:
    told = [(lane, order) for lane, order, answer in writes if answer.execution == "not_sent"]
    wrong = sum(1 for lane, order in told if lane.exchange.executed[order.test_id])
    return Row(
        "R2",
        "0 wrong `not_sent` in 10,000",
        f"{wrong} wrong among {len(told):,} `not_sent` of {len(writes):,} writes",
        wrong == 0,
    )


def _by_kind(lanes: list[EndpointLimits], *, later: bool) -> Row:
    """Faults before a connection stands, or after. A reset after 0 bytes is the one that may be either."""
    chosen = [lane for lane in lanes if ("unknown" in lane.point.may_be) is later]
    right, all_of, missed, odd = 0, 0, 0, list[str]()
    for lane in chosen:
        states = Counter(
            answer.execution or "no state" for _, answer in lane.writes if not lane.missed(answer)
        )
        missed += len(lane.writes) - states.total()
        met = lane.stale_writes if lane.point.spares else states.total()
        good = sum(states[state] for state in lane.point.may_be)
        right, all_of = right + min(good, met), all_of + met
        if good != met:
            odd.append(f"{lane.point.name} over {lane.transport}: {dict(states)}, {met} met it")
    measured = f"{right:,} of {all_of:,}"
    if missed:
        measured += f" ({missed:,} more never got a connection, and were `not_sent`)"
    return Row(
        "R2",
        "later faults 100 % `unknown`" if later else "connect faults 100 % `not_sent`",
        measured + (f"; {_early(chosen)}" if later else ""),
        right == all_of >= missed and not odd,
        "; ".join(odd),
    )


def _early(lanes: list[EndpointLimits]) -> str:
    """The one point at which both states may be true: the gateway may see a reset before it writes."""
    both = [answer for lane in lanes if len(lane.point.may_be) > 1 for _, answer in lane.writes]
    before = sum(answer.execution == "not_sent" for answer in both)
    return (
        f"of {len(both):,} met by a reset after 0 bytes {before:,} had not been written and were `not_sent`"
    )


def _journal(pairs: list[tuple[EndpointLimits, Order, Answer]]) -> Row:
    same = unsaid = 0
    for lane, order, answer in pairs:
        flow = lane.flows.get(answer.request_id)
        same += flow is not None and flow.execution == answer.execution
        if order.method != "GET" and answer.execution != "not_sent" and answer.request_id not in lane.intents:
            unsaid += 1
    return Row(
        "R2",
        "the journal says what the client was told, and has an intent for every write that left",
        f"{same:,} of {len(pairs):,} alike, {unsaid} without intent",
        same == len(pairs) and unsaid == 0,
    )


def _reads(reads: list[tuple[EndpointLimits, Order, Answer]]) -> Row:
    """A read may also be answered: once more on a new connection, where an old one died without an octet."""
    wrong = Counter[str]()
    for lane, order, answer in reads:
        arrived = lane.exchange.asked[order.test_id]
        true = (
            answer.execution in lane.point.may_be
            or lane.missed(answer)
            or (lane.point.spares and answer.status == 200)
        )
        if not true or (answer.execution == "not_sent" and arrived):
            wrong[f"{lane.point.name} over {lane.transport}: {answer.execution or answer.broken}"] += 1
    return Row(
        "R2",
        "the state means the same for reads",
        f"{wrong.total()} wrong of {len(reads):,}",
        not wrong,
        ", ".join(wrong),
    )


def _places(order: Order) -> bool:
    return (
        order.method == "POST" and order.target.startswith("/api/v3/order") and "Replace" not in order.target
    )


def _outcomes(placings: list[tuple[EndpointLimits, Order, Answer]]) -> Row:
    """What the look-up of an order said, against what the exchange did."""
    told, wrong = Counter[str](), 0
    for lane, order, answer in placings:
        outcome = answer.headers.get("x-gateway-outcome", "")
        if outcome:
            told[outcome] += 1
            executed = lane.exchange.executed[order.test_id] > 0
            wrong += outcome == ("not_found" if executed else "executed") or answer.execution != "unknown"
    said = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(told.items()))
    unknown = sum(answer.execution == "unknown" for _, _, answer in placings)
    return Row(
        "R2",
        "`X-Gateway-Outcome` of placed orders is true",
        f"{wrong} wrong of {told.total():,} told with {unknown:,} `unknown` ({said})",
        wrong == 0 and told.total() > 0,
    )
