"""What to ask the exchange about a write: the read that shows its order, by the id that the write named."""

import re
from typing import Final

import msgspec
from msgspec.structs import replace

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.lookups import Half, OrderLookup, lookups_of
from proxy.core.signing import PreparedRequest
from proxy.core.wire import pair_name, pair_value, percent_decoded, split_pairs

_ID: Final = re.compile(rb"[\.A-Z\:/a-z0-9_-]{1,36}")
"""What Binance takes for a client order id (futures "New Order": `^[\\.A-Z\\:/a-z0-9_-]{1,36}$`)."""
_PREFIX: Final = b"gw-"


class Question(msgspec.Struct, frozen=True):
    """One read to be sent. `query` holds the caller's octets of symbol and id; time and signature come later."""

    lookup: OrderLookup
    query: bytes
    pair: bytes
    """The pair of the write that named the order."""


def questions_for(endpoint: Endpoint, prepared: PreparedRequest) -> tuple[Question, ...] | str:
    """One question, or two for a cancel-replace; or the reason (a word of REASONS) why nothing can be asked."""
    rows = lookups_of(endpoint.name)
    if not rows:
        return "no_lookup"
    pairs = [*split_pairs(prepared.query), *split_pairs(prepared.added), *split_pairs(prepared.form)]
    found: list[Question] = []
    for row in rows:
        question = _question(row, pairs)
        if isinstance(question, str):
            return question
        found.append(question)
    return tuple(found)


def with_added_id(endpoint: Endpoint, prepared: PreparedRequest, request_id: str) -> PreparedRequest:
    """An order without an id gets one of the gateway's: `newClientOrderId=gw-<request id>`.

    The request id is unique, told to the client, and stands in the journal, so that the order can be found by hand
    even if the gateway is killed.
    """
    place = next((row for row in lookups_of(endpoint.name) if row.half is Half.PLACE), None)
    if place is None:
        return prepared
    name = place.ids[0][0].encode("ascii")
    if any(pair_name(pair) == name for pair in (*split_pairs(prepared.query), *split_pairs(prepared.form))):
        return prepared
    return replace(prepared, added=name + b"=" + _PREFIX + request_id.encode("ascii"))


def _question(row: OrderLookup, pairs: list[bytes]) -> Question | str:
    for name, asked in row.ids:
        named = _named(pairs, name)
        if not named:
            continue
        if len(named) > 1 or not _ID.fullmatch(percent_decoded(pair_value(named[0]))):
            return "id_unusable"
        asking = asked.encode("ascii") + b"=" + pair_value(named[0])
        return Question(row, b"&".join([*_carried(row, pairs), asking]), named[0])
    return "no_id"


def _carried(row: OrderLookup, pairs: list[bytes]) -> list[bytes]:
    """Symbol and the like, with the octets of the write."""
    return [
        pair
        for carried in row.carried
        if not carried.if_true or _says_true(pairs, carried.if_true)
        for pair in _named(pairs, carried.name)[:1]
    ]


def _says_true(pairs: list[bytes], name: str) -> bool:
    return any(pair_value(pair).upper() == b"TRUE" for pair in _named(pairs, name))


def _named(pairs: list[bytes], name: str) -> list[bytes]:
    return [pair for pair in pairs if pair_name(pair) == name.encode("ascii")]
