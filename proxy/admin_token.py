"""The token for what changes something on the admin port: a new one at each start, in a file that only you can
read."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

import msgspec

NAME: Final = "admin-token"


class AdminToken(msgspec.Struct, frozen=True):
    """Where the token stands, and its digest to compare with."""

    path: Path
    sha256: bytes

    def fits(self, authorization: bytes | None) -> bool:
        """Whether an `Authorization` header carries it as a Bearer token (RFC 6750 section 2.1)."""
        scheme, _, token = (authorization or b"").partition(b" ")
        right = hmac.compare_digest(hashlib.sha256(token.strip()).digest(), self.sha256)
        return right and scheme.lower() == b"bearer"


def write_admin_token(directory: Path) -> AdminToken | None:
    """Make a token and put it into `directory` with mode 0600; None where it cannot be written: then nothing on the
    admin port changes anything."""
    token = secrets.token_urlsafe(32)
    path = directory / NAME
    try:
        descriptor, draft = tempfile.mkstemp(prefix=".admin-", dir=directory)  # 0600 from the beginning
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
        Path(draft).replace(path)
    except OSError:
        return None
    return AdminToken(path, hashlib.sha256(token.encode("ascii")).digest())
