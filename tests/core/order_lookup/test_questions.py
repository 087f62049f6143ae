"""What is asked about a write: symbol and id as the caller wrote them, and nothing else."""

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.order_lookup import Question, questions_for, with_added_id
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, PreparedRequest, prepare, sign
from proxy.core.wire import BodyKind, body_kind

CATALOGUE = Catalogue.builtin()


def endpoint(name: str) -> Endpoint:
    found = CATALOGUE.find(*name.split(" "))
    assert found is not None
    return found


def prepared(query: bytes = b"", form: bytes = b"") -> PreparedRequest:
    kind = body_kind(form, None) if form else BodyKind.EMPTY
    return prepare(query, form, kind, signed=True)


def asked(name: str, query: bytes = b"", form: bytes = b"") -> list[tuple[str, bytes]]:
    questions = questions_for(endpoint(name), prepared(query, form))
    assert not isinstance(questions, str), questions
    return [(one.lookup.ask, one.query) for one in questions]


@pytest.mark.parametrize(
    ("name", "query", "form", "expected"),
    [
        (
            "POST /api/v3/order",
            b"",
            b"symbol=BTCUSDT&side=BUY&newClientOrderId=a-1",
            [("/api/v3/order", b"symbol=BTCUSDT&origClientOrderId=a-1")],
        ),
        (
            "POST /api/v3/order",
            b"newClientOrderId=a%2D1",
            b"symbol=%42TCUSDT",
            [("/api/v3/order", b"symbol=%42TCUSDT&origClientOrderId=a%2D1")],
        ),
        (
            "DELETE /api/v3/order",
            b"symbol=A&orderId=7&origClientOrderId=b",
            b"",
            [("/api/v3/order", b"symbol=A&origClientOrderId=b")],
        ),
        ("DELETE /api/v3/order", b"symbol=A&orderId=7", b"", [("/api/v3/order", b"symbol=A&orderId=7")]),
        (
            "POST /api/v3/order/cancelReplace",
            b"symbol=A&newClientOrderId=n&cancelOrderId=7",
            b"",
            [
                ("/api/v3/order", b"symbol=A&origClientOrderId=n"),
                ("/api/v3/order", b"symbol=A&orderId=7"),
            ],
        ),
        (
            "POST /api/v3/orderList/oco",
            b"symbol=A&listClientOrderId=l&aboveClientOrderId=x",
            b"",
            [("/api/v3/orderList", b"origClientOrderId=l")],
        ),
        (
            "POST /sapi/v1/margin/order/oco",
            b"symbol=A&listClientOrderId=l",
            b"",
            [("/sapi/v1/margin/orderList", b"origClientOrderId=l")],
        ),
        (
            "POST /sapi/v1/margin/order/oco",
            b"symbol=A&isIsolated=TRUE&listClientOrderId=l",
            b"",
            [("/sapi/v1/margin/orderList", b"isIsolated=TRUE&symbol=A&origClientOrderId=l")],
        ),
        (
            "POST /sapi/v1/margin/order",
            b"symbol=A&isIsolated=FALSE&newClientOrderId=m",
            b"",
            [("/sapi/v1/margin/order", b"symbol=A&isIsolated=FALSE&origClientOrderId=m")],
        ),
        (
            "POST /eapi/v1/order",
            b"symbol=BTC-1-C&clientOrderId=o",
            b"",
            [("/eapi/v1/order", b"symbol=BTC-1-C&clientOrderId=o")],
        ),
        (
            "POST /fapi/v1/algoOrder",
            b"symbol=A&clientAlgoId=g",
            b"",
            [("/fapi/v1/algoOrder", b"clientAlgoId=g")],
        ),
    ],
)
def test_the_question(name: str, query: bytes, form: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert asked(name, query, form) == expected


@pytest.mark.parametrize(
    ("name", "query", "reason"),
    [
        ("POST /api/v3/order", b"symbol=A", "no_id"),
        ("POST /api/v3/order", b"symbol=A&newclientorderid=a", "no_id"),
        ("POST /api/v3/order", b"symbol=A&newClientOrderId", "id_unusable"),
        ("POST /api/v3/order", b"symbol=A&newClientOrderId=" + b"x" * 37, "id_unusable"),
        ("POST /api/v3/order", b"symbol=A&newClientOrderId=a%26b", "id_unusable"),
        ("POST /api/v3/order", b"newClientOrderId=a&newClientOrderId=a", "id_unusable"),
        ("POST /api/v3/order/cancelReplace", b"symbol=A&newClientOrderId=n", "no_id"),
        ("DELETE /api/v3/openOrders", b"symbol=A", "no_lookup"),
    ],
)
def test_why_nothing_can_be_asked(name: str, query: bytes, reason: str) -> None:
    assert questions_for(endpoint(name), prepared(query)) == reason


@pytest.mark.parametrize("name", ["x" * 36, "A.b:c/d_e-9"])
def test_every_id_that_binance_takes_is_taken(name: str) -> None:
    found = questions_for(endpoint("POST /api/v3/order"), prepared(b"newClientOrderId=" + name.encode()))
    assert isinstance(found[0], Question)
    assert found[0].pair == b"newClientOrderId=" + name.encode()


REQUEST_ID = "5bd77a8da5-00000006"


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("POST /api/v3/order", b"newClientOrderId=gw-5bd77a8da5-00000006"),
        ("POST /api/v3/order/cancelReplace", b"newClientOrderId=gw-5bd77a8da5-00000006"),
        ("POST /api/v3/orderList/oco", b"listClientOrderId=gw-5bd77a8da5-00000006"),
        ("POST /fapi/v1/algoOrder", b"clientAlgoId=gw-5bd77a8da5-00000006"),
        ("POST /eapi/v1/order", b"clientOrderId=gw-5bd77a8da5-00000006"),
        ("DELETE /api/v3/order", b""),
        ("POST /api/v3/order/test", b""),
        ("GET /api/v3/order", b""),
    ],
)
def test_which_id_is_added(name: str, added: bytes) -> None:
    before = prepared(b"symbol=A", b"side=BUY")
    after = with_added_id(endpoint(name), before, REQUEST_ID)
    assert after.added == added
    assert (after.query, after.body) == (before.query, before.body)


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (b"newClientOrderId=a", b""),
        (b"", b"newClientOrderId=a"),
        (b"newClientOrderId", b""),
        (b"newClient%4FrderId=a", b""),
    ],
)
def test_an_id_of_the_callers_is_never_joined_by_ours(query: bytes, form: bytes) -> None:
    before = prepared(query, form)
    assert with_added_id(endpoint("POST /api/v3/order"), before, REQUEST_ID) is before


def test_an_added_id_is_signed_before_the_window_and_can_be_asked_for() -> None:
    order = endpoint("POST /api/v3/order")
    after = with_added_id(order, prepared(b"a=1", b"symbol=A"), REQUEST_ID)
    key = HmacKey(Secret(b"s" * 64))
    signed = sign("POST", b"/api/v3/order", after, key, timestamp_ms=9, recv_window_ms=5000)
    assert signed.query.startswith(
        b"a=1&newClientOrderId=gw-5bd77a8da5-00000006&recvWindow=5000&timestamp=9&signature="
    )
    assert signed.payload == signed.query.partition(b"&signature=")[0] + b"symbol=A"
    questions = questions_for(order, after)
    assert not isinstance(questions, str)
    assert questions[0].query == b"symbol=A&origClientOrderId=gw-5bd77a8da5-00000006"
