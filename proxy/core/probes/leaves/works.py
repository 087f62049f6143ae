"""Everything that was asked with this key was taken."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep
from proxy.core.probes.words import all_asked, names


def judge(sweep: Sweep) -> Opinion | None:
    if not sweep.taken or sweep.kinds - {Said.TAKEN, Said.PUBLIC}:
        return None
    return Opinion(
        Leaf.WORKS,
        Strength.PROVEN,
        f"The key authenticates on {all_asked(sweep.taken)}.",
        (f"Nothing to mend here. Asked: {names(sweep.taken)}.",),
        sweep.taken,
    )
