"""The key is bound to addresses, and this is none of them: -2015 on everything that is signed or asks for the key."""

from dataclasses import replace

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality

_ELSEWHERE = frozenset(("203.0.113.7",))  # RFC 5737: of documentation, nobody's


def _put_on(sandbox: Sandbox, _: Given) -> None:
    for key in list(sandbox.keys.values()):
        sandbox.add_key(replace(key, allowed_ips=_ELSEWHERE))


PERSONALITY = Personality("ip-2015", "the keys are bound to another address: -2015", _put_on)
