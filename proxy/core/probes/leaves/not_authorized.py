"""-1002 and -1099: the key is known, or so it seems, and the action is refused."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import endpoints, in_the_same, names


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.NOT_AUTHORIZED)
    if not refused:
        return None
    if not sweep.taken:
        return unsettled(
            f"{names(refused)} may not be used with this key, and no control call worked beside it.",
            "Ask the control calls with this key: GET /api/v3/account and GET /sapi/v1/account/apiRestrictions.",
            probes=refused,
        )
    return Opinion(
        Leaf.PERMISSION_MISSING,
        Strength.LIKELY,
        f"The key is taken on {endpoints(sweep.taken)} and not authorized on {endpoints(refused)}"
        f" {in_the_same((*refused, *sweep.taken))}: a permission, merchant status or an opened account is missing for"
        f" {names(refused)}.",
        (
            "Switch on in API management the permission that these calls need; C2C writes need merchant status.",
            "An ad or order of somebody else is refused in the same way.",
        ),
        (*refused, *sweep.taken),
    )
