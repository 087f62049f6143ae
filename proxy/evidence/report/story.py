"""What the flows of a stretch say together: how each ended, what failed, and which call worked beside it.

A flow *failed* if the exchange said no, in its status or in the code of its body; it was *unanswered* if it left and
nothing came back; it was *stopped* if the gateway itself refused it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from proxy.core.foreign import NOTHING, Foreign, joined
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent, ForeignRecord

GOOD_CODES: Final = frozenset({"", "0", "200", "000000"})
"""Codes of bodies that say yes: of futures (`{"code":200}`), of C2C (`"000000"`)."""
_RECV_WINDOW: Final = re.compile(r"(?:^|&)recvWindow=([0-9.]{1,9})(?=&|$)")
_SIGNED: Final = "signed"
_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class End(StrEnum):
    """How a flow ended."""

    GOOD = "good"
    FAILED = "failed"
    UNANSWERED = "unanswered"
    STOPPED = "stopped"


_BAD: Final = frozenset({End.FAILED, End.UNANSWERED})


class Seen(msgspec.Struct, frozen=True):
    """One flow, as the report speaks of it."""

    flow: ForeignFlow
    endpoint: Foreign
    """Method and path."""
    end: End
    said: Foreign
    """`200`, `400 -2008`, `no answer (timeout)`, `refused here: read_only`."""
    at_ms: float | None
    """Unix ms; None where the record tells no time."""

    def header(self, name: str) -> Foreign:
        """The value of a header of the answer; nothing where there is none."""
        for line in self.flow.headers:
            found, _, value = line.raw.partition(": ")
            if found.lower() == name:
                return Foreign(value)
        return NOTHING


class Story(msgspec.Struct, frozen=True):
    """The flows of a stretch, by time, and how many writes of it have no recorded end."""

    seen: tuple[Seen, ...]
    unfinished: int = 0
    controls: dict[tuple[Foreign, Foreign], list[tuple[float, int]]] = {}
    """By key and host, the signed calls that were answered well: time and place in `seen`, by time."""

    @property
    def bad(self) -> list[Seen]:
        """What failed or was not answered."""
        return [one for one in self.seen if one.end in _BAD]

    def by_endpoint(self) -> dict[Foreign, list[Seen]]:
        """Those of one endpoint together; the ones with most failures first."""
        found: dict[Foreign, list[Seen]] = {}
        for one in self.seen:
            found.setdefault(one.endpoint, []).append(one)
        bad = {endpoint: sum(one.end in _BAD for one in them) for endpoint, them in found.items()}
        return dict(sorted(found.items(), key=lambda item: (-bad[item[0]], item[0].raw)))

    def control(self, bad: Seen) -> Seen | None:
        """The nearest call in time that the same key signed for the same host, and that was answered well."""
        times = self.controls.get((bad.flow.key, bad.flow.server), [])
        if not times or bad.at_ms is None:
            return None
        place = bisect_left(times, (bad.at_ms, 0))
        near = [(abs(at_ms - bad.at_ms), number) for at_ms, number in times[max(place - 1, 0) : place + 1]]
        return self.seen[min(near)[1]]

    def headers(self, *beginnings: str) -> dict[Foreign, list[tuple[Seen, int]]]:
        """Numbers in headers of answers whose names begin so, by name."""
        found: dict[Foreign, list[tuple[Seen, int]]] = {}
        for one in self.seen:
            for line in one.flow.headers:
                name, _, value = line.raw.partition(": ")
                if name.lower().startswith(beginnings) and value.isascii() and value.isdecimal():
                    found.setdefault(Foreign(name.lower()), []).append((one, int(value[:18])))
        return dict(sorted(found.items(), key=lambda item: item[0].raw))


def story_of(records: Iterable[ForeignRecord]) -> Story:
    """The flows among these records."""
    kept = list(records)
    flows = [one for one in kept if isinstance(one, ForeignFlow) and not one.dry_run]
    finished = {one.request_id for one in kept if isinstance(one, ForeignFlow)}
    alone = [one for one in kept if isinstance(one, ForeignIntent) and one.request_id not in finished]
    seen = sorted(map(_seen, flows), key=lambda one: one.at_ms or 0)
    return Story(tuple(seen), len(alone), _controls(seen))


def _controls(seen: list[Seen]) -> dict[tuple[Foreign, Foreign], list[tuple[float, int]]]:
    found: dict[tuple[Foreign, Foreign], list[tuple[float, int]]] = {}
    for number, one in enumerate(seen):
        flow = one.flow
        if (
            one.end is End.GOOD
            and one.at_ms is not None
            and flow.key
            and _is_signed(flow)
            and not flow.shared
        ):
            found.setdefault((flow.key, flow.server), []).append((one.at_ms, number))
    return found


def windows(story: Story) -> list[str]:
    """The values of recvWindow that were sent: digits and a point, each once."""
    sent = (one.flow.went for one in story.seen if one.flow.went is not None)
    return sorted({found[1] for side in sent for found in _RECV_WINDOW.finditer(side.query.raw)})


def permissions(story: Story) -> dict[str, bool]:
    """What the exchange last said that the key may do (`apiRestrictions`): flags by name."""
    for one in reversed(story.seen):
        if one.end is End.GOOD and one.flow.path == "/sapi/v1/account/apiRestrictions":
            return dict(_flags(one.flow.body.raw))
    return {}


def runs(seen: Iterable[Seen]) -> Foreign:
    """The ends of one endpoint in order, each with how often it came in a row: `3x 200, 2x 400 -2008`."""
    found: list[tuple[Foreign, int]] = []
    for one in seen:
        if found and found[-1][0] == one.said:
            found[-1] = one.said, found[-1][1] + 1
        else:
            found.append((one.said, 1))
    return joined(*(joined(f"{count}x ", said) for said, count in found), between=", ")


def _is_signed(flow: ForeignFlow) -> bool:
    """Whether the exchange had to check a signature: the gateway's, or the client's own."""
    came = f"{flow.came.query.raw}&{flow.came.body.raw}"
    return flow.needs == _SIGNED or (flow.went is None and "signature=" in came)


def _flags(body: str) -> Iterator[tuple[str, bool]]:
    try:
        fields = read_json(body, _FIELDS)
    except UnreadableError:
        return
    for name, raw in fields.items():
        text = bytes(raw)
        if text in (b"true", b"false") and name.isascii() and name.isalpha():
            yield name, text == b"true"


def _seen(flow: ForeignFlow) -> Seen:
    end, said = _end(flow)
    return Seen(flow, joined(flow.method, " ", flow.path), end, said, unix_ms(flow.time))


def _end(flow: ForeignFlow) -> tuple[End, Foreign]:
    if flow.status is None:
        if flow.refused is not None and flow.execution == "not_sent":
            return End.STOPPED, joined("refused here: ", flow.error)
        return End.UNANSWERED, joined("no answer (", flow.error or flow.execution, ")")
    said = joined(str(flow.status), " ", flow.code) if flow.code else Foreign(str(flow.status))
    good = flow.status < 400 and flow.code.is_one_of(GOOD_CODES)
    return End.GOOD if good else End.FAILED, said


def unix_ms(time: Foreign) -> float | None:
    """The time of a record."""
    try:
        moment = datetime.fromisoformat(time.raw)
        return moment.timestamp() * 1000 if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
