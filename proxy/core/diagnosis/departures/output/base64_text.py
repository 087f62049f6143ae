"""The digest was sent as base64 instead of hex."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    for octets in from_base64(signature):
        yield octets
        yield from from_hex(octets)  # base64 of the hex text


def _undo_twice(signature: bytes) -> Iterator[bytes]:
    for octets in undo(signature):
        yield octets
        yield from from_base64(octets)


RULE = OutputRule(
    about=RuleText(
        rule="alg-base64-output",
        says="The digest was sent as base64 instead of hex.",
        why="The HMAC is right; Binance wants its 64 hex characters.",
        see="The signature has 43 or 44 characters and may end in '='.",
        remedy=("Send the digest as 64 hex characters: hexdigest() or digest('hex'), not base64."),
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    undo=_undo_twice,
    size=8,
    composed=8,
    codes=frozenset({-1022, -1100}),
)
