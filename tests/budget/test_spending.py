"""Who spent the weight."""

from proxy.budget.report import weight_report
from proxy.budget.spending import MOST_ENTRIES, OTHERS

from .house import House


def test_weight_is_counted_by_client_and_endpoint_since_the_start_and_in_this_minute() -> None:
    house = House()
    house.ask("GET /api/v3/account", 20, client="bot")
    house.hands.passed = 41
    house.ask("GET /api/v3/account", 20, client="bot")
    house.ask("GET /api/v3/openOrders", 100, client="bot")
    house.ask("GET /api/v3/time", 101)
    found = weight_report(house.budget, [])
    assert [(one["client"], one["weight"], one["minute"], one["requests"]) for one in found["clients"]] == [
        ("bot", 120, 100, 3),
        ("local", 1, 1, 1),
    ]
    assert found["clients"][0]["endpoints"] == [
        {
            "endpoint": "GET /api/v3/openOrders",
            "host": "x",
            "weight": 80,
            "minute": 80,
            "requests": 1,
            "shared": 0,
        },
        {
            "endpoint": "GET /api/v3/account",
            "host": "x",
            "weight": 40,
            "minute": 20,
            "requests": 2,
            "shared": 0,
        },
    ]
    (limit,) = found["limits"]
    assert limit["source"].startswith("binance-spot-api-docs")
    assert {
        name: limit[name] for name in ("used", "limit", "reads_stop_at", "used_share", "seconds_left")
    } == {
        "used": 101,
        "limit": 6000,
        "reads_stop_at": 5400,
        "used_share": 0.0168,
        "seconds_left": 59.0,
    }
    house.hands.passed = 101
    found = weight_report(house.budget, [])
    assert [one["minute"] for one in found["clients"]] == [0, 0]
    assert found["limits"][0]["used"] == 0


def test_made_up_paths_have_one_entry_and_the_number_of_entries_is_bounded() -> None:
    house = House()
    for n in range(3000):
        house.ask(f"GET /api/v3/made/up{n}", client="bot")
    assert [entry.endpoint for entry in house.budget.spending] == ["GET (unlisted)"]
    for n in range(2 * MOST_ENTRIES):
        house.ask("GET /api/v3/time", client=f"bot{n}")
    entries = list(house.budget.spending)
    assert len(entries) == MOST_ENTRIES + 1
    others = next(entry for entry in entries if entry.endpoint == OTHERS)
    assert others.requests == MOST_ENTRIES + 1
    assert sum(entry.requests for entry in entries) == 3000 + 2 * MOST_ENTRIES
