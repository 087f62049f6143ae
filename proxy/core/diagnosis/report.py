"""What a diagnosis shows: a finding in one line, the proof without secrets, the request as it should be."""

import base64
import re
from typing import Final
from urllib.parse import quote, quote_from_bytes

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.evidence import Finding, Proof
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.secret import STARS
from proxy.core.signing.payload import prepare
from proxy.core.wire import BodyKind, pair_name, split_pairs

HEADER_MAX: Final = 160
_UNSAFE: Final = re.compile(r'[^\x20-\x7e]|["\\]')


def header_sentence(finding: Finding) -> str:
    """The finding in one line for an HTTP header: printable ASCII without quotes, at most 160 characters."""
    text = _UNSAFE.sub("'", " ".join(finding.says.split()))
    if len(text) <= HEADER_MAX:
        return text
    return text[: HEADER_MAX - 3].rsplit(" ", 1)[0] + "..."


def first_difference(signed: bytes, expected: bytes) -> int | None:
    """Index of the first octet that differs; None where the texts are equal."""
    if signed == expected:
        return None
    pairs = enumerate(zip(signed, expected, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(signed), len(expected)))


def proof_of(request: ParsedRequest, signed: bytes) -> Proof:
    """Both texts with every secret starred, octet for octet, so that positions stay true."""
    return Proof(
        scrub(request, signed), scrub(request, request.expected), first_difference(signed, request.expected)
    )


def scrub(request: ParsedRequest, octets: bytes) -> bytes:
    """Every known secret, also percent-encoded, base64 or hex, replaced by stars of the same length."""
    for secret in request.all_secrets:
        for form in _forms(secret):
            if form in octets:
                octets = octets.replace(form, b"*" * len(form))
    return octets


def _forms(secret: bytes) -> tuple[bytes, ...]:
    if len(secret) < 4:  # a word, not a secret: starring it would blot out the text
        return ()
    forms = (
        secret,
        secret.lower(),
        secret.upper(),
        secret[::-1],
        quote_from_bytes(secret, safe="").encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        secret.hex().encode(),
        secret.hex().upper().encode(),
    )
    return tuple(dict.fromkeys(forms))


def corrected(request: ParsedRequest) -> str | None:
    """The request as it should be: unsigned, signature and key starred. None where that cannot be said.

    Raw values of the request: for the user's own terminal only.
    """
    if request.websocket or request.body_kind is BodyKind.OTHER:
        return None
    needs = request.endpoint.needs if request.endpoint else Needs.SIGNED
    kind, query, body = request.body_kind, request.raw.query, request.raw.body
    if kind is BodyKind.FORM and request.method == "GET":
        kind, query, body = BodyKind.EMPTY, b"&".join(part for part in (query, body) if part), b""
    prepared = prepare(query, body, kind, signed=needs is Needs.SIGNED)
    parts = [_documented(pair) for pair in split_pairs(prepared.query) if pair]
    if needs is Needs.SIGNED:
        if prepared.recv_window is None:
            parts.append(b"recvWindow=5000")
        stamp = request.timestamp_ms if request.exchange_ms is None else request.exchange_ms
        parts += [
            b"timestamp=%d" % stamp if stamp else b"timestamp=<now in ms>",
            b"signature=" + STARS.encode(),
        ]
    query = b"&".join(parts)
    lines = [f"{request.method} {_shown(request, request.path + (b'?' if query else b'') + query)}"]
    if request.host:
        lines.append(f"Host: {quote(request.host, safe='.-:')}")
    if needs is not Needs.NONE:
        lines.append(f"X-MBX-APIKEY: {STARS}")
    if request.c2c:
        lines.append("clientType: web")
    if prepared.body and kind in _LABELS:
        lines.append(f"Content-Type: {_LABELS[kind]}")
    if prepared.body:
        lines += ["", _shown(request, prepared.body)]
    return "\n".join(lines)


_LABELS: Final = {BodyKind.FORM: "application/x-www-form-urlencoded", BodyKind.JSON: "application/json"}


def _documented(pair: bytes) -> bytes:
    """A pair as it is; an `apiKey` value is the caller's business, a stray secret is starred later."""
    return b"" if pair_name(pair) == b"" else pair


def _shown(request: ParsedRequest, octets: bytes) -> str:
    return scrub(request, octets).decode("utf-8", "replace")
