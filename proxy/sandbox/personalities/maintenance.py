"""Maintenance: `/sapi/v1/system/status` says so, and all but ping and time answers 503 with -1001.

The status is documented (0 normal, 1 maintenance). What the rest answers meanwhile is not known: -1001 is what the
error list has for a door that lost what is behind it.
"""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import Refusal
from proxy.sandbox.wire import Received

_GOES_ON = ("/ping", "/time", "/system/status")


def _refuse(received: Received, _now_ms: int) -> None:
    if not received.path.endswith(_GOES_ON):
        raise Refusal(503, -1001, "Internal error; unable to process your request. Please try again.")


def _put_on(sandbox: Sandbox, _: Given) -> None:
    sandbox.under_maintenance = True
    sandbox.gates.front.append(_refuse)


PERSONALITY = Personality(
    "maintenance", "system/status says maintenance; all but ping and time is 503 with -1001", _put_on
)
