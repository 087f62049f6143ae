"""The call that worked beside each failure: the same key, the same host, near in time."""

from typing import Final

from proxy.evidence.report.blocks import Block, LeftOut, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import Seen

TITLE: Final = "What worked beside it"
_MOST: Final = 20


def section(material: Material) -> Section | LeftOut:
    """For each endpoint that failed the nearest good call."""
    firsts: dict[object, tuple[Seen, Seen]] = {}
    bad = [one for one in material.story.bad if one.flow.key]
    for one in bad:
        control = material.story.control(one)
        if control is not None:
            known = firsts.get(one.endpoint)
            if known is None or _apart(one, control) < _apart(*known):
                firsts[one.endpoint] = one, control
    if not material.story.bad:
        return LeftOut(TITLE, "nothing failed, so there is nothing to compare")
    if not firsts:
        return LeftOut(
            TITLE,
            "no call of the same key to the same host was answered well in this stretch; make one, such as "
            "GET /api/v3/account, within the same minute, and export again",
        )
    rows = tuple(_row(*pair) for pair in list(firsts.values())[:_MOST])
    without = len({one.endpoint for one in material.story.bad}) - len(firsts)
    blocks: list[Block] = [
        says(
            "The same API key on the same host: at these times the key was known there, and a timestamp and a "
            "signature of the same sender were accepted."
        ),
        Table(("failed", "at (UTC)", "answer", "worked", "at (UTC)", "answer", "apart"), rows),
    ]
    if without:
        blocks.append(says(f"{without} of the endpoints that failed have no such call beside them."))
    return Section(TITLE, tuple(blocks))


def _apart(one: Seen, other: Seen) -> float:
    return abs((one.at_ms or 0) - (other.at_ms or 0))


def _row(bad: Seen, good: Seen) -> tuple[Text, ...]:
    apart = f"{_apart(bad, good) / 1000:.1f} s"
    return bad.endpoint, bad.flow.time, bad.said, good.endpoint, good.flow.time, good.said, apart
