"""Secrets where none belongs: nothing that the gateway says, logs or records may hold one."""

import base64
import random
from typing import Final
from urllib.parse import quote

from tests.hostile.grammar.draft import Asked, Draft, any_draft
from tests.support.canaries import ENCODINGS
from tests.support.gateway import API_SECRET

CANARY: Final = "Zr8nQw3KfVtY6uLmX2cJp9GhB5sDaE7oTiN4RkWqMvUyC1zxHjPbSgFdOeAl0I3c"
"""A secret of the right form that belongs to nobody."""
PLANTED: Final = (API_SECRET, CANARY)


def telling_forms(secret: str) -> frozenset[bytes]:
    """The secret as it may come out: as it is, and in the encodings that anybody undoes."""
    return frozenset(encode(secret).encode() for encode in ENCODINGS.values())


FORMS: Final = frozenset().union(*(telling_forms(secret) for secret in PLANTED))


def leaked(octets: bytes) -> bool:
    return any(form in octets for form in FORMS)


def secret_in_a_wrong_place(chance: random.Random) -> Asked:
    draft = any_draft(chance)
    secret = chance.choice(PLANTED)
    plain = chance.choice(
        (secret, quote(secret), base64.b64encode(secret.encode()).decode(), secret.encode().hex())
    ).encode()
    _PLACES[chance.choice(tuple(_PLACES))](draft, plain, chance)
    return draft.asked()


def _in_path(draft: Draft, secret: bytes, chance: random.Random) -> None:
    draft.path = draft.path + b"/" + secret if chance.random() < 0.5 else b"/" + secret + draft.path


def _in_query(draft: Draft, secret: bytes, chance: random.Random) -> None:
    name = chance.choice(
        (
            b"secret",
            b"apiSecret",
            b"signature",
            b"symbol",
            b"newClientOrderId",
            b"x",
            b"timestamp",
            b"recvWindow",
        )
    )
    draft.query = b"&".join(one for one in (draft.query, name + b"=" + secret) if one)


def _as_a_name(draft: Draft, secret: bytes, chance: random.Random) -> None:
    draft.query = b"&".join(one for one in (secret.rstrip(b"=") + b"=1", draft.query) if one)


def _in_body(draft: Draft, secret: bytes, chance: random.Random) -> None:
    draft.method, draft.path = b"POST", b"/api/v3/order"
    draft.body = chance.choice((b"secret=" + secret, b'{"secret":"' + secret + b'"}', secret))


def _in_a_header(draft: Draft, secret: bytes, chance: random.Random) -> None:
    name = chance.choice((
        b"X-MBX-APIKEY", b"X-MBX-SECRET", b"Authorization", b"Cookie", b"User-Agent", b"Accept", b"Referer", b"Origin", b"X-Gateway-Account",
        b"X-Gateway-Token", b"X-Gateway-Dry-Run", b"X-Gateway-Host", b"Content-Type", b"Expect", b"Upgrade", b"X-Forwarded-For",
        b"Transfer-Encoding", b"Content-Length", b"Via", b"X-MBX-SBE", b"Accept-Encoding",
    ))  # fmt: skip
    draft.with_lines(name + b": " + chance.choice((b"", b"Bearer ", b"a=")) + secret, chance=chance)


def _as_a_header(draft: Draft, secret: bytes, chance: random.Random) -> None:
    draft.with_lines(
        secret.rstrip(b"=") + b": 1", b"X-Gateway-" + secret.rstrip(b"=") + b": 1", chance=chance
    )


def _in_host(draft: Draft, secret: bytes, chance: random.Random) -> None:
    draft.host = b"Host: " + chance.choice(
        (secret, b"user:" + secret + b"@localhost", secret + b".localhost")
    )


def _in_the_line(draft: Draft, secret: bytes, chance: random.Random) -> None:
    match chance.randrange(3):
        case 0:
            draft.method = secret
        case 1:
            draft.version = secret
        case _:
            draft.path = b"http://user:" + secret + b"@localhost" + draft.path


_PLACES: Final = {
    "path": _in_path, "query": _in_query, "name": _as_a_name, "body": _in_body, "header": _in_a_header, "header name": _as_a_header,
    "host": _in_host, "request line": _in_the_line,
}  # fmt: skip
