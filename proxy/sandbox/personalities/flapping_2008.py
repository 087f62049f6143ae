"""A P2P service that knows the key on some of its calls only, and on others an hour later.

The merchant's case of July 2025: of the six calls of an audit one worked, then three, then one again; the others
answered HTTP 400 with -2008, while spot and the rest of `/sapi` knew the key all the time.

Time is cut into steps from the moment at which the personality is put on. In each step so many of the six calls work
as `works` says, over and over. Which ones, the seed decides: it draws one order of the six, and the first ones of it
work. Any other path of the service shares the fate of one of the six.
"""

import hashlib

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import UNKNOWN_KEY, Refusal
from proxy.sandbox.wire import Received

PREFIX = "/sapi/v1/c2c/"
SIX = (
    "ads/getAds",
    "ads/getAvailableAdsCategory",
    "ads/search",
    "ads/getReferencePrice",
    "orderMatch/getUserOrderSummary",
    "chat/retrieveChatCredential",
)
"""The calls of that audit, below `PREFIX`."""


def lots(seed: int) -> dict[str, int]:
    """The place of each of the six in the order that this seed draws, 0 to 5."""
    drawn = sorted(SIX, key=lambda path: _number(seed, path))
    return {path: place for place, path in enumerate(drawn)}


def working(seed: int, count: int) -> frozenset[str]:
    """Those of the six that work while `count` of them do."""
    return frozenset(path for path, place in lots(seed).items() if place < count)


def _number(seed: int, path: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {path}".encode()).digest()[:8])


def _put_on(sandbox: Sandbox, given: Given) -> None:
    seed, works = given.whole("seed"), given.counts("works", len(SIX))
    step_ms, started_ms = given.milliseconds("step"), sandbox.now_ms()
    places = lots(seed)

    def refuse(received: Received, now_ms: int) -> None:
        if received.path.startswith(PREFIX):
            path = received.path.removeprefix(PREFIX)
            count = works[max(0, now_ms - started_ms) // step_ms % len(works)]
            if places.get(path, _number(seed, path) % len(SIX)) >= count:
                raise Refusal(400, -2008, UNKNOWN_KEY)

    sandbox.gates.key.append(refuse)


PERSONALITY = Personality(
    "flapping-2008",
    "P2P calls answer -2008 by turns, one of six works, then three, then one; spot and /sapi always work",
    _put_on,
    {"seed": "1", "step": "1h", "works": "1-3-1"},
)
