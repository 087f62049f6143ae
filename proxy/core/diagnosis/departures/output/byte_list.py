"""The octets of the digest were sent as a list of numbers."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText


def undo(signature: bytes) -> Iterator[bytes]:
    numbers = re.findall(rb"-?[0-9]{1,3}", signature)
    if 16 <= len(numbers) <= 64 and re.fullmatch(rb"[-0-9\s,+\[\]{}():\"]+", signature):
        yield bytes(int(number) % 256 for number in numbers)


RULE = OutputRule(
    about=RuleText(
        rule="alg-byte-list",
        says="The digest was sent as a list of byte values.",
        why="An array was printed instead of its hex form; Java prints signed bytes.",
        see="Numbers and commas in the signature parameter.",
        remedy=("Turn the digest into 64 hex characters before you send it: hexdigest(), digest('hex')."),
        example="HexFormat.of().formatHex(digest)",
    ),
    undo=undo,
    size=1,
    composed=1,
    codes=frozenset({-1022, -1100}),
)
