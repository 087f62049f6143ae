"""A recorded answer beside the one of now: status, code and shape."""

from dataclasses import dataclass

from proxy.core.answer_code import answer_code
from proxy.core.foreign import Foreign
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent
from proxy.evidence.replay.shape import NO_JSON, differences, shape_of


@dataclass(frozen=True, slots=True)
class Difference:
    """What is another: `status`, `code`, or a field; both sides in words."""

    what: Foreign
    recorded: Foreign
    now: Foreign


def compared(record: ForeignFlow | ForeignIntent, status: int, body: bytes) -> list[Difference]:
    """All differences; none if the answer is as it was. The body of a record that tells code and message alone, or
    was not looked into, has no shape to compare."""
    flow = record if isinstance(record, ForeignFlow) else None
    was = "no answer" if flow is None or flow.status is None else str(flow.status)
    code = answer_code(body)
    told, now = (flow.code.raw if flow else "") or "none", "none" if code is None else str(code)
    found = [
        Difference(Foreign(name), Foreign(a), Foreign(b))
        for name, a, b in (("status", was, str(status)), ("code", told, now))
        if a != b
    ]
    if flow is None or not flow.body or flow.undecoded:
        return found
    recorded, shown = shape_of(flow.body.raw), shape_of(body.decode("utf-8", "replace"))
    if NO_JSON in recorded.get(".", ()):
        return found
    gone, new, other = differences(recorded, shown)
    found += [Difference(Foreign(way), Foreign("there"), Foreign("gone")) for way in gone]
    found += [Difference(Foreign(way), Foreign("not there"), Foreign("new")) for way in new]
    return found + [Difference(Foreign(way), Foreign(a), Foreign(b)) for way, a, b in other]
