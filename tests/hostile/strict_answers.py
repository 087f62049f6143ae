"""Answers of the gateway, taken apart by a reader that takes nothing on trust (RFC 9112): what else is no answer."""

import json
import re
from dataclasses import dataclass
from typing import Final

_HEAD: Final = re.compile(
    rb"HTTP/1\.1 ([1-5][0-9]{2}) [\t\x20-\x7e]*\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*\r\n)*)\r\n"
)
_LONGEST_HEAD: Final = 64 * 1024
_REFUSAL: Final = ["code", "msg", "error", "execution", "request_id"]


@dataclass(frozen=True, slots=True)
class StrictAnswer:
    """`token`: its `X-Gateway-Error`, None where it has none."""

    status: int
    token: str | None
    closes: bool


def take(octets: bytes, *, bodiless: bool = False) -> tuple[StrictAnswer, bytes] | None:
    """The first whole answer, and what follows; None where it is not whole. `bodiless`: answers to HEAD.

    Raises ValueError for octets that are no answer, whatever follows.
    """
    found = _HEAD.match(octets)
    if found is None:
        if (
            b"\r\n\r\n" in octets
            or len(octets) > _LONGEST_HEAD
            or not b"HTTP/1.1 "[: len(octets)] == octets[:9]
        ):
            raise ValueError("no head of an answer")
        return None
    status, rest = int(found[1]), octets[found.end() :]
    fields = _fields(found[2])
    body = _body(status, fields, rest, bodiless=bodiless)
    if body is None:
        return None
    token = fields.get("x-gateway-error")
    if (
        token is not None
        and not (bodiless and not body)
        and list(json.loads(body))[: len(_REFUSAL)] != _REFUSAL
    ):
        raise ValueError("a refusal without what every refusal has")
    return StrictAnswer(status, token, fields.get("connection") == "close"), rest[len(body) :]


def _fields(lines: bytes) -> dict[str, str]:
    """By lower-cased name. Raises ValueError for one that stands twice: no header of ours does, and of the exchange none
    that a client reads by name."""
    fields: dict[str, str] = {}
    for line in lines.decode("ascii").splitlines():
        name, _, value = line.partition(":")
        if name.lower() in fields:
            raise ValueError(f"{name} stands twice")
        fields[name.lower()] = value.strip()
    return fields


def _body(status: int, fields: dict[str, str], rest: bytes, *, bodiless: bool) -> bytes | None:
    """None where it is not whole. What is fuzzed here is answered by one length only."""
    if status < 200 or status in (204, 304):
        return b""
    if "transfer-encoding" in fields:
        raise ValueError("an answer in chunks, to a request whose answer has a length")
    length = int(fields["content-length"]) if fields.get("content-length", "").isdecimal() else -1
    if length < 0:
        raise ValueError("an answer without its length")
    if bodiless and not rest.startswith(b"{"):
        return b""
    return rest[:length] if len(rest) >= length else None
