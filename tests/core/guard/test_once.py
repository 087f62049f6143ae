"""Steps of a C2C order that are not done twice: which they are, and of which order."""

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
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


RELEASE = CATALOGUE.find("POST", "/sapi/v1/c2c/orderMatch/releaseCoin")
PAID = CATALOGUE.find("POST", "/sapi/v1/c2c/orderMatch/markOrderAsPaid")


def number(endpoint: Endpoint | None, body: str, query: str = "") -> str:
    assert endpoint is not None
    octets = body.encode()
    return order_number(endpoint, prepare(query.encode(), octets, body_kind(octets, None), signed=True))


def test_a_read_is_no_step() -> None:
    unlisted = CATALOGUE.unlisted("GET", "/sapi/v1/c2c/orderMatch/checkIfCanReleaseCoin")
    assert unlisted is not None
    assert once_step(unlisted) is None
    alike = CATALOGUE.unlisted("GET", "/sapi/v1/c2c/foo/releaseCoin")  # taken for the write
    assert alike is not None
    assert once_step(alike) == "releasecoin"


@pytest.mark.parametrize("endpoint", [RELEASE, PAID])
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"orderNumber":"20123"}', "20123"),
        ('{"orderNumber":20123}', "20123"),
        ('{"orderNumber":"0020123"}', "20123"),
        ('{"orderNumber":"000","payId":null}', "0"),
        ('{"orderNumber":"%s"}' % ("9" * 64), "9" * 64),
    ],
)
def test_the_number_stands_where_the_endpoint_takes_it(
    endpoint: Endpoint | None, body: str, found: str
) -> None:
    assert number(endpoint, body) == found


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
        ("", '{"orderNumber":["7"]}'),
        ("", '{"orderNumber":"%s"}' % ("9" * 65)),
        ("", '{"orderNumber":"\u0661"}'),
        # a number that the exchange may go by, beside the one that is looked at
        ("", '{"orderNumber":"7","orderNo":"8"}'),
        ("", '{"orderNumber":"7","adOrderNo":"8"}'),
        ("", '{"orderNumber":"7","order_number":"8"}'),
        ("", '{"ORDERNUMBER":"7"}'),
        ("orderNumber=8", '{"orderNumber":"7"}'),
        ("adOrderNo=1&authType=x;orderNumber=777", '{"orderNumber":"7"}'),
        ("orderNumber=7", ""),
        ("", "orderNumber=7"),
    ],
)
def test_a_number_that_is_not_clear_is_refused(query: str, body: str) -> None:
    with pytest.raises(RefusedError) as caught:
        number(RELEASE, body, query)
    assert (caught.value.refusal.status, caught.value.refusal.token) == (403, "limit_exceeded")
