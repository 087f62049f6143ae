"""An endpoint that takes the key now, and refused it in between."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.sweep import Sweep, changes
from proxy.core.probes.words import ADD_BUNDLE, names

_TURNS = 2
"""Taken, refused, taken: fewer changes may be a key that was registered in between."""


def judge(sweep: Sweep) -> Opinion | None:
    flapping = tuple(probe for probe in sweep.taken if changes(sweep.history(probe)) >= _TURNS)
    if not flapping:
        return None
    often = max(changes(sweep.history(probe)) for probe in flapping)
    refusals = tuple(
        probe
        for probe in sweep.hour
        if (probe.host, probe.method, probe.path) in {(one.host, one.method, one.path) for one in flapping}
        and probe not in flapping
    )
    return Opinion(
        Leaf.FLAPPING,
        Strength.PROVEN,
        f"Binance takes and refuses this key (-2008) in turn on {names(flapping)} ({often} changes within the"
        f" hour; taken"
        " now): not fixable on the client.",
        (
            f"Send this to Binance support. {ADD_BUNDLE}",
            "Keep asking at intervals: how often it changes is what support can use.",
        ),
        (*flapping, *refusals),
    )
