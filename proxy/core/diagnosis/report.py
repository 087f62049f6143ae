"""What a diagnosis shows of a request: a finding in one line, and the proof without secrets."""

import base64
import re
from typing import Final
from urllib.parse import quote_from_bytes

from proxy.core.diagnosis.evidence import Finding, Proof
from proxy.core.diagnosis.parsed_request import ParsedRequest

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
