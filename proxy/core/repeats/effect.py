"""What an answer says of an order: whether it had an effect, and by which names the order goes."""

from typing import Any, Final

import msgspec

from proxy.core.answer_code import decoded_body
from proxy.core.errors import Execution
from proxy.core.flow import Answer, Flow
from proxy.core.repeats.book import Fate

LONGEST_ANSWER: Final = 16 * 1024
_HALF: Final = 409
"""A cancel-replace of which one half took effect (rest-api.md, "Cancel an Existing Order and Send a New Order")."""
_GOOD_CODES: Final = (None, 0, "0", 200, "200")
"""`code` of an answer that tells of no error: orders of /sapi/v1/algo say 0."""
_NAMES: Final = (
    *("symbol", "orderId", "clientOrderId", "orderListId", "listClientOrderId", "algoId", "clientAlgoId"),
    *("strategyId", "newClientStrategyId", "status", "listOrderStatus", "algoStatus", "strategyStatus"),
)


def fate_of(flow: Flow) -> Fate:
    """What is known of an order that was sent, and not plainly refused, when its request has ended.

    OPEN: no answer says. UNDETERMINED: the one there was says nothing of the order.
    """
    answer = flow.answer
    if flow.execution is not Execution.ANSWERED or answer is None:
        return Fate.OPEN
    if 400 <= answer.status < 500 and answer.status != _HALF:
        return Fate.OPEN  # by its code, which says so itself: -1006 and its like
    body = decoded_body(answer, LONGEST_ANSWER) or b""
    told = _decoded(body)
    if answer.status == _HALF:
        return _fate_of_half(told)
    no_answer_of_binance = body and told is None and not body.lstrip().startswith((b"{", b"["))
    if not 200 <= answer.status < 300 or no_answer_of_binance or not _is_good(told):
        return Fate.UNDETERMINED
    failed = isinstance(told, list) and told and not any(map(_is_good, told))
    return Fate.NOTHING if failed else Fate.EXECUTED


def order_names(answer: Answer | None) -> dict[str, int | str]:
    """Symbol, ids and state of the order that an answer tells of; of a batch, of its first order that was placed."""
    told = _decoded(decoded_body(answer, LONGEST_ANSWER) or b"") if answer is not None else None
    if isinstance(told, list):
        told = next((one for one in told if isinstance(one, dict) and _is_good(one)), None)
    if not isinstance(told, dict):
        return {}
    inner = told.get("newOrderResponse") or _half(told).get("newOrderResponse")
    order = inner if isinstance(inner, dict) else told
    return {name: order[name] for name in _NAMES if isinstance(order.get(name), int | str)}


def _is_good(told: Any) -> bool:
    return not isinstance(told, dict) or told.get("code") in _GOOD_CODES


def _fate_of_half(told: Any) -> Fate:
    """Of a cancel-replace the new order counts."""
    match _half(told).get("newOrderResult"):
        case "SUCCESS":
            return Fate.EXECUTED
        case "FAILURE" | "NOT_ATTEMPTED":
            return Fate.NOTHING
    return Fate.UNDETERMINED


def _half(told: Any) -> dict[str, Any]:
    data = told.get("data") if isinstance(told, dict) else None
    return data if isinstance(data, dict) else {}


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
