"""What is asked: single calls, groups of them with their control calls, and sets of groups."""

import re
from typing import Final

import msgspec

from proxy.audit.read_only import require_read
from proxy.audit.run import Section
from proxy.core.catalogue import Catalogue, Endpoint, Needs
from proxy.core.catalogue.weights import documented_weight
from proxy.core.errors import UsageError

_CALL: Final = re.compile(r"(GET|POST) (/[A-Za-z0-9/_-]+)(?:\?(\S*))?(?: (\{.*\}|\S+))?")
ASSUMED_WEIGHT: Final = 1
"""Of a call whose weight nobody documents: that of the one P2P call that is documented."""


class Call(msgspec.Struct, frozen=True):
    """One read. `query` and `body` are raw and unsigned; neither is ever stored."""

    endpoint: Endpoint
    query: bytes = b""
    body: bytes = b""

    @property
    def name(self) -> str:
        """Method and path, by which a result is known: `GET /api/v3/account`."""
        return self.endpoint.name

    @property
    def target(self) -> bytes:
        path = self.endpoint.path.encode("ascii")
        return path + b"?" + self.query if self.query else path

    @property
    def documented_weight(self) -> int | None:
        """None where nobody says."""
        return documented_weight(self.endpoint, self.query, self.body)


class Group(msgspec.Struct, frozen=True):
    """Calls of one kind, and the control calls that show whether the key works elsewhere in the same seconds."""

    name: str
    controls: tuple[Call, ...]
    calls: tuple[Call, ...]

    @property
    def stages(self) -> tuple[tuple[Call, ...], ...]:
        """As they are asked: a control, the calls, the other controls; each stage when the one before has ended.

        A key can be deleted between a call and the next; one that works before and after was there meanwhile.
        """
        return self.controls[:1], self.calls, self.controls[1:]


class CallSet(msgspec.Struct, frozen=True):
    """What one sweep asks."""

    name: str
    groups: tuple[Group, ...]

    @property
    def calls(self) -> tuple[Call, ...]:
        """Controls and calls, in the order in which they are asked."""
        return tuple(call for group in self.groups for stage in group.stages for call in stage)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The groups by the names of their endpoints, as a run has them."""
        return tuple(
            Section(
                group.name,
                tuple(call.name for call in group.controls),
                tuple(call.name for call in group.calls),
            )
            for group in self.groups
        )

    @property
    def weight(self) -> int:
        """What a sweep weighs: as documented, and `ASSUMED_WEIGHT` where nothing is."""
        weights = (call.documented_weight for call in self.calls)
        return sum(ASSUMED_WEIGHT if weight is None else weight for weight in weights)

    @property
    def undocumented(self) -> int:
        """How many of its calls have no documented weight."""
        return sum(call.documented_weight is None for call in self.calls)


def read_call(text: str) -> Call:
    """A call from one line: `METHOD /path?query BODY`, query and body optional. Raises UsageError.

    The shipped table decides whether it is a read; corrections of a configuration do not count here.
    """
    found = _CALL.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            "a call is written as METHOD /path?query BODY, the method GET or POST",
            'for example: GET /api/v3/openOrders?symbol=BTCUSDT, or POST /sapi/v1/c2c/ads/search {"asset":"USDT"}',
        )
    method, path, query, body = found.groups()
    endpoint = require_read(Catalogue.builtin(), method, path)
    if endpoint.needs is Needs.SIGNED and re.search(r"(^|&)(signature|timestamp)=", query or ""):
        raise UsageError(
            f"{endpoint.name}: timestamp and signature are added by the audit", "leave them out of the set"
        )
    return Call(endpoint, (query or "").encode(), (body or "").encode())
