"""The reason of an error behind Binance's own text: SDKs and tools with windows show `code` and `msg`, and no header.

Only where the caller or the configuration asks for it (`answers.explain: message`), and only in a JSON object of an
error that has both; what else stands there keeps its octets.
"""

from typing import Final

import msgspec

from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.wire import Header, first_value, media_type

_LARGEST: Final = 64 * 1024
_OUTCOMES: Final = {
    "executed": "Looked up: it was executed, do not send it again.",
    "not_found": "Looked up: it had no effect.",
    "undetermined": "It may have been executed: look before you send it again.",
    "": "It may have been executed: look before you send it again.",
}


class _Worded(msgspec.Struct):
    code: int | str
    msg: str


_WORDED: Final = msgspec.json.Decoder(_Worded)
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def outcome_in_words(outcome: str) -> str:
    """What is known of a write that ended unknown; `outcome` is the value of `X-Gateway-Outcome` or ""."""
    return _OUTCOMES[outcome]


def with_words(
    headers: tuple[Header, ...], body: bytes, words: str
) -> tuple[tuple[Header, ...], bytes] | None:
    """The answer with `[gateway: ...]` behind its `msg`, and its headers, which name no coding any more.

    None where it is no JSON error with `code` and `msg`, or in a coding that is not read here.
    """
    if not media_type(first_value(headers, b"content-type")).endswith("json"):
        return None
    try:
        plain, whole = decompressed(body, first_value(headers, b"content-encoding"), _LARGEST)
        message = read_json(plain, _WORDED).msg
        members = read_json(plain, _MEMBERS)
    except (UndecodedError, UnreadableError):
        return None
    if not whole:
        return None
    members["msg"] = msgspec.Raw(msgspec.json.encode(f"{message} [gateway: {words}]"))
    pairs = [b"%b:%b" % (msgspec.json.encode(name), bytes(value)) for name, value in members.items()]
    left = tuple(header for header in headers if header[0].lower() != b"content-encoding")
    return left, b"{%b}" % b",".join(pairs)
