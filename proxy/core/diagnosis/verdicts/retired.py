"""410, or a call that is known to be removed, with 404 or no answer at all: Binance has retired it."""

from typing import Final

from msgspec.structs import replace

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.retired import REMOVED, Retirement, retirement_of, retirement_of_path
from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)
from proxy.core.findings import Strength

_GONE: Final = 410
_OWN_CHANGE_LOG: Final = ".binance.us"


def applies(request: ParsedRequest) -> bool:
    status = request.answer.status if request.answer is not None else 0
    endpoint = request.endpoint
    removed = _retirement(request) is not None if endpoint is None else endpoint.status == REMOVED
    return status == _GONE or (status in (0, 404) and removed and not _has_own_change_log(request.host))


def _has_own_change_log(host: str) -> bool:
    return host.endswith(_OWN_CHANGE_LOG) or host.startswith("demo-")


def judge(case: Case) -> Opinion:
    request = case.request
    retired = _retirement(request)
    sighting = Sighting(_strength(request, retired))
    if retired is not None:
        name = request.endpoint.name if request.endpoint is not None else f"every call on {retired.path}"
        says, remedy = f"Binance retired {name} on {retired.since}.", f"Use {retired.instead}."
        sighting = replace(sighting, says=says, remedy=remedy)
    note = _note(request.endpoint) if request.endpoint is not None and retired is None else ""
    return Opinion((("host-endpoint-retired", sighting),), (note,) if note else ())


def _strength(request: ParsedRequest, retired: Retirement | None) -> Strength:
    """410 says it itself, and a change log names the day; that a call left the SDKs alone is not enough."""
    if request.answer is not None:
        return PROVEN if request.answer.status == _GONE else LIKELY
    return LIKELY if retired is not None else POSSIBLE


def _retirement(request: ParsedRequest) -> Retirement | None:
    """The line of the change log; the test network has days of its own, and where it has none the call may live."""
    if request.websocket or _has_own_change_log(request.host):
        return None
    where = "testnet" if "testnet" in request.host else "production"
    if request.endpoint is None:
        return retirement_of_path(request.path_text, where)
    return retirement_of(request.endpoint, where)


def _note(endpoint: Endpoint) -> str:
    """What the table has; "" for a call that it calls current."""
    return f"{endpoint.name}: {endpoint.note}." if endpoint.status == REMOVED and endpoint.note else ""


TEXTS: Final = (
    RuleText(
        rule="host-endpoint-retired",
        says="Binance has retired this call.",
        why="Old paths and stream keys end on a day that the change log names: the listen keys of spot and margin in "
        "February 2026, /api/v1 in March.",
        see="HTTP 410, 404, or no answer yet, for a path that a change log names as removed.",
        remedy="Update the library, or use what takes its place: /api/v3 for /api/v1; for user data of spot "
        "userDataStream.subscribe or userDataStream.subscribe.signature of the WebSocket API; for margin POST "
        "/sapi/v1/userListenToken, then userDataStream.subscribe.listenToken.",
    ),
)

VERDICT = Verdict(name="retired", about=TEXTS, applies=applies, judge=judge)
