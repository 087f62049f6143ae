"""What would go out is shown whole, but for what would open an account."""

import json

import pytest

from proxy.core.catalogue import Needs
from proxy.core.http.dry_run import dry_run
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, SignedRequest, finish, prepare, sign
from proxy.core.wire import BodyKind, Header

BASE = "https://api.binance.com"
HEADERS: tuple[Header, ...] = (
    (b"Host", b"api.binance.com"),
    (b"X-MBX-APIKEY", b"the key"),
    (b"Accept", b"*/*\xff"),
)
SHOWN = [["Host", "api.binance.com"], ["X-MBX-APIKEY", "********"], ["Accept", "*/*\\xff"]]


def signed(query: bytes, form: bytes = b"", kind: BodyKind = BodyKind.FORM) -> SignedRequest:
    prepared = prepare(query, form, kind if form else BodyKind.EMPTY, signed=True)
    return sign(
        "POST", b"/api/v3/order", prepared, HmacKey(Secret(b"k")), timestamp_ms=9, recv_window_ms=5000
    )


def test_a_signed_request() -> None:
    assert dry_run(BASE, signed(b"a=1"), HEADERS) == {
        "method": "POST",
        "url": "https://api.binance.com/api/v3/order?a=1&recvWindow=5000&timestamp=9&signature=********",
        "headers": SHOWN,
        "body": "",
        "needs": "signed",
        "payload": {"query": "a=1&recvWindow=5000&timestamp=9", "form": ""},
        "added": {"timestamp_ms": 9, "recv_window_ms": 5000},
    }


def test_the_signed_text_is_shown_in_its_two_parts() -> None:
    shown = dry_run(BASE, signed(b"recvWindow=7", b"b=2&c=%20"), ())
    assert shown["payload"] == {"query": "recvWindow=7&timestamp=9", "form": "b=2&c=%20"}
    assert shown["body"] == "b=2&c=%20"
    assert shown["added"] == {"timestamp_ms": 9, "recv_window_ms": None}
    assert shown["headers"] == []


def test_a_json_body_is_shown_and_is_no_part_of_the_signed_text() -> None:
    shown = dry_run(BASE, signed(b"", '{"n":"币"}'.encode(), BodyKind.JSON), ())
    assert shown["payload"] == {"query": "recvWindow=5000&timestamp=9", "form": ""}
    assert shown["body"] == '{"n":"币"}'


def test_a_form_that_begins_as_the_query_does() -> None:
    """The form is what stands behind the query in the signed text, and nothing more is taken off."""
    shown = dry_run(BASE, signed(b"", b"recvWindow=7&timestamps=1"), ())
    assert shown["payload"] == {"query": "timestamp=9", "form": "recvWindow=7&timestamps=1"}


@pytest.mark.parametrize(("query", "target"), [(b"", "/api/v3/time"), (b"a=1", "/api/v3/time?a=1")])
@pytest.mark.parametrize("needs", [Needs.NONE, Needs.KEY])
def test_a_request_that_is_not_signed(query: bytes, target: str, needs: Needs) -> None:
    request = finish("GET", b"/api/v3/time", prepare(query, b"", BodyKind.EMPTY, signed=False), needs)
    assert dry_run(BASE, request, HEADERS[:1]) == {
        "method": "GET",
        "url": BASE + target,
        "headers": [["Host", "api.binance.com"]],
        "body": "",
        "needs": needs.value,
        "payload": None,
        "added": {"timestamp_ms": None, "recv_window_ms": None},
    }


def test_no_signature_and_no_key_is_shown_and_all_of_it_is_json() -> None:
    request = signed(b"x=signature%3Dno&y=\xff", b"z=\xfe")
    text = json.dumps(dry_run(BASE, request, HEADERS))
    signature = request.query.rpartition(b"=")[2].decode()
    assert signature not in text
    assert "the key" not in text
    assert "x=signature%3Dno&y=%FF" in text
