"""What is cut, what is kept, octet for octet."""

import pytest
from hypothesis import given, strategies as st

from proxy.core.signing import prepare
from proxy.core.wire import KEPT, BodyKind, pair_name, split_pairs
from tests.support.independent import brings_window, kept, pairs_of

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


ALONE = [
    # each spelling with nothing else of ours beside it, so that a quick look must see it by itself
    (b"X-MBX-APIKEY=k&a=1", b"a=1"),
    (b"a=1&X-MBX-APIKEY=k", b"a=1"),
    (b"x-mbx-apikey=k&a=1", b"a=1"),
    (b"X-Mbx-ApiKey=k", b""),
    (b"x-mbx-APIKEY", b""),
    (b"a=1&signature=ab&b=2", b"a=1&b=2"),
    (b"a=1&timestamp=5", b"a=1"),
    (b"%58-MBX-APIKEY=k&a=1", b"a=1"),
    (b"signatur%65=ab&a=1", b"a=1"),
    (b"times%74amp=5&a=1", b"a=1"),
    # near ones are data
    (b"X-MBX-APIKEYS=k&a=1", b"X-MBX-APIKEYS=k&a=1"),
    (b"XMBXAPIKEY=k&a-b=1", b"XMBXAPIKEY=k&a-b=1"),
    (b"a=X-MBX-APIKEY&b=1", b"a=X-MBX-APIKEY&b=1"),
    (b"a=timestamp&b=recvWindow", b"a=timestamp&b=recvWindow"),
    (b"a%3Dsignature=1", b"a%3Dsignature=1"),
]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(("raw", "left"), ALONE)
def test_each_name_of_ours_is_cut_when_it_stands_alone(raw: bytes, left: bytes, signed: bool) -> None:
    cut = 0 if raw == left else 1
    query = prepare(raw, b"", BodyKind.EMPTY, signed=signed)
    assert (query.query, len(query.cuts), query.escaped) == (left, cut, False)
    form = prepare(b"c=3", raw, BodyKind.FORM, signed=signed)
    assert (form.query, form.body, len(form.cuts), form.escaped) == (b"c=3", left, cut, False)


def test_cuts_are_told_in_the_order_of_the_wire() -> None:
    prepared = prepare(
        b"timestamp=12&a=1&signature", b"x-MBX-apikey=key&b=2&recvWindow=", BodyKind.FORM, signed=True
    )
    assert [(one.place, one.name, one.value_octets) for one in prepared.cuts] == [
        ("query", "timestamp", 2),
        ("query", "signature", 0),
        ("form", "x-MBX-apikey", 3),
        ("form", "recvWindow", 0),
    ]
    assert (prepared.query, prepared.body) == (b"a=1", b"b=2")


@pytest.mark.parametrize(
    ("query", "form", "clean", "escaped"),
    [
        (b"a=1", b"b=2", (b"a=1", b"b=2"), False),
        (b"a= ", b"b=2", (b"a=%20", b"b=2"), True),
        (b"a=1", b"b= ", (b"a=1", b"b=%20"), True),
        (b"a=%20", b"b=%e4", (b"a=%20", b"b=%e4"), False),
        (b"signature=\xff", b"b=2", (b"", b"b=2"), False),  # what was cut was not escaped
        (b"a={}&signature=x", b"", (b"a=%7B%7D", b""), True),
    ],
)
def test_whether_an_octet_had_to_be_escaped_is_told(
    query: bytes, form: bytes, clean: tuple[bytes, bytes], escaped: bool
) -> None:
    prepared = prepare(query, form, BodyKind.FORM, signed=True)
    assert ((prepared.query, prepared.body), prepared.escaped) == (clean, escaped)


@pytest.mark.parametrize("kind", [BodyKind.JSON, BodyKind.OTHER, BodyKind.EMPTY])
def test_only_a_form_is_signed_or_cut(kind: BodyKind) -> None:
    body = b"" if kind is BodyKind.EMPTY else b"signature=x&a=\xff"
    for query in (b"a=1", b"a=1&signature=x"):
        prepared = prepare(query, body, kind, signed=True)
        assert (prepared.query, prepared.body, prepared.form) == (b"a=1", body, b"")
        assert prepared.body_kind is kind


