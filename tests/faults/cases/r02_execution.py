"""R2: the execution state is true, in the answer and in the journal."""

from collections import Counter

from tests.faults import points
from tests.faults.frame import Answer, Order, Row
from tests.faults.points import Trial


async def measure(scale: float) -> list[Row]:
    return rows([trial for trial in await points.trials(scale) if trial.point in points.POINTS])


def rows(trials: list[Trial]) -> list[Row]:
    writes = [(trial, order, answer) for trial in trials for order, answer in trial.writes]
    reads = [(trial, order, answer) for trial in trials for order, answer in trial.reads]
    return [
        _wrong_not_sent(writes),
        *(_by_kind(trials, later=later) for later in (False, True)),
        _journal(writes + reads),
        _reads(reads),
        _outcomes([(trial, order, answer) for trial, order, answer in writes if _places(order)]),
    ]


def _wrong_not_sent(writes: list[tuple[Trial, Order, Answer]]) -> Row:
    told = [(trial, order) for trial, order, answer in writes if answer.execution == "not_sent"]
    wrong = sum(1 for trial, order in told if trial.exchange.executed[order.test_id])
    return Row(
        "R2",
        "0 wrong `not_sent` in 10,000",
        f"{wrong} wrong among {len(told):,} `not_sent` of {len(writes):,} writes",
        wrong == 0,
    )


def _by_kind(trials: list[Trial], *, later: bool) -> Row:
    """Faults before a connection stands, or after. A reset after 0 bytes is the one that may be either."""
    chosen = [trial for trial in trials if ("unknown" in trial.point.may_be) is later]
    right, all_of, missed, odd = 0, 0, 0, list[str]()
    for trial in chosen:
        states = Counter(
            answer.execution or "no state" for _, answer in trial.writes if not trial.missed(answer)
        )
        missed += len(trial.writes) - states.total()
        met = trial.stale_writes if trial.point.spares else states.total()
        good = sum(states[state] for state in trial.point.may_be)
        right, all_of = right + min(good, met), all_of + met
        if good != met:
            odd.append(f"{trial.point.name} over {trial.transport}: {dict(states)}, {met} met it")
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


def _early(trials: list[Trial]) -> str:
    """The one point at which both states may be true: the gateway may see a reset before it writes."""
    both = [answer for trial in trials if len(trial.point.may_be) > 1 for _, answer in trial.writes]
    before = sum(answer.execution == "not_sent" for answer in both)
    return (
        f"of {len(both):,} met by a reset after 0 bytes {before:,} had not been written and were `not_sent`"
    )


def _journal(pairs: list[tuple[Trial, Order, Answer]]) -> Row:
    same = unsaid = 0
    for trial, order, answer in pairs:
        flow = trial.flows.get(answer.request_id)
        same += flow is not None and flow.execution == answer.execution
        if (
            order.method != "GET"
            and answer.execution != "not_sent"
            and answer.request_id not in trial.intents
        ):
            unsaid += 1
    return Row(
        "R2",
        "the journal says what the client was told, and has an intent for every write that left",
        f"{same:,} of {len(pairs):,} alike, {unsaid} without intent",
        same == len(pairs) and unsaid == 0,
    )


def _reads(reads: list[tuple[Trial, Order, Answer]]) -> Row:
    """A read may also be answered: once more on a new connection, where an old one died without an octet."""
    wrong = Counter[str]()
    for trial, order, answer in reads:
        arrived = trial.exchange.asked[order.test_id]
        true = (
            answer.execution in trial.point.may_be
            or trial.missed(answer)
            or (trial.point.spares and answer.status == 200)
        )
        if not true or (answer.execution == "not_sent" and arrived):
            wrong[f"{trial.point.name} over {trial.transport}: {answer.execution or answer.broken}"] += 1
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


def _outcomes(placings: list[tuple[Trial, Order, Answer]]) -> Row:
    """What the look-up of an order said, against what the exchange did."""
    told, wrong = Counter[str](), 0
    for trial, order, answer in placings:
        outcome = answer.headers.get("x-gateway-outcome", "")
        if outcome:
            told[outcome] += 1
            executed = trial.exchange.executed[order.test_id] > 0
            wrong += outcome == ("not_found" if executed else "executed") or answer.execution != "unknown"
    said = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(told.items()))
    unknown = sum(answer.execution == "unknown" for _, _, answer in placings)
    return Row(
        "R2",
        "`X-Gateway-Outcome` of placed orders is true",
        f"{wrong} wrong of {told.total():,} told with {unknown:,} `unknown` ({said})",
        wrong == 0 and told.total() > 0,
    )
