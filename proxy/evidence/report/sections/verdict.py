"""Yours or Binance's? The first paragraph: one sentence with the numbers, or what is missing for one."""

from collections.abc import Iterator
from typing import Final

from proxy.audit.words import moment
from proxy.core.probes import Evidence, Verdict
from proxy.core.probes.words import ADD_BUNDLE, duration
from proxy.evidence.report.blocks import Block, LeftOut, Section, Table, Text, says
from proxy.evidence.report.key_verdicts import KeyVerdict, key_verdicts
from proxy.evidence.report.material import Material

TITLE: Final = "Verdict"
_MOST_KEYS: Final = 5
_MOST_RESULTS: Final = 16


def section(material: Material) -> Section | LeftOut:
    """A sentence a key, what it stands on, and what to do next."""
    found = key_verdicts(material.story, material.runs, material.made_ms)
    if not found:
        return LeftOut(
            TITLE,
            "unknown, because nothing here was asked with a key; `signing-proxy audit` asks with one, control calls "
            "beside, then export again",
        )
    blocks = [block for one in found[:_MOST_KEYS] for block in _of_key(one, named=len(found) > 1)]
    if len(found) > _MOST_KEYS:
        blocks.append(says(f"{len(found) - _MOST_KEYS} more keys are in flows.jsonl."))
    return Section(TITLE, tuple(blocks))


def _of_key(one: KeyVerdict, *, named: bool) -> Iterator[Block]:
    whose: tuple[Text, ...] = ("Account ", one.account, ": ") if named else ()
    lead = one.by_audit or one.told
    yield says(*whose, _sentence(lead))
    if one.by_audit is not None:
        yield says("That is of the audit's sweeps. Of the requests by themselves: ", _sentence(one.told))
    if one.later:
        yield says("Later it was taken on ", ", ".join(one.later), ".")
    for also in lead.also:
        yield says("Besides: ", also, ".")
    if lead.evidence:
        heads = ("stands on", "answer", "says", "signature", "at (UTC)", "old")
        yield Table(heads, tuple(map(_row, lead.evidence[-_MOST_RESULTS:])))
    if len(lead.evidence) > _MOST_RESULTS:
        yield says(f"And {len(lead.evidence) - _MOST_RESULTS} older results.")
    steps = " ".join(lead.next_steps).replace(f" {ADD_BUNDLE}", "")  # who reads this has it
    yield says("Next: ", steps) if steps else says("Nothing is to be done.")


def _sentence(told: Verdict) -> str:
    sure = f", {told.strength.value}" if told.strength is not None else ""
    return f"{told.leaf.value}{sure}: {told.sentence}"


def _row(one: Evidence) -> tuple[Text, ...]:
    probe = one.probe
    answer = "no answer" if probe.status is None else f"{probe.status} {probe.code or ''}".strip()
    return (
        probe.endpoint,
        answer,
        one.says.value,
        probe.signature.value,
        moment(probe.at_ms),
        duration(one.age_ms),
    )
