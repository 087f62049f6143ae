"""Ids by which the exchange finds the same requests in its own logs: of failures, and of some good ones."""

from typing import Final

from proxy.evidence.report.blocks import LeftOut, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import End, Seen

TITLE: Final = "Ids at the exchange's edge"
_MOST: Final = 15
_GOOD: Final = 5


def section(material: Material) -> Section | LeftOut:
    """`x-mbx-uuid` with the exchange's own time."""
    named = [one for one in material.story.seen if one.header("x-mbx-uuid") or one.header("x-amz-cf-pop")]
    bad = [one for one in named if one.end is not End.GOOD][-_MOST:]
    good = [one for one in named if one.end is End.GOOD][-_GOOD:]
    if not named:
        return LeftOut(TITLE, "no answer of this stretch bore an id (x-mbx-uuid)")
    heads = ("endpoint", "answer", "sent (UTC)", "Date", "x-mbx-uuid", "edge", "id here")
    return Section(
        TITLE,
        (
            says("What the exchange can check by itself: these ids and times, in its own logs."),
            Table(heads, tuple(map(_row, [*bad, *good]))),
        ),
    )


def _row(one: Seen) -> tuple[Text, ...]:
    ids = one.header("date"), one.header("x-mbx-uuid"), one.header("x-amz-cf-pop")
    return one.endpoint, one.said, one.flow.time, *ids, one.flow.request_id
