"""`clock`: does this machine's clock agree with the exchange's? Round trip and offset, right to half a round trip."""

from typing import Final

from proxy.core.catalogue import PrefixFamily
from proxy.core.probes.words import duration
from proxy.doctor.check import Check
from proxy.doctor.clock_samples import ClockSamples
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, warning

_AHEAD_REFUSED_MS: Final = 1000
_DOUBTFUL_MS: Final = 250
_FIX: Final = "set this machine's clock by NTP (timedatectl set-ntp true; Windows: w32tm /resync)"


async def run(patient: Patient) -> Finding:
    measured = await patient.clock(home_family(patient))
    if measured.offset_ms is None:
        return failed(
            f"the exchange told no time: {measured.trouble}",
            "mend the way to the exchange first: `signing-proxy doctor proxy dns tls`",
        )
    return judged(measured, measured.offset_ms, patient.settings.signing.recv_window_ms)


def judged(measured: ClockSamples, offset: float, recv_window_ms: int) -> Finding:
    """`offset`: exchange minus local, ms. Refused are stamps from 1000 ms ahead, and older than recvWindow."""
    trip = measured.round_trip_ms or 0.0
    half = max(1, round(trip / 2))
    side = "behind" if offset > 0 else "ahead of"
    exact = f"round trip {trip:.0f} ms, best of {measured.taken}"
    if abs(offset) <= max(half, 10):
        return good(f"agrees with Binance's to {max(half, round(abs(offset)))} ms ({exact})")
    told = f"this machine's clock is {duration(offset)} {side} Binance's, right to {half} ms ({exact})"
    if offset <= -_AHEAD_REFUSED_MS or offset >= recv_window_ms:
        return failed(
            f"{told}: a client that stamps by it gets -1021; the gateway stamps by Binance's clock", _FIX
        )
    return warning(told, _FIX) if abs(offset) >= _DOUBTFUL_MS else good(told)


def home_family(patient: Patient) -> PrefixFamily:
    """Spot's, or the first one that the environment has."""
    return PrefixFamily.API if patient.offers(PrefixFamily.API) else next(iter(patient.environment.bases))


CHECK = Check(name="clock", looks_at="offset of this machine's clock, and the round trip", run=run)
