"""The independent look at a finished export. It shares no line with redaction and works the other way round:
the text is undressed step by step, and in each state the bare secret is looked for.

Besides the loaded secrets it looks for what can only be one: private keys, and runs of letters and digits as
long as Binance's keys, secrets and signatures.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from proxy.core.errors import GatewayError
from proxy.core.secret import Secret

_SHORTEST: Final = 8
_ROUNDS: Final = 4
_LONG_RUN: Final = re.compile(rb"[A-Za-z0-9]{48,}")
_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_UNICODE: Final = re.compile(rb"\\+u([0-9a-fA-F]{4})")
_BACKSLASHED: Final = re.compile(rb"\\+([\"\\/])")


def refuse_secrets(data: bytes, secrets: Iterable[Secret], home: str = "") -> None:
    """Raise GatewayError if the export holds a loaded secret in any encoding, something that looks like one, or the
    path `home`, which has the user's name in it."""
    if len(home) >= _SHORTEST and home.encode("utf-8", "surrogateescape") in data:
        raise _refusal("the path of your home directory")
    if _PRIVATE_KEY.search(data) or _LONG_RUN.search(data):
        raise _refusal("something of the form of a key, secret or signature")
    wanted = [part.lower() for secret in secrets for part in _parts(secret.reveal())]
    if wanted and any(one in state for state in _undressed(data) for one in wanted):
        raise _refusal("a loaded secret")


def _refusal(what: str) -> GatewayError:
    return GatewayError(
        f"the export would have held {what}; nothing was written",
        "please report this; leave out flows with --path or --request-id until the right one is missing",
    )


def _parts(secret: bytes) -> list[bytes]:
    """The secret, or each line of a PEM that is not its frame."""
    lines = [line.strip() for line in secret.strip().splitlines()]
    return [line for line in lines if len(line) >= _SHORTEST and not line.startswith(b"-----")]


def _undressed(data: bytes) -> Iterator[bytes]:
    """The text in every state of undress, lower case."""
    state = data
    for _ in range(_ROUNDS):
        yield state.lower()
        yield from (run.lower() for run in _decoded_runs(state))
        bare = _without_one_coat(state)
        if bare == state:
            return
        state = bare


def _without_one_coat(text: bytes) -> bytes:
    """Percent, plus, HTML entities, JSON escapes: each taken off once."""
    text = unquote_to_bytes(text)
    text = _UNICODE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), text)
    text = _BACKSLASHED.sub(rb"\1", text)
    return html.unescape(text.decode("latin-1")).encode("latin-1", "replace")


def _decoded_runs(text: bytes) -> Iterator[bytes]:
    """What runs of base64 digits (at each of four beginnings) and of hex digits stand for."""
    for found in _BASE64.finditer(text):
        run = found[0].replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            digits = run[start:]
            yield base64.b64decode(digits[: len(digits) // 4 * 4] or b"")
    for found in _HEX.finditer(text):
        try:
            yield binascii.unhexlify(found[0])
        except binascii.Error:  # an odd digit at the edge
            continue
    yield text.replace(b"+", b" ")
