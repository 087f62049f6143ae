"""The text of a record: one line, and beneath it what is wrong and what to do. Pure: a record in, lines out."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from proxy.core.foreign import Foreign
from proxy.core.printable import printable
from proxy.core.redaction import ForeignFlow, ForeignOutcome
from proxy.core.redaction.foreign_record import ForeignSide
from proxy.core.redaction.record import PhasesRecord
from proxy.terminal.glance import Glance, Shown
from proxy.terminal.page import Page, clipped, columns, filled, shortened, wrapped
from proxy.terminal.words import finding, looked_up

_MOST_FINDINGS: Final = 3
_TIME, _METHOD, _STATUS, _CODE, _MS, _WEIGHT = 9, 6, 3, 7, 12, 5
_GAPS: Final = 7
_PATH, _RIGHT = 3, 6
"""Columns: what takes the room that is left, and what stands to the right."""
_LEAST_PATH: Final = 16
_CLIENTS: Final = range(6, 15)
"""Columns that the names of clients may take."""
type _Flow = Glance | ForeignFlow

_INDENT: Final = "    "
_SIGNATURE: Final = frozenset({"signature"})
_NOBODY: Final = "-"
_STATUS_STYLES: Final = {"2": "good", "3": "note", "4": "bad", "5": "ours"}


def heading(page: Page) -> str:
    """What the columns hold."""
    return page.paint(
        _columns(
            page, "time, UTC", "client", "method", "path", "got", "code", "ours+Binance", "cost", styles={}
        ),
        "dim",
    )


def client_width(record: Shown, page: Page) -> int:
    """Columns for clients, now that this one was seen."""
    most = min(page.width // 8, _CLIENTS[-1])
    return max(page.client_width, min(columns(record.client.terminal()), most))


def lines(record: Shown, said: str, page: Page) -> list[str]:
    """All that is shown of a record. `said`: the words of our own refusal, which repeat nothing that came."""
    if isinstance(record, ForeignOutcome):
        return list(_outcome(record, page))
    told = [_head(record, page), *_beneath(record, said, page)]
    return [*told, *_whole(record, page)] if isinstance(record, ForeignFlow) and page.whole else told


def _head(flow: _Flow, page: Page) -> str:
    status = flow.status if flow.status is not None else flow.refused
    answered = "---" if status is None else str(status)
    ours = flow.refused is not None
    style = "ours" if ours else _STATUS_STYLES.get(answered[0], "dim")
    return _columns(
        page,
        _clock(flow.time),
        flow.client.terminal() or _NOBODY,
        flow.method.terminal(),
        flow.path.terminal() or "(no request)",
        answered,
        _code(flow),
        _milliseconds(flow),
        "" if flow.weight is None else f"w{flow.weight}",
        styles={0: "dim", 4: style, 5: style, 6: "dim", 7: "dim"},
    )


def _columns(
    page: Page,
    time: str,
    client: str,
    method: str,
    path: str,
    status: str,
    code: str,
    milliseconds: str,
    weight: str,
    *,
    styles: dict[int, str],
) -> str:
    """One line at most as wide as the page."""
    widths = _widths(page.width, page.client_width)
    texts = [time, client, method, shortened(path, widths[_PATH]), status, code, milliseconds, weight]
    cells = []
    for one, (text, width) in enumerate(zip(texts, widths, strict=True)):
        if width == 0:
            continue
        cell = clipped(text, width)
        blanks = " " * (width - columns(cell))
        shown = page.paint(cell, styles[one]) if one in styles else cell
        cells.append(blanks + shown if one == _RIGHT else shown + blanks)
    return " ".join(cells).rstrip()


@lru_cache(maxsize=16)
def _widths(width: int, client: int) -> tuple[int, ...]:
    """Of the columns, 0 for those that are left out: on a narrow page client and weight, then the times."""
    widths = [_TIME, client, _METHOD, 0, _STATUS, _CODE, _MS, _WEIGHT]
    for droppable in (1, 7, 6):
        if width - sum(widths) - _GAPS < _LEAST_PATH:
            widths[droppable] = 0
    gaps = sum(map(bool, widths))
    widths[_PATH] = max(width - sum(widths) - gaps, _LEAST_PATH)
    return tuple(widths)


def _clock(time: Foreign) -> str:
    """The time of day of a record, in UTC as the journal's: `10:14:56Z`."""
    return clipped(f"{time.terminal()[11:19]}Z", _TIME)


