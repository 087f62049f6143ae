"""What is left: no answer, or none that says anything about the key."""

from proxy.core.probes.leaf import Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import endpoints, names

_ASK = "Ask the control calls with this key: GET /api/v3/account and GET /sapi/v1/account/apiRestrictions."


def judge(sweep: Sweep) -> Opinion:
    silent = sweep.saying(Said.NOTHING)
    if silent:
        why = silent[-1].fault or "no answer came"
        taken = f"; {endpoints(sweep.taken)} took the key" if sweep.taken else ""
        return unsettled(
            f"No answer from {names(silent)}: {why}{taken}.",
            "Mend the way to the exchange first (signing-proxy doctor dns tls), then ask again.",
            probes=(*silent, *sweep.taken),
        )
    told = sweep.saying(Said.OTHER)
    if told:
        taken = f", while {endpoints(sweep.taken)} took the key" if sweep.taken else ""
        return unsettled(
            f"The answers of {names(told)} say nothing about the key{taken}.",
            "Run `signing-proxy explain` on one of them.",
            probes=(*told, *sweep.taken),
        )
    return unsettled(
        "Only public endpoints were asked: they say nothing about a key.", _ASK, probes=sweep.last
    )
