"""Small readers of candidates and matches that several departures share."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from proxy.core.diagnosis.departures.base import Facts, Match
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.wire import pair_name, pair_value, percent_decoded

UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def value_of(candidate: Candidate, name: bytes) -> bytes:
    """The raw value of the first pair of this name; `b""` where there is none."""
    return next((pair_value(pair) for pair in candidate.pairs if pair_name(pair) == name), b"")


def pair_of(candidate: Candidate, name: bytes) -> bytes | None:
    return next((pair for pair in candidate.pairs if pair_name(pair) == name), None)


def other_body(request: ParsedRequest) -> bytes:
    """A body that is not part of the payload (JSON, mostly); `b""` for a form, and for a large one."""
    return b"" if request.large_body else request.other_body


def names_without(candidate: Candidate, *names: bytes) -> tuple[bytes, ...]:
    """All pairs but those of these names."""
    return tuple(pair for pair in candidate.pairs if pair_name(pair) not in names)


def escape(octets: bytes, kept: frozenset[int], *, plus: bool = False, lower: bool = False) -> bytes:
    """Percent-encode what is not kept; a blank becomes `+` on request, hex digits lower-case on request."""
    forms, unchanged = _escapes(kept, plus, lower)
    if not octets.translate(None, unchanged):
        return octets
    return b"".join([forms[octet] for octet in octets])


@lru_cache(maxsize=512)
def _escapes(kept: frozenset[int], plus: bool, lower: bool) -> tuple[tuple[bytes, ...], bytes]:
    """What becomes of each octet, and those that stay as they are."""
    form = b"%%%02x" if lower else b"%%%02X"
    forms = [bytes((octet,)) if octet in kept else form % octet for octet in range(256)]
    if plus:
        forms[0x20] = b"+"
    return tuple(forms), bytes(octet for octet in range(256) if forms[octet] == bytes((octet,)))


def map_value(pair: bytes, change: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The pair with replacements made in its value."""
    name, sign, value = pair.partition(b"=")
    for old, new in change:
        value = value.replace(old, new)
    return name + sign + value


def unquoted(pair: bytes, *, plus: bool) -> bytes:
    """The pair percent-decoded once; `+` read as a blank on request."""
    return percent_decoded(pair.replace(b"+", b" ") if plus else pair)


def changed_names(match: Match, request: ParsedRequest) -> Facts:
    """Names of the parameters that were signed otherwise than they were sent."""
    signed = match.text
    names = [param.shown for param in request.params if request.base.pairs[param.index] not in signed]
    return (("parameter", ", ".join(names[:6])),) if names and not request.websocket else ()
