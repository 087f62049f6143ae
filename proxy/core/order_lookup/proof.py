"""What an answer to a look-up proves. Time is an argument; nothing is asked here.

"Not there" proves nothing while the write may still be on its way. The exchange refuses a request once its
`recvWindow` is over, on arrival and again before the engine (binance-spot-api-docs rest-api.md, "Timing security");
one second is added for the way from the engine to the read. A look-up is *late* when it was stamped after that.
"""

from decimal import Decimal
from typing import Any, Final

import msgspec

from proxy.core.catalogue.lookups import Half
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.order_lookup.outcome import State, Verdict
from proxy.core.order_lookup.questions import Question

LATE_MS: Final = 1000
_DECODER: Final = msgspec.json.Decoder()
_AHEAD_MS: Final = 1000  # a stamp may be this far ahead of the exchange's clock
_CLOCK_REFUSED: Final = -1021
_TOO_MUCH: Final = frozenset({-1003, -1015})

_OPEN: Final = frozenset(
    {"NEW", "PENDING_NEW", "PARTIALLY_FILLED", "PENDING_CANCEL", "ACCEPTED", "TRIGGERING", "EXECUTING"}
)
_CANCELLED: Final = frozenset({"CANCELED", "CANCELLED"})
_ENDED: Final = frozenset(
    {"FILLED", "EXPIRED", "EXPIRED_IN_MATCH", "NEW_INSURANCE", "NEW_ADL", "TRIGGERED", "FINISHED"}
)
_REJECTED: Final = frozenset({"REJECTED", "REJECT"})
_LIST_DONE: Final = "ALL_DONE"
_KNOWN: Final = _OPEN | _CANCELLED | _ENDED | _REJECTED | {_LIST_DONE}
"""`status`, `algoStatus` and `listOrderStatus` of spot, margin, futures and options (their "ENUM definitions")."""


def late_after(timestamp_ms: int, recv_window: bytes | int) -> int:
    """The exchange time, in ms, after which a write can no longer be executed. `recv_window`: as sent, in ms."""
    window = Decimal(recv_window.decode("ascii")) if isinstance(recv_window, bytes) else Decimal(recv_window)
    return timestamp_ms + int(window.to_integral_value("ROUND_CEILING")) + LATE_MS


def read_verdict(
    question: Question, status: int, body: bytes, *, written_ms: int, late_ms: int, asked_ms: int
) -> Verdict:
    """What an answer of the look-up proves. PENDING: ask again, later.

    `written_ms` and `asked_ms` are the exchange times stamped on the write and on the look-up; `late_ms` is
    `late_after` of the write.
    """
    late = asked_ms > late_ms
    if status >= 500 or status == 408:
        return Verdict(State.PENDING, "unreachable")
    if status in (418, 429):
        return Verdict(State.PENDING, "held")
    answer = _decoded(body)
    if status == 200:
        if question.lookup.half is Half.PLACE:
            return _placed(question, answer, written_ms, late_ms, late=late)
        return _cancelled(question, answer, late=late)
    code = answer.get("code")
    if code in _TOO_MUCH:
        return Verdict(State.PENDING, "held", code=str(code))
    if code == _CLOCK_REFUSED:
        return Verdict(State.PENDING, "unreachable", code=str(code))
    if isinstance(code, int) and code in question.lookup.absent_codes:
        return _absent(question, str(code), late=late)
    return Verdict(State.UNDETERMINED, "refused", code=str(code) if isinstance(code, int) else "")


def join_verdicts(verdicts: list[Verdict]) -> Verdict:
    """One verdict of a write whose halves were looked up one by one. Nothing is certain if they differ."""
    first = verdicts[0]
    if all(one.state is first.state for one in verdicts):
        return first
    if all(one.state in (State.EXECUTED, State.NOT_FOUND) for one in verdicts):
        return Verdict(State.UNDETERMINED, "half_executed", first.order_status, first.code)
    return next(one for one in verdicts if one.state is State.UNDETERMINED)


def _absent(question: Question, code: str, *, late: bool) -> Verdict:
    if not late:
        return Verdict(State.PENDING, "absent", code=code)
    if question.lookup.forgets and question.lookup.half is Half.CANCEL:
        return Verdict(State.UNDETERMINED, "forgotten", code=code)
    return Verdict(State.NOT_FOUND, "absent", code=code)


def _placed(
    question: Question, order: dict[str, Any], written_ms: int, late_ms: int, *, late: bool
) -> Verdict:
    """An order with the id is there. It is ours if it was placed while ours could be: an id may be used again
    once the earlier order is filled."""
    status = order.get(question.lookup.status_in)
    if not isinstance(status, str):
        return Verdict(State.UNDETERMINED, "unreadable")
    shown = status if status in _KNOWN else ""
    placed_ms = order.get(question.lookup.placed_in)
    if isinstance(placed_ms, int) and not written_ms - _AHEAD_MS <= placed_ms <= late_ms:
        return Verdict(State.UNDETERMINED if late else State.PENDING, "other_order", shown)
    if status in _REJECTED:
        return Verdict(State.NOT_FOUND, "rejected", shown)
    return Verdict(State.EXECUTED, "", shown)


def _cancelled(question: Question, order: dict[str, Any], *, late: bool) -> Verdict:
    status = order.get(question.lookup.status_in)
    if not isinstance(status, str) or status not in _KNOWN:
        return Verdict(State.UNDETERMINED, "unreadable")
    if status in _CANCELLED:
        return Verdict(State.EXECUTED, "", status)
    if status == _LIST_DONE:
        return Verdict(State.UNDETERMINED, "list_done", status)
    if status in _OPEN:
        return Verdict(State.NOT_FOUND if late else State.PENDING, "still_open", status)
    return Verdict(State.NOT_FOUND, "ended_otherwise", status)


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        found = read_json(body, _DECODER)
    except UnreadableError:
        return {}
    return found if isinstance(found, dict) else {}
