"""The service behind P2P fails: -9000 with its own text and number, although key and signature are right."""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import Refusal
from proxy.sandbox.wire import Received

_TEXTS = {
    "volume": "187049: the remaining volume of the ad has changed",
    "price": "the price is out of its limited range",
    "other": "the system is busy, please try again later",
}
"""Of these numbers and words only 187049 and "limited range" were reported; the rest is made up."""


def _put_on(sandbox: Sandbox, given: Given) -> None:
    path, text = given.path("path"), _TEXTS[given.word("text", _TEXTS)]

    def refuse(received: Received, _now_ms: int) -> None:
        if received.path.startswith(path):
            raise Refusal(400, -9000, text)

    sandbox.gates.business.append(refuse)


PERSONALITY = Personality(
    "wrapper-9000",
    "the service behind P2P fails: -9000 around a text of its own (volume, price, other)",
    _put_on,
    {"path": "/sapi/v1/c2c/", "text": "volume"},
)
