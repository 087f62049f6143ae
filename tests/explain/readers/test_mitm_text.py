"""mitmdump's text: a form is put together from its fields only where its length says that nothing else was sent."""

from proxy.explain.readers.mitm_text import OTHER_SIZE, find
from proxy.explain.spans import BodySeen, GapSeen, HeadersSeen

TEXT = """127.0.0.1:41260: POST https://api.binance.com/api/v3/order HTTP/2.0
    content-type: application/x-www-form-urlencoded
    content-length: {}

    symbol: BTCUSDT
    quantity: '1'
    name: a b
    note: 'it''s'

 << 400
"""
BODY = b"symbol=BTCUSDT&quantity=1&name=a+b&note=it%27s"


def test_fields_become_the_form() -> None:
    spans = list(find(TEXT.format(len(BODY))))
    assert [span.body for span in spans if isinstance(span, BodySeen)] == [BODY]
    assert not any(isinstance(span, GapSeen) for span in spans)


def test_another_length_is_a_gap() -> None:
    spans = list(find(TEXT.format(len(BODY) + 2)))
    assert [span.what for span in spans if isinstance(span, GapSeen)] == [OTHER_SIZE]


def test_under_a_get_stand_the_fields_of_its_query() -> None:
    text = "[::1]:2: GET https://h/api/v3/account?a=1 HTTP/2.0\n    x: y\n\n    a: '1'\n\n << 400\n"
    spans = list(find(text))
    assert [span.body for span in spans if isinstance(span, BodySeen)] == [b""]
    assert [span.headers for span in spans if isinstance(span, HeadersSeen)] == [((b"x", b"y"),)]