def _code(flow: _Flow) -> str:
    """Binance's code, or in a word why there is none."""
    if flow.dry_run:
        return "dry run"
    if flow.refused is not None:
        return "refused" if flow.execution == "not_sent" else "unknown"
    return flow.code.terminal()


def _milliseconds(flow: _Flow) -> str:
    """Our share and Binance's, which is the way there and back as well. An error answer is held here until its
    diagnosis is known, so the time from its head on is ours."""
    if flow.went is None:
        return f"{_number(flow.duration_ms)}{'':6}"
    phases = flow.phases_ms or PhasesRecord()
    receive = None if flow.status is None or flow.status >= 400 else phases.receive
    theirs = sum(one or 0.0 for one in (phases.connect, phases.wait, receive))
    return f"{_number(max(flow.duration_ms - theirs, 0.0))}+{_number(theirs):>5}"


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"


def _beneath(flow: _Flow, said: str, page: Page) -> Iterator[str]:
    if flow.refused is not None:
        yield from _refusal(flow, said, page)
    elif flow.message and flow.status is not None and flow.status >= 400:
        yield from wrapped(flow.message.terminal(), page.width, indent=_INDENT)
    if flow.client_gone:
        yield f"{_INDENT}the client hung up before the end"
    for one in flow.findings[:_MOST_FINDINGS]:
        for number, text in enumerate(finding(one)):
            indent = _INDENT * (number + 1)
            for row in wrapped(text.strip(), page.width, indent=indent):
                yield page.paint(row, "label" if number else "note")
    if len(flow.findings) > _MOST_FINDINGS:
        more = len(flow.findings) - _MOST_FINDINGS
        yield f"{_INDENT}{more} more: e explains the last failure, signing-proxy logs shows all"


def _refusal(flow: _Flow, said: str, page: Page) -> Iterator[str]:
    """The token, what to do, and whether anything was sent."""
    token = flow.error.terminal()
    known = "nothing was sent" if flow.execution == "not_sent" else "whether it was executed is unknown"
    text = f"{token}: {printable(said)} ({known})" if said else f"{token} ({known})"
    for row in wrapped(text, page.width, indent=_INDENT):
        yield page.paint(row, "ours")
    if flow.repeated:
        others = ", other paths among them" if flow.repeated_mixed else ""
        until = flow.repeated_until.terminal()[11:19]
        yield f"{_INDENT}{flow.repeated} times until {until}Z{others}"


def _outcome(found: ForeignOutcome, page: Page) -> Iterator[str]:
    """What became of a write whose answer was lost: lines of their own, for it comes later."""
    front = f"{_clock(found.time)} {clipped(found.method.terminal(), _METHOD)} "
    words = looked_up(found)
    style = "good" if found.outcome == "executed" else "note"
    room = page.width - columns(front)
    if room - columns(words) - 2 >= _LEAST_PATH:
        yield f"{front}{shortened(found.path.terminal(), room - columns(words) - 2)}  {page.paint(words, style)}"
        return
    yield f"{front}{shortened(found.path.terminal(), room)}"
    for row in wrapped(words, page.width, indent=_INDENT):
        yield page.paint(row, style)


def _whole(flow: ForeignFlow, page: Page) -> Iterator[str]:
    """Both sides with their headers, the signed text, the answer's headers: as the journal keeps them."""
    yield from _side("came", flow, flow.came, "", page)
    if flow.went is not None:
        yield from _side(
            "sent", flow, flow.went, f"{flow.scheme.terminal()}://{flow.server.terminal()}", page
        )
        if flow.signed:
            form = any(part.place == "form" for part in flow.signed)  # JSON is never part of it
            text = flow.went.query.without_pairs(_SIGNATURE).terminal()
            yield from _labelled("signed", text + (flow.went.body.terminal() if form else ""), page)
    for number, row in enumerate(flow.headers):
        yield from _labelled("" if number else "answer", row.terminal(), page)


def _side(label: str, flow: ForeignFlow, side: ForeignSide, base: str, page: Page) -> Iterator[str]:
    query = f"?{side.query.terminal()}" if side.query else ""
    yield from _labelled(label, f"{flow.method.terminal()} {base}{flow.path.terminal()}{query}", page)
    for row in side.headers:
        yield from _labelled("", row.terminal(), page)
    if side.body:
        yield from _labelled("body", side.body.terminal(), page)


def _labelled(label: str, text: str, page: Page) -> Iterator[str]:
    rows = list(wrapped(text, page.width, indent=_INDENT + " " * 8, more=""))
    for number, row in enumerate(rows):
        front = _INDENT + filled(label, 8)
        yield page.paint(front + row[len(front) :] if number == 0 else row, "dim")
