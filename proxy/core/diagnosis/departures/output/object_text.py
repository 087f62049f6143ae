"""The text form of Python bytes was sent: b'...'."""

import ast
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    text = signature.strip()
    if text[:2] not in (b"b'", b'b"') or len(text) > 600:
        return
    try:
        octets = ast.literal_eval(text.decode("latin-1"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return
    if isinstance(octets, bytes):
        yield octets
        yield from from_hex(octets)
        yield from from_base64(octets)


RULE = OutputRule(
    about=RuleText(
        rule="alg-object-as-signature",
        says="The text form of an object was sent as signature.",
        why="str(digest) of Python bytes gives b'...'; other languages print a class name.",
        see="b' or a class name in the signature parameter.",
        remedy="Call the function that returns the hex text: hexdigest(), digest('hex').",
        example="hmac.new(secret, payload, 'sha256').hexdigest()   # not str(...digest())",
    ),
    undo=undo,
    size=6,
    composed=6,
    codes=frozenset({-1022, -1100}),
)
