"""Who spent the weight."""

import json

from proxy.core.catalogue import Endpoint
from proxy.core.retry_after import Scope
from proxy.core.settings import BudgetSettings
from proxy.limits.holds import ActiveHold
from proxy.limits.report import weight_report
from proxy.limits.spending import MOST_ENTRIES, OTHERS, Entry, Spending
from tests.limits.house import House


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


def test_a_new_minute_begins_anew_and_the_sum_goes_on() -> None:
    entry = Entry("bot", "https://x", "GET /api/v3/account")
    assert (entry.requests, entry.shared, entry.weight, entry.minute, entry.window) == (0, 0, 0, 0, 0.0)
    for weight, window, expected in (
        (20, 1040.0, (1, 20, 20)),
        (5, 1040.0, (2, 25, 25)),
        (0, 1040.0, (3, 25, 25)),
        (7, 1100.0, (4, 32, 7)),
    ):
        entry.add(weight, window)
        assert (entry.requests, entry.weight, entry.minute, entry.window) == (*expected, window)


def endpoint(name: str) -> Endpoint:
    return House().route(name).endpoint


def test_entries_are_by_client_host_and_endpoint() -> None:
    spending = Spending()
    time, account = endpoint("GET /api/v3/time"), endpoint("GET /api/v3/account")
    order, cancel = endpoint("POST /api/v3/order"), endpoint("DELETE /api/v3/order")
    unlisted = endpoint("GET /api/v3/x")
    asked = [
        ("bot", "https://x", time),
        (None, "https://x", time),
        ("bot", "https://y", time),
        ("bot", "https://x", account),
        ("bot", "https://x", order),
        ("bot", "https://x", cancel),
        ("bot", "https://x", unlisted),
    ]
    entries = [spending.entry(*one) for one in asked]
    assert [spending.entry(*one) for one in asked] == entries
    assert list(spending) == entries
    assert [(one.client, one.base, one.endpoint) for one in entries] == [
        ("bot", "https://x", "GET /api/v3/time"),
        ("local", "https://x", "GET /api/v3/time"),
        ("bot", "https://y", "GET /api/v3/time"),
        ("bot", "https://x", "GET /api/v3/account"),
        ("bot", "https://x", "POST /api/v3/order"),
        ("bot", "https://x", "DELETE /api/v3/order"),
        ("bot", "https://x", "GET (unlisted)"),
    ]


def test_beyond_512_entries_what_is_known_goes_on_and_the_rest_is_one() -> None:
    spending = Spending()
    time = endpoint("GET /api/v3/time")
    entries = [spending.entry(f"bot{n}", "https://x", time) for n in range(512)]
    assert len(set(map(id, entries))) == 512
    assert [one.client for one in spending] == [f"bot{n}" for n in range(512)]
    rest = spending.entry("bot512", "https://x", time)
    assert (rest.client, rest.base, rest.endpoint) == ("(others)", "(others)", "(others)")
    assert spending.entry("bot513", "https://y", time) is rest
    assert spending.entry("bot0", "https://x", time) is entries[0]
    assert len(list(spending)) == 513


def test_the_report_tells_order_counts_holds_and_limiters() -> None:
    house = House()
    house.hands.passed = 2.0
    house.end(
        "POST /api/v3/order", house.begin("POST /api/v3/order"), (b"X-MBX-ORDER-COUNT-10S", b"7"), status=400
    )
    house.end(
        "GET /sapi/v1/capital/withdraw/history",
        house.begin("GET /sapi/v1/capital/withdraw/history"),
        (b"X-SAPI-USED-UID-WEIGHT-1M", b"18000"),
    )
    house.begin("GET /papi/v1/account")
    house.limits("GET /fapi/v2/account")  # met, but nothing is known of it
    holds = [
        ActiveHold(Scope.ORDERS, "https://x", "main", 12.345),
        ActiveHold(Scope.IP, "https://y", "", 0.04),
    ]
    found = weight_report(house.budget, holds)
    assert all("pool" not in one for one in (*found["orders"], *found["limits"]))
    assert found["orders"] == [
        {"host": "x", "account": "main", "interval_seconds": 10, "count": 7, "seconds_left": 8.0}
    ]
    assert found["holds"] == [
        {"scope": "orders", "host": "x", "account": "main", "seconds_left": 12.3},
        {"scope": "ip", "host": "y", "account": "", "seconds_left": 0.0},
    ]
    by_account, papi = found["limits"]
    assert by_account == {
        "host": "x",
        "family": "sapi",
        "counted_by": "UID",
        "used": 18_000,
        "in_flight": 0,
        "limit": 180_000,
        "seconds_left": 38.0,
        "used_share": 0.1,
        "reads_stop_at": 162_000,
        "source": "developers.binance.com, /sapi general info, LIMITS: for each endpoint and account (2026-07-21)",
        "endpoint": "GET /sapi/v1/capital/withdraw/history",
        "account": "main",
    }
    assert papi == {
        "host": "x",
        "family": "papi",
        "counted_by": "IP",
        "used": 0,
        "in_flight": 20,
        "limit": None,
        "seconds_left": 38.0,
    }


