"""Quotation marks or brackets around the secret were used with it."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for before, after in _AROUND:
        yield before + material.secret + after


_AROUND = (
    (b'"', b'"'), (b"'", b"'"), (b"`", b"`"), (b"b'", b"'"), (b'b"', b'"'), (b"<", b">"), (b"{", b"}"), (b"[", b"]"),
    (b"{{", b"}}"), (b"", b","), (b"", b";"), (b'"', b'",'), (b'"', b""), (b"", b'"'),
    (b"\xe2\x80\x9c", b"\xe2\x80\x9d"),
    (b"'", b""), (b"", b"'"), (b'\\"', b'\\"'), (b"(", b")"), (b"", b"."),
)  # fmt: skip

RULE = KeyRule(
    about=RuleText(
        rule="secret-quoted",
        says="The secret was used with quotation marks or brackets around it.",
        why="An env file or 'docker -e' passed the quotes through as part of the value.",
        see="The secret has 66 characters instead of 64.",
        remedy=("Remove the quotes or brackets: the secret is 64 letters and digits, nothing else."),
        example="BINANCE_API_SECRET=abc...   # no quotes in an env file",
    ),
    keys=keys,
    size=20,
    composed=20,
    usual=5,
)
