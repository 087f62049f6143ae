"""Flows as curl lines that go through the gateway: unsigned, to its address, with marks where values were."""

import re
from collections.abc import Iterable
from typing import Final

from proxy.core.foreign import Foreign
from proxy.core.order_lookup import in_words
from proxy.core.redaction import FlowRecord, IntentRecord, OutcomeRecord
from proxy.evidence.anonymous import Kept

_METHOD: Final = re.compile(r"[A-Z]{1,20}")
_PATH: Final = re.compile(r"/.*", re.DOTALL)
_OURS: Final = frozenset({"signature", "timestamp"})
_KEPT_HEADERS: Final = ("clienttype", "x-mbx-time-unit", "x-mbx-sbe", "x-gateway-security", "x-gateway-host")
_HEAD: Final = """#!/bin/sh
# Recorded flows as curl commands. They go through the gateway, which signs them: no key is needed here.
# <kind:...> stands for a value that was not recorded; put yours in its place.
"""


def curl_script(records: Iterable[Kept], gateway: str) -> str:
    """A shell script, one command a flow. `gateway`: its base URL, such as http://127.0.0.1:8180.

    All of a record is foreign text: its words are quoted, its remarks hold no command for any shell, and a flow whose
    method or path would be an option or another host to curl is told, not made a command.
    """
    return "\n".join([_HEAD, *(_told(record, gateway) for record in records)])


def _told(record: Kept, gateway: str) -> str:
    if isinstance(record, OutcomeRecord):
        words = in_words(record.outcome, record.reason, record.order_status, looks=record.looks)
        return _remark(f"{record.time} {record.request_id}: {words}")
    return _command(record, gateway)


def _command(record: FlowRecord | IntentRecord, gateway: str) -> str:
    came = record.came
    remark = _remark(_said(record))
    if not Foreign(record.method).is_like(_METHOD) or not Foreign(record.path).is_like(_PATH):
        return remark + _remark("no command: its method or path is none that could be sent")
    query = _without_ours(came.query)
    url = f"{gateway}{record.path}" + (f"?{query}" if query else "")
    words = ["curl"]
    if any(sign in url for sign in "[]{}"):
        words.append("--globoff")
    if record.method != ("POST" if came.body else "GET"):
        words += ["-X", record.method]
    words.append(url)
    for line in came.headers:
        if line.partition(":")[0].lower() in _KEPT_HEADERS:
            words += ["-H", line]
    if came.body:
        if came.body_kind == "json":
            words += ["-H", "Content-Type: application/json"]
        words += ["--data-raw", _without_ours(came.body) if came.body_kind == "form" else came.body]
    return f"{remark}{' '.join(Foreign(word).shell_word() for word in words)}\n"


def _without_ours(pairs: str) -> str:
    """Without what the gateway adds anew."""
    return "&".join(pair for pair in pairs.split("&") if pair.partition("=")[0] not in _OURS)


def _remark(text: str) -> str:
    """A line of comment."""
    return f"# {Foreign(text).shell_remark()}\n"


def _said(record: FlowRecord | IntentRecord) -> str:
    if isinstance(record, IntentRecord):
        return f"{record.time} {record.request_id}: outcome not recorded"
    outcome = (
        str(record.status) if record.status is not None else f"{record.refused or ''} {record.error}".strip()
    )
    said = " ".join(part for part in (record.code, record.message) if part)
    return f"{record.time} {record.request_id}: {outcome}{f', {said}' if said else ''}"
