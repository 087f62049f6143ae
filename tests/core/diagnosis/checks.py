"""What the tests of single rules share: planted observation, near misses, and requests written on one line."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from proxy.core.diagnosis.departures.base import Departure
from proxy.core.diagnosis.examination.observation import AnswerSeen, Neighbour, Observation, Transport
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.search.search import HmacSearch
from proxy.core.diagnosis.symptoms.base import Sighting, Symptom
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from tests.core.diagnosis import planting
from tests.core.diagnosis.planting_more import MORE

KEY = "testKey0" * 8
SECRET = "testSecretABCDEF" * 4
SIGNATURE = "ab" * 32
NOW = 1_780_000_000_000


def plants(rule: str, times: int = 3) -> list[Observation]:
    """Requests with this one mistake, made by the independent signer."""
    found = []
    for seed in range(times):
        found += [
            planting.planted(m, seed).observation()
            for m in (*planting.MISTAKES, *planting.EXTRA, *MORE)
            if m.rule == rule
        ]
        for name, plan in (*planting.on_wire_plans(seed), *planting.websocket_plans(seed)):
            found += [plan.observation()] if name == rule else []
    return found


def right_requests() -> list[Observation]:
    """Right requests of every shape, refused all the same."""
    shapes = (
        planting.order,
        planting.small,
        planting.mixed,
        planting.special,
        planting.json_list,
        planting.c2c,
    )
    return [shape(Random(f"right {shape.__name__}")).observation() for shape in (*shapes, planting.frame)]


def near_misses(rule: Departure) -> Iterator[tuple[str, Observation]]:
    """Other mistakes of the same axis, but for those that may produce the very same text."""
    axis = rule.axis.value
    for mistake in (*planting.MISTAKES, *MORE):
        if mistake.axis == axis and mistake.rule != rule.name and mistake.rule not in rule.alike:
            yield mistake.rule, planting.planted(mistake, 7).observation()


def alone(rule: Departure, observation: Observation) -> bool:
    """Whether this departure, and no other, reproduces the signature."""
    parsed = ParsedRequest(observation)
    assert parsed.signature is not None
    return HmacSearch(parsed, parsed.secret or b"", parsed.signature.text, Limits()).prove(rule)


def request(
    line: str,
    *,
    body: str = "",
    headers: dict[str, str] | None = None,
    code: int | str | None = None,
    status: int = 400,
    msg: str = "",
    host: str = "api.binance.com",
    key: str | None = KEY,
    known: bool = True,
    at: int | None = None,
    answer: dict[str, Any] | None = None,
    raw_answer: bytes | None = None,
    neighbours: tuple[Neighbour, ...] = (),
    ws: bool = False,
) -> Observation:
    """`METHOD /path?query` as observation; `code` or `status` other than 400 make an answer."""
    method, _, target = line.partition(" ")
    sent = {} if key is None or ws else {"X-MBX-APIKEY": key}
    sent.update(headers or {})
    content = json.dumps(answer or ({"code": code, "msg": msg} if code is not None else {})).encode()
    answered = code is not None or status != 400 or answer is not None or raw_answer is not None
    signing = HmacKey(Secret(SECRET.encode())) if known else None
    return Observation(
        request=RawRequest(
            method,
            target.encode(),
            tuple((n.encode(), v.encode("latin-1")) for n, v in sent.items()),
            body.encode(),
        ),
        host=host,
        transport=Transport.WEBSOCKET if ws else Transport.REST,
        answer=AnswerSeen(status, (), content if raw_answer is None else raw_answer) if answered else None,
        keys=(KnownKey("test", KEY, signing),),
        exchange_ms=at,
        neighbours=neighbours,
    )


def signed(line: str, **more: Any) -> Observation:
    """The same with a right signature over query and form body."""
    form = more.get("body", "")
    form = "" if form[:1] in ("{", "[") else form
    query = line.partition("?")[2]
    digest = planting.mac(SECRET.encode(), (query + form).encode()).hex()
    return request(f"{line}&signature={digest}", **more)


def detect(symptom: Symptom, observation: Observation, *, verified: bool | None = None) -> Sighting | None:
    """What one symptom sees; `verified` as the engine would have found out."""
    parsed = ParsedRequest(observation)
    parsed.verified = verified
    return symptom.detect(parsed)
