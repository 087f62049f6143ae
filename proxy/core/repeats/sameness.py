"""When are two orders the same? Same client, account, exchange, endpoint, and same parameters, wherever they stand.

What differs from one sending to the next does not count: order of the pairs, query or form, how they are escaped,
`recvWindow`, time stamp and signature, an id that the gateway added, and an id that a client library *drew*.

Several libraries give each order an id of their own making, a new one for each call: one that a caller sends again
comes with another. Such an id names a sending, not the order that the caller means:

* python-binance 1.0.37: `x-HNA2TXFJ` or `x-Cb7ytekJ`, and up to 22 hexadecimal digits (`BaseClient.uuid22`);
* ccxt 4.5.90: `x-TKT5PX2F`, `x-cvBPrNm9` or `x-xcKtGhcu`, and 22 of them (`generate_client_order_id`);
* node-binance-api 1.0.33 and binance-api-node 0.13.10: the same prefixes and the same length;
* binance 3.6.5 (npm, `generateNewOrderId`): `x-U5D79M5B` or `x-15PC4ZJy`, and 22 letters, digits, `_` and `-`;
* Binance.Net (`LibraryHelpers.ApplyBrokerId`): `x-VICEW9VVJK` or `x-d63tKbx3JK`, and letters and digits to 36 in all.

So: the prefix of a link partner, `x-` and eight characters, and then hexadecimal digits alone; or the prefix of one
of the last two, and their length. Whatever else stands in such a parameter was chosen by somebody, and the order is
left to them.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any, Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.retry_after import places_orders
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

type OrderKey = tuple[str, str, str, str, bytes]
"""Client, account, environment, endpoint, and `order_mark`."""

IDS: Final = frozenset(
    b"newClientOrderId listClientOrderId limitClientOrderId stopClientOrderId aboveClientOrderId belowClientOrderId"
    b" workingClientOrderId pendingClientOrderId pendingAboveClientOrderId pendingBelowClientOrderId clientAlgoId"
    b" clientOrderId newClientStrategyId".split()
)
"""Parameters by which a client names the order that it places (parameters.csv, role `client_order_id`)."""
_DRAWN_ALONE: Final = frozenset({b"cancelNewClientOrderId"})
"""Names a cancel: does not tell orders apart where it was drawn, and does not name the order where it was not."""
_IDS_IN_TEXT: Final = frozenset(name.decode("ascii") for name in IDS)
_DRAWN: Final = re.compile(
    rb"x-(?:[A-Za-z0-9]{8}[0-9a-f]{16,26}"
    rb"|(?:U5D79M5B|15PC4ZJy)[A-Za-z0-9_-]{22}"
    rb"|(?:VICEW9VV|d63tKbx3)JK[A-Za-z0-9]{24})"
)
_CONVERT_LIMIT: Final = "POST /sapi/v1/convert/limit/placeOrder"
_MARK_OCTETS: Final = 16
_DECODER: Final = msgspec.json.Decoder()


@lru_cache(maxsize=256)
def is_repeatable(endpoint: Endpoint) -> bool:
    """Whether it places an order, so that a repeat places another. Amendments are not: the second changes nothing."""
    return endpoint.method == "POST" and (places_orders(endpoint) or endpoint.name == _CONVERT_LIMIT)


def order_mark(prepared: PreparedRequest) -> bytes | None:
    """A hash of what is ordered, the same for each sending; None where the client named the order by an id of its
    own. In a batch, every order must have one for that."""
    raw = prepared.query + b"&" + prepared.form
    pairs = [pair for pair in split_pairs(raw) if pair]
    kept = pairs if _is_plain(raw) else _without_what_differs(pairs)
    if kept is None:
        return None
    if prepared.body_kind not in (BodyKind.FORM, BodyKind.EMPTY):
        text = _normal_text(prepared.body)
        if text is None:
            return None
        kept.append(text)
    kept.sort()
    return hashlib.blake2b(b"\0".join(kept), digest_size=_MARK_OCTETS).digest()


def _is_plain(raw: bytes) -> bool:
    """Whether one look shows that all pairs are kept as they stand: the usual case."""
    return raw.find(b"lient") < 0 and raw.find(b"recvW") < 0 and raw.find(b"%") < 0 and raw.find(b"[") < 0


def _without_what_differs(pairs: list[bytes]) -> list[bytes] | None:
    """What is kept of the pairs, decoded; None for an id of the client's own."""
    kept = []
    for pair in pairs:
        name, value = pair_name(pair), percent_decoded(pair_value(pair))
        if name == b"recvWindow":
            continue
        if (name in IDS or name in _DRAWN_ALONE) and _DRAWN.fullmatch(value):
            continue
        if name in IDS and value:
            return None
        text = _normal_text(value) if value[:1] == b"[" else value
        if text is None:
            return None
        kept.append(name + b"=" + text)
    return kept


def _normal_text(text: bytes) -> bytes | None:
    """JSON without drawn ids, its names in order (some languages write those of one object in another order each
    time); None where every order in it has an id of the client's own. Other text as it stands."""
    try:
        orders = read_json(text, _DECODER)
        members = orders if isinstance(orders, list) else [orders]
        named = [_take_drawn_ids(one) for one in members if isinstance(one, dict)]
        return None if named and all(named) else msgspec.json.encode(orders, order="deterministic")
    except (UnreadableError, RecursionError):
        return text


def _take_drawn_ids(order: dict[str, Any]) -> bool:
    """Take drawn ids out of one order; whether another id is left."""
    ids = {name: value for name, value in order.items() if name in _IDS_IN_TEXT and value}
    for name, value in ids.items():
        if isinstance(value, str) and _DRAWN.fullmatch(value.encode("utf-8", "surrogatepass")):
            del order[name]
    return any(name in order for name in ids)
