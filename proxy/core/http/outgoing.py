"""What goes out and what comes back: headers from allowlists, the request as octets.

Out go Host, the key, Content-Type and -Length, Accept, Accept-Encoding, a fixed User-Agent, `X-MBX-SBE`,
`X-MBX-TIME-UNIT` and `clientType`; nothing else of the client's. Names compare without case.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from proxy.core.catalogue import Needs
from proxy.core.head import Head
from proxy.core.settings import ClientTypeScope
from proxy.core.signing import SignedRequest
from proxy.core.wire import BodyKind, Header, media_type

USER_AGENT: Final = b"binance-signing-proxy"
_CODINGS: Final = frozenset({b"gzip", b"deflate", b"br", b"zstd", b"identity"})
_FORM: Final = b"application/x-www-form-urlencoded"
_JSON: Final = b"application/json"
_PLAIN_LABEL: Final = rb"[a-z/-]+(\s*;\s*charset\s*=\s*(utf-8|\"utf-8\"))?"
"""A label that names no other character set: in one, the octets that were judged may be other letters."""
PASSED_ON: Final = (b"X-MBX-SBE", b"X-MBX-TIME-UNIT", b"clientType")
"""Headers of the client's that the exchange heeds."""
_COMES_BACK: Final = re.compile(
    rb"content-type|content-encoding|date|retry-after|x-mbx-[a-z0-9-]+|x-sapi-[a-z0-9-]+|x-response-time"
    rb"|x-amz-cf-id|x-amz-cf-pop|x-cache|x-request-id|x-trace-id|cf-ray",
    re.IGNORECASE,
)


def outgoing_label(kind: BodyKind, content_type: bytes | None) -> tuple[bytes | None, bool]:
    """The Content-Type to send, and whether the client's had to be repaired to match the octets."""
    if kind is BodyKind.EMPTY:
        return None, False
    right = _JSON if kind is BodyKind.JSON else _FORM
    label = (content_type or b"").strip()
    if re.fullmatch(_PLAIN_LABEL, label, re.IGNORECASE) and media_type(label).encode() == right:
        return label, False
    return right, True


def accept_encoding(values: list[bytes] | None) -> bytes:
    """The client's codings reduced to those HTTP clients really decode; `identity` where it named none."""
    kept: list[bytes] = []
    for item in b",".join(values or []).split(b","):
        coding, _, parameters = item.strip().partition(b";")
        if coding.strip().lower() in _CODINGS and parameters.replace(b" ", b"") not in (b"q=0", b"q=0.0"):
            kept.append(coding.strip().lower())
    return b", ".join(kept) or b"identity"


def outgoing_headers(
    head: Head,
    request: SignedRequest,
    *,
    host: str,
    api_key: str | None,
    content_type: bytes | None,
    client_type: ClientTypeScope,
) -> tuple[Header, ...]:
    """All headers of the outgoing request, in order. `api_key` is sent if the endpoint needs one."""
    key = api_key if request.needs is not Needs.NONE else None
    adds_client_type = _wants_client_type(request.path, client_type) and head.first(b"clienttype") is None
    known = head.fields.outgoing
    terms = (host, key, content_type, adds_client_type)
    headers = known.get(terms)
    if headers is None:
        headers = known[terms] = tuple(_fixed(head, *terms))  # as many as there are hosts and accounts
    if request.body or request.method != "GET":
        return (*headers, (b"Content-Length", b"%d" % len(request.body)))
    return headers


def _fixed(
    head: Head, host: str, api_key: str | None, content_type: bytes | None, adds_client_type: bool
) -> Iterator[Header]:
    """What is the same for each request with this head."""
    yield b"Host", host.encode("ascii")
    if api_key is not None:
        yield b"X-MBX-APIKEY", api_key.encode("ascii")
    yield b"User-Agent", USER_AGENT
    yield b"Accept", head.first(b"accept") or b"*/*"
    yield b"Accept-Encoding", accept_encoding(head.fields.get(b"accept-encoding"))
    for name in PASSED_ON:
        if (value := head.first(name.lower())) is not None:
            yield name, value
    if adds_client_type:
        yield b"clientType", b"web"
    if content_type is not None:
        yield b"Content-Type", content_type


def _wants_client_type(path: bytes, scope: ClientTypeScope) -> bool:
    """C2C calls need it (chat/retrieveChatCredential answers -31002 without); some sources ask for it on all
    of /sapi, where it does no harm."""
    match scope:
        case "c2c":
            return path.startswith(b"/sapi/v1/c2c/")
        case "sapi":
            return path.startswith(b"/sapi/")
        case "off":  # pragma: no branch  # there is no fourth word
            return False


def serialise(request: SignedRequest, headers: tuple[Header, ...]) -> bytes:
    """The request as it stands on the wire, HTTP/1.1 (RFC 9112 section 3)."""
    method = request.method.encode("ascii")
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (method, request.target, _lines(headers), request.body)


@lru_cache(maxsize=256)
def _lines(headers: tuple[Header, ...]) -> bytes:
    """Header lines; a tool has the same ones each time."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def returning_lines(headers: tuple[Header, ...]) -> bytes:
    """The answer's headers that the client may see, as lines (the upstream side has refused control characters)."""
    return b"".join([b"%b: %b\r\n" % header for header in headers if _comes_back(header[0])])


@lru_cache(maxsize=512)
def _comes_back(name: bytes) -> bool:
    return _COMES_BACK.fullmatch(name) is not None
