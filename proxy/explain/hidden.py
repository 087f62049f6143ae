"""Parts of a request that its own answer shows to be left out of the text.

A library often logs the URL before it adds what is signed. The exchange reads `timestamp` before it answers -1021,
and a signature of the right form before it answers -1022: with such an answer they were sent, whatever the
text shows.
"""

from dataclasses import replace
from typing import Final

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import Transport
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.wire import find_pairs
from proxy.explain.found_request import Part, SeenRequest

_OF_KEYS: Final = (-2014, -2015, -2008, -1002, -1102, -1105)

_OF_VALUES: Final = (-1100, -1101, -1111, -1130)
"""Codes about the value of a parameter, so one was sent."""
_WHICH: Final = {"ts-missing": "timestamp", "place-signature-missing": "signature"}


def with_hidden(seen: SeenRequest) -> SeenRequest:
    """With the parts marked that travelled and are not in the text."""
    if seen.transport is not Transport.REST or seen.record is not None:
        return seen
    code = _code(seen)
    signed = _values(seen, b"signature")
    stamped = bool(_values(seen, b"timestamp"))
    if (code == -1021 and not (stamped and signed)) or (code == -1022 and not stamped and not signed):
        return replace(seen, unseen=seen.unseen | {Part.PARAMETERS, Part.SIGNATURE})
    return seen


def is_refuted(rule: str, seen: SeenRequest) -> bool:
    """Whether the answer says the contrary of a rule about what is missing."""
    code = _code(seen)
    if code in _OF_VALUES and _WHICH.get(rule) in _named(seen):
        return True
    if rule == "ts-missing":
        return code in (-1021, -1022)
    unsigned = rule == "place-signature-missing"
    return unsigned and (code == -1021 or (code == -1022 and not _values(seen, b"timestamp")))


def is_hidden_key(seen: SeenRequest) -> bool:
    """Whether the API key was taken out of its header by the one who pasted: the exchange would have answered
    otherwise to an empty one."""
    answer = read_answer(seen.answer)
    key = (seen.request.header(b"x-mbx-apikey") or b"").strip()
    refused = answer is not None and (answer.code is None or answer.code in _OF_KEYS)
    return not refused and not key and answer is not None


def _named(seen: SeenRequest) -> frozenset[str]:
    answer = read_answer(seen.answer)
    return named_parameters(answer.message) if answer else frozenset()


def _code(seen: SeenRequest) -> int | str | None:
    answer = read_answer(seen.answer) if seen.transport is Transport.REST and seen.record is None else None
    return answer.code if answer else None


def _values(seen: SeenRequest, name: bytes) -> list[bytes]:
    query = seen.request.target.partition(b"?")[2]
    found = [*find_pairs(query, name), *find_pairs(seen.request.body, name)]
    return [value for pair in found if (value := pair.partition(b"=")[2])]
