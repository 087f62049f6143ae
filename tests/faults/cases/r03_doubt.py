"""R3: doubt is short."""

from tests.faults import points
from tests.faults.frame import Row, percentile

_UNREACHABLE = ("DNS fails", "DNS hangs", "refused", "SYN lost", "TLS handshake never answered")


async def measure(scale: float) -> list[Row]:
    lanes = await points.lanes(scale)
    return [
        _row("unreachable <= 5.5 s (p99)", 5.5, [lane for lane in lanes if lane.point.name in _UNREACHABLE]),
        _row("silence <= 15.5 s (p99)", 15.5, [lane for lane in lanes if lane.point.name == "silence"]),
    ]


def _row(wanted: str, bound: float, lanes: list[points.EndpointLimits]) -> Row:
    """Each lane has to keep the bound for itself: many quick refusals must not hide a slow kind."""
    worst, slowest, inside = 0.0, "", 0.0
    for lane in lanes:
        answers = [answer for _, answer in lane.writes + lane.reads]
        p99 = percentile([answer.seconds for answer in answers], 0.99)
        if p99 > worst:
            worst, slowest = p99, f"{lane.point.name} over {lane.transport}"
            own = [lane.flows[one.request_id].duration_ms for one in answers if one.request_id in lane.flows]
            inside = percentile(own, 0.99) / 1000
    waits = sum(len(lane.writes) + len(lane.reads) for lane in lanes)
    measured = f"{worst:.2f} s at worst ({slowest}), {inside:.2f} s by the journal; {len(lanes)} kinds, {waits:,} waits"
    return Row("R3", wanted, measured, 0 < worst <= bound)
