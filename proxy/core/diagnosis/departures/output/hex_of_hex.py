"""The hex text was turned into hex once more."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    for octets in from_hex(signature):
        yield from from_hex(octets)
        yield from from_base64(octets)


RULE = OutputRule(
    about=RuleText(
        rule="alg-hex-of-hex",
        says="The hex digest was converted to hex a second time.",
        why="The digest was already text; its characters were converted once more.",
        see="The signature has 128 characters, nearly all of them digits.",
        remedy="Convert the raw digest to hex exactly once.",
        example="digest.hex()   # not hexlify(hexdigest.encode())",
    ),
    undo=undo,
    size=4,
    composed=4,
    codes=frozenset({-1022, -1100}),
)
