"""What other flows of the same key say of it."""

import pytest

from proxy.core.diagnosis.observation import Neighbour
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.neighbours import Elsewhere, elsewhere
from tests.core.diagnosis.checks import NOW, signed

type Row = tuple[str, str, int, int | None, int]
ACCOUNT, ORDER, TIME, TRADES = "/api/v3/account", "/api/v3/order", "/api/v3/time", "/api/v3/myTrades"

TOLD: list[tuple[list[Row], tuple[int, int, bool] | tuple[int, int, bool, bool]]] = [
    # neighbours (method, path, status, code, ms from now): authenticated, refused (with this request), same minute
    ([], (0, 1, False)),
    ([("GET", ORDER, 200, None, 0)], (1, 1, True)),
    ([("GET", ORDER, 299, None, 0)], (1, 1, True)),
    ([("GET", ORDER, 199, None, 0)], (0, 1, False)),
    ([("GET", ORDER, 300, None, 0)], (0, 1, False)),
    ([("GET", ORDER, 200, None, -60_000)], (1, 1, True)),
    ([("GET", ORDER, 200, None, -60_001)], (1, 1, False)),
    ([("GET", ORDER, 200, None, 60_000)], (1, 1, True)),
    ([("GET", ORDER, 200, None, 60_001)], (1, 1, False)),
    ([("GET", ORDER, 200, None, -90_000), ("GET", TRADES, 401, -2008, -90_000)], (1, 2, True)),
    # each endpoint once, whatever its query and the case of its method
    ([("GET", f"{ORDER}?a=1", 200, None, 0), ("get", ORDER, 200, None, 0)], (1, 1, True)),
    ([("GET", ORDER, 200, None, 0), ("DELETE", ORDER, 200, None, 0)], (2, 1, True)),
    # refused by the business, after the signature was accepted
    ([("POST", ORDER, 400, -1013, 0)], (1, 1, True)),
    ([("POST", ORDER, 400, -2010, 0)], (1, 1, True)),
    ([("DELETE", ORDER, 400, -2011, 0)], (1, 1, True)),
    ([("GET", ORDER, 400, -2013, 0)], (1, 1, True)),
    # refused before the key was looked at: says nothing
    ([("GET", ORDER, 400, -1021, 0), ("GET", TRADES, 400, -1022, 0), ("GET", TRADES, 429, -1003, 0)], (0, 1, False)),
    # refused for the key
    ([("GET", ORDER, 401, -2008, 0)], (0, 2, False)),
    ([("GET", ORDER, 401, -2014, 0)], (0, 2, False)),
    ([("GET", ORDER, 401, -2015, 0)], (0, 2, False)),
    # public: asks for no key
    ([("GET", TIME, 200, None, 0)], (0, 1, False)),
    # here and there: no endpoint is on both sides
    ([("GET", ORDER, 200, None, 0), ("GET", ORDER, 401, -2008, 0)], (0, 2, False)),
    ([("GET", ACCOUNT, 200, None, 0)], (0, 1, False, True)),
    ([("GET", ACCOUNT, 400, -2013, -3_600_000)], (0, 1, False, True)),
    ([("GET", ACCOUNT, 200, None, -3_600_001)], (0, 1, False)),
    ([("GET", ACCOUNT, 400, -1021, 0)], (0, 1, False)),
    # what no source knows is taken for private
    ([("GET", "/api/v3/made/up", 200, None, 0)], (1, 1, True)),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "told"), TOLD)
def test_where_a_key_authenticates(rows: list[Row], told: tuple[int, int, bool]) -> None:
    neighbours = tuple(
        Neighbour(method, path, status, code, NOW + ms) for method, path, status, code, ms in rows
    )
    request = signed(f"GET {ACCOUNT}?timestamp={NOW}", code=-2008, at=NOW, neighbours=neighbours)
    assert elsewhere(ParsedRequest(request)) == Elsewhere(*told)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            Elsewhere(1, 2, True),
            "authenticates on 1 endpoint and is refused on 2 endpoints in the same minute:",
        ),
        (Elsewhere(3, 1, False), "authenticates on 3 endpoints and is refused on 1 endpoint:"),
    ],
)
def test_the_sentence(told: Elsewhere, words: str) -> None:
    assert told.sentence() == f"This key {words} not fixable on the client."
