"""Personalities: an exchange that treats you as a real one does on a bad day. One small file each, and this list.

put_on(sandbox, "flapping-2008:seed=7,step=2s")
"""

import difflib

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.personalities import (
    clock_ahead,
    clock_behind,
    executed_but_504,
    flapping_2008,
    ip_2015,
    limited_429_then_418,
    maintenance,
    permission_missing,
    unknown_key,
    waf_403,
    wrapper_9000,
    wrong_environment,
)
from proxy.sandbox.personalities.base import Given, Personality, PersonalityError

__all__ = ["PERSONALITIES", "Given", "Personality", "PersonalityError", "put_on"]

PERSONALITIES: dict[str, Personality] = {
    one.PERSONALITY.name: one.PERSONALITY
    for one in (
        flapping_2008,
        unknown_key,
        wrong_environment,
        ip_2015,
        permission_missing,
        clock_ahead,
        clock_behind,
        waf_403,
        limited_429_then_418,
        wrapper_9000,
        executed_but_504,
        maintenance,
    )
}
"""By name, in the order of `sandbox --help`."""


def put_on(sandbox: Sandbox, text: str) -> None:
    """Gives a sandbox the personality `NAME` or `NAME:option=value,...`, beside those that it has.

    It takes hold of the keys that are there, so it is put on after they were added. Raises PersonalityError.
    """
    name, _, listed = text.partition(":")
    personality = PERSONALITIES.get(name)
    if personality is None:
        close = difflib.get_close_matches(name, PERSONALITIES, n=1)
        meant = f"; did you mean {close[0]}?" if close else "."
        raise PersonalityError(
            f"there is no personality of that name{meant} There are: {', '.join(PERSONALITIES)}"
        )
    personality.put_on(sandbox, Given(name, dict(personality.options) | _options(personality, listed)))


def _options(personality: Personality, listed: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for part in filter(None, listed.split(",")):
        option, equals, value = part.partition("=")
        if option not in personality.options or not equals or option in given:
            known = f"its options are {personality.usage}" if personality.options else "it has no options"
            raise PersonalityError(f"{personality.name}: give each option once, as option=value; {known}")
        given[option] = value
    return given
