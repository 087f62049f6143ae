"""What a diagnosis shows of a request: a finding in one line, and the proof without secrets."""

import re
from typing import Final

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.findings import Finding, Proof

HEADER_MAX: Final = 160
MESSAGE_MAX: Final = 400
_NAMES_MAX: Final = 60
_REMEDY_MAX: Final = 120
_UNSAFE: Final = re.compile(r'[^\x20-\x7e]|["\\]')


def header_sentence(finding: Finding) -> str:
    """The finding in one line for an HTTP header: printable ASCII without quotes, at most 160 characters."""
    return _line(finding.says, HEADER_MAX)


def header_value(finding: Finding) -> str:
    """The value of `X-Gateway-Diagnosis`: rule, strength, the mistake in one sentence, the parameters that it is
    about, the remedy's first words, and where more is told. Printable ASCII, never a value of the request."""
    parts = [finding.rule, f"strength={finding.strength.value}", f'"{header_sentence(finding)}"']
    names = next((value for name, value in finding.facts if name == "parameter"), "")
    if names:
        parts.append(f'parameter="{_line(str(names), _NAMES_MAX).removeprefix("parameter ")}"')
    if finding.remedy:
        parts.append(f'remedy="{_line(finding.remedy, _REMEDY_MAX)}"')
    return "; ".join([*parts, f"see=explain:{finding.rule}"])


def message_words(finding: Finding) -> str:
    """The finding in one or two sentences, to stand behind a message of Binance's."""
    return _line(f"{finding.says} {finding.remedy}", MESSAGE_MAX)


def _line(text: str, most: int) -> str:
    """At most so many characters of printable ASCII without quotes, cut between words."""
    text = _UNSAFE.sub("'", " ".join(text.split()))
    if len(text) <= most:
        return text
    return text[: most - 3].rsplit(" ", 1)[0] + "..."


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
