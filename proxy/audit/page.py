"""Matrix, timeline, verdict and changes as lines of at most 80 characters, for a terminal or a report."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from proxy.audit.difference import Change
from proxy.audit.flapping import BEGINS_AT, ENDS_BELOW, KEPT
from proxy.audit.matrix import Matrix, Row
from proxy.audit.state import label
from proxy.audit.timeline import Cell, Line, Timeline
from proxy.audit.words import moment, percent, plural, shortened, split
from proxy.core.probes import Evidence, Verdict
from proxy.core.probes.words import duration

WIDTH: Final = 80
TIMELINE_CELLS: Final = 36
_LABEL: Final = WIDTH - TIMELINE_CELLS - 9
_FIXED: Final = 18
"""Mark, verdict, method and the blanks between: what a row of the matrix has besides path, rate and codes."""
_MOST_CODES: Final = 28
_MOST_EVIDENCE: Final = 16


def matrix_lines(found: Matrix) -> Iterator[str]:
    """Each group with its rows and its success rate."""
    yield from _wrapped(_title(found))
    rate_width = max([5, *(len(_rate(row)) for row in found.rows)])
    codes_width = min(_MOST_CODES, max([5, *(len(_codes(row)) for row in found.rows)]))
    path_width = max(20, WIDTH - _FIXED - rate_width - codes_width)
    for group in found.groups:
        yield ""
        rate = percent(*group.rate)
        yield f"{shortened(group.name, 40)}: {rate} work"
        for row in group.rows:
            method, path = split(row.endpoint)
            told = f"{row.verdict:<7} {method:<4} {shortened(path, path_width):<{path_width}}"
            mark = "c" if row.is_control else " "
            yield f"{mark} {told} {_rate(row):>{rate_width}}  {_codes(row, codes_width)}".rstrip()
    yield ""
    yield "c: a control call, which any key may make that may read"
    for row in found.rows:
        if row.skipped:
            often = f"{row.skipped} of {found.runs} times"
            yield from _wrapped(f"{row.endpoint} was not sent ({often}): {row.why}", "  ")


def _title(found: Matrix) -> str:
    when = moment(found.first_ms)
    if found.runs > 1:
        when += f" to {moment(found.last_ms)}"
    return f"{found.set}, account {found.account}, {found.environment}: {plural(found.runs, 'sweep')}, {when}"


def _rate(row: Row) -> str:
    return f"{row.works}/{row.asked}"


def _codes(row: Row, width: int = 1000) -> str:
    """`-2008`, or with counts where an endpoint answers now so, now so; `+2` for two more that find no room."""
    if row.verdict == "fails" and len(row.failures) == 1:
        return shortened(row.failures[0][0], width)
    told = [f"{name} x{count}" for name, count in row.failures]
    for left_out in range(len(told)):
        shown = ", ".join(told[: len(told) - left_out]) + (f" +{left_out}" if left_out else "")
        if len(shown) <= width:
            return shown
    return f"{len(told)} codes" if told else ""


def timeline_lines(found: Timeline, matrix: Matrix) -> Iterator[str]:
    """One line an endpoint: what it answered over time, and its flapping score."""
    width = len(found.lines[0].cells) if found.lines else 0
    left, right = moment(found.first_ms), moment(found.last_ms)
    yield f"{'':<{_LABEL}} {left}"
    if right != left:
        yield f"{right} ^".rjust(_LABEL + 1 + width)
    flaps = {row.endpoint: row.flapping for row in matrix.rows}
    for line in found.lines:
        flap = flaps[line.endpoint]
        told = "" if flap.percent is None else f"{flap.percent:5.1f}%{' F' if flap.now else ''}"
        cells = "".join(line.cells)
        yield f"{_name(line):<{_LABEL}} {cells:<{TIMELINE_CELLS}}{told}".rstrip()
    yield ""
    yield from _wrapped(
        f"{Cell.WORKED} worked  {Cell.FAILED} failed  {Cell.MIXED} both  {Cell.SILENT} nothing learned  "
        f"{Cell.NOT_ASKED} not asked. %: weighted changes among the last {KEPT} results; F: flaps, from "
        f"{BEGINS_AT:.0f} % until below {ENDS_BELOW:.0f} %."
    )


def _name(line: Line) -> str:
    method, path = split(line.endpoint)
    return f"{'c' if line.is_control else ' '} {method:<4} {shortened(path, _LABEL - 7)}"


def verdict_lines(found: Verdict) -> Iterator[str]:
    """The sentence, what it stands on, what to do next."""
    sure = f", {found.strength.value}" if found.strength is not None else ""
    yield from _wrapped(f"verdict: {found.leaf.value}{sure}. {found.sentence}")
    for also in found.also:
        yield from _wrapped(f"also: {also}", "  ")
    if found.evidence:
        yield f"stands on {plural(len(found.evidence), 'result')}:"
        yield from _evidence(found.evidence[-_MOST_EVIDENCE:])
        if len(found.evidence) > _MOST_EVIDENCE:
            yield f"  and {len(found.evidence) - _MOST_EVIDENCE} older ones"
    for step in found.next_steps:
        yield from _wrapped(f"next: {step}", "  ")


def _evidence(shown: Sequence[Evidence]) -> Iterator[str]:
    """A line each, in columns."""
    tails = [_tail(one) for one in shown]
    width = max(16, WIDTH - 8 - max(map(len, tails)))
    for one, tail in zip(shown, tails, strict=True):
        method, path = split(one.probe.endpoint)
        yield f"  {method:<4} {shortened(path, width):<{width}} {tail}"[:WIDTH]


def _tail(one: Evidence) -> str:
    probe = one.probe
    told = label(probe) if probe.status is None else f"{probe.status} {label(probe)}"
    return f"{told:<12} signature {probe.signature.value}, {duration(one.age_ms)} ago"


def change_lines(found: Sequence[Change], moment_ms: int) -> Iterator[str]:
    """What is different since a moment; the rest by its number."""
    unknown = [one.endpoint for one in found if one.before is None or one.after is None]
    if len(unknown) == len(found):
        yield f"since {moment(moment_ms)}: nothing to compare, asked on one side of it only"
        return
    changed = [one for one in found if one.is_one]
    compared = len(found) - len(unknown)
    yield f"since {moment(moment_ms)}: {len(changed)} of {plural(compared, 'endpoint')} changed"
    for one in changed:
        assert one.before is not None
        assert one.after is not None
        yield f"  {shortened(one.endpoint, WIDTH - 2)}"
        yield from _wrapped(f"{_side(one.before)} -> {_side(one.after)}", "      ")
    if unknown:
        yield f"  {plural(len(unknown), 'endpoint')} asked on one side of it only: nothing to compare"


def _side(row: Row) -> str:
    codes = f", {_codes(row)}" if row.failures else ""
    return f"{percent(row.works, row.asked)} worked{codes}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=True
    )
