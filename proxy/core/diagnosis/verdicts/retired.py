"""410, or 404 for a call that is known to be removed: Binance has retired it."""

from typing import Final

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.retired import REMOVED, retirement_of
from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    PROVEN,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)

_GONE: Final = 410
_OWN_CHANGE_LOG: Final = ".binance.us"


def applies(request: ParsedRequest) -> bool:
    if request.answer is None or request.answer.status not in (404, _GONE):
        return False
    removed = request.endpoint is not None and request.endpoint.status == REMOVED
    return request.answer.status == _GONE or (removed and not request.host.endswith(_OWN_CHANGE_LOG))


def judge(case: Case) -> Opinion:
    request = case.request
    gone = request.answer is not None and request.answer.status == _GONE
    note = _note(request.endpoint) if request.endpoint is not None else ""
    finding = ("host-endpoint-retired", Sighting(PROVEN if gone else LIKELY))
    return Opinion((finding,), (note,) if note else ())


def _note(endpoint: Endpoint) -> str:
    """What is known of the day and of what takes its place; "" for a call that the table calls current."""
    retired = retirement_of(endpoint, "production")
    if retired is not None:
        return f"Binance retired {endpoint.name} on {retired.since}; use {retired.instead}."
    return f"{endpoint.name}: {endpoint.note}." if endpoint.status == REMOVED else ""


TEXTS: Final = (
    RuleText(
        rule="host-endpoint-retired",
        says="Binance has retired this call.",
        why="Old paths and stream keys end on a day that the change log names: the listen keys of spot and margin in "
        "February 2026, /api/v1 in March.",
        see="HTTP 410, or 404 for a path that older documentation lists.",
        remedy="Update the library, or use what takes its place: /api/v3 for /api/v1; for user data of spot "
        "userDataStream.subscribe or userDataStream.subscribe.signature of the WebSocket API; for margin POST "
        "/sapi/v1/userListenToken, then userDataStream.subscribe.listenToken.",
    ),
)

VERDICT = Verdict(name="retired", about=TEXTS, applies=applies, judge=judge)
