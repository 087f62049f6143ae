"""-1022: the octets that were signed are not those that arrived, or the secret is not this key's."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import Recomputed
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import all_right, endpoints, requests


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.SIGNATURE)
    if not refused:
        return None
    right = all_right(refused)
    if right and sweep.taken:
        return unsettled(
            f"Signatures that were recomputed and right are refused on {endpoints(refused)} and taken on"
            f" {endpoints(sweep.taken)}: the probes conflict.",
            "Look for what changes requests on their way: a proxy, or a rule that rewrites addresses.",
            "Run `signing-proxy explain` on one of the refused requests.",
            probes=(*refused, *sweep.taken),
        )
    if right:
        return Opinion(
            Leaf.SIGNATURE_WRONG,
            Strength.LIKELY,
            f"{requests(refused).capitalize()} got -1022 although the signature is the one that this secret"
            f" makes: the"
            " secret does not belong to this API key.",
            (
                "Use the secret that was shown together with this API key. If it is lost, make a new key pair.",
                "The API key itself is known: an unknown one is refused with -2008.",
            ),
            refused,
        )
    proven = any(probe.signature is Recomputed.WRONG for probe in refused)
    return Opinion(
        Leaf.SIGNATURE_WRONG,
        Strength.PROVEN if proven else Strength.LIKELY,
        f"{requests(refused).capitalize()} got -1022: "
        + (
            "the signature that was sent is not the one of what was sent."
            if proven
            else "what was signed is not what arrived, or the secret is not this key's."
        ),
        ("Run `signing-proxy explain` on one of them: it names the mistake.",),
        refused,
    )
