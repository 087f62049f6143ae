"""Flows as redacted lines: the schema of the gateway's journal, which `signing-proxy explain` reads.

Only what the core's redaction lets through is written, by an allowlist of values. Each file has tags of its
own, so two files cannot be matched by them.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from mitmproxy import http

from addons.doctor import observation as translate
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue, Endpoint
from proxy.core.errors import Execution, Refusal
from proxy.core.findings import Diagnosis
from proxy.core.flow import Answer, Flow, KeyInfo, Timings
from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.core.signing.known_key import KnownKey

_TAG_KEY_OCTETS: Final = 32
_REFUSAL: Final = Refusal(403, "private_target_refused", "")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Recorder:
    """Redacts flows for one file."""

    def __init__(self, known_secrets: Sequence[Secret]) -> None:
        self._redactor = Redactor(secrets.token_bytes(_TAG_KEY_OCTETS), known_secrets)

    def line(self, flow: http.HTTPFlow, diagnosis: Diagnosis | None, key: KnownKey | None) -> bytes:
        """One flow as one line with its newline. Raises RedactionError, with no value of the flow in it."""
        return self._redactor.redact(core_flow(flow, diagnosis, key)).line + b"\n"


def core_flow(flow: http.HTTPFlow, diagnosis: Diagnosis | None, key: KnownKey | None) -> Flow:
    """A mitmproxy flow as the core's: the client signed by itself, so nothing was prepared or signed by us."""
    client = translate.raw_request(flow)
    response = flow.response
    timings = Timings(
        accepted=flow.request.timestamp_start,
        sent=flow.request.timestamp_end,
        head=response.timestamp_start if response else None,
        done=response.timestamp_end if response else None,
    )
    return Flow(
        request_id=flow.id,
        started_ms=round(flow.request.timestamp_start * 1000),
        client=client,
        timings=timings,
        key=_key_info(key),
        endpoint=_endpoint(client.method, client.path),
        upstream=_upstream(flow),
        diagnosis=diagnosis,
        **_end(flow),
    )


def _end(flow: http.HTTPFlow) -> dict[str, Any]:
    """How it ended: answered, without an answer, or refused here before anything was sent."""
    if "binance_refused" in flow.metadata:
        return {"attempts": 0, "refusal": _REFUSAL, "execution": Execution.NOT_SENT}
    return {
        "attempts": 1,
        "answer": _answer(flow),
        "fault": "error" if flow.error else None,
        "execution": Execution.ANSWERED if flow.response else Execution.UNKNOWN,
    }


def _key_info(key: KnownKey | None) -> KeyInfo | None:
    if key is None or key.api_key is None or key.signing is None:
        return None
    return KeyInfo(key.name, key.signing.key_type, key.api_key)


def _endpoint(method: str, path: bytes) -> Endpoint | None:
    text = path.decode("latin-1")
    catalogue = Catalogue.builtin()
    return catalogue.find(method, text) or catalogue.unlisted(method, text)


def _upstream(flow: http.HTTPFlow) -> str:
    """Scheme and host where they say nothing about the user: Binance's own, and loopback."""
    host = flow.request.host.lower()
    known = host in ALLOWED_UPSTREAM_HOSTS or host in _LOOPBACK
    return f"{flow.request.scheme}://{host}" if known else ""


def _answer(flow: http.HTTPFlow) -> Answer | None:
    response = flow.response
    if response is None:
        return None
    body = response.raw_content or b""
    headers = tuple((bytes(name), bytes(value)) for name, value in response.headers.fields)
    return Answer(response.status_code, headers, body, len(body), complete=response.raw_content is not None)
