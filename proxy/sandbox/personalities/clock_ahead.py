"""Your clock is ahead of the exchange's: -1021 to everybody who stamps by the own clock.

Who asks `/api/v3/time` and stamps by that is right again, unless the exchange hides it: then its time endpoints tell
another time than the one it judges by, and nobody can be right.
"""

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality, shift_clock


def _put_on(sandbox: Sandbox, given: Given) -> None:
    shift_clock(sandbox, given, -given.milliseconds("by"))


PERSONALITY = Personality(
    "clock-ahead",
    "your clock is ahead of the exchange's: -1021; hidden: its time endpoints do not show it",
    _put_on,
    {"by": "10s", "hidden": "no"},
)
