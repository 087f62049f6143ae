"""Which flows of a journal are wanted."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from proxy.core.redaction.foreign_record import ForeignFlow
from proxy.journal.reader import Entry

_AGO: Final = re.compile(r"([0-9]{1,6})\s*(s|m|h|d)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_STATUS: Final = re.compile(r"[1-5](xx|[0-9]{2})|none")


class Selection(msgspec.Struct, frozen=True):
    """Conditions that all must hold; an empty one holds always. Within one, any of its values will do."""

    paths: tuple[str, ...] = ()
    """A path's beginning, or a pattern with `*`."""
    statuses: tuple[str, ...] = ()
    """`400`, `4xx`, or `none` for flows without an answer of Binance's."""
    codes: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    """Names of clients or accounts."""
    request_ids: tuple[str, ...] = ()
    since: str = ""
    """Earliest `time` of a record, in its own form."""
    until: str = ""
    """Latest one."""

    def given(self) -> list[str]:
        """The conditions that leave something out, by the names of their options."""
        conditions = {
            "path": self.paths,
            "status": self.statuses,
            "code": self.codes,
            "client": self.clients,
            "request_id": self.request_ids,
            "since": self.since,
            "until": self.until,
        }
        return [name for name, values in conditions.items() if values]

    def takes(self, entry: Entry) -> bool:
        record = entry.record
        flow = record if isinstance(record, ForeignFlow) else None
        status = str(flow.status) if flow and flow.status is not None else "none"
        return (
            record.time.raw >= self.since
            and (not self.until or record.time.raw <= self.until)
            and _any(self.request_ids, lambda wanted: record.request_id == wanted)
            and _any(self.paths, lambda wanted: _path_matches(record.path.raw, wanted))
            and _any(self.statuses, lambda wanted: status == wanted or status[0] + "xx" == wanted)
            and _any(self.codes, lambda wanted: flow is not None and flow.code == wanted)
            and _any(self.clients, lambda wanted: wanted in (record.client, record.account))
        )

    def of(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        return (entry for entry in entries if self.takes(entry))


def _any(wanted: tuple[str, ...], matches: Callable[[str], bool]) -> bool:
    return not wanted or any(matches(one) for one in wanted)


def _path_matches(path: str, wanted: str) -> bool:
    return fnmatchcase(path, wanted) if "*" in wanted else path.startswith(wanted)


def parse_since(text: str, now_ms: int) -> str:
    """`90s`, `10m`, `2h`, `3d` ago, or an ISO 8601 time (UTC unless it says otherwise). Raises ValueError."""
    if found := _AGO.fullmatch(text.strip()):
        moment = datetime.fromtimestamp(now_ms / 1000, UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    else:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_status(text: str) -> str:
    """A status, a class such as `4xx`, or `none`. Raises ValueError."""
    if not _STATUS.fullmatch(text.lower()):
        raise ValueError("a status such as 400, a class such as 4xx, or none")
    return text.lower()
