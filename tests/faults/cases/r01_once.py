"""R1: a write is executed at most once per client request."""

from tests.faults import points
from tests.faults.frame import Row


async def measure(scale: float) -> list[Row]:
    return rows(
        [trial for trial in await points.trials(scale) if trial.point in points.POINTS], points.POINTS
    )


def rows(trials: list[points.Trial], wanted: tuple[points.Point, ...]) -> list[Row]:
    """`wanted`: the points that must have been met."""
    writes = sum(len(trial.writes) for trial in trials)
    executed = sum(
        1 for trial in trials for order, _ in trial.writes if trial.exchange.executed[order.test_id]
    )
    duplicates = sum(trial.exchange.duplicates for trial in trials)
    bad_signatures = sum(trial.exchange.refused - trial.exchange.mistimed for trial in trials)
    mistimed = sum(trial.exchange.mistimed for trial in trials)
    hit = {trial.point.name for trial in trials}
    spared = sum(trial.stale_writes == 0 for trial in trials if trial.point.spares)
    return [
        Row(
            "R1",
            "a write is executed at most once: 0 duplicates in 10,000 writes over 14 fault points",
            f"{duplicates} duplicates in {writes:,} writes over {len(hit)} fault points, {executed:,} executed",
            duplicates == 0 and len(hit) == len(wanted) and not spared,
            "; ".join(f"{point.name}: {point.how}" for point in wanted),
        ),
        Row(
            "R1",
            "every request that arrived whole was rightly signed",
            f"{bad_signatures} with a wrong signature, {mistimed} read more than recvWindow (5 s) after their stamp",
            bad_signatures == 0 and mistimed <= writes / 1000,
        ),
    ]
