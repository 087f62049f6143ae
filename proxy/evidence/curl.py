"""Flows as curl lines that go through the gateway: unsigned, to its address, with marks where values were."""

import re
from collections.abc import Iterable
from typing import Final

from proxy.core.foreign import Foreign, joined
from proxy.core.order_lookup import in_words
from proxy.core.redaction import (
    ForeignFlow,
    ForeignIntent,
    ForeignOutcome,
    ForeignRecord,
    decode_foreign,
    encode_record,
)
from proxy.evidence.anonymous import Kept

_METHOD: Final = re.compile(r"[A-Z]{1,20}")
_PATH: Final = re.compile(r"/.*", re.DOTALL)
_OURS: Final = frozenset({"signature", "timestamp"})
_KEPT_HEADER: Final = re.compile(
    r"(?:clienttype|x-mbx-time-unit|x-mbx-sbe|x-gateway-security|x-gateway-host)(?::.*)?",
    re.IGNORECASE | re.DOTALL,
)
_HEAD: Final = """#!/bin/sh
# Recorded flows as curl commands. They go through the gateway, which signs them: no key is needed here.
# <kind:...> stands for a value that was not recorded; put yours in its place.
"""


def curl_script(records: Iterable[Kept], gateway: str) -> str:
    """A shell script, one command a flow. `gateway`: its base URL, such as http://127.0.0.1:8180.

    All of a record is foreign text: its words are quoted, its remarks hold no command for any shell, and a flow whose
    method or path would be an option or another host to curl is told, not made a command.
    """
    return "\n".join([_HEAD, *(_told(decode_foreign(encode_record(record)), gateway) for record in records)])


def _told(record: ForeignRecord, gateway: str) -> str:
    if isinstance(record, ForeignFlow | ForeignIntent):
        return _remark(*_said(record)) + _command(record, gateway)
    if isinstance(record, ForeignOutcome):
        words = (record.outcome, record.reason, record.order_status)
        said = in_words(*(word.terminal() for word in words), looks=record.looks)
        return _remark(*_when(record), Foreign(said))
    return ""


def _command(record: ForeignFlow | ForeignIntent, gateway: str) -> str:
    came = record.came
    if not record.method.is_like(_METHOD) or not record.path.is_like(_PATH):
        return _remark("no command: its method or path is none that could be sent")
    url: list[str | Foreign] = [gateway, record.path]
    if query := came.query.without_pairs(_OURS):
        url += ["?", query]
    options = ["--globoff"] if any(part.holds("[]{}") for part in url if isinstance(part, Foreign)) else []
    words = ["curl", *options]
    if record.method != ("POST" if came.body else "GET"):
        words += ["-X", record.method.shell_word()]
    words.append(joined(*url).shell_word())
    for line in came.headers:
        if line.is_like(_KEPT_HEADER):
            words += ["-H", line.shell_word()]
    if came.body:
        if came.body_kind == "json":
            words += ["-H", "'Content-Type: application/json'"]
        sent = came.body.without_pairs(_OURS) if came.body_kind == "form" else came.body
        words += ["--data-raw", sent.shell_word()]
    return f"{' '.join(words)}\n"


def _remark(*parts: str | Foreign) -> str:
    """A line of comment."""
    return f"# {joined(*parts).shell_remark()}\n"


def _when(record: ForeignFlow | ForeignIntent | ForeignOutcome) -> tuple[str | Foreign, ...]:
    return record.time, " ", record.request_id, ": "


def _said(record: ForeignFlow | ForeignIntent) -> tuple[str | Foreign, ...]:
    if isinstance(record, ForeignIntent):
        return *_when(record), "outcome not recorded"
    if record.status is not None:
        outcome: tuple[str | Foreign, ...] = (str(record.status),)
    else:
        outcome = f"{record.refused} " if record.refused else "", record.error
    said = [part for part in (record.code, record.message) if part]
    return *_when(record), *outcome, ", " if said else "", joined(*said, between=" ")
