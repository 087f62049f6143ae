"""The secret was encoded as UTF-16 or UTF-32 before it was used."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    text = material.secret.decode("latin-1")
    for charset in ("utf-16-le", "utf-16", "utf-16-be", "utf-32-le"):
        yield text.encode(charset)


RULE = KeyRule(
    about=RuleText(
        rule="secret-in-utf-16",
        says="The secret was turned into UTF-16 or UTF-32 bytes before use.",
        why="Encoding.Unicode of .NET and some Windows tools put a zero byte behind every character.",
        see="The HMAC key has 128 bytes instead of 64.",
        remedy='Turn the secret into bytes as ASCII or UTF-8, not as UTF-16 ("Unicode").',
        example="Encoding.ASCII.GetBytes(secret)   // not Encoding.Unicode",
    ),
    keys=keys,
    size=4,
    composed=4,
)
