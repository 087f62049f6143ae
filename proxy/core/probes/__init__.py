"""Yours or Binance's? What a handful of requests with one key shows together.

A `Probe` is one request and its answer; `verdict` decides between the leaves of `Leaf`, or says that it cannot. Pure:
time is an argument. Used by doctor, audit, bundles and the gateway's diagnosis of -2008 and -2015.
"""

from proxy.core.probes.known_text import known_text
from proxy.core.probes.leaf import Evidence, Leaf, Side, Verdict
from proxy.core.probes.probe import KeyFacts, Probe, Recomputed
from proxy.core.probes.said import Said, said
from proxy.core.probes.verdict import verdict

__all__ = [
    "Evidence",
    "KeyFacts",
    "Leaf",
    "Probe",
    "Recomputed",
    "Said",
    "Side",
    "Verdict",
    "known_text",
    "said",
    "verdict",
]
