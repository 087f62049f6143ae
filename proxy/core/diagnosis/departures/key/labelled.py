"""The name of the setting became part of the secret: `secret=...`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for label in _LABELS:
        yield label + material.secret


_LABELS = (
    b"Bearer ", b"secret=", b"secret:", b"secret: ", b"apiSecret=", b"api_secret=", b"api_secret: ", b"secretKey=",
    b"secret_key=", b"SECRET=", b"API_SECRET=", b"SECRET_KEY=", b"BINANCE_API_SECRET=", b"BINANCE_SECRET_KEY=",
    b"BINANCE_SECRET=", b"hmac:", b"sha256=", b"key=", b"=", b"Secret Key: ", b"export BINANCE_API_SECRET=",
)  # fmt: skip

RULE = KeyRule(
    about=RuleText(
        rule="secret-with-label",
        says="The secret was used together with its label, such as 'secret=' or 'Bearer '.",
        why="The whole line of an env or ini file was taken for the value.",
        see="The secret contains '=' or ':'.",
        remedy="Take only what stands behind the '='.",
        example="secret = line.partition('=')[2].strip()",
    ),
    keys=keys,
    size=21,
    composed=21,
    usual=4,
)
