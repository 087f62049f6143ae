"""ccxt's verbose log, as ccxt itself printed it (tests/data/explain)."""

import json

import pytest

from proxy.core.wire import find_pairs
from proxy.explain.readers.ccxt import read_ccxt
from tests.explain.cases import DATA

LOGS = {"ccxt-python": 3, "ccxt-python-async": 2, "ccxt-javascript": 2}


@pytest.mark.parametrize(("name", "count"), LOGS.items())
def test_real_logs(name: str, count: int) -> None:
    seen = read_ccxt((DATA / "explain" / f"{name}.txt").read_text("utf-8"))
    assert len(seen) == count
    get, post = seen[0].request, seen[1].request
    assert (get.method, get.path, get.body) == ("GET", b"/api/v3/account", b"")
    assert len(find_pairs(get.query, b"signature")[0]) == len("signature=") + 64
    assert (post.method, post.target) == ("POST", b"/api/v3/order")
    assert post.body.startswith(b"timestamp=")
    assert len(find_pairs(post.body, b"signature")[0]) == len("signature=") + 64
    for one in seen:
        assert one.host == "127.0.0.1"
        assert one.request.header(b"x-mbx-apikey") == b"test-key"
        assert one.answer is not None
        assert one.answer.status == 400
        assert json.loads(one.answer.body)["code"] == -1022
    assert post.header(b"content-type") == b"application/x-www-form-urlencoded"


def test_logging_prefixes_and_bytes_bodies() -> None:
    text = (
        "2026-01-01 fetch Request: binance POST https://api.binance.com/p?a=1 RequestHeaders: "
        "{'X-MBX-APIKEY': 'k'} RequestBody: b'a=it\\'s&b=\\xc3'\n\n"
    )
    (seen,) = read_ccxt(text)
    assert seen.request.body == b"a=it's&b=\xc3"


def test_c_sharp() -> None:
    text = (
        'fetch Request:\nbinance POST https://h/p\nRequestHeaders:\n{"X-MBX-APIKEY":"k"}\n'
        'RequestBody:\n"a=1&b=2"\n\nnext'
    )
    (seen,) = read_ccxt(text)
    assert (seen.request.headers, seen.request.body) == (((b"X-MBX-APIKEY", b"k"),), b"a=1&b=2")


@pytest.mark.parametrize(
    "text", ["", "fetch Request:", "fetch Response: x", "fetch Request: a GET http:// RequestHeaders: {"]
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert read_ccxt(text) == []


@pytest.mark.parametrize(
    "rest", ["undefined   handleResre=ab 400 Bad", "undeT https://api.binance.com/p?a=1 400"]
)
def test_what_stands_behind_no_body_is_none(rest: str) -> None:
    """The lines were joined, and words are torn."""
    text = (
        "fetch Request:  binance GET https://api.binance.com/api/v3/account?timestamp=1&signature=ab  "
        f"RequestHeaders:  {{   'X-MBX-APIKEY': 'test' }}  RequestBody:  {rest}"
    )
    (seen,) = read_ccxt(text)
    assert seen.request.body == b""
