"""Holds: after 429, 418 and the like nothing more of that kind leaves until the wait is over.

All tools behind one gateway share its IP, and all gateways on one machine too: one that ignores a 429 gets everybody
banned. So holds are kept in a file (holds_file.py) that other gateways see within a tenth of a second, and that
outlives a restart.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import structlog

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.rate_limits import bases_sharing
from proxy.core.errors import Refusal
from proxy.core.readings import Reading, gauges
from proxy.core.retry_after import (
    FIREWALL_ANSWERS,
    Hold,
    Scope,
    counts_by_account,
    firewall_hold,
    places_orders,
    requested_hold,
)
from proxy.limits.holds_file import FILE, HoldsFile, Key, TimedHold

_FORGET_SECONDS: Final = 120.0
_REFRESH_SECONDS: Final = 0.1
_RETRY_SECONDS: Final = 1.0  # after a file that could not be written
_AT_ONCE_SECONDS: Final = 0.5
"""A hold that becomes this much longer is written at once, a smaller step with the next refresh: of 200
answers that come together to a limit, each counts its seconds from another millisecond."""
_ROUNDING_SECONDS: Final = 0.01
_LOG: Final = structlog.get_logger("holds")


class ActiveHold(msgspec.Struct, frozen=True):
    """One hold, as people see it."""

    scope: Scope
    host: str
    account: str
    seconds_left: float


class Holds:
    """`refusal` is asked before each request; `note` is given each answer that may ask to wait."""

    def __init__(
        self,
        directory: Path,
        steady: Callable[[], float],
        unix_ms: Callable[[], int],
        *,
        file: Path | None = None,
        makes_place: bool = False,
    ) -> None:
        """`steady`: seconds that no clock step moves, the same in all processes of the machine. `file`: where the
        holds are kept, if not in the directory of the journal. `makes_place`: its directory is made where there is
        none, for the first hold."""
        self._file = HoldsFile(file or directory / FILE, steady, unix_ms, makes_place=makes_place)
        self._now = steady
        self._unix_ms = unix_ms
        self._holds: dict[Key, TimedHold] = {}
        self._stored: dict[Key, float] = {}  # ends that the file is known to have
        self.firewall: dict[str, int] = {}  # base -> refusals of the firewall in a row
        self._refresh_at = 0.0
        self._adopt(self._file.read())

    def refusal(self, endpoint: Endpoint, base: str, account: str) -> Refusal | None:
        """A local 429 with the seconds that are left, while a hold covers this request.

        Reads first, if that is due, what other gateways have noted: who asks just before sending obeys them too.
        """
        now = self._now()
        if now >= self._refresh_at:
            self.refresh()
        if not self._holds:
            return None
        left = max(self._left(key, now) for key in _keys(endpoint, base, account))
        if left <= 0:
            return None
        return Refusal(
            429,
            "upstream_backoff",
            "Binance asked this IP or account to wait, and the gateway waits for everybody behind it; "
            "call again after Retry-After",
            headers=(("Retry-After", str(math.ceil(left))),),
        )

    def is_host_held(self, base: str) -> bool:
        """Whether nothing at all may be sent to a host now."""
        now = self._now()
        if now >= self._refresh_at:
            self.refresh()
        return self._left((Scope.IP, base, ""), now) > 0

    def note(
        self,
        endpoint: Endpoint,
        base: str,
        account: str,
        *,
        status: int,
        code: int | str | None,
        retry_after: str | None,
        message: str = "",
        exchange_ms: int | None = None,
    ) -> None:
        """Start or lengthen a hold if an answer asks for one, for all hosts that count together with this one.

        `exchange_ms`: its clock, where it is known.
        """
        now_ms = self._unix_ms() if exchange_ms is None else exchange_ms
        if status == 403 and code is None:
            self._note_firewall(base, retry_after, now_ms)
            return

        def hold(previous: float) -> Hold | None:
            return requested_hold(
                endpoint, status, code, retry_after, previous=previous, now_ms=now_ms, message=message
            )

        first = hold(0)
        if first is None:
            return
        for host in bases_sharing(base):
            key = (first.scope, host, "" if first.scope is Scope.IP else account)
            self._start(key, hold(self._previous(key)) or first)

    def host_answered(self, base: str) -> None:
        """The host gave an answer that is not the firewall's."""
        self.firewall.pop(base, None)

    def readings(self) -> Iterator[Reading]:
        held = (
            ((hold.scope.value, hold.host.partition("://")[2], hold.account), hold.seconds_left)
            for hold in self.active_holds()
        )
        yield gauges("hold_seconds_left", "Holds under way", ("scope", "host", "account"), held)

    def active_holds(self) -> Iterator[ActiveHold]:
        now = self._now()
        for (scope, base, account), hold in self._holds.items():
            if hold.until > now:
                yield ActiveHold(scope, base, account, hold.until - now)

    def _note_firewall(self, base: str, retry_after: str | None, now_ms: int) -> None:
        """A 403 without a code. One may be for its content ("select" in a parameter), and concerns nobody else; a
        row of them with nothing between means that this IP is shut out, and calling on lengthens it."""
        row = self.firewall.get(base, 0) + 1
        self.firewall[base] = row
        if row >= FIREWALL_ANSWERS:
            key = (Scope.IP, base, "")
            self._start(key, firewall_hold(retry_after, previous=self._previous(key), now_ms=now_ms))

    def _start(self, key: Key, hold: Hold) -> None:
        known = self._holds.get(key)
        until = self._now() + hold.seconds
        if known is not None and known.until >= until:
            return
        self._holds[key] = TimedHold(until, hold.seconds)
        _LOG.warning(
            "upstream_backoff",
            scope=hold.scope.value,
            host=key[1],
            seconds=round(hold.seconds, 1),
            banned=hold.banned,
        )
        if self._unsaved(key, until) > _AT_ONCE_SECONDS:
            self._store()

    def _left(self, key: Key, now: float) -> float:
        hold = self._holds.get(key)
        return hold.until - now if hold else 0.0

    def _previous(self, key: Key) -> float:
        """How long the last hold was, if it ended not long ago; 0 while it runs: answers that were under way
        when it began say nothing new."""
        hold = self._holds.get(key)
        over = self._now() - hold.until if hold else -1.0
        return hold.seconds if hold and 0 <= over < _FORGET_SECONDS else 0.0

    def refresh(self) -> None:
        """Read what other gateways have noted: at most one `stat` in a tenth of a second."""
        now = self._now()
        if now < self._refresh_at:
            return
        self._refresh_at = now + _REFRESH_SECONDS
        if self._file.changed():
            self._adopt(self._file.read())
        if any(self._unsaved(key, one.until) > _ROUNDING_SECONDS for key, one in self._active(now)):
            self._store()  # the file was lost, or could not be written
        for key in [key for key, one in self._holds.items() if now - one.until > _FORGET_SECONDS]:
            del self._holds[key]

    def _unsaved(self, key: Key, until: float) -> float:
        """How much later a hold ends than what the file is known to say, in seconds."""
        return until - self._stored.get(key, 0.0)

    def _active(self, now: float) -> list[tuple[Key, TimedHold]]:
        return [(key, one) for key, one in self._holds.items() if one.until > now]

    def _adopt(self, found: dict[Key, TimedHold]) -> None:
        """Take over what the file says, where it is longer than what is known."""
        self._stored = {key: one.until for key, one in found.items()}
        for key, one in found.items():
            known = self._holds.get(key)
            if known is None or one.until > known.until + _ROUNDING_SECONDS:
                self._holds[key] = one
                _LOG.warning(
                    "still_held", scope=key[0].value, host=key[1], seconds=round(one.until - self._now())
                )

    def _store(self) -> None:
        """A disk that is full must not stop trading elsewhere: the hold works without the file."""
        now = self._now()
        merged = self._file.merge(dict(self._active(now)))
        if merged is not None:
            self._adopt(merged)
        self._refresh_at = now + (_RETRY_SECONDS if merged is None else _REFRESH_SECONDS)


def _keys(endpoint: Endpoint, base: str, account: str) -> list[Key]:
    """The holds that would cover a request."""
    keys = [(Scope.IP, base, "")]
    if counts_by_account(endpoint):
        keys.append((Scope.ACCOUNT, base, account))
    if places_orders(endpoint):
        keys.append((Scope.ORDERS, base, account))
    return keys
