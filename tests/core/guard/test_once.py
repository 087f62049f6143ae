"""Steps of a C2C order that are not done twice: which they are, and of which order."""

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.errors import RefusedError
from proxy.core.guard.once import once_path, once_step, order_number
from proxy.core.signing import prepare
from proxy.core.wire import body_kind

CATALOGUE = Catalogue.builtin()


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("/sapi/v1/c2c/orderMatch/releaseCoin", "releasecoin"),
        ("/sapi/v1/c2c/orderMatch/markOrderAsPaid", "markorderaspaid"),
        ("/sapi/v2/c2c/agent/orderMatch/RELEASECOIN", "releasecoin"),
        ("POST /sapi/v1/c2c/orderMatch/releaseCoin", "releasecoin"),
        ("/sapi/v1/c2c/orderMatch/checkIfCanReleaseCoin", None),
        ("/sapi/v1/c2c/orderMatch/cancelOrder", None),
        ("/sapi/v1/other/releaseCoin", None),
        ("/api/v3/order", None),
    ],
)
def test_which_steps_are_done_once(path: str, step: str | None) -> None:
    assert once_path(path) == step


def test_of_the_catalogue_two_are() -> None:
    assert {one.name for one in CATALOGUE if once_step(one)} == {
        "POST /sapi/v1/c2c/orderMatch/releaseCoin",
        "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid",
    }


def number(query: str = "", body: str = "") -> str:
    octets = body.encode()
    return order_number(prepare(query.encode(), octets, body_kind(octets, None), signed=True))


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ("", '{"orderNumber":"20123"}', "20123"),
        ("", '{"orderNumber":20123}', "20123"),
        ("", '{"orderNumber":"0020123","authType":"GOOGLE"}', "20123"),
        ("", '{"orderNumber":"000"}', "0"),
        ("orderNumber=20123", "", "20123"),
        ("order%4eumber=201%323", "", "20123"),
        ("ORDERNUMBER=7", "", "7"),
        ("", "orderNo=20123", "20123"),
        ("orderNumber=7", '{"orderNumber":"7"}', "7"),
        ("", '{"orderNumber":"%s"}' % ("9" * 64), "9" * 64),
    ],
)
def test_the_number_is_read_wherever_it_stands(query: str, body: str, found: str) -> None:
    assert number(query, body) == found


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", ""),
        ("", "{}"),
        ("", "[]"),
        ("", "{"),
        ("", '{"orderNumber":""}'),
        ("", '{"orderNumber":null}'),
        ("", '{"orderNumber":"7 "}'),
        ("", '{"orderNumber":"-7"}'),
        ("", '{"orderNumber":7.0}'),
        ("", '{"orderNumber":"7","orderNumber":"8"}'),
        ("", '{"orderNumber":"7","orderNo":"8"}'),
        ("", '{"orderNumber":["7"]}'),
        ("orderNumber=8", '{"orderNumber":"7"}'),
        ("orderNumber=7&orderNumber=8", ""),
        ("orderNumber=%D9%A1", ""),
        ("", '{"orderNumber":"%s"}' % ("9" * 65)),
        ("", '{"orderNumber":"\u0661"}'),
    ],
)
def test_a_number_that_is_not_clear_is_refused(query: str, body: str) -> None:
    with pytest.raises(RefusedError) as caught:
        number(query, body)
    assert (caught.value.refusal.status, caught.value.refusal.token) == (403, "limit_exceeded")
