"""Runs out of a few letters: what each endpoint answered, sweep by sweep."""

from proxy.audit.run import SCHEMA, Run, Section, Skipped
from proxy.core.probes import Probe
from tests.audit.conftest import BEGAN_MS, probe

MINUTE_MS = 60_000
_ANSWERS: dict[str, tuple[int | None, int | str | None]] = {
    "#": (200, None),
    "x": (400, -2008),
    "2": (401, -2015),
    "t": (429, -1003),
    "w": (403, None),
    "?": (None, None),
}


def runs(
    written: dict[str, str],
    *,
    every_ms: int = 10 * MINUTE_MS,
    controls: tuple[str, ...] = (),
    name: str = "c2c",
) -> list[Run]:
    """Endpoints with one letter a sweep; a blank was not asked, `s` was skipped."""
    count = max(map(len, written.values()))
    calls = tuple(one for one in written if one not in controls)
    found = []
    for number in range(count):
        at_ms = BEGAN_MS + number * every_ms
        letters = {endpoint: text[number : number + 1].strip() for endpoint, text in written.items()}
        found.append(
            Run(
                schema=SCHEMA,
                began_ms=at_ms,
                took_ms=900,
                set=name,
                account="main",
                key="0123456789",
                environment="production",
                probes=tuple(
                    _probe(endpoint, letter, at_ms)
                    for endpoint, letter in letters.items()
                    if letter not in ("", "s")
                ),
                sections=(Section("calls", controls, calls),),
                skipped=tuple(
                    Skipped(endpoint, "Binance asked to wait, 9 s more")
                    for endpoint, letter in letters.items()
                    if letter == "s"
                ),
                weight=3,
            )
        )
    return found


def _probe(endpoint: str, letter: str, at_ms: int) -> Probe:
    method, _, path = endpoint.partition(" ")
    status, code = _ANSWERS[letter]
    return probe(path, status, code, method=method, at_ms=at_ms)
