"""The key belongs to another environment: known under that one's host names, -2008 under every other name.

Keys of one environment are unknown in the others. A sandbox has one address; whose it is to be is told by the
`Host` header of a request.
"""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import UNKNOWN_KEY, unauthorized
from proxy.sandbox.wire import Received

_HOSTS = {
    "production": (
        "api.binance.com",
        "fapi.binance.com",
        "dapi.binance.com",
        "eapi.binance.com",
        "papi.binance.com",
    ),
    "testnet": ("testnet.binance.vision", "testnet.binancefuture.com"),
    "demo": ("demo-api.binance.com", "demo-fapi.binance.com", "demo-dapi.binance.com"),
    "us": ("api.binance.us",),
}


def _put_on(sandbox: Sandbox, given: Given) -> None:
    home = _HOSTS[given.word("home", _HOSTS)]

    def refuse(received: Received, _now_ms: int) -> None:
        if (received.header("Host") or "").partition(":")[0] not in home:
            raise unauthorized(-2008, UNKNOWN_KEY)

    sandbox.gates.key.append(refuse)


PERSONALITY = Personality(
    "wrong-environment",
    "the keys are another environment's: -2008, but under its host names",
    _put_on,
    {"home": "testnet"},
)
