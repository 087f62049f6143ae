"""-4120: conditional futures orders are no longer taken by the order endpoint.

USD-M since 2025-12-09, COIN-M since 2026-06-30 (notice "CM/UM Architecture Integration" of 2026-06-10).
"""

from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)

_NEW_HOME: Final = (
    ("/fapi/", "POST /fapi/v1/algoOrder"),
    ("/dapi/", "POST /dapi/v1/algoOrder"),
    ("/papi/", "POST /papi/v1/um/algo/order"),
)


def applies(request: ParsedRequest) -> bool:
    return request.answered(-4120)


def judge(case: Case) -> Opinion:
    path = case.request.path_text
    home = next((name for prefix, name in _NEW_HOME if path.startswith(prefix)), None)
    where = f" Such an order goes to {home}." if home else ""
    note = f"The signature was accepted: this code comes after it was checked.{where}"
    return Opinion((("param-order-type-moved", Sighting(LIKELY)),), (note,))


TEXTS: Final = (
    RuleText(
        rule="param-order-type-moved",
        says="Conditional futures orders are no longer taken here: send them to the algo order endpoint (algoOrder).",
        why="STOP, STOP_MARKET, TAKE_PROFIT, TAKE_PROFIT_MARKET and TRAILING_STOP_MARKET moved: on USD-M in December "
        "2025, on COIN-M in June 2026.",
        see="-4120, and one of these words in `type`.",
        remedy="Send it to /fapi/v1/algoOrder, /dapi/v1/algoOrder or /papi/v1/um/algo/order (WebSocket: "
        "algoOrder.place) with algoType=CONDITIONAL, triggerPrice for stopPrice and clientAlgoId for "
        "newClientOrderId. Cancel it and look it up there too.",
    ),
)

VERDICT = Verdict(name="order-type-moved", about=TEXTS, applies=applies, judge=judge)
