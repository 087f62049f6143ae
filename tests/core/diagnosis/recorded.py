"""Recorded requests as observation: tests/data/requests.jsonl, captures.jsonl and signing-vectors.json.

The requests come from an independent generator and carry made-up keys. The captures are of real clients, signed
by themselves with dummy-key and dummy-secret; whether a signature verifies is decided here by a few own lines.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation, Transport
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey, load_private_key
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest

DATA = Path(__file__).resolve().parents[2] / "data"

ONLY_SEEN = frozenset({"alg-object-as-signature", "alg-rsa-base64-not-encoded", "place-signature-twice"})
"""Labels that have a departure too, but whose recorded cases can only be seen."""


def requests() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "requests.jsonl").read_text("utf-8").splitlines()]


def observation_of(case: dict[str, Any], *, answered: bool = True, secret: bool = True) -> Observation:
    """One recorded request; without its answer or without the secret on demand."""
    url = case["url"]
    rest = url.split("://", 1)[1]
    target = "/" + rest.split("/", 1)[1] if "/" in rest else "/"
    answer = case["answer"]
    body = (case["body"] or "").encode()
    headers = tuple((name.encode(), text.encode()) for name, text in case["headers"])
    signing = HmacKey(Secret(case["secret"].encode())) if secret else None
    return Observation(
        request=RawRequest(case["method"], target.encode(), headers, body),
        host=urlsplit(url).hostname,
        transport=Transport.WEBSOCKET if case["method"] == "WS" else Transport.REST,
        answer=_answer(answer) if answered else None,
        keys=(KnownKey("recorded", case["api_key"], signing),),
        exchange_ms=answer["server_time"] if answered else None,
    )


def _answer(answer: dict[str, Any]) -> AnswerSeen | None:
    if not answer["status"]:
        return None
    if answer["status"] == 200:
        return AnswerSeen(200, (), b"{}")
    if answer["code"] is not None:
        return AnswerSeen(
            answer["status"], (), json.dumps({"code": answer["code"], "msg": answer["msg"]}).encode()
        )
    html = "HTML" in (answer["msg"] or "")
    return AnswerSeen(answer["status"], (), b"<html></html>" if html else b"")


def captures(*, answered: bool = True) -> Iterator[tuple[str, Observation, bool]]:
    """Name, observation and whether the client's own signature verifies, of every signed capture."""
    keys = (KnownKey("dummy", "dummy-key", HmacKey(Secret(b"dummy-secret"))),)
    for line in (DATA / "captures.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if case.get("event") or not case.get("target"):
            continue
        target, body = case["target"].encode("latin-1"), base64.b64decode(case.get("body_b64") or "")
        form = b"" if body[:1] in (b"{", b"[") or b"=" not in body else body
        query = target.partition(b"?")[2]
        sent = re.search(rb"(?:^|&)signature=([^&]+)", query + b"&" + form)
        if sent is None:
            continue
        text = _unsigned(query) + _unsigned(form)
        right = hmac.new(b"dummy-secret", text, hashlib.sha256).hexdigest().encode() == sent[1].lower()
        headers = tuple((h[0].encode("latin-1"), h[1].encode("latin-1")) for h in case["headers"])
        yield (
            f"{case['client']} {case['call']}",
            Observation(
                RawRequest(case["method"], target, headers, body),
                answer=AnswerSeen(case.get("status") or 200, (), b"{}") if answered else None,
                keys=keys,
                exchange_ms=case["t"],
            ),
            right,
        )


def _unsigned(part: bytes) -> bytes:
    return b"&".join(pair for pair in part.split(b"&") if not pair.startswith(b"signature="))


def vectors() -> Iterator[tuple[str, Observation]]:
    """Every published vector that verifies, but for the one that is published as a counter-example."""
    for vector in json.loads((DATA / "signing-vectors.json").read_text("utf-8"))["vectors"]:
        if not vector["verified"] or vector["note"].startswith("Counter-example"):
            continue
        keys = (KnownKey("vector", vector["api_key"], _signing(vector)),)
        if vector["transport"] == "ws":
            members = {**vector["ws_params"], "signature": vector["signature_on_wire"]}
            frame = json.dumps({"id": 1, "method": vector["method"], "params": members}).encode()
            yield (
                vector["name"],
                Observation(
                    RawRequest("GET", b"/ws-api/v3", (), frame), transport=Transport.WEBSOCKET, keys=keys
                ),
            )
            continue
        query, body = vector["query"] or "", vector["body"] or ""
        signature = "signature=" + vector["signature_on_wire"]
        if body and not query:
            body += "&" + signature
        else:
            query = f"{query}&{signature}" if query else signature
        headers = [(b"X-MBX-APIKEY", vector["api_key"].encode())] if vector["api_key"] else []
        if vector["content_type"]:
            headers.append((b"Content-Type", vector["content_type"].encode()))
        target = (vector["path"] or "/api/v3/order") + ("?" + query if query else "")
        yield (
            vector["name"],
            Observation(
                RawRequest(vector["method"], target.encode(), tuple(headers), body.encode()), keys=keys
            ),
        )


def _signing(vector: dict[str, Any]) -> Any:
    secret = Secret(vector["secret_or_private_key"].encode())
    if vector["key_type"] == "HMAC":
        return HmacKey(secret)
    passphrase = vector["private_key_password"]
    return load_private_key(secret, Secret(passphrase.encode()) if passphrase else None)
