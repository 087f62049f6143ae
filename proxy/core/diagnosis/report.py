"""What a diagnosis shows of a request: a finding in one line, and the proof without secrets."""

import re
from typing import Final

from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.findings import Finding, Proof

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
    """Every known secret, in whatever form it is written, replaced by stars of the same length."""
    return request.stars.octets(octets)
