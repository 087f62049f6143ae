"""What is cut, what is kept, octet for octet."""

import pytest
from hypothesis import given, strategies as st

from proxy.core.signing import prepare
from proxy.core.wire import KEPT, BodyKind, pair_name, split_pairs

CUTS = [
    # raw query -> what is left
    (b"symbol=BTCUSDT&signature=abc", b"symbol=BTCUSDT"),
    (b"signature=abc&symbol=BTCUSDT", b"symbol=BTCUSDT"),
    (b"a=1&timestamp=&b=2&signature=", b"a=1&b=2"),
    (b"timestamp=1&timestamp=2&a=1", b"a=1"),
    (b"%73ignature=dead&a=1", b"a=1"),
    (b"s%69gnature=dead&%74imestamp=1", b""),
    (b"X-MBX-APIKEY=k&x-mbx-apikey=k&x%2Dmbx-ApiKey=k&a=1", b"a=1"),
    (b"timestamp&signature&a", b"a"),
    # data, not ours
    (b"SIGNATURE=x&Timestamp=1", b"SIGNATURE=x&Timestamp=1"),
    (b"apiKey=abc&apikey=d", b"apiKey=abc&apikey=d"),
    (b"a=1;signature=evil", b"a=1;signature=evil"),
    (b"a=signature=1", b"a=signature=1"),
    (b"xsignature=1&signaturex=2", b"xsignature=1&signaturex=2"),
    (b"a=1&&b=2&", b"a=1&&b=2&"),
    # encodings are the caller's
    (b"x=a%2Cb%20c+d~%7e%zz%", b"x=a%2Cb%20c+d~%7e%zz%"),
    (b'e=a@b.com&l=["B"]', b"e=a@b.com&l=[%22B%22]"),
    ("symbol=币安人生USDT".encode(), b"symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"),
    (b"a=\xff{}|\\^`<># ", b"a=%FF%7B%7D%7C%5C%5E%60%3C%3E%23%20"),
]


@pytest.mark.parametrize(("raw", "left"), CUTS)
def test_cut_in_query_and_form_alike(raw: bytes, left: bytes) -> None:
    assert prepare(raw, b"", BodyKind.EMPTY, signed=True).query == left
    assert prepare(b"", raw, BodyKind.FORM, signed=True).body == left


def test_json_body_is_never_touched() -> None:
    body = '{"signature": "x", "timestamp": 1, "n": "币"}'.encode()
    prepared = prepare(b"a=1", body, BodyKind.JSON, signed=True)
    assert prepared.body == body
    assert prepared.form == b""


WINDOWS = [
    (b"recvWindow=5000", b"5000"),
    (b"recvWindow=60000", b"60000"),
    (b"recvWindow=5000.125", b"5000.125"),
    (b"recvWindow=0.001", b"0.001"),
    (b"recvWindow=60000.001", None),
    (b"recvWindow=60001", None),
    (b"recvWindow=9999999", None),
    (b"recvWindow=0", None),
    (b"recvWindow=0.000", None),
    (b"recvWindow=", None),
    (b"recvWindow=-1", None),
    (b"recvWindow=5e3", None),
    (b"recvWindow=5000.1234", None),
    (b"recvWindow=5000&recvWindow=5000", None),
    (b"recvwindow=5000", None),
]


@pytest.mark.parametrize(("raw", "kept"), WINDOWS)
@pytest.mark.parametrize("place", ["query", "form"])
def test_valid_recv_window_stays_any_other_is_cut(raw: bytes, kept: bytes | None, place: str) -> None:
    query, form = (raw, b"a=1") if place == "query" else (b"a=1", raw)
    prepared = prepare(query, form, BodyKind.FORM, signed=True)
    assert prepared.recv_window == kept
    stands = b"recvWindow" in prepared.query + prepared.body
    assert stands == (kept is not None)


def test_recv_window_in_query_and_form_is_cut_twice() -> None:
    prepared = prepare(b"recvWindow=1", b"recvWindow=2", BodyKind.FORM, signed=True)
    assert (prepared.query, prepared.body) == (b"", b"")
    assert [(cut.place, cut.name) for cut in prepared.cuts] == [
        ("query", "recvWindow"),
        ("form", "recvWindow"),
    ]


def test_nothing_of_ours_is_left_on_endpoints_that_are_not_signed() -> None:
    query = b"symbol=BTCUSDT&recvWindow=5000&timestamp=1&signature=x&X-MBX-APIKEY=k"
    assert prepare(query, b"", BodyKind.EMPTY, signed=False).query == b"symbol=BTCUSDT"


def test_cuts_tell_name_and_length_never_the_value() -> None:
    prepared = prepare(b"signature=0123456789&a=1", b"", BodyKind.EMPTY, signed=True)
    assert [(c.place, c.name, c.value_octets) for c in prepared.cuts] == [("query", "signature", 10)]
    assert "0123456789" not in repr(prepared)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_other_pairs_keep_octets_and_order(query: bytes, form: bytes) -> None:
    """Whatever comes in: what goes out holds only kept octets, and every pair that is not ours, in order."""
    prepared = prepare(query, form, BodyKind.FORM if form else BodyKind.EMPTY, signed=True)
    for raw, clean in ((query, prepared.query), (form, prepared.form)):
        assert set(clean) <= KEPT
        expected = [
            b"".join(bytes((o,)) if o in KEPT else b"%%%02X" % o for o in pair)
            for pair in split_pairs(raw)
            if pair_name(pair) not in (b"signature", b"timestamp", b"recvWindow")
            and pair_name(pair).lower() != b"x-mbx-apikey"
        ]
        if prepared.recv_window is None:
            assert clean == b"&".join(expected)


@given(st.binary(max_size=60))
def test_preparing_twice_changes_nothing_more(query: bytes) -> None:
    once = prepare(query, b"", BodyKind.EMPTY, signed=True).query
    assert prepare(once, b"", BodyKind.EMPTY, signed=True).query == once
