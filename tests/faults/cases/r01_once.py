"""R1: a write is executed at most once per client request."""

from tests.faults import points
from tests.faults.frame import Row


async def measure(scale: float) -> list[Row]:
    return rows([lane for lane in await points.lanes(scale) if lane.point in points.POINTS], points.POINTS)


def rows(lanes: list[points.EndpointLimits], wanted: tuple[points.Point, ...]) -> list[Row]:
    """`wanted`: the points that must have been met."""
    writes = sum(len(lane.writes) for lane in lanes)
    executed = sum(1 for lane in lanes for order, _ in lane.writes if lane.exchange.executed[order.test_id])
    duplicates = sum(lane.exchange.duplicates for lane in lanes)
    bad_signatures = sum(lane.exchange.refused - lane.exchange.mistimed for lane in lanes)
    mistimed = sum(lane.exchange.mistimed for lane in lanes)
    hit = {lane.point.name for lane in lanes}
    spared = sum(lane.stale_writes == 0 for lane in lanes if lane.point.spares)
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
