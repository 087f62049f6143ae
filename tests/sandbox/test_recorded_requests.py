"""Requests of tests/data/requests.jsonl, wrong and right, sent again with the clock of their recording.

The file was written by an independent generator. The sandbox has to answer with the recorded code; where it
does not, the label stands in DIFFERS with the reason.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from proxy.sandbox import ALL_PERMISSIONS, Fault, Limits, SandboxKey
from proxy.sandbox.spot.symbols import Symbol

REQUESTS = Path(__file__).parent.parent / "data" / "requests.jsonl"
ROWS = [json.loads(line) for line in REQUESTS.read_text(encoding="utf-8").splitlines()]

# Never reaches an exchange, or is not a REST request.
OUT_OF_REACH = {"host-misspelt", "transport-cors"}

# label -> (code answered here, why). The recorded answer stands in the file.
DIFFERS: dict[str, tuple[int | None, str]] = {
    "key-and-secret-swapped": (
        -2008,
        "a secret is a well-formed key that nobody knows; -2015 is the older answer",
    ),
    "param-empty-value": (-1105, "the signature is right; `name=` is refused as an empty parameter"),
    "enc-whole-query-encoded": (-1022, "the signature is wrong too, and it is looked at first"),
    "place-body-where-query-required": (None, "withdrawals in a form are accepted: ccxt sends them so"),
    "header-clienttype-missing": (None, "only chat/retrieveChatCredential is known to need clientType"),
}
# Single rows that differ from the rest of their label.
DIFFERS_BY_ID: dict[str, tuple[int | None, str]] = {
    "key-format-whitespace-or-quotes-001": (None, "HTTP itself takes the blank off a header's value"),
    "key-format-whitespace-or-quotes-002": (None, "as before"),
    "limit-orders-001": (None, "order/test is no order and is not counted"),
    "order-signature-not-last-000": (None, "spot takes the signature wherever it stands"),
}

# Binance's firewall counts calls over time; the sandbox's knows forbidden words only. The page is scripted.
BLOCKED_FOR_THEIR_RATE = {
    row["id"] for row in ROWS if row["label"] == "limit-403-waf" and "select" not in row["url"]
}

# The signature was accepted; orders and settings of the recording do not exist here.
BUSINESS = {-2011, -2013, -4046, -4061, -4026}


def _symbols() -> list[Symbol]:
    """Every symbol of the file, so wide that any price and quantity passes its filters."""
    names = [
        "1000SHIBUSDT", "DOGEUSDT", "BNBBTC", "BTCUSDT", "ETHUSDT", "XRPUSDT", "SOLUSDC", "LTCBTC",
        "币安人生USDT", "这是测试币456", "我踏马来了USDT", "牛来USDT", "１２３４５６",
    ]  # fmt: skip
    one, fine = Decimal(1), Decimal("0.00000001")
    return [
        Symbol(
            name,
            "XRP" if name == "XRPUSDT" else f"BASE{number}",
            "USDT",
            one,
            fine,
            fine,
            Decimal(0),
            Decimal(10**9),
            Decimal(0),
            Decimal(10**9),
        )
        for number, name in enumerate(names)
    ]


def _key(row: dict[str, Any]) -> SandboxKey:
    label = row["label"]
    if label.startswith("alg-rsa"):
        public = rsa.generate_private_key(65537, 2048).public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return SandboxKey(row["api_key"], "rsa", pem)
    return SandboxKey(
        row["api_key"],
        "hmac",
        "a different test secret" if label == "secret-of-another-key" else row["secret"],
        ALL_PERMISSIONS,
        frozenset(("192.0.2.1",)) if label == "perm-ip-not-whitelisted" else None,
        unknown_on=("/sapi/v1/c2c",) if label == "perm-c2c-not-enabled" else (),
    )


def _settings(row: dict[str, Any]) -> dict[str, Any]:
    label = row["label"]
    unknown = label in ("key-unknown", "key-testnet-on-live", "key-doc-example")
    balances = (
        {"USDT": str(10**15)}
        | {f"BASE{number}": str(10**12) for number in range(20)}
        | {"XRP": "1000000000000"}
    )
    limits = Limits()
    if label == "limit-429":
        limits = Limits(spot_weight_1m=0, sapi_ip_1m=0, sapi_uid_1m=0, futures_weight_1m=0)
    if label == "limit-orders":
        limits = Limits(orders_10s=0)
    return {
        "now_ms": lambda: row["answer"]["server_time"],
        "keys": [] if unknown else [_key(row)],
        "symbols": _symbols(),
        "balances": balances,
        "limits": limits,
        "restricted_location": label == "perm-restricted-location",
    }


def _replayable() -> list[dict[str, Any]]:
    return [row for row in ROWS if row["method"] != "WS" and row["label"] not in OUT_OF_REACH]


@pytest.mark.parametrize("label", sorted({row["label"] for row in _replayable()}))
async def test_each_recorded_request_gets_the_recorded_answer(open_exchange: Any, label: str) -> None:
    for row in (row for row in _replayable() if row["label"] == label):
        exchange = await open_exchange(**_settings(row))
        if row["id"] in BLOCKED_FOR_THEIR_RATE:
            exchange.sandbox.faults.add(Fault("/", status=403, body=b"<html>blocked</html>"))
        split = urlsplit(row["url"])
        target = row["url"].partition(split.netloc)[2]
        headers = {"Host": split.netloc} | dict(row["headers"])
        body = (row["body"] or "").encode()
        answer = await exchange.send(row["method"], target, headers, body, api_key=None)
        code, status = row["answer"]["code"], row["answer"]["status"]
        if label == "ok" and answer.code in BUSINESS:
            assert exchange.seen[-1].signature == "valid", row["id"]
            continue
        if label in DIFFERS or row["id"] in DIFFERS_BY_ID:
            code, _ = DIFFERS_BY_ID.get(row["id"]) or DIFFERS[label]
            assert answer.code == code, (row["id"], answer)
            continue
        assert (answer.status, answer.code) == (status, code), (row["id"], row["url"], answer)
