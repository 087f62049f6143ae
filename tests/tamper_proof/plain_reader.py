"""Another reader of chains, by what docs/tamper-evidence.md says and nothing of the product: a second opinion."""

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_whole(files: Mapping[str, bytes], key: str) -> bool:
    """Whether these files, in this order, hold one chain from its first line on, signed by this key."""
    before, number = b"", 0
    for name, octets in files.items():
        for at, line in enumerate(octets.splitlines()):
            body, _, rest = line.rpartition(b',"hash":"')
            number += 1
            try:
                record = json.loads(line)
                signed, _, signature = body.rpartition(b',"signature":"')
                if signed:
                    halves = b"".join(map(base64.b64decode, signature[:-1].split(b".")))
                    message = b"binance-signing-proxy journal checkpoint 1\n" + before + signed
                    Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(halves, message)
                if record["seq"] != number or (record["type"] == "chain") != (at == 0):
                    return False
                if (at == 0 and record["file"] != name) or "torn" in record:
                    return False
            except (ValueError, KeyError, TypeError, InvalidSignature):
                return False
            if base64.b64encode(hashlib.sha256(before + body).digest()) + b'"}' != rest:
                return False
            before = rest[:-2]
    return True
