"""The octets of the digest were sent instead of their hex form."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText


def undo(signature: bytes) -> Iterator[bytes]:
    if len(signature) in (16, 20, 32, 48, 64):
        yield signature
    try:
        narrow = signature.decode("utf-8").encode("latin-1")  # raw octets that were taken for Latin-1 text
    except ValueError:
        return
    if narrow != signature:
        yield narrow


RULE = OutputRule(
    about=RuleText(
        rule="alg-raw-octets-sent",
        says="The raw digest was sent instead of its hex form.",
        why="digest() was called instead of hexdigest().",
        see="%XX escapes or strange characters in the signature parameter.",
        remedy=("Turn the digest into 64 hex characters before you send it: hexdigest(), digest('hex')."),
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    undo=undo,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
)
