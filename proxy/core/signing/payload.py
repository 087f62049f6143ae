"""From a raw request to the octets that will be signed, without time or key.

The rules, with their source (binance-spot-api-docs rest-api.md; skills-hub authentication text; the
percent-encoding notice effective 2026-01-15):

* payload = raw query followed by raw form body, nothing in between; a JSON body is never part of it;
* pairs named exactly `signature` or `timestamp` after percent-decoding, and `X-MBX-APIKEY` in any case, are
  ours and are cut wherever they stand; `apiKey` (a business parameter of /sapi/v1/margin/apiKey) and
  `SIGNATURE` are data;
* every other pair keeps its octets and its place, but for octets that must not travel raw.
"""

import re
from decimal import Decimal
from typing import Final

import msgspec

from proxy.core.wire import BodyKind, escape_illegal, needs_escape, pair_name, pair_pattern, pair_value

_OURS: Final = frozenset({b"signature", b"timestamp"})
_KEY_NAME: Final = b"x-mbx-apikey"
_RECV_WINDOW: Final = b"recvWindow"
_PERCENT: Final = ord("%")
_HYPHEN: Final = ord("-")
_OUR_PAIRS: Final = pair_pattern(b"signature", b"timestamp", _RECV_WINDOW, any_case=(_KEY_NAME,))
_WINDOW_PAIRS: Final = pair_pattern(_RECV_WINDOW)
_RECV_WINDOW_FORM: Final = re.compile(rb"[0-9]{1,5}(\.[0-9]{1,3})?")
_MAX_RECV_WINDOW_MS: Final = Decimal(60_000)


class RemovedPair(msgspec.Struct, frozen=True):
    """One pair that the gateway took out: where it stood, its name, and how long its value was."""

    place: str  # query | form
    name: str
    value_octets: int


class PreparedRequest(msgspec.Struct, frozen=True):
    """A request cleaned of everything that is ours to add; ready to be signed any number of times."""

    query: bytes
    body: bytes
    body_kind: BodyKind
    recv_window: bytes | None  # the caller's own valid one, still standing in query or form
    cuts: tuple[RemovedPair, ...]
    escaped: bool  # whether an octet had to be percent-encoded
    added: bytes = (
        b""  # a pair of ours that goes out before recvWindow: a client order id, where that is asked for
    )

    @property
    def form(self) -> bytes:
        """The part of the body that is signed."""
        return self.body if self.body_kind is BodyKind.FORM else b""


def signature_payload(query: bytes, form: bytes) -> bytes:
    """The octets that Binance checks the signature against."""
    return query + form


def prepare(query: bytes, body: bytes, kind: BodyKind, *, signed: bool) -> PreparedRequest:
    """Cut what is ours, escape what must not travel raw, keep the rest octet for octet.

    On endpoints that are not signed a `recvWindow` is cut as well: they answer -1104 to it.
    """
    form = body if kind is BodyKind.FORM else b""
    if _all_foreign(query) and (not form or _all_foreign(form)):
        return PreparedRequest(query, body, kind, None, (), escaped=False)
    window = _valid_recv_window(query, form) if signed else None
    query_out, query_cuts = _cut(query, "query", keep_window=window is not None)
    form_out, form_cuts = _cut(form, "form", keep_window=window is not None)
    clean_query, clean_form = escape_illegal(query_out), escape_illegal(form_out)
    return PreparedRequest(
        query=clean_query,
        body=clean_form if kind is BodyKind.FORM else body,
        body_kind=kind,
        recv_window=window,
        cuts=query_cuts + form_cuts,
        escaped=clean_query != query_out or clean_form != form_out,
    )


def _all_foreign(raw: bytes) -> bool:
    """Whether one look shows that nothing in it is ours and nothing needs escaping: the usual case, told in C.

    The name of none of our pairs stands in it, nor a `%` that could spell one. (`in` with octets on its left takes
    twice as long as `find`: it tries them as a number first, and drops an exception.)
    """
    return (
        _PERCENT not in raw
        and raw.find(b"signature") < 0
        and raw.find(b"timestamp") < 0
        and raw.find(_RECV_WINDOW) < 0
        and (_HYPHEN not in raw or _KEY_NAME not in raw.lower())
        and not needs_escape(raw)
    )


def _is_ours(name: bytes) -> bool:
    return name in _OURS or name.lower() == _KEY_NAME


def _cut(raw: bytes, place: str, *, keep_window: bool) -> tuple[bytes, tuple[RemovedPair, ...]]:
    """What is left without our pairs, and what was cut. Quick also on thousands of pairs: most are not looked at."""
    kept: list[bytes] = []
    cuts: list[RemovedPair] = []
    end = -1  # the `&` behind the pair that was cut last
    for found in _OUR_PAIRS.finditer(b"&" + raw):
        pair, start = found[1], found.start()
        name = pair_name(pair)
        if _is_ours(name) or (name == _RECV_WINDOW and not keep_window):
            cuts.append(RemovedPair(place, name.decode("ascii"), len(pair_value(pair))))
            if start > end + 1:
                kept.append(raw[end + 1 : start - 1])
            end = found.end() - 1
    if not cuts:
        return raw, ()
    if end < len(raw):
        kept.append(raw[end + 1 :])
    return b"&".join(kept), tuple(cuts)


def _valid_recv_window(query: bytes, form: bytes) -> bytes | None:
    """The caller's recvWindow if it is there exactly once and Binance would take it; else None."""
    if b"recvWindow" not in query and b"recvWindow" not in form and b"%" not in query + form:
        return None
    found = [pair[1] for part in (query, form) for pair in _WINDOW_PAIRS.finditer(b"&" + part)]
    if len(found) != 1:
        return None
    value = pair_value(found[0])
    if not _RECV_WINDOW_FORM.fullmatch(value):
        return None
    return value if 0 < Decimal(value.decode("ascii")) <= _MAX_RECV_WINDOW_MS else None
