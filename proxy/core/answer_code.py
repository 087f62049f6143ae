"""Reading an answer of Binance: its body decompressed within a bound, and the code it carries."""

from typing import Final

import msgspec

from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.flow import Answer
from proxy.core.foreign_json import UnreadableError, read_json


class _Coded(msgspec.Struct):
    code: int | str | None = None


class _Judged(msgspec.Struct):
    success: bool | None = None


class _Worded(msgspec.Struct):
    code: int | str | None = None
    msg: str | None = None


_DECODER: Final = msgspec.json.Decoder(_Coded)
_JUDGED_DECODER: Final = msgspec.json.Decoder(_Judged)
_WORDED_DECODER: Final = msgspec.json.Decoder(_Worded)


def decoded_body(answer: Answer, limit: int) -> bytes | None:
    """The captured body without its Content-Encoding, at most `limit` octets of it; None if undecodable."""
    try:
        return decompressed(answer.body, answer.header(b"content-encoding"), limit)[0]
    except UndecodedError:
        return None


def answer_code(body: bytes) -> int | str | None:
    """`code` of a JSON object: negative numbers on the APIs, strings such as "000000" on C2C; None if none."""
    try:
        return read_json(body, _DECODER).code
    except UnreadableError:
        return None


def answer_success(body: bytes) -> bool | None:
    """`success` of a JSON object, as C2C answers it; None if none."""
    try:
        return read_json(body, _JUDGED_DECODER).success
    except UnreadableError:
        return None


def answer_code_and_message(body: bytes) -> tuple[int | str | None, str]:
    """`code` and `msg` of a JSON object; None and "" where it has none."""
    try:
        found = read_json(body, _WORDED_DECODER)
    except UnreadableError:
        return None, ""
    return found.code, found.msg or ""
