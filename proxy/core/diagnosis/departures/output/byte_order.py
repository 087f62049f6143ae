"""The octets of the digest were sent in reverse, in words turned round, or with their halves exchanged."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    for octets in from_hex(signature):
        yield octets[::-1]
        yield b"".join(octets[i : i + 4][::-1] for i in range(0, len(octets), 4))
        yield bytes((octet << 4 | octet >> 4) & 0xFF for octet in octets)


RULE = OutputRule(
    about=RuleText(
        rule="alg-byte-order",
        says="The octets of the digest were sent in another order.",
        why="A word-wise or little-endian conversion reversed the digest.",
        see="Compare with openssl: the same pairs of digits in another order.",
        remedy=("Turn the digest into hex byte by byte, in its order, two characters for each byte."),
    ),
    undo=undo,
    size=3,
    composed=3,
)
