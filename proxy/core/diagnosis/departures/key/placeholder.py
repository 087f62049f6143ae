"""A word that stands for the secret was the key, such as YOUR_SECRET or undefined."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for word in _WORDS:
        yield word.encode()
    yield b"\0" * 64


_WORDS = (
    "", "undefined", "null", "None", "YOUR_API_SECRET", "YOUR_SECRET_KEY", "your_api_secret", "your_secret_key",
    "binance-api-secret", "secret", "nil", "NULL", "YOUR_SECRET", "your_secret", "API_SECRET", "SECRET_KEY",
    "api_secret", "secret_key", "SECRET", "apiSecret", "secretKey", "xxx", "XXX", "test", "key", "changeme",
    "<secret>", "<your-secret>", "...", "{{binance-api-secret}}", "${BINANCE_API_SECRET}", "$BINANCE_API_SECRET",
    "BINANCE_API_SECRET", "BINANCE_SECRET_KEY", "{{secret}}", "{{api_secret}}", "{{secretKey}}", "${secret}",
    "$SECRET", "YOUR-API-SECRET", "your-api-secret", "YOUR_API_SECRET_KEY", "your_api_secret_key", "[object Object]",
    "YOUR_BINANCE_SECRET", "your-secret-key", "YOUR_BINANCE_API_SECRET", "<API_SECRET>", "{secret}", "api-secret",
)  # fmt: skip

RULE = KeyRule(
    about=RuleText(
        rule="secret-placeholder",
        says="A placeholder or an empty secret was used as HMAC key.",
        why=(
            "The environment variable or the template was not filled in: the key is a word such as "
            "'undefined', 'None' or 'YOUR_SECRET_KEY'."
        ),
        see="The signature does not change when you change the secret in your configuration.",
        remedy="Load the secret from where it is stored, and stop with an error when it is empty.",
        example="secret = os.environ['BINANCE_API_SECRET']   # KeyError when it is missing",
    ),
    keys=keys,
    size=52,
    composed=52,
    usual=10,
    alike=frozenset({"secret-is-api-key"}),
)
