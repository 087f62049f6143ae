"""What an answer of the exchange says against the table: so that a change of the exchange is seen in a day.

A contradiction says what the table says and what was seen, and no more. Where an answer has another explanation (the
user's key, a parameter sent twice, a path that no source knows) there is none: a false alarm costs more than a late
one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec

from proxy.core.catalogue.endpoint import Endpoint, Needs
from proxy.core.catalogue.errors import is_listed
from proxy.core.catalogue.parameters import Parameters, Role, parameters_of
from proxy.core.catalogue.retired import REMOVED
from proxy.core.catalogue.table import CONFIGURED


class Kind(StrEnum):
    """In what an answer differs from the table."""

    WANTS_KEY = "wants_key"
    WANTS_SIGNATURE = "wants_signature"
    NEEDS_LESS = "needs_less"
    GONE = "gone"
    BACK = "back"
    PARAMETER_UNREAD = "parameter_unread"
    UNKNOWN_CODE = "unknown_code"
    OTHER_WEIGHT_HEADER = "other_weight_header"
    OTHER_WEIGHT = "other_weight"


class Contradiction(msgspec.Struct, frozen=True):
    """One of them. `detail` tells those of a kind apart: the code, the weight."""

    kind: Kind
    says: str
    """One sentence: what the table says, what the exchange answered."""
    remedy: str
    detail: str = ""


class Seen(msgspec.Struct, frozen=True):
    """What was sent and what was answered, as far as it is judged."""

    needs: Needs
    """What was sent with it, which the caller may have chosen."""
    status: int
    code: str | None
    """Binance's code as text, "" where the body has none; None where the body was not read to its end."""
    message: str = ""
    header_names: frozenset[str] = frozenset()
    """Of the answer, in lower case."""
    names: tuple[str, ...] | None = None
    """Of the parameters that were sent, in query and form; None where they are not known (a JSON body)."""
    host: str = ""
    """The host of Binance that answered; "" for any other."""


TELL_US: Final = "if you see it again, tell the project, so that the table follows"
_SUCCESS: Final = frozenset({"", "0", "200", "000000"})
"""Codes of a 200 that was none of an error; /sapi and C2C write one into right answers, too."""
_KEY_CODES: Final = frozenset({"-2014", "-2015"})
_SIGNING: Final = ("timestamp", "signature")
_NAMED: Final = re.compile(r"'(timestamp|signature)'")
_SURPLUS_CODES: Final = frozenset({"-1101", "-1103", "-1104"})
_NOT_FOUND_CODES: Final = frozenset({"", "-5000"})
"""Of a 404 that speaks of the path: none, or the "Path ..., Method ... is invalid" of futures."""
_RANK: Final = {Needs.NONE: 0, Needs.KEY: 1, Needs.SIGNED: 2}
_CODE: Final = re.compile(r"-1[0-9]{3}")
_LEAST_TOLD: Final = -1138
"""Codes from -1000 to here tell of transport, keys, time and the form of a request, and the table means to have them
all. Those beyond, of orders, positions and single products, are left out on purpose."""
_WEIGHT_HEADERS: Final = {"IP": "x-sapi-used-ip-weight-1m", "UID": "x-sapi-used-uid-weight-1m"}


def contradictions_of(endpoint: Endpoint, seen: Seen) -> tuple[Contradiction, ...]:
    """All that an answer says against the row of its endpoint; none for a path that no source knows."""
    if not endpoint.listed:
        return ()
    return tuple(found for check in _CHECKS if (found := check(endpoint, seen)) is not None)


