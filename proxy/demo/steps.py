"""The stations of the tour. Each says what is sent, and what must come of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proxy.sandbox import Observation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step: the client's view, the exchange's view, and the journal's."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    seen: tuple[Observation, ...]  # what reached the exchange
    record: Mapping[str, Any]  # the journal line

    @property
    def json(self) -> Any:
        return json.loads(self.body)


type Promise = tuple[str, Callable[[Outcome], bool]]
"""What is promised, in words, and whether it was kept."""


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    method: str
    target: str
    promises: tuple[Promise, ...]
    body: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())

    def curl(self, base: str) -> str:
        """The same request for a shell."""
        parts = ["curl"]
        if self.method not in ("GET", "POST") or (self.method == "POST" and not self.body):
            parts.append(f"-X {self.method}")
        parts += [f"-H '{name}: {value}'" for name, value in self.headers]
        if self.body:
            parts.append(f"-d '{self.body}'")
        return " ".join([*parts, f"'{base}{self.target}'"])


def _status(expected: int) -> Promise:
    return (f"HTTP {expected}", lambda outcome: outcome.status == expected)


def _verified(outcome: Outcome) -> bool:
    return len(outcome.seen) == 1 and outcome.seen[0].signature == "valid"


def _keys(outcome: Outcome) -> int:
    return sum(name.lower() == b"x-mbx-apikey" for name, _ in outcome.seen[0].headers)


def _recorded(outcome: Outcome) -> bool:
    return bool(outcome.record)


_SIGNED: tuple[Promise, ...] = (
    _status(200),
    ("the exchange verified the signature", _verified),
    ("the key was sent once", lambda outcome: _keys(outcome) == 1),
    ("the journal has the pair", _recorded),
)

STEPS: tuple[Step, ...] = (
    Step(
        "A public call goes out bare",
        "GET",
        "/api/v3/ticker/price?symbol=BTCUSDT",
        (
            _status(200),
            ("no key was sent", lambda outcome: _keys(outcome) == 0),
            ("no signature was sent", lambda outcome: outcome.seen[0].signature == "absent"),
            ("the journal has the pair", _recorded),
        ),
    ),
    Step("A private call is signed", "GET", "/api/v3/account?omitZeroBalances=true", _SIGNED),
    Step(
        "A form order, with characters that break other signers",
        "POST",
        "/api/v3/order",
        (*_SIGNED, ("the order stands", lambda outcome: outcome.json["status"] == "NEW")),
        body=(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
            "&newClientOrderId=demo:1/a"
        ),
    ),
    Step(
        "A C2C search: the JSON body is sent but never signed",
        "POST",
        "/sapi/v1/c2c/ads/search",
        (
            *_SIGNED,
            (
                "clientType: web was added",
                lambda outcome: (
                    (b"clienttype", b"web")
                    in {(name.lower(), value) for name, value in outcome.seen[0].headers}
                ),
            ),
            (
                "the body is not in the payload",
                lambda outcome: b"asset" not in (outcome.seen[0].payload or b"asset"),
            ),
        ),
        body='{"asset":"USDT","fiat":"CNY","page":1,"rows":10,"tradeType":"BUY"}',
    ),
    Step(
        "A request that some SDK signed wrongly, with a dummy key, is repaired",
        "GET",
        "/api/v3/openOrders?symbol=BTCUSDT&timestamp=1&signature=deadbeef&recvWindow=5000",
        (
            *_SIGNED,
            (
                "one signature and one timestamp arrived",
                lambda outcome: (
                    outcome.seen[0].target.count(b"signature=") == 1
                    and outcome.seen[0].target.count(b"timestamp=") == 1
                ),
            ),
        ),
        headers=(("X-MBX-APIKEY", "dummy"),),
    ),
    Step(
        "Binance refuses an order, and the answer says why",
        "POST",
        "/api/v3/order",
        (
            _status(400),
            ("the signature was right all the same", _verified),
            (
                "the diagnosis names the decimal comma",
                lambda outcome: outcome.headers.get("x-gateway-diagnosis", "").startswith(
                    "param-decimal-comma; "
                ),
            ),
            (
                "so does msg, behind Binance's own text (answers.explain: message)",
                lambda outcome: " [gateway: " in outcome.json["msg"] and "comma" in outcome.json["msg"],
            ),
            ("the journal has the pair", _recorded),
        ),
        body="symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000",
    ),
    Step(
        "A JSON body, as Postman and HTTPie send it, becomes the form that Binance takes",
        "POST",
        "/api/v3/order/test",
        (
            *_SIGNED,
            (
                "the number arrived as it was written",
                lambda outcome: b"quantity=0.00100000" in outcome.seen[0].body,
            ),
            (
                "X-Gateway-Repair says so",
                lambda outcome: outcome.headers.get("x-gateway-repair", "").startswith("json-body-to-form; "),
            ),
        ),
        body='{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":0.00100000}',
    ),
    Step(
        "Money does not leave: a withdrawal is refused at the door",
        "POST",
        "/sapi/v1/capital/withdraw/apply",
        (
            _status(403),
            ("the token is endpoint_denied", lambda outcome: outcome.json["error"] == "endpoint_denied"),
            ("nothing was sent to the exchange", lambda outcome: not outcome.seen),
            ("the journal has the refusal", _recorded),
        ),
        body="coin=USDT&address=test&amount=1",
    ),
)
