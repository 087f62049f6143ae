"""From a received request to a reply, without a socket: judge, answer, count, tell the observer."""

import gzip
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from proxy.sandbox.call import Answer, Call
from proxy.sandbox.checks import Case, examine
from proxy.sandbox.endpoint import Endpoint
from proxy.sandbox.exchange import Observation, Sandbox
from proxy.sandbox.refusals import Refusal
from proxy.sandbox.tables import TABLE
from proxy.sandbox.wire import Received


@dataclass(slots=True)
class Reply:
    """chunks, if there, is a long body to be streamed instead of `body`."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Iterator[bytes] | None = None


def respond(sandbox: Sandbox, received: Received) -> Reply:
    """The exchange's whole answer to one request."""
    case = Case(received, sandbox.now_ms())
    refusal: Refusal | None = None
    try:
        endpoint, call = examine(sandbox, TABLE, case)
        reply = _answer(endpoint, call)
        reply.headers |= _after_success(sandbox, endpoint, case)
    except Refusal as raised:
        refusal = raised
        reply = _refuse(raised)
    reply.headers["x-mbx-uuid"] = str(uuid.uuid4())
    if case.endpoint is not None and reply.status not in (403, 451):
        account = case.key.account if case.key else None
        reply.headers |= sandbox.limit_keeper.headers(case.endpoint, received.remote, account, case.now_ms)
    if sandbox.observer is not None:
        sandbox.observer(_observation(case, reply, refusal))
    _compress(sandbox, received, reply)
    return reply


def _answer(endpoint: Endpoint, call: Call) -> Reply:
    result = endpoint.answer(call)
    answer = result if isinstance(result, Answer) else Answer(result)
    if isinstance(answer.payload, Iterator):
        return Reply(answer.status, b"", {"Content-Type": _JSON, **answer.headers}, answer.payload)
    return Reply(answer.status, _json(answer.payload), {"Content-Type": _JSON, **answer.headers})


_JSON = "application/json;charset=UTF-8"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _after_success(sandbox: Sandbox, endpoint: Endpoint, case: Case) -> dict[str, str]:
    """Successful orders are counted per account and cost no weight."""
    headers: dict[str, str] = {}
    if endpoint.order and case.key is not None:
        headers = sandbox.limit_keeper.count_order(endpoint, case.key.account, case.now_ms)
    if endpoint.free_on_success:
        sandbox.limit_keeper.refund(endpoint, case.received.remote, case.now_ms)
    return headers


def _refuse(refusal: Refusal) -> Reply:
    if refusal.code is None:
        return Reply(refusal.status, refusal.msg.encode(), {"Content-Type": "text/html", **refusal.headers})
    told: dict[str, object] = {"code": refusal.code, "msg": refusal.msg}
    if refusal.data is not None:
        told["data"] = refusal.data
    return Reply(refusal.status, _json(told), {"Content-Type": _JSON, **refusal.headers})


def observe_unjudged(sandbox: Sandbox, received: Received, reply: Reply) -> None:
    """Tells of a request that a fault kept from the exchange; status 0 means that it got no answer."""
    if sandbox.observer is not None:
        sandbox.observer(_observation(Case(received, sandbox.now_ms()), reply, None))


def _observation(case: Case, reply: Reply, refusal: Refusal | None) -> Observation:
    received = case.received
    return Observation(
        method=received.method,
        target=received.target,
        headers=received.headers,
        body=received.body,
        remote=received.remote,
        received_ms=case.now_ms,
        status=reply.status,
        code=refusal.code if refusal else None,
        msg=refusal.msg if refusal else None,
        security=case.endpoint.security.value if case.endpoint else None,
        signature=case.signature,
        payload=case.payload,
        answer=reply.body,
    )


def _compress(sandbox: Sandbox, received: Received, reply: Reply) -> None:
    """gzip, if the caller takes it and the body is worth it. Streamed bodies go out as they are."""
    accepted = received.header("Accept-Encoding") or ""
    if sandbox.gzip_from is None or "gzip" not in accepted or reply.chunks is not None:
        return
    if len(reply.body) >= sandbox.gzip_from:
        reply.body = gzip.compress(reply.body, mtime=0)
        reply.headers["Content-Encoding"] = "gzip"