def test_the_report_of_an_unbraked_limiter() -> None:
    house = House(BudgetSettings(brake=None))
    house.ask("GET /api/v3/account", 1000)
    (limit,) = weight_report(house.budget, [])["limits"]
    assert (limit["limit"], limit["used_share"], limit["reads_stop_at"]) == (6000, 0.1667, None)


def test_the_report_is_json_and_lists_who_spent_most_first() -> None:
    house = House()
    for name, client in (
        ("GET /api/v3/time", "small"),
        ("GET /api/v3/account", "big"),
        ("GET /api/v3/time", "big"),
        ("GET /api/v3/account", None),
    ):
        house.ask(name, client=client)
    house.ask("GET /api/v3/account", client=None)
    limits, flow = (
        house.limits("GET /api/v3/exchangeInfo"),
        house.flow("GET /api/v3/exchangeInfo", client="small"),
    )
    house.budget.note_shared(flow, limits)
    found = json.loads(json.dumps(weight_report(house.budget, [])))
    assert [(one["client"], one["weight"], one["requests"], one["shared"]) for one in found["clients"]] == [
        ("local", 40, 2, 0),
        ("big", 21, 2, 0),
        ("small", 1, 1, 1),
    ]
    assert [(one["endpoint"], one["weight"]) for one in found["clients"][1]["endpoints"]] == [
        ("GET /api/v3/account", 20),
        ("GET /api/v3/time", 1),
    ]
    assert found["clients"][2]["endpoints"][1] == {
        "endpoint": "GET /api/v3/exchangeInfo",
        "host": "x",
        "weight": 0,
        "minute": 0,
        "requests": 0,
        "shared": 1,
    }


def test_a_minute_that_is_over_is_no_longer_the_one_that_runs() -> None:
    house = House()
    house.ask("GET /api/v3/account")
    for passed, minute in ((39.9, 20), (40.0, 0), (40.1, 0)):
        house.hands.passed = passed
        (client,) = weight_report(house.budget, [])["clients"]
        assert (client["minute"], client["endpoints"][0]["minute"], client["weight"]) == (minute, minute, 20)


def test_the_readings_have_weight_for_all_and_shared_answers_where_there_were_some() -> None:
    house = House()
    house.ask("GET /api/v3/account", 20, client="bot")
    limits = house.limits("GET /api/v3/exchangeInfo")
    house.budget.note_shared(house.flow("GET /api/v3/exchangeInfo"), limits)
    found = {one.name: one for one in house.budget.spending.readings()}
    weight, shared = found["weight"], found["shared_answers"]
    assert weight.labels == shared.labels == ("client", "host", "endpoint")
    assert dict(weight.samples) == {
        ("bot", "x", "GET /api/v3/account"): 20,
        ("local", "x", "GET /api/v3/exchangeInfo"): 0,
    }
    assert dict(shared.samples) == {("local", "x", "GET /api/v3/exchangeInfo"): 1}


def test_the_report_names_what_counts_together() -> None:
    house = House()
    order, base = "POST /dapi/v1/order", "https://dapi.binance.com"
    house.end(
        order,
        house.begin(order, base=base),
        (b"X-MBX-USED-WEIGHT-1M", b"12"),
        (b"X-MBX-ORDER-COUNT-1M", b"3"),
    )
    found = weight_report(house.budget, [])
    (limit,), (count,) = found["limits"], found["orders"]
    assert (limit["host"], limit["family"], limit["used"]) == ("fapi.binance.com", "fapi", 12)
    assert (limit["limit"], limit["pool"]) == (2400, ["/fapi", "/dapi"])
    assert (count["host"], count["count"], count["pool"]) == ("fapi.binance.com", 3, ["/fapi", "/dapi"])
