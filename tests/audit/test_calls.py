"""What a set weighs."""

from proxy.audit.built_in import built_in, call_set


def test_weights_are_those_of_the_documentation_and_one_where_there_are_none() -> None:
    found = call_set(
        "one",
        (
            (
                "g",
                ("GET /api/v3/account",),  # 20
                ("GET /api/v3/openOrders?symbol=BTCUSDT", "GET /api/v3/openOrders"),  # 6, and 80 for all
            ),
            ("h", (), ("GET /sapi/v1/c2c/ads/getAds",)),  # nobody says
        ),
    )
    assert (found.weight, found.undocumented) == (20 + 6 + 80 + 1, 1)
    assert built_in("c2c").weight < 100
