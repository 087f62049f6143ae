"""Requests of real libraries, recorded on loopback (tests/data/captures.jsonl), judged by the sandbox's verifier.

They signed themselves with the made-up secret `dummy-secret`. Most are right. Those that are wrong are known
from an independent survey of the same libraries: they change the text after signing it.
"""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

from proxy.sandbox.keys import SandboxKey
from proxy.sandbox.verify import covers
from proxy.sandbox.wire import Received

CAPTURES = Path(__file__).parent.parent / "data" / "captures.jsonl"
KEY = SandboxKey("x" * 64, "hmac", "dummy-secret")

# Client -> captures whose signature does not cover what was sent.
KNOWN_WRONG = {
    "python-binance": 4,
    "python-binance-async": 3,
    "aiohttp": 3,
    "node-binance-api": 2,
    "binance-spot-js": 2,
    "binance-connector-js": 1,
    "axios": 1,
    "fetch": 1,
}
# Signed and sent raw: verified before 2026, refused since.
NOT_ENCODED = {"ccxt-python": 1, "ccxt-js": 1, "bash-openssl": 1}


def _received(row: dict[str, Any]) -> Received:
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in row["headers"])
    body = base64.b64decode(row["body_b64"] or "")
    return Received(row["method"], row["target"].encode("latin-1"), headers, body, "127.0.0.1")


def _signed() -> list[tuple[str, Received, str]]:
    found = []
    for line in CAPTURES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("event") or not row.get("target"):
            continue
        received = _received(row)
        signature = next((pair.value for pair in received.pairs if pair.name == "signature"), "")
        if signature:
            found.append((row["client"], received, signature))
    return found


def test_the_verifier_agrees_with_the_survey_of_real_clients() -> None:
    signed = _signed()
    wrong = Counter(
        client for client, received, signature in signed if not covers(KEY, received.payload, signature)
    )
    assert wrong == KNOWN_WRONG
    assert len(signed) > 180


def test_right_signatures_over_raw_text_are_few_and_known() -> None:
    raw = Counter(
        client
        for client, received, signature in _signed()
        if covers(KEY, received.payload, signature) and not received.payload_is_encoded
    )
    assert raw == NOT_ENCODED
