"""No key is known: deleted, never made, or a placeholder. -2008 on everything that asks for one."""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality
from proxy.sandbox.refusals import UNKNOWN_KEY, unauthorized
from proxy.sandbox.wire import Received


def _put_on(sandbox: Sandbox, _: Given) -> None:
    def refuse(_received: Received, _now_ms: int) -> None:
        raise unauthorized(-2008, UNKNOWN_KEY)

    sandbox.gates.key.append(refuse)


PERSONALITY = Personality("unknown-key", "no key is known anywhere: -2008", _put_on)
