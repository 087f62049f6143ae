"""Burp's items: host and octets of each; damage makes no request."""

import base64

from proxy.explain.readers.burp import read_burp

RAW = b"GET /api/v3/account?timestamp=1 HTTP/1.1\r\nHost: other\r\n\r\n"


def item(request: bytes, response: bytes = b"") -> str:
    coded = [base64.b64encode(one).decode() for one in (request, response)]
    return (
        f'<item><host ip="192.0.2.1">api.binance.com</host><request base64="true"><![CDATA[{coded[0]}]]></request>'
        f'<response base64="true"><![CDATA[{coded[1]}]]></response></item>'
    )


def test_each_item_is_a_request_to_the_host_that_burp_names() -> None:
    text = f"<items>{item(RAW, b'HTTP/2 400 X' + bytes([13, 10, 13, 10]))}{item(RAW)}</items>"
    first, second = read_burp(text)
    assert (first.host, first.request.target) == ("api.binance.com", b"/api/v3/account?timestamp=1")
    assert (first.answer.status if first.answer else None, second.answer) == (400, None)


def test_damaged_base64_is_left_out() -> None:
    assert read_burp('<item><request base64="true">A</request></item>' + item(RAW)) != []
    assert read_burp('<item><request base64="true">A</request></item>') == []


def test_plain_messages_count_only_where_nothing_stands_before_the_lines() -> None:
    plain = f'<items>\n<item><request base64="false"><![CDATA[{RAW.decode()}]]></request></item>\n</items>'
    assert len(read_burp(plain)) == 1
    assert read_burp("\n".join("> " + line for line in plain.splitlines())) == []
