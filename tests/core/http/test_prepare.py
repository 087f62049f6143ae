"""A request cleaned: what is left of the client's, how it is labelled, and what is said of it."""

import pytest

from proxy.core.catalogue import ENVIRONMENTS, Catalogue
from proxy.core.errors import RefusedError
from proxy.core.head import read_head
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.routing import route

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def clean(
    method: str, target: bytes, body: bytes = b"", label: bytes | None = None, add_id: str | None = None
) -> CleanRequest:
    headers = ((b"Host", b"localhost"), *(((b"Content-Type", label),) if label is not None else ()))
    head = read_head(method, target, (1, 1), headers)
    return clean_request(
        head, body, route(head, Catalogue.builtin(), ENVIRONMENTS["production"]), add_id=add_id
    )


@pytest.mark.parametrize(
    ("method", "target", "query"),
    [
        ("GET", b"/api/v3/account", b""),
        ("GET", b"/api/v3/account?", b""),
        ("GET", b"/api/v3/account?a=?b", b"a=?b"),
        ("GET", b"/api/v3/account?timestamp=1&a=1&signature=x", b"a=1"),
        ("GET", b"/api/v3/account?recvWindow=4000", b"recvWindow=4000"),
        ("GET", b"/api/v3/time?recvWindow=4000&a=1", b"a=1"),  # not signed: it would be refused there
        ("GET", b"/api/v3/account?a= b", b"a=%20b"),
    ],
)
def test_the_query_that_is_left(method: str, target: bytes, query: bytes) -> None:
    assert clean(method, target).prepared.query == query


@pytest.mark.parametrize(
    ("body", "label", "content_type", "left", "rules"),
    [
        (b"", None, None, b"", []),
        (b"a=1&signature=x", FORM, FORM, b"a=1", []),
        (b"a=1", None, FORM, b"a=1", ["content-type-mended"]),
        (b"a=1", JSON, FORM, b"a=1", ["content-type-mended"]),
        (b'{"a":1,"signature":"x"}', JSON, JSON, b'{"a":1,"signature":"x"}', []),
        (b'{"a":1}', FORM, JSON, b'{"a":1}', ["content-type-mended"]),
        (b"a=\xe9", FORM, FORM, b"a=%E9", ["raw-octets-escaped"]),
        (b"a=1&recvWindow=70000", FORM, FORM, b"a=1", ["recvwindow-replaced"]),
    ],
)
def test_the_body_its_label_and_what_was_repaired(
    body: bytes, label: bytes | None, content_type: bytes | None, left: bytes, rules: list[str]
) -> None:
    found = clean("POST", b"/api/v3/order", body, label)
    assert (found.prepared.body, found.content_type) == (left, content_type)
    assert [one.rule for one in found.repairs] == rules


def test_a_body_of_neither_kind_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        clean("POST", b"/api/v3/order", b"\x00\x01")
    assert (refused.value.refusal.status, refused.value.refusal.token) == (415, "unsupported_media_type")


def test_an_order_gets_an_id_only_where_that_is_asked_for() -> None:
    order = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
    assert clean("POST", b"/api/v3/order?" + order).prepared.added == b""
    with_id = clean("POST", b"/api/v3/order?" + order, add_id="0011223344-00000001").prepared
    assert with_id.added.startswith(b"newClientOrderId=")
    assert with_id.query == order
    assert clean("GET", b"/api/v3/time", add_id="0011223344-00000001").prepared.added == b""


def test_an_endpoint_that_nobody_lists_is_told() -> None:
    assert [one.rule for one in clean("GET", b"/sapi/v9/never/heard/of").repairs] == ["endpoint-unlisted"]
