"""Weights and limits as the exchange told them: was anything near its bound?"""

from typing import Final

from proxy.evidence.report.blocks import Block, LeftOut, Section, Table, says
from proxy.evidence.report.material import Material

TITLE: Final = "Weights and limits"
_HEADERS: Final = ("x-mbx-used-weight", "x-mbx-order-count", "x-sapi-used-", "retry-after")
_LIMITED: Final = (403, 418, 429)


def section(material: Material) -> Section | LeftOut:
    """The largest and the last value of each header, and how often a limit was the answer."""
    told = material.story.headers(*_HEADERS)
    limited = [one for one in material.story.seen if one.flow.status in _LIMITED]
    if not told and not limited:
        return LeftOut(TITLE, "no answer of this stretch told of a limit")
    rows = tuple(
        (name, str(max(number for _, number in values)), str(values[-1][1]), values[-1][0].flow.time)
        for name, values in told.items()
    )
    blocks: list[Block] = [Table(("header", "largest", "last", "at (UTC)"), rows)] if rows else []
    counts = ", ".join(
        f"{status}: {sum(one.flow.status == status for one in limited)}" for status in _LIMITED
    )
    blocks.append(says(f"Answers that are limits or bans: {counts}."))
    return Section(TITLE, tuple(blocks))
