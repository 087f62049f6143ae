"""The firewall blocks the address: HTTP 403 with a page, no code, after so many requests and for a while.

The support article speaks of about five minutes. When they are over, as many requests pass again.
"""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import blocked
from proxy.sandbox.wire import Received


class _Firewall:
    """Counts requests of everybody together: a sandbox has one customer."""

    def __init__(self, after: int, blocks_ms: int) -> None:
        self._after, self._blocks_ms = after, blocks_ms
        self._passed, self._until_ms = 0, 0

    def refuse(self, _received: Received, now_ms: int) -> None:
        if now_ms < self._until_ms:
            raise blocked()
        if self._passed >= self._after:
            self._passed, self._until_ms = 0, now_ms + self._blocks_ms
            raise blocked()
        self._passed += 1


def _put_on(sandbox: Sandbox, given: Given) -> None:
    sandbox.gates.front.append(_Firewall(given.whole("after"), given.milliseconds("blocks")).refuse)


PERSONALITY = Personality(
    "waf-403",
    "the firewall blocks your address: 403 with a page; after: so many requests pass first",
    _put_on,
    {"after": "0", "blocks": "5m"},
)
