"""What a script has to send, read out of a record: texts that hold nothing but what may stand in a URL or in JSON.

A record may come from anybody, and whoever runs the script signs with his own key. So the host is one of Binance's,
or this machine; method, path and parameters are percent-encoded where they could be more than they say.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue, Needs
from proxy.core.foreign import Foreign
from proxy.core.printable import printable_json
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent, ForeignSide
from proxy.evidence.placeholders import Placeholders

API_KEY: Final = "BINANCE_API_KEY"
API_SECRET: Final = "BINANCE_API_SECRET"
DEFAULT_BASE: Final = "https://api.binance.com"
_METHOD: Final = re.compile(r"[A-Z]{1,10}")
_LOOPBACK: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_PATH_SIGNS: Final = "%/-._~!$&'()*+,;=:@"
_QUERY_SIGNS: Final = f"{_PATH_SIGNS}?[]"
_OURS: Final = frozenset({"timestamp", "signature"})
_CLIENT_TYPE: Final = re.compile(r"(?i:clienttype): ([a-z]{1,10})")


@dataclass(frozen=True, slots=True)
class Call:
    """One request without key, time and signature. `needs`: none, key or signed. `words`: to be replaced by hand."""

    said: Foreign
    """When it was sent and what was answered: for a remark."""
    method: str
    base: str
    path: str
    query: str
    form: str
    json: str
    needs: str
    client_type: str
    mutates: bool
    words: tuple[str, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """What of his own whoever runs the script has to put into the environment."""
        if self.needs == "none":
            return ()
        return (API_KEY, API_SECRET) if self.needs == "signed" else (API_KEY,)

    @property
    def name(self) -> str:
        """`GET-api-v3-order`, for a file."""
        return f"{self.method}-{re.sub('[^A-Za-z0-9]+', '-', self.path).strip('-')}"[:80]


def call_of(record: ForeignFlow | ForeignIntent) -> Call | str:
    """The call, or why there is none."""
    flow = record if isinstance(record, ForeignFlow) else None
    side = flow.went if flow and flow.went else record.came
    method, path = record.method.raw, record.path.raw
    if not _METHOD.fullmatch(method) or not path.startswith("/"):
        return "its method or path is none that could be sent"
    if side.body and side.body_kind.raw not in ("form", "json"):
        return f"its body is neither a form nor JSON, and was not recorded ({side.body_octets} octets)"
    known, words = Catalogue.builtin().find(method, path), Placeholders()
    is_form = side.body_kind.raw == "form"
    return Call(
        said=Foreign(_said(record)),
        method=method,
        base=_base(record.scheme.raw, record.server.raw),
        path=quote(words.filled(path), safe=_PATH_SIGNS),
        query=_pairs(side.query, words),
        form=_pairs(side.body, words) if is_form else "",
        json="" if is_form else _json(side, words),
        needs=_needs(flow, method, path),
        client_type=next(
            (found[1] for line in side.headers if (found := _CLIENT_TYPE.fullmatch(line.raw))), ""
        ),
        mutates=known is None or known.mutates,
        words=tuple(words.words()),
    )


def _said(record: ForeignFlow | ForeignIntent) -> str:
    what = f"{record.method.raw} {record.path.raw} at {record.time.raw}, id {record.request_id.raw}"
    if isinstance(record, ForeignIntent):
        return f"{what}: the outcome was not recorded"
    if record.status is None:
        return f"{what}: no answer ({record.error.raw or record.execution.raw})"
    return " ".join(
        filter(None, [f"{what}: answered", str(record.status), record.code.raw, record.message.raw])
    )


def _base(scheme: str, server: str) -> str:
    """The host that was spoken to; where that is none of Binance's, nor this machine, the usual one."""
    if _LOOPBACK.fullmatch(server):
        return f"{'http' if scheme == 'http' else 'https'}://{server}"
    return f"https://{server}" if server in ALLOWED_UPSTREAM_HOSTS else DEFAULT_BASE


def _needs(flow: ForeignFlow | None, method: str, path: str) -> str:
    """As it was sent; else as the catalogue has it, and signed where nobody knows."""
    if flow is not None and flow.needs.raw in tuple(Needs):
        return flow.needs.raw
    known = Catalogue.builtin().find(method, path)
    return (known.needs if known else Needs.SIGNED).value


def _pairs(text: Foreign, words: Placeholders) -> str:
    return quote(words.filled(text.without_pairs(_OURS).raw), safe=_QUERY_SIGNS)


def _json(side: ForeignSide, words: Placeholders) -> str:
    return printable_json(words.filled(side.body.raw).encode("utf-8", "replace")).decode("ascii")
