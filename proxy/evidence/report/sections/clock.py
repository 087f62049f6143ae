"""The clock: how far this machine's was from the exchange's, and which window was allowed."""

from statistics import median
from typing import Final

from proxy.evidence.report.blocks import LeftOut, Section, Table
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import windows

TITLE: Final = "Clock"


def section(material: Material) -> Section | LeftOut:
    """Offsets and round trips, as they were known when each request was stamped."""
    clocks = [one.flow.clock for one in material.story.seen if one.flow.clock is not None]
    if not clocks:
        return LeftOut(TITLE, "no request of this stretch was stamped by the gateway")
    offsets = [one.offset_ms for one in clocks]
    trips = [one.round_trip_ms for one in clocks if one.round_trip_ms is not None]
    local = sum(one.source == "local" for one in clocks)
    rows = [
        ("requests that were stamped", str(len(clocks))),
        ("exchange minus this machine", f"{_of(offsets)}"),
        ("round trip of the best sample", _of(trips) if trips else "not measured"),
        ("stamped by the local clock alone", str(local)),
        ("recvWindow in ms", ", ".join(windows(material.story)) or "not sent"),
    ]
    return Section(TITLE, (Table(("what", "value"), tuple(rows)),))


def _of(values: list[float]) -> str:
    return f"{median(values):.1f} ms (from {min(values):.1f} to {max(values):.1f})"
