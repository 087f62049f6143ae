"""-2014: what arrived has not the form of an API key."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import requests


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.KEY_FORM)
    if not refused:
        return None
    if sweep.taken:
        return unsettled(
            "The same key is taken and has no valid form within one minute: the probes conflict.",
            "Look for a proxy or program between here and Binance that changes or drops the header X-MBX-APIKEY.",
            probes=(*refused, *sweep.taken),
        )
    return Opinion(
        Leaf.KEY_FORM,
        Strength.PROVEN,
        f"What arrived has not the form of an API key: {requests(refused)} got -2014.",
        ("Send the bare key of 64 letters and digits: no quotes, blanks, line break or `Bearer`.",),
        refused,
    )
