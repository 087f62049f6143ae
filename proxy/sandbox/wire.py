"""A request as it came in: raw octets, cut into pairs without changing them.

Nothing here is shared with the gateway. The exchange's rule (binance/binance-spot-api-docs, rest-api.md):
the signed text is the query string followed directly by the form body, both without the signature.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import unquote_to_bytes

type Place = Literal["query", "form"]

# Since January 2026 a payload must be percent-encoded before it is signed. Reserved ASCII characters are
# accepted raw as long as signed and sent text agree; what no URL may hold raw is not.
_MUST_BE_ENCODED = re.compile(rb"[^A-Za-z0-9\-._~!$'()*+,;:@/?\[\]%&=]")


@dataclass(frozen=True, slots=True)
class Pair:
    """One `name=value` of a query or form: as received, and decoded once."""

    raw: bytes
    name: str
    value: str
    place: Place
    is_last: bool


def _decode(octets: bytes) -> str:
    return unquote_to_bytes(octets.replace(b"+", b" ")).decode("utf-8", "replace")


def cut_into_pairs(text: bytes, place: Place) -> list[Pair]:
    """Pairs in the order received; empty pieces (`a=1&&b=2`) are no parameters."""
    pieces = [piece for piece in text.split(b"&") if piece]
    pairs = []
    for position, piece in enumerate(pieces, start=1):
        name, _, value = piece.partition(b"=")
        pairs.append(Pair(piece, _decode(name), _decode(value), place, position == len(pieces)))
    return pairs


def without_signature(text: bytes) -> bytes:
    """The text less each `signature` pair and the `&` that went with it; all other octets stay."""
    kept = [piece for piece in text.split(b"&") if _decode(piece.partition(b"=")[0]) != "signature"]
    return b"&".join(kept)


@dataclass(frozen=True)
class Received:
    """One request. `target` is the raw request target, `headers` keep order and letter case."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    remote: str

    @cached_property
    def path(self) -> str:
        return self.target.partition(b"?")[0].decode("latin-1")

    @cached_property
    def query(self) -> bytes:
        return self.target.partition(b"?")[2].partition(b"#")[0]

    def header(self, name: str) -> str | None:
        """The value of a header; two of the same name are joined with a comma, as HTTP has it."""
        wanted = name.lower().encode()
        found = [value for key, value in self.headers if key.lower() == wanted]
        return b",".join(found).decode("latin-1") if found else None

    @cached_property
    def content_type(self) -> str:
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @cached_property
    def form(self) -> bytes:
        """The body if it is a form by its label; else nothing. A JSON body is never a form."""
        return self.body if self.content_type == "application/x-www-form-urlencoded" else b""

    @cached_property
    def pairs(self) -> list[Pair]:
        return cut_into_pairs(self.query, "query") + cut_into_pairs(self.form, "form")

    @cached_property
    def payload(self) -> bytes:
        """The octets the signature has to cover."""
        return without_signature(self.query) + without_signature(self.form)

    @cached_property
    def payload_is_encoded(self) -> bool:
        return _MUST_BE_ENCODED.search(self.payload) is None
