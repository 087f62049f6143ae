"""-1021: the time stamp was too old or too new when it arrived."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import Probe
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import duration, requests

_CLOSE_MS = 500
"""A clock this near is right: Binance refuses a stamp that is 1000 ms ahead or older than recvWindow."""
_DEFAULT_WINDOW_MS = 5000


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.TIME)
    if not refused:
        return None
    measured = [probe for probe in refused if probe.clock_offset_ms is not None]
    if not measured:
        return _opinion(refused, Strength.LIKELY, "", ())
    offset = measured[-1].clock_offset_ms or 0.0
    if abs(offset) < _CLOSE_MS:
        return unsettled(
            f"Binance refused the time stamp of {requests(refused)} (-1021), and this machine's clock is right to"
            f" {duration(offset)}: the probes conflict.",
            "Look for what delays a request after it is stamped: a queue, a retry with the old stamp, a slow proxy.",
            probes=refused,
        )
    side = "behind" if offset > 0 else "ahead of"
    taken = (
        " The gateway stamps with Binance's time, so that requests through it are taken."
        if sweep.taken
        else ""
    )
    proven = offset < 0 or offset > (measured[-1].recv_window_ms or _DEFAULT_WINDOW_MS)
    return _opinion(
        refused,
        Strength.PROVEN if proven else Strength.LIKELY,
        f": this machine's clock is {duration(offset)} {side} Binance's.{taken}",
        sweep.taken,
    )


def _opinion(
    refused: tuple[Probe, ...], strength: Strength, measured: str, taken: tuple[Probe, ...]
) -> Opinion:
    found = measured or ": the clock of this machine, or the way, was too slow or too fast."
    return Opinion(
        Leaf.OWN_CLOCK,
        strength,
        f"Binance refused the time stamp of {requests(refused)} (-1021){found}",
        (
            "Set the clock of this machine by NTP (timedatectl set-ntp true; Windows: w32tm /resync).",
            "A retry needs a new time stamp and signature; a larger recvWindow never cures a clock that is ahead.",
        ),
        (*refused, *taken),
    )
