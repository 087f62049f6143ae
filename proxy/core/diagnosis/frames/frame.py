"""A WebSocket API frame: one JSON object whose `params` are signed as they read in the text."""

import json
from typing import Any

import msgspec

from proxy.core.foreign_json import UnreadableError, read_digits


class NumberText(str):
    """A JSON number as it stands in the frame: 5000 and 5000.0 sign differently."""

    __slots__ = ()


class Frame(msgspec.Struct, frozen=True):
    """`pairs` are name=value of all params but the signature, in the order of the frame, raw UTF-8."""

    method: str
    pairs: tuple[bytes, ...]
    signature: bytes | None
    api_key: bytes | None


def read_frame(body: bytes) -> Frame | None:
    """None for what is not a JSON object with a `params` object. Never raises."""
    frame = json_object(body)
    if not isinstance(frame.get("params"), dict):
        return None
    texts = {str(name): value_text(value) for name, value in frame["params"].items()}
    signature, api_key = texts.get("signature"), texts.get("apiKey")
    return Frame(
        method=str(frame.get("method", ""))[:80],
        pairs=tuple(octets(f"{name}={text}") for name, text in texts.items() if name != "signature"),
        signature=None if signature is None else octets(signature),
        api_key=None if api_key is None else octets(api_key),
    )


def json_object(body: bytes) -> dict[str, Any]:
    """The object, each number as `NumberText`; empty for anything else."""
    try:
        found = read_digits(body, parse_int=NumberText, parse_float=NumberText, parse_constant=NumberText)
    except UnreadableError:
        return {}
    return found if isinstance(found, dict) else {}


def value_text(value: object) -> str:
    """A param as it is signed: strings without quotes, numbers as written, booleans in lower case."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return compact(value)


def compact(value: object) -> str:
    """Compact JSON that keeps the text of numbers."""
    if isinstance(value, NumberText):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(compact(item) for item in value) + "]"
    if isinstance(value, dict):
        members = (f"{json.dumps(name, ensure_ascii=False)}:{compact(item)}" for name, item in value.items())
        return "{" + ",".join(members) + "}"
    return json.dumps(value, ensure_ascii=False)


def octets(text: str) -> bytes:
    """UTF-8; a lone surrogate of a JSON escape survives."""
    return text.encode("utf-8", "surrogatepass")


def framed(body: bytes, *, api_key: str, now: str, signature: str) -> str | None:
    """The frame as it should be sent, in one line: its params in camelCase, key, time and signature put in as they
    are given. None for what is no frame. Numbers keep their text."""
    frame = json_object(body)
    if not isinstance(frame.get("params"), dict):
        return None
    named = {_camel(str(name)): value for name, value in frame["params"].items()}
    kept = {name: value for name, value in named.items() if name not in ("apiKey", "timestamp", "signature")}
    params = {**kept, "apiKey": api_key, "timestamp": NumberText(now), "signature": signature}
    return compact({**frame, "params": params})


def _camel(name: str) -> str:
    """new_client_order_id as newClientOrderId."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest) if first else name
