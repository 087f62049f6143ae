"""From the client's request to what can be signed. What is cut and escaped in detail: tests/core/signing."""

import pytest

from proxy.core.catalogue import Catalogue, Needs, PrefixFamily
from proxy.core.errors import Execution, Refusal
from proxy.core.head import read_head
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.routing import Route
from proxy.core.wire import BodyKind
from tests.support.refusals import decided

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def clean(
    target: bytes,
    body: bytes = b"",
    *,
    label: bytes | None = None,
    method: str = "POST",
    needs: Needs = Needs.SIGNED,
    repair: bool = True,
    add_id: str | None = None,
) -> CleanRequest | Refusal:
    path = target.partition(b"?")[0].decode()
    catalogue = Catalogue.builtin()
    endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
    assert endpoint is not None
    headers = ((b"Host", b"localhost"), *(() if label is None else ((b"Content-Type", label),)))
    head = read_head(method, target, (1, 1), headers)
    route = Route(endpoint, PrefixFamily.API, "https://api.binance.com", needs)
    return decided(lambda: clean_request(head, body, route, repair=repair, add_id=add_id))


ORDER, SEARCH, BOM = b"/api/v3/order", b"/sapi/v1/c2c/ads/search", b"\xef\xbb\xbf"
OURS = b"&timestamp=1&signature=ab"
CLEANED = [
    # target, body, label, needs: query, body, kind, label sent, repairs
    (ORDER + b"?a=1", b"", None, Needs.SIGNED, b"a=1", b"", BodyKind.EMPTY, None, []),
    (ORDER, b"", None, Needs.SIGNED, b"", b"", BodyKind.EMPTY, None, []),
    (ORDER, b"", JSON, Needs.SIGNED, b"", b"", BodyKind.EMPTY, None, []),
    (ORDER + b"?a=1" + OURS, b"", None, Needs.SIGNED, b"a=1", b"", BodyKind.EMPTY, None, []),
    (ORDER + b"?a=?", b"", None, Needs.SIGNED, b"a=?", b"", BodyKind.EMPTY, None, []),
    (ORDER, b"a=1" + OURS, FORM, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM, []),
    (ORDER + b"?a=1", b"b=2", FORM, Needs.SIGNED, b"a=1", b"b=2", BodyKind.FORM, FORM, []),
    (ORDER, b"a=1", JSON, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM, ["content-type-mended"]),
    (ORDER, b"a=1", None, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM, ["content-type-mended"]),
    (ORDER, b'{"a":1}', JSON, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM, ["json-body-to-form"]),
    (ORDER, b'{"a":1}', FORM, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM, ["json-body-to-form"]),
    (ORDER + b"?a=1", b"{}", JSON, Needs.SIGNED, b"a=1", b"", BodyKind.EMPTY, None, ["json-body-to-form"]),
    (ORDER, b'{"a":1,"recvWindow":5000,"timestamp":1,"signature":"ab"}', JSON, Needs.SIGNED,
     b"", b"a=1&recvWindow=5000", BodyKind.FORM, FORM, ["json-body-to-form"]),
    (ORDER, b'{"a":1,"recvWindow":70000}', JSON, Needs.SIGNED, b"", b"a=1", BodyKind.FORM, FORM,
     ["json-body-to-form", "recvwindow-replaced"]),
    (SEARCH, b'{"a":1}', JSON, Needs.SIGNED, b"", b'{"a":1}', BodyKind.JSON, JSON, []),
    (SEARCH, BOM + b'{"a":"="}', JSON, Needs.SIGNED, b"", BOM + b'{"a":"="}', BodyKind.JSON, JSON, []),
    (b"/api/v3/made/up", b'{"a":1}', JSON, Needs.SIGNED, b"", b'{"a":1}', BodyKind.JSON, JSON, ["endpoint-unlisted"]),
    (b"/sapi/v1/fiat/deposit", b'{"a":1}', JSON, Needs.SIGNED, b"", b'{"a":1}', BodyKind.JSON, JSON, []),
    (b"/sapi/v1/c2c/ads/getDetailByNo", b'{"a":1}', JSON, Needs.SIGNED, b"", b'{"a":1}', BodyKind.JSON, JSON, []),
    (ORDER + b"?a={}", b"", None, Needs.SIGNED, b"a=%7B%7D", b"", BodyKind.EMPTY, None, ["raw-octets-escaped"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "body", "label", "needs", "query", "left", "kind", "sent_label", "rules"), CLEANED
)
def test_what_is_left_of_a_request(
    target: bytes, body: bytes, label: bytes | None, needs: Needs, query: bytes, left: bytes, kind: BodyKind,
    sent_label: bytes | None, rules: list[str],
) -> None:  # fmt: skip
    found = clean(target, body, label=label, needs=needs)
    assert isinstance(found, CleanRequest)
    assert (found.prepared.query, found.prepared.body, found.prepared.body_kind) == (query, left, kind)
    assert found.content_type == sent_label
    assert [one.rule for one in found.repairs] == rules


def test_without_repair_a_json_body_is_refused_where_parameters_are_a_form() -> None:
    found = clean(ORDER, b'{"a":1}', label=JSON, repair=False)
    assert isinstance(found, Refusal)
    assert (found.status, found.token, found.execution) == (400, "json_body_refused", Execution.NOT_SENT)
    assert isinstance(clean(SEARCH, b'{"a":1}', label=JSON, repair=False), CleanRequest)


def test_the_id_that_is_added_is_not_when_the_json_body_has_one() -> None:
    found = clean(ORDER, b'{"newClientOrderId":"mine"}', label=JSON, add_id="r-1")
    assert isinstance(found, CleanRequest)
    assert (found.prepared.added, found.prepared.body) == (b"", b"newClientOrderId=mine")


@pytest.mark.parametrize("needs", [Needs.NONE, Needs.KEY])
def test_what_is_not_signed_loses_the_window_and_nobody_says_that_it_was_replaced(needs: Needs) -> None:
    found = clean(ORDER + b"?a=1&recvWindow=5000&timestamp=1&b=2", needs=needs)
    assert isinstance(found, CleanRequest)
    assert found.prepared.query == b"a=1&b=2"
    assert found.repairs == []
    signed = clean(ORDER + b"?a=1&recvWindow=5000&timestamp=1&b=2")
    assert isinstance(signed, CleanRequest)
    assert signed.prepared.query == b"a=1&recvWindow=5000&b=2"


@pytest.mark.parametrize("body", [b"\x00\x01", b"<a/>", b"just words"])
@pytest.mark.parametrize("label", [None, b"text/plain"])
def test_a_body_that_is_neither_form_nor_json_is_refused(body: bytes, label: bytes | None) -> None:
    found = clean(ORDER, body, label=label)
    assert isinstance(found, Refusal)
    assert (found.status, found.token, found.execution) == (
        415,
        "unsupported_media_type",
        Execution.NOT_SENT,
    )


ADDED = [
    # only where it is wanted, to a signed placing, that has none
    ("POST", ORDER, b"symbol=BTCUSDT", Needs.SIGNED, "r-1", b"newClientOrderId=gw-r-1"),
    ("POST", ORDER, b"symbol=BTCUSDT", Needs.SIGNED, None, b""),
    ("POST", ORDER, b"symbol=BTCUSDT", Needs.KEY, "r-1", b""),
    ("POST", ORDER, b"newClientOrderId=mine", Needs.SIGNED, "r-1", b""),
    ("DELETE", ORDER, b"symbol=BTCUSDT", Needs.SIGNED, "r-1", b""),
    ("GET", b"/api/v3/account", b"", Needs.SIGNED, "r-1", b""),
]


@pytest.mark.parametrize(("method", "path", "query", "needs", "add_id", "added"), ADDED)
def test_an_id_is_added_to_an_order_without_one(
    method: str, path: bytes, query: bytes, needs: Needs, add_id: str | None, added: bytes
) -> None:
    found = clean(path + b"?" + query, method=method, needs=needs, add_id=add_id)
    assert isinstance(found, CleanRequest)
    assert found.prepared.added == added
