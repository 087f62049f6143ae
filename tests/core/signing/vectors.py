"""The published and recomputed vectors of tests/data/signing-vectors.json; their sources stand in the file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, SigningKey
from proxy.core.signing.algorithms import load_private_key

_FILE = Path(__file__).parents[2] / "data" / "signing-vectors.json"


@dataclass(frozen=True)
class Vector:
    name: str
    query: bytes
    body: bytes
    content_type: bytes | None
    string_to_sign: bytes
    expected_signature: str
    signature_on_wire: str
    key: SigningKey


def _key(row: dict[str, Any]) -> SigningKey:
    secret = Secret(row["secret_or_private_key"].encode())
    if row["key_type"] == "HMAC":
        return HmacKey(secret)
    password = row["private_key_password"]
    return load_private_key(secret, Secret(password.encode()) if password else None)


def rest_vectors() -> list[Vector]:
    """Every verified REST vector."""
    rows = json.loads(_FILE.read_text("utf-8"))["vectors"]
    return [
        Vector(
            row["name"],
            (row["query"] or "").encode(),
            (row["body"] or "").encode(),
            row["content_type"].encode() if row["content_type"] else None,
            row["string_to_sign"].encode(),
            row["expected_signature"],
            row["signature_on_wire"],
            _key(row),
        )
        for row in rows
        if row["verified"] and row["transport"] == "rest"
    ]
