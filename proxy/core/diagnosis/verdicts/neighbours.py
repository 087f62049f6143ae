"""What other flows of the same key say: does it authenticate elsewhere, in the same minute?

They are probes, and judged as such (`core/probes/`), so that gateway, addon, doctor and audit conclude the same.
"""

from typing import Final

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.diagnosis.examination.observation import Neighbour
from proxy.core.diagnosis.verdicts.base import Case
from proxy.core.probes import Probe, Recomputed, Verdict, verdict

_ACCOUNT: Final = "key"
"""All neighbours are of one key, whatever its name."""


def judged(case: Case) -> Verdict:
    """The verdict on the key of a request that was refused, beside its neighbours.

    Without a time of its own the request stands alone: nobody can say what lay in the same minute.
    """
    request, answer = case.request, case.request.answer
    at_ms = request.observation.asked_ms or request.exchange_ms or request.timestamp_ms
    own = Probe(
        method=request.method,
        path=request.path_text,
        host=request.host or "",
        account=_ACCOUNT,
        at_ms=at_ms or 0,
        status=answer.status if answer is not None else None,
        code=answer.code if answer is not None else None,
        signature=Recomputed.RIGHT if case.right else Recomputed.UNCHECKED,
    )
    others = request.observation.neighbours if at_ms is not None else ()
    return verdict([*(_probe(one, own) for one in others), own], own.at_ms)


def took_here(told: Verdict, case: Case) -> bool:
    """Whether the endpoint that refuses the key now is among the evidence as one that took it."""
    here = case.request.method, case.request.path_text
    return any((one.probe.method, one.probe.path) == here and one.says == "taken" for one in told.evidence)


def _probe(neighbour: Neighbour, own: Probe) -> Probe:
    """Neighbours were there before the request: one that seems later was timed by another clock."""
    method, path = neighbour.method.upper(), neighbour.path.partition("?")[0]
    endpoint = Catalogue.builtin().find(method, path)
    return Probe(
        method=method,
        path=path,
        host=neighbour.host or own.host,
        account=_ACCOUNT,
        at_ms=min(neighbour.at_ms, own.at_ms),
        needs=endpoint.needs if endpoint is not None else Needs.SIGNED,
        status=neighbour.status,
        code=neighbour.code,
    )
