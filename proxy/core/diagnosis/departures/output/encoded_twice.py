"""The signature was percent-encoded twice."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex
from proxy.core.wire import percent_decoded


def undo(signature: bytes) -> Iterator[bytes]:
    plain = percent_decoded(signature)
    if plain != signature:
        yield from from_base64(plain)
        yield from from_hex(plain)


RULE = OutputRule(
    about=RuleText(
        rule="alg-signature-encoded-twice",
        says="The base64 signature was percent-encoded twice.",
        why=(
            "It was encoded by hand and once more by the HTTP client (the RSA shell sample of the "
            "documentation does that)."
        ),
        see="%252B or %252F in the signature parameter.",
        remedy="Percent-encode the base64 signature exactly once.",
        example='curl --data-urlencode "signature=$BASE64"   # not of an encoded text',
    ),
    undo=undo,
    size=3,
    composed=3,
    codes=frozenset({-1022, -1100}),
)
