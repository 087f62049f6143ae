"""A base64 signature was sent with a bare `+`, which arrives as a blank."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64


def undo(signature: bytes) -> Iterator[bytes]:
    if b" " in signature:
        yield from from_base64(signature.replace(b" ", b"+"))


RULE = OutputRule(
    about=RuleText(
        rule="alg-rsa-base64-not-encoded",
        says="The base64 signature was put into the URL without percent-encoding.",
        why="A raw '+' in a query is read as a blank, so the signature arrives damaged.",
        see="A bare '+' or '/' in the signature parameter.",
        remedy="Percent-encode the base64 signature: '+' as %2B, '/' as %2F, '=' as %3D.",
        example="urllib.parse.quote(signature, safe='')",
    ),
    undo=undo,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
)
