"""What an outcome is: one of four states, and a reason of a fixed vocabulary."""

from enum import StrEnum
from types import MappingProxyType

import msgspec


class State(StrEnum):
    """What is known of a write that ended `unknown`. All but the first stand in `X-Gateway-Outcome`."""

    PENDING = "pending"
    """It is still being looked up."""
    EXECUTED = "executed"
    """The exchange shows what was asked for: the order is there, or the order to cancel stands cancelled."""
    NOT_FOUND = "not_found"
    """The exchange shows no effect, asked when the write could no longer be executed."""
    UNDETERMINED = "undetermined"


REASONS = MappingProxyType(
    {
        "no_lookup": "no read of the exchange proves what became of this kind of write",
        "no_id": "the request names no order by an id (orders.add_client_order_id would add one)",
        "id_unusable": "the order's id is empty, stands twice, or has characters that Binance does not take",
        "unsigned": "the request was sent unsigned",
        "absent": "the exchange knows no such order",
        "rejected": "the exchange rejected the order",
        "still_open": "the order to cancel is still open",
        "ended_otherwise": "the order to cancel had ended without being cancelled",
        "list_done": "the order list has ended, by this cancel or by a fill",
        "forgotten": "the exchange shows no such order, and it stops showing cancelled orders after three days",
        "other_order": "the order with this id was placed by another request",
        "half_executed": "only one half of the cancel-replace took effect",
        "unreadable": "the look-up was answered in an unknown form",
        "refused": "the look-up was refused",
        "unreachable": "the exchange did not answer the look-up in time",
        "held": "Binance asked this IP or account to wait",
        "too_many": "too many writes were being looked up already",
        "stopping": "the gateway was stopped before it was known",
    }
)
"""Why an outcome is what it is; the journal keeps the word, people read the sentence."""


class Verdict(msgspec.Struct, frozen=True):
    """What one question proved. `reason` is a word of REASONS, "" where the state says it all."""

    state: State
    reason: str = ""
    order_status: str = ""
    """The exchange's word for the order's state, one of the known ones; "" where there was none."""
    code: str = ""
    """Binance's code on the look-up."""


class Outcome(msgspec.Struct, frozen=True):
    """What is known of a write, ready to be redacted. `pair` is the raw pair that named the order."""

    verdict: Verdict
    pair: bytes = b""
    added: bool = False  # the id was the gateway's
    looks: int = 0
    known_ms: int = 0  # local wall clock, Unix ms
    after_ms: float = 0.0  # since the request was accepted
    told: bool = False  # the client's answer carries it


def in_words(state: str, reason: str, order_status: str, *, looks: int) -> str:
    """One sentence for people: `looked up: executed (FILLED)`."""
    said = "looked up" if looks else "not looked up"
    words = f"{said}: {state.replace('_', ' ')}" + (f" ({order_status})" if order_status else "")
    return f"{words}: {REASONS[reason]}" if reason in REASONS else words
