"""The forms in which people paste a request, explained as the command does it."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.given_answer import AnswerTold, answer_told
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


def explained(text: str, secret: str, api_key: str = "", answer: str | None = None) -> list[Explained]:
    """Every request of the text. Raises UnreadableError."""
    owner = Owner(api_key, HmacKey(Secret(secret.encode())))
    seen = read_requests(text.encode("utf-8", "surrogateescape"))
    if answer is not None:
        told = AnswerTold(text=answer.encode())
        seen = [replace(one, answer=answer_told(told, one.request.method, one.request.path)) for one in seen]
    return [explain(one, known_keys(one, (owner,), owner)) for one in seen]
