"""Which recorded answer a request gets. Key, time and signature are not looked at.

Of the recordings of the same method and path those count whose parameters are most alike; several of them are
answered in their order, and the last one from then on. What was not recorded is told; but public endpoints the
sandbox answers by itself, since clients ask for the time and the markets before anything else.
"""

import json
import re
from collections.abc import Iterable

from proxy.sandbox.endpoint import Security
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.recorded.har import Recorded, pairs_of
from proxy.sandbox.respond import Reply, observe_unjudged, respond
from proxy.sandbox.tables import TABLE
from proxy.sandbox.wire import Received

_MARK = re.compile(r"<[a-z]{1,10}(:[^<>]*)?>")

type _Group = tuple[str, str, tuple[tuple[str, str], ...]]


class Playback:
    """Answers of one recording, and how far it was played."""

    def __init__(self, recorded: Iterable[Recorded]) -> None:
        self._groups: dict[_Group, list[Recorded]] = {}
        for one in recorded:
            self._groups.setdefault((one.method, one.path, one.pairs), []).append(one)
        self._played: dict[_Group, int] = {}

    @property
    def requests(self) -> int:
        """How many are recorded."""
        return sum(map(len, self._groups.values()))

    def next_for(self, received: Received) -> Recorded | None:
        """The recorded answer; None where nothing is recorded of this method and path."""
        asked = pairs_of(received.query, received.body, received.content_type)
        alike = [group for group in self._groups if group[:2] == (received.method, received.path)]
        if not alike:
            return None
        best = max(alike, key=lambda group: _likeness(group[2], asked))
        number = self._played.get(best, 0)
        self._played[best] = number + 1
        answers = self._groups[best]
        return answers[min(number, len(answers) - 1)]

    def reply(self, sandbox: Sandbox, received: Received) -> Reply | None:
        """What is answered; None where the recorded request got no answer, so that its connection is to be lost."""
        recorded = self.next_for(received)
        if recorded is None:
            return _without_recording(sandbox, received)
        reply = Reply(recorded.status, recorded.body, dict(recorded.headers))
        observe_unjudged(sandbox, received, reply)
        return reply if recorded.status else None


def _likeness(recorded: tuple[tuple[str, str], ...], asked: tuple[tuple[str, str], ...]) -> float:
    """How alike the parameters are: a value that was not recorded may be any."""
    values, points = dict(asked), 0.0
    for name, value in recorded:
        if name not in values:
            points -= 1
        elif _MARK.search(value):
            points += 0.5
        else:
            points += 1 if values[name] == value else -1
    return points - 0.25 * len(values.keys() - dict(recorded).keys())


def _without_recording(sandbox: Sandbox, received: Received) -> Reply:
    endpoint = TABLE.methods(received.path).get(received.method)
    if endpoint is not None and endpoint.security is Security.NONE:
        return respond(sandbox, received)
    says = {"code": -1, "msg": f"sandbox: the recording holds no {received.method} of this path"}
    reply = Reply(404, json.dumps(says).encode(), {"Content-Type": "application/json"})
    observe_unjudged(sandbox, received, reply)
    return reply
