"""The answer as a person states it on the command line: `--status`, `--code`, `--answer`."""

import json
import re
from dataclasses import dataclass
from typing import Final

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.explain.answers import answer_of, bare_answer, code_of, spoken_answer
from proxy.explain.readers.raw_http import read_answer

_NEGATIVE: Final = re.compile(r"-[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """What a person says about an answer: any part of it."""

    status: int | None = None
    code: str | None = None
    text: bytes | None = None  # a body, or head and body


def answer_told(told: AnswerTold, method: str, path: bytes) -> AnswerSeen | None:
    """The answer as far as it is told; what is said by itself goes before what the text says. None if nothing
    of it can be used."""
    whole = read_answer(told.text) if told.text else None
    body, headers = (whole.body, whole.headers) if whole else (told.text or b"", ())
    if told.code is not None:
        code: int | str = int(told.code) if _NEGATIVE.fullmatch(told.code) else told.code
        if str(code_of(body)) != told.code:
            body = json.dumps({"code": code, "msg": ""}).encode()
    status = told.status or (whole.status if whole else None)
    if status is None:
        return bare_answer(body.strip(), method, path) or _spoken(told, method, path)
    if told.text and whole is None and code_of(body) is None:
        spoken = _spoken(told, method, path)
        body = spoken.body if spoken is not None and spoken.body else body
    return answer_of(status, headers, body)


def _spoken(told: AnswerTold, method: str, path: bytes) -> AnswerSeen | None:
    return spoken_answer(told.text, method, path) if told.text else None