def _wants_key(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    if endpoint.needs is not Needs.NONE or seen.needs is not Needs.NONE or seen.code not in _KEY_CODES:
        return None
    return Contradiction(
        Kind.WANTS_KEY,
        f"the table says public, the exchange asked for a key: {seen.code}",
        _correct(endpoint, Needs.KEY),
    )


def _wants_signature(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    """A mandatory time stamp or signature, where neither was sent nor is known to be taken."""
    named = _NAMED.search(seen.message)
    if (
        endpoint.needs is Needs.SIGNED
        or seen.needs is not endpoint.needs
        or seen.code != "-1102"
        or not named
    ):
        return None
    known = parameters_of(endpoint.method, endpoint.path)
    if seen.names is None or named[1] in known or any(name in seen.names for name in _SIGNING):
        return None
    says = "public" if endpoint.needs is Needs.NONE else "key only"
    return Contradiction(
        Kind.WANTS_SIGNATURE,
        f"the table says {says}, the exchange asked for a {named[1]}: {seen.code}",
        _correct(endpoint, Needs.SIGNED),
    )


def _needs_less(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    if not _is_good(seen) or _RANK[seen.needs] >= _RANK[endpoint.needs]:
        return None
    wanted = "a key" if endpoint.needs is Needs.KEY else "key and signature"
    sent = "without a key" if seen.needs is Needs.NONE else "with a key and no signature"
    return Contradiction(
        Kind.NEEDS_LESS,
        f"the table says {wanted}, the exchange answered a request {sent}: 200",
        _correct(endpoint, seen.needs),
    )


def _gone(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    if endpoint.status != "current" or seen.status not in (404, 410):
        return None
    if (seen.code or "") not in _NOT_FOUND_CODES or (seen.host and seen.host not in endpoint.hosts):
        return None
    return Contradiction(
        Kind.GONE,
        f"the table says current, the exchange answered as for a path it does not have: {seen.status}",
        f"look for it in the exchange's change log; {TELL_US}",
    )


def _back(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    if endpoint.status not in (REMOVED, CONFIGURED) or not _is_good(seen):
        return None
    return Contradiction(
        Kind.BACK,
        "the table says removed, the exchange answered: 200",
        f"- endpoint: {endpoint.name} (under `endpoints:`) has it sent; {TELL_US}",
    )


def _parameter_unread(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    """Only where every name that was sent is in the table, once, and depends on no other one's value."""
    names = seen.names
    if seen.code not in _SURPLUS_CODES or not names or seen.needs is not endpoint.needs:
        return None
    known = parameters_of(endpoint.method, endpoint.path)
    sent = [name for name in names if seen.needs is not Needs.SIGNED or name not in _ALWAYS]
    if len(set(names)) != len(names) or not sent or not _all_certain(known, sent):
        return None
    return Contradiction(
        Kind.PARAMETER_UNREAD,
        f"the table lists all that was sent ({', '.join(sent)}), the exchange says that one is too much: {seen.code}",
        f"leave out what you can do without; {TELL_US}",
        ", ".join(sorted(sent)),
    )


_ALWAYS: Final = frozenset({*_SIGNING, "recvWindow"})


def _all_certain(known: Parameters, sent: Iterable[str]) -> bool:
    """Which parameters an order may have depends on its type, so no endpoint with types is judged."""
    if any(one.role is Role.ORDER_TYPE for one in known.values()):
        return False
    found = [known.get(name) for name in sent]
    return all(one is not None and one.required in ("yes", "no") and one.place != "json" for one in found)


def _unknown_code(_endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    code = seen.code or ""
    if not _CODE.fullmatch(code) or int(code) < _LEAST_TOLD or is_listed(code):
        return None
    return Contradiction(
        Kind.UNKNOWN_CODE,
        f"the table has no such code, the exchange answered: {code}",
        f"look for it in the exchange's list of error codes; {TELL_US}",
        code,
    )


def _other_weight_header(endpoint: Endpoint, seen: Seen) -> Contradiction | None:
    expected = _WEIGHT_HEADERS.get(endpoint.weight_kind)
    if expected is None or seen.status != 200 or not endpoint.path.startswith("/sapi/"):
        return None
    other, header = next((one, name) for one, name in _WEIGHT_HEADERS.items() if name != expected)
    if expected in seen.header_names or header not in seen.header_names:
        return None
    return Contradiction(
        Kind.OTHER_WEIGHT_HEADER,
        f"the table says weight by {endpoint.weight_kind}, the exchange told the weight by {other} alone: {header}",
        f"the brake does not count this endpoint rightly; {TELL_US}",
    )


_CHECKS: Final[tuple[Callable[[Endpoint, Seen], Contradiction | None], ...]] = (
    _wants_key,
    _wants_signature,
    _needs_less,
    _gone,
    _back,
    _parameter_unread,
    _unknown_code,
    _other_weight_header,
)


def _is_good(seen: Seen) -> bool:
    return seen.status == 200 and seen.code in _SUCCESS


def _correct(endpoint: Endpoint, needs: Needs) -> str:
    return f"add under `endpoints:`: {{endpoint: {endpoint.name}, needs: {needs}}}; {TELL_US}"


class Entry(msgspec.Struct):
    """How often one was seen. Times are RFC 3339; `request_id` is of the last answer that showed it."""

    environment: str
    endpoint: str
    contradiction: Contradiction
    first: str
    last: str
    request_id: str
    count: int


MOST_ENTRIES: Final = 512


class Tally:
    """Counts contradictions by environment, endpoint and kind; what is beyond the bound is counted as one number."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, Kind, str], Entry] = {}
        self.beyond = 0

    def note(
        self,
        environment: str,
        endpoint: str,
        found: Contradiction,
        time: str,
        request_id: str,
        count: int = 1,
    ) -> bool:
        """Count one. Returns whether it is the first of its sort."""
        key = environment, endpoint, found.kind, found.detail
        entry = self._entries.get(key)
        if entry is not None:
            entry.count += count
            entry.first = min(entry.first, time)
            if time >= entry.last:
                entry.last, entry.request_id = time, request_id
            return False
        if len(self._entries) >= MOST_ENTRIES:
            self.beyond += count
            return False
        self._entries[key] = Entry(environment, endpoint, found, time, time, request_id, count)
        return True

    def entries(self) -> Iterator[Entry]:
        """By endpoint, then kind."""
        return iter(entry for _, entry in sorted(self._entries.items()))
