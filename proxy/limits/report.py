"""`GET /weight` on the admin port: who spent the weight, and how much of each limit is used."""

from collections.abc import Iterable
from typing import Any

from proxy.core.catalogue.rate_limits import Pool
from proxy.limits.holds import ActiveHold
from proxy.limits.meter import Meter
from proxy.limits.spending import Entry
from proxy.limits.weight import WeightBudget


def weight_report(budget: WeightBudget, holds: Iterable[ActiveHold]) -> dict[str, Any]:
    """Plain data for JSON: `limits` that are in use, `orders`, `holds`, `clients` with their endpoints.

    Weights are since the start (`weight`) and in the minute that runs (`minute`). Who spent most comes first.
    """
    now = budget.now()
    return {
        "limits": [_limit(meter, now) for meter in budget.meters() if meter.known or meter.in_flight],
        "orders": [
            {
                "host": one.base.partition("://")[2],
                "account": one.account,
                "interval_seconds": one.interval_ms // 1000,
                "count": one.count,
                "seconds_left": round(one.ends - now, 1),
                **_together(one.pool),
            }
            for one in budget.order_counts()
        ],
        "holds": [
            {
                "scope": one.scope.value,
                "host": one.host.partition("://")[2],
                "account": one.account,
                "seconds_left": round(one.seconds_left, 1),
            }
            for one in holds
        ],
        "clients": _clients(budget.spending, now),
    }


def _limit(meter: Meter, now: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "host": meter.base.partition("://")[2],
        "family": meter.family.value,
        "counted_by": meter.counted_by,
        "used": meter.used,
        "in_flight": meter.in_flight,
        "limit": meter.limit,
        "seconds_left": round(meter.ends - now, 1),
        **_together(meter.pool),
    }
    if meter.limit is not None:
        found["used_share"] = round(meter.used / meter.limit, 4)
        found["reads_stop_at"] = None if meter.brake == float("inf") else int(meter.brake)
        found["source"] = meter.source
    if meter.endpoint:
        found["endpoint"] = meter.endpoint
    if meter.account:
        found["account"] = meter.account
    return found


def _together(pool: Pool) -> dict[str, Any]:
    """Which prefixes count together, where there are several."""
    return {"pool": [f"/{family.value}" for family in pool.families]} if len(pool.families) > 1 else {}


def _clients(spending: Iterable[Entry], now: float) -> list[dict[str, Any]]:
    by_client: dict[str, list[Entry]] = {}
    for entry in spending:
        by_client.setdefault(entry.client, []).append(entry)
    clients = [
        {
            "client": client,
            "weight": sum(entry.weight for entry in entries),
            "minute": sum(_minute(entry, now) for entry in entries),
            "requests": sum(entry.requests for entry in entries),
            "shared": sum(entry.shared for entry in entries),
            "endpoints": [_endpoint(entry, now) for entry in sorted(entries, key=_most_first)],
        }
        for client, entries in by_client.items()
    ]
    return sorted(clients, key=lambda one: -one["weight"])


def _endpoint(entry: Entry, now: float) -> dict[str, Any]:
    return {
        "endpoint": entry.endpoint,
        "host": entry.base.partition("://")[2],
        "weight": entry.weight,
        "minute": _minute(entry, now),
        "requests": entry.requests,
        "shared": entry.shared,
    }


def _minute(entry: Entry, now: float) -> int:
    return entry.minute if entry.window > now else 0


def _most_first(entry: Entry) -> int:
    return -entry.weight
