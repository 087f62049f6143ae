"""The forms in which people paste a request, explained as the command does it."""

import base64
import io
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.given_answer import AnswerTold, answer_told
from proxy.explain.inputs import read_input
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.verdict import Explained, explain

DATA = Path(__file__).parents[1] / "data" / "explain"


@dataclass(frozen=True)
class Owner:
    """A secret, with or without its API key."""

    api_key: str
    signing: HmacKey
    name: str = "default"


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines())


def octets_of(row: dict[str, Any]) -> bytes:
    """What was pasted: text, or the octets of a file."""
    if "octets" in row:
        return base64.b64decode(row["octets"])
    return str(row["text"]).encode("utf-8", "surrogateescape")


def explained(
    text: str | bytes, secret: str, api_key: str = "", answer: str | None = None
) -> list[Explained]:
    """Every request of the text or file. Raises UnreadableError."""
    owner = Owner(api_key, HmacKey(Secret(secret.encode())))
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    seen = [one for part in read_input("-", io.BytesIO(raw)) for one in read_requests(part)]
    if answer is not None:
        told = AnswerTold(text=answer.encode())
        seen = [replace(one, answer=answer_told(told, one.request.method, one.request.path)) for one in seen]
    return [explain(one, known_keys(one, (owner,), owner)) for one in seen]
