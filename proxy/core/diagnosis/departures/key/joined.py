"""The HMAC key was made of the secret joined with the API key or with `&`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    secret = material.secret
    yield secret + b"&"
    yield b"&" + secret
    yield secret + b"&" + secret
    for key in dict.fromkeys(key for key in (material.api_key, material.sent_key) if key):
        for first, second in ((key, secret), (secret, key)):
            for between in (b"", b":", b"&", b"|", b"\n"):
                yield first + between + second


RULE = KeyRule(
    about=RuleText(
        rule="secret-joined-with-key",
        says="The HMAC key was made of the secret joined with something else.",
        why="Recipes of other services join key and secret, or append '&' (OAuth 1).",
        see="The HMAC key contains the API key or an '&'.",
        remedy="Use the secret alone as HMAC key.",
        example="hmac.new(secret, payload, 'sha256')",
    ),
    keys=keys,
    size=23,
    composed=23,
    usual=8,
    alike=frozenset({"secret-doubled"}),
)
