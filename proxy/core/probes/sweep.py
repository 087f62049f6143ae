"""The probes of one account, in the order that the decision needs: the newest run, and the hour before it."""

import itertools
from collections.abc import Iterable
from typing import Final

from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import KeyFacts, Probe
from proxy.core.probes.realm import realm_of
from proxy.core.probes.said import REFUSED, Said, said

RUN_MS: Final = 60_000
"""Probes this close to the newest one are one run: the refusal and its control must lie in it."""
HOUR_MS: Final = 3_600_000
"""An endpoint that took the key within this time of refusing it is flapping."""

type Place = tuple[str, str, str]
"""Host, method and path: one endpoint."""


class Sweep:
    """What verdicts look at. `last` has the newest probe of each endpoint in the run, oldest first."""

    def __init__(self, probes: Iterable[Probe], facts: KeyFacts) -> None:
        self.facts = facts
        self.all = tuple(sorted(probes, key=lambda probe: probe.at_ms))
        self.accounts = {probe.account for probe in self.all}
        newest = self.all[-1].at_ms if self.all else 0
        self.hour = tuple(probe for probe in self.all if newest - probe.at_ms <= HOUR_MS)
        self.run = tuple(probe for probe in self.hour if newest - probe.at_ms <= RUN_MS)
        last = {place_of(probe): probe for probe in self.run}
        in_turn = sorted(last.values(), key=lambda probe: probe.at_ms)
        self.last = tuple(probe for probe in in_turn if not _is_over(probe, in_turn))
        self.kinds = frozenset(said(probe) for probe in self.last)

    def saying(self, *kinds: Said) -> tuple[Probe, ...]:
        """The newest probes of the run that say one of these."""
        return tuple(probe for probe in self.last if said(probe) in kinds)

    @property
    def taken(self) -> tuple[Probe, ...]:
        return self.saying(Said.TAKEN)

    @property
    def refusing(self) -> frozenset[Said]:
        """The kinds of refusal in the run that concern this key."""
        return self.kinds & REFUSED

    def taken_in(self, realm: str) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.taken if realm_of(probe.host) == realm)

    def history(self, probe: Probe) -> tuple[Said, ...]:
        """What the endpoint said about the key within the hour, oldest first: taken and -2008 only."""
        place = place_of(probe)
        told = (said(one) for one in self.hour if place_of(one) == place)
        return tuple(kind for kind in told if kind in (Said.TAKEN, Said.KEY_UNKNOWN))

    def turned_before(self, probe: Probe) -> Probe | None:
        """The last probe within the hour on which this endpoint did the contrary: took the key, or not."""
        place, now = place_of(probe), said(probe)
        contrary = {Said.TAKEN: Said.KEY_UNKNOWN, Said.KEY_UNKNOWN: Said.TAKEN}.get(now)
        earlier = (
            one
            for one in reversed(self.hour)
            if place_of(one) == place and one.at_ms < probe.at_ms and said(one) is contrary
        )
        return next(earlier, None)

    def took_before(self, probe: Probe) -> Probe | None:
        """The last probe within the hour on which this endpoint took the key, before `probe`."""
        place = place_of(probe)
        earlier = (
            one
            for one in reversed(self.hour)
            if place_of(one) == place and one.at_ms < probe.at_ms and said(one) is Said.TAKEN
        )
        return next(earlier, None)


def _is_over(probe: Probe, others: Iterable[Probe]) -> bool:
    """A ban is over, once the same host serves again."""
    return said(probe) is Said.BANNED and any(
        other.host == probe.host and other.at_ms > probe.at_ms and said(other) in (Said.TAKEN, Said.PUBLIC)
        for other in others
    )


def place_of(probe: Probe) -> Place:
    return probe.host, probe.method.upper(), probe.path


def changes(history: tuple[Said, ...]) -> int:
    """How often one thing followed the other."""
    return sum(one is not other for one, other in itertools.pairwise(history))


def unsettled(sentence: str, *next_steps: str, probes: Iterable[Probe] = ()) -> Opinion:
    """No verdict: what is missing or contradicts itself, and what to ask next."""
    return Opinion(Leaf.UNKNOWN, None, sentence, next_steps, tuple(probes))
