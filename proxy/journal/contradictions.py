"""What a journal shows against the table of endpoints: of every gateway that wrote into its directory."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue, Endpoint, Needs, PrefixFamily, prefix_of
from proxy.core.catalogue.contradictions import Seen, Tally, contradictions_of
from proxy.core.catalogue.environments import PRODUCTION
from proxy.core.catalogue.rate_limits import pool_of
from proxy.core.catalogue.rises import RiseWatch, Use
from proxy.core.catalogue.weights import INACCURATE_COUNT, documented_weight
from proxy.core.redaction.foreign_record import ForeignFlow
from proxy.journal.reader import Entry

_NEEDS: Final = frozenset(Needs)
_USED: Final = "x-mbx-used-weight-1m"


def tally_of(entries: Iterable[Entry], catalogue: Catalogue) -> tuple[Tally, int]:
    """What the answers of these flows say against the catalogue, and how many answers were held against it."""
    tally, watch, answers = Tally(), RiseWatch(), 0
    for entry in entries:
        record = entry.record
        if not isinstance(record, ForeignFlow) or record.status is None or record.dry_run:
            continue
        endpoint = catalogue.find(record.method.raw, record.path.raw)
        if endpoint is None or record.needs.raw not in _NEEDS:
            continue
        answers += 1
        for found in contradictions_of(endpoint, seen_in(record, record.status)):
            tally.note(
                record.environment.terminal(),
                endpoint.name,
                found,
                record.time.terminal(),
                record.request_id.terminal(),
            )
        if record.environment == PRODUCTION.name and (use := use_in(record, endpoint)) is not None:
            watch.add(use)
    for told in watch.told():
        for time, count in ((told.first, told.count - 1), (told.last, 1)):
            tally.note(PRODUCTION.name, told.endpoint, told.contradiction, time, told.request_id, count)
    return tally, answers


def seen_in(record: ForeignFlow, status: int) -> Seen:
    """What a record tells of a request that was sent and its answer."""
    return Seen(
        needs=Needs(record.needs.raw),
        status=status,
        code=None if record.undecoded else record.code.raw,
        message=record.message.raw,
        header_names=frozenset(line.raw.partition(":")[0].lower() for line in record.headers),
        names=_names(record),
        host=record.server.raw if record.server.raw in ALLOWED_UPSTREAM_HOSTS else "",
    )


def use_in(record: ForeignFlow, endpoint: Endpoint) -> Use | None:
    """What a record tells of the weight that its IP has used; None for /sapi, where each endpoint counts alone."""
    prefix = prefix_of(endpoint.path)
    if prefix is None or record.shared or prefix.families[0] is PrefixFamily.SAPI:
        return None
    pool = pool_of(f"https://{record.server.raw}", prefix.families[0])
    try:
        began_ms = datetime.fromisoformat(record.time.raw).timestamp() * 1000
    except (ValueError, OverflowError):
        return None
    return Use(
        limiter=(pool.base, pool.family.value),
        endpoint=endpoint.name,
        documented=_documented(record, endpoint),
        used=_used(record),
        began_ms=began_ms,
        ended_ms=began_ms + record.duration_ms,
        time=record.time.terminal(),
        request_id=record.request_id.terminal(),
    )


def _documented(record: ForeignFlow, endpoint: Endpoint) -> int | None:
    """The recorded weight where it is that of the documentation: one that was reckoned or assumed is not judged."""
    if record.status != 200 or record.attempts != 1 or endpoint.path in INACCURATE_COUNT:
        return None
    if endpoint.family == "futures_data" or documented_weight(endpoint, b"") is None:
        return None
    return record.weight


def _used(record: ForeignFlow) -> int | None:
    for line in record.headers:
        name, _, value = line.raw.partition(": ")
        if name.lower() == _USED and value.isdecimal():
            return int(value)
    return None


def _names(record: ForeignFlow) -> tuple[str, ...] | None:
    sent = record.went
    if sent is None or sent.body_kind.raw not in ("empty", "form"):
        return None
    form = sent.body.raw if sent.body_kind == "form" else ""
    return tuple(
        name for text in (sent.query.raw, form) for name, _ in parse_qsl(text, keep_blank_values=True)
    )
