"""Holds under way: after 429 or 418 nothing more of that kind leaves until Binance wants to hear from us.

All tools behind one gateway share its IP: one that ignores a 429 gets everybody banned. A ban (418) is written to a
file beside the journal, so that a restart does not call into it.
"""

import contextlib
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog

from proxy.core.backoff import Hold, Scope, counts_by_account, hold_for, places_orders
from proxy.core.catalogue import Endpoint
from proxy.core.errors import Refusal

FILE: Final = "holds.json"
_FORGET_SECONDS: Final = 120.0
_LOG: Final = structlog.get_logger("holds")

type _Key = tuple[Scope, str, str]
"""Scope, upstream base, and account ("" where the IP counts)."""


class _Running(msgspec.Struct):
    until: float  # on the monotonic clock
    seconds: float


class Holds:
    """Asked before each request; told of each 429 and 418."""

    def __init__(self, directory: Path, monotonic: Callable[[], float], unix_ms: Callable[[], int]) -> None:
        self._file = directory / FILE
        self._now = monotonic
        self._unix_ms = unix_ms
        self._running: dict[_Key, _Running] = {}
        self._restore()

    def refusal(self, endpoint: Endpoint, base: str, account: str) -> Refusal | None:
        """A local 429 with the seconds that are left, while a hold covers this request."""
        if not self._running:
            return None
        keys = [(Scope.IP, base, "")]
        if counts_by_account(endpoint):
            keys.append((Scope.ACCOUNT, base, account))
        if places_orders(endpoint):
            keys.append((Scope.ORDERS, base, account))
        left = max(self._left(key) for key in keys)
        if left <= 0:
            return None
        return Refusal(
            429,
            "upstream_backoff",
            "Binance asked this IP or account to wait, and the gateway waits for everybody behind it; "
            "call again after Retry-After",
            headers=(("Retry-After", str(math.ceil(left))),),
        )

    def host_held(self, base: str) -> bool:
        """Whether nothing at all may be sent to a host."""
        return self._left((Scope.IP, base, "")) > 0

    def note(
        self,
        endpoint: Endpoint,
        base: str,
        account: str,
        *,
        status: int,
        code: int | str | None,
        retry_after: str | None,
    ) -> None:
        """Start or lengthen a hold if an answer asks for one."""
        now_ms = self._unix_ms()
        first = hold_for(endpoint, status, code, retry_after, previous=0, now_ms=now_ms)
        if first is None:
            return
        key = (first.scope, base, "" if first.scope is Scope.IP else account)
        previous = self._previous(key)
        hold = hold_for(endpoint, status, code, retry_after, previous=previous, now_ms=now_ms) or first
        self._start(key, hold)

    def _start(self, key: _Key, hold: Hold) -> None:
        until = max(self._now() + hold.seconds, self._running[key].until if key in self._running else 0.0)
        self._running[key] = _Running(until, hold.seconds)
        _LOG.warning("upstream_backoff", scope=hold.scope.value, host=key[1], seconds=round(hold.seconds, 1))
        if hold.banned:
            self._store()

    def _left(self, key: _Key) -> float:
        running = self._running.get(key)
        return running.until - self._now() if running else 0.0

    def _previous(self, key: _Key) -> float:
        """How long the last hold was, if it ended not long ago."""
        running = self._running.get(key)
        return running.seconds if running and self._now() - running.until < _FORGET_SECONDS else 0.0

    def _store(self) -> None:
        """Bans with their end on the wall clock. A disk that is full must not stop trading elsewhere."""
        now, now_ms = self._now(), self._unix_ms()
        bans = {
            base: now_ms + round((running.until - now) * 1000)
            for (scope, base, _), running in self._running.items()
            if scope is Scope.IP and running.until > now
        }
        with contextlib.suppress(OSError):
            descriptor, draft = tempfile.mkstemp(prefix=".holds-", dir=self._file.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(bans))
            Path(draft).replace(self._file)

    def _restore(self) -> None:
        """Bans that were running when the gateway stopped. An unreadable file holds nothing back."""
        try:
            bans = msgspec.json.decode(self._file.read_bytes(), type=dict[str, int])
        except (OSError, msgspec.DecodeError):
            return
        for base, until_ms in bans.items():
            left = min((until_ms - self._unix_ms()) / 1000, 259_200.0)
            if left > 0:
                self._running[Scope.IP, base, ""] = _Running(self._now() + left, left)
                _LOG.warning("still_banned", host=base, seconds=round(left))