WINDOW_PLACES = [
    # query, form -> what is kept, and what is left of both
    (b"recvWindow=5000&a=1", b"", b"5000", (b"recvWindow=5000&a=1", b"")),
    (b"%72ecvWindow=5000", b"", b"5000", (b"%72ecvWindow=5000", b"")),
    (b"a=1", b"%72ecvWindow=5000", b"5000", (b"a=1", b"%72ecvWindow=5000")),
    (b"a=%41&recvWindow=1", b"b=%42", b"1", (b"a=%41&recvWindow=1", b"b=%42")),
    (b"recvWindow=5000&signature=x", b"b=1", b"5000", (b"recvWindow=5000", b"b=1")),
    (b"recvWindow=5000", b"recvWindow=5000", None, (b"", b"")),
    (b"recvWindow=5000", b"recvWindow=x", None, (b"", b"")),
    (b"recvWindow=5000&%72ecvWindow=1", b"", None, (b"", b"")),
    (b"recvWindow=%35000", b"", None, (b"", b"")),  # its value must stand plain
    (b"recvWindow", b"", None, (b"", b"")),
    (b"recvWindow=00001", b"", b"00001", (b"recvWindow=00001", b"")),
    (b"recvWindow=000001", b"", None, (b"", b"")),
    (b"recvWindow=60000.0", b"", b"60000.0", (b"recvWindow=60000.0", b"")),
    (b"recvWindow=60000.000", b"", b"60000.000", (b"recvWindow=60000.000", b"")),
    (b"recvWindow=5000.", b"", None, (b"", b"")),
    (b"recvWindow=.5", b"", None, (b"", b"")),
    (b"recvWindow=5000 ", b"", None, (b"", b"")),
    (b"recvWindow=+5000", b"", None, (b"", b"")),
    (b"recvWindow=1\n", b"", None, (b"", b"")),
    (b"a=recvWindow", b"", None, (b"a=recvWindow", b"")),
]


@pytest.mark.parametrize(("query", "form", "window", "left"), WINDOW_PLACES)
def test_a_recv_window_is_kept_where_it_stands_or_cut_everywhere(
    query: bytes, form: bytes, window: bytes | None, left: tuple[bytes, bytes]
) -> None:
    kind = BodyKind.FORM if form else BodyKind.EMPTY
    prepared = prepare(query, form, kind, signed=True)
    assert (prepared.recv_window, (prepared.query, prepared.body)) == (window, left)


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_recv_window_goes_where_nothing_is_signed(place: str) -> None:
    query, form = (b"recvWindow=5000&a=1", b"b=2") if place == "query" else (b"b=2", b"recvWindow=5000&a=1")
    prepared = prepare(query, form, BodyKind.FORM, signed=False)
    assert {prepared.query, prepared.body} == {b"a=1", b"b=2"}
    assert prepared.recv_window is None
    assert [(one.place, one.name) for one in prepared.cuts] == [(place, "recvWindow")]


PIECES = [
    b"a=1", b"", b"b", b"c=%20", b"d= ", b"e=\xe5\xb8\x81", b"=x", b"f=a=b", b"%", b"g=%zz",
    b"signature=ab", b"signature", b"s%69gnature=", b"SIGNATURE=x", b"timestamp=1", b"%74imestamp=", b"Timestamp=2",
    b"recvWindow=5000", b"%72ecvWindow=60000", b"recvWindow=", b"recvWindow=60001", b"recvwindow=1",
    b"X-MBX-APIKEY=k", b"x-mbx-apikey", b"X%2dMBX-apikey=k", b"apiKey=k", b"x-mbx=1", b"h=signature=1", b"i=timestamp",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.sampled_from(PIECES), max_size=8))
def test_a_second_opinion_keeps_the_same_pairs(query: list[bytes], form: list[bytes]) -> None:
    """Against `tests/support/independent.py`, which shares no line with the product."""
    raw_query, raw_form = b"&".join(query), b"&".join(form)
    prepared = prepare(raw_query, raw_form, BodyKind.FORM if raw_form else BodyKind.EMPTY, signed=True)
    window = brings_window(raw_query, raw_form)
    assert prepared.query == b"&".join(kept(raw_query, window=window))
    assert prepared.body == b"&".join(kept(raw_form, window=window))
    assert (prepared.recv_window is not None) is window
    assert len(prepared.cuts) == len(pairs_of(raw_query) + pairs_of(raw_form)) - len(
        kept(raw_query, window=window) + kept(raw_form, window=window)
    )
