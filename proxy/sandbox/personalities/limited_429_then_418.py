"""Small limits: 429 with Retry-After soon, and 418 to whoever goes on in spite of it."""

from dataclasses import replace

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities.base import Given, Personality


def _put_on(sandbox: Sandbox, given: Given) -> None:
    weight = given.whole("weight", least=1)
    keeper = sandbox.limit_keeper
    keeper.limits = replace(
        keeper.limits,
        spot_weight_1m=weight,
        sapi_ip_1m=weight,
        sapi_uid_1m=weight,
        futures_weight_1m=weight,
        eapi_weight_1m=weight,
        papi_weight_1m=weight,
        ban_after=given.whole("ban_after"),
        ban_ms=given.milliseconds("ban"),
    )


PERSONALITY = Personality(
    "429-then-418",
    "so much weight a minute, for each /sapi endpoint alone; then 429, then 418 to those who go on",
    _put_on,
    {"weight": "20", "ban_after": "3", "ban": "2m"},
)
