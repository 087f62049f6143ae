"""R3: doubt is short."""

from tests.faults import points
from tests.faults.frame import Row, percentile

_UNREACHABLE = ("DNS fails", "DNS hangs", "refused", "SYN lost", "TLS handshake never answered")


async def measure(scale: float) -> list[Row]:
    trials = await points.trials(scale)
    return [
        _row(
            "unreachable <= 5.5 s (p99)", 5.5, [trial for trial in trials if trial.point.name in _UNREACHABLE]
        ),
        _row("silence <= 15.5 s (p99)", 15.5, [trial for trial in trials if trial.point.name == "silence"]),
    ]


def _row(wanted: str, bound: float, trials: list[points.Trial]) -> Row:
    """Each trial has to keep the bound for itself: many quick refusals must not hide a slow kind."""
    worst, slowest, inside = 0.0, "", 0.0
    for trial in trials:
        answers = [answer for _, answer in trial.writes + trial.reads]
        p99 = percentile([answer.seconds for answer in answers], 0.99)
        if p99 > worst:
            worst, slowest = p99, f"{trial.point.name} over {trial.transport}"
            own = [
                trial.flows[one.request_id].duration_ms for one in answers if one.request_id in trial.flows
            ]
            inside = percentile(own, 0.99) / 1000
    waits = sum(len(trial.writes) + len(trial.reads) for trial in trials)
    measured = f"{worst:.2f} s at worst ({slowest}), {inside:.2f} s by the journal; {len(trials)} kinds, {waits:,} waits"
    return Row("R3", wanted, measured, 0 < worst <= bound)
