"""What failed, since when, how often."""

from typing import Final

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Block, LeftOut, Paragraph, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import Seen, Story

TITLE: Final = "What failed"
_MOST: Final = 20


def section(material: Material) -> Section | LeftOut:
    """One sentence for the whole, and a row for each kind of failure."""
    story, groups = material.story, _groups(material.story)
    if not groups:
        return LeftOut(TITLE, f"each of the {len(story.seen)} requests that were answered was answered well")
    heads = ("endpoint", "answer", "words", "times", "first (UTC)", "last (UTC)")
    rows = tuple(_row(them) for them in groups[:_MOST])
    blocks: list[Block] = [_lead(groups, story), Table(heads, rows)]
    if len(groups) > _MOST:
        blocks.append(says(f"{len(groups) - _MOST} more kinds of failure are in flows.jsonl."))
    if story.unfinished:
        blocks.append(says(f"Of {story.unfinished} writes the end was not recorded."))
    return Section(TITLE, tuple(blocks))


def _groups(story: Story) -> list[list[Seen]]:
    """Failures alike, the most frequent first."""
    found: dict[tuple[Foreign, Foreign], list[Seen]] = {}
    for one in story.bad:
        found.setdefault((one.endpoint, one.said), []).append(one)
    return sorted(found.values(), key=len, reverse=True)


def _lead(groups: list[list[Seen]], story: Story) -> Paragraph:
    """The failure that was met most, on all endpoints that had it."""
    said = groups[0][0].said
    alike = [them for them in groups if them[0].said == said]
    every = [one for them in alike for one in them]
    times = sorted((one.flow.time for one in every), key=lambda time: time.terminal())
    endpoints = len(alike)
    calls = sum(
        len(them) for endpoint, them in story.by_endpoint().items() if endpoint in {o.endpoint for o in every}
    )
    parts: list[Text] = [every[0].endpoint]
    if endpoints > 1:
        parts.append(f" and {endpoints - 1} more endpoint{'s' if endpoints > 2 else ''}")
    parts += [" ended with ", said]
    if every[0].flow.message:
        parts += [" (", every[0].flow.message, ")"]
    parts += [f": {len(every)} of {calls} calls, from ", times[0], " to ", times[-1]]
    if every[0].flow.server:
        parts += [", on ", every[0].flow.server]
    return Paragraph((*parts, "."))


def _row(them: list[Seen]) -> tuple[Text, ...]:
    first, last = them[0], them[-1]
    return first.endpoint, first.said, first.flow.message, str(len(them)), first.flow.time, last.flow.time
