"""Each endpoint with all its answers in order: what always fails, and what flaps."""

from typing import Final

from proxy.evidence.report.blocks import LeftOut, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import End, Seen, runs

TITLE: Final = "By endpoint"
_MOST: Final = 30
_LONGEST: Final = 40
"""Flows of one endpoint whose answers are told one by one."""


def section(material: Material) -> Section | LeftOut:
    """A row for each endpoint."""
    found = material.story.by_endpoint()
    if not found:
        return LeftOut(TITLE, "no request of this stretch has a recorded end")
    rows = tuple(_row(them) for them in list(found.values())[:_MOST])
    blocks = [Table(("endpoint", "calls", "answered well", "in order"), rows)]
    more = [says(f"{len(found) - _MOST} more endpoints are in flows.jsonl.")] if len(found) > _MOST else []
    return Section(TITLE, (*blocks, *more))


def _row(them: list[Seen]) -> tuple[Text, ...]:
    good = sum(one.end is End.GOOD for one in them)
    return them[0].endpoint, str(len(them)), f"{good} ({good * 100 // len(them)} %)", runs(them[-_LONGEST:])
