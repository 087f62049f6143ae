"""PreparedRequest requests as Python prints them."""

import pytest

from proxy.explain.readers.requests_print import read_printed_requests
from proxy.explain.reading import read_requests

HEADERS = "{'User-Agent': 'python-requests/2.34.2', 'X-MBX-APIKEY': 'test'}"
URL = "https://api.binance.com/api/v3/order?timestamp=1"


@pytest.mark.parametrize(
    ("text", "method", "body"),
    [
        (f"<PreparedRequest [POST]> POST {URL} {HEADERS} a=1&b=it%27s", "POST", b"a=1&b=it%27s"),
        (f"GET {URL} {HEADERS} None", "GET", b""),
        (f"{URL}\n{HEADERS}\nNone\n", "GET", b""),
        (f"{URL}\n{HEADERS}\na=1\n", "POST", b"a=1"),
        (f"{URL}\nDELETE\n{HEADERS}\nb'a=1'\n", "DELETE", b"a=1"),
        (f"Method: PUT\nURL: {URL}\nHeaders: {HEADERS}\nBody: a=1 \n", "PUT", b"a=1"),
        (f"method=POST url='{URL}' headers={HEADERS} body=None", "POST", b""),
        (f"POST {URL} CaseInsensitiveDict({HEADERS}) b'\\xe5=1'", "POST", b"\xe5=1"),
        (f"{{'method': 'POST', 'url': '{URL}', 'headers': {HEADERS}, '_cookies': <RequestsCookieJar[]>, "
         "'body': 'a=1', 'hooks': {'response': []}, '_body_position': None}", "POST", b"a=1"),
        (f"POST {URL} {HEADERS} a=1\nResponse: 400", "POST", b"a=1"),
    ],
)  # fmt: skip
def test_forms(text: str, method: str, body: bytes) -> None:
    (seen,) = read_printed_requests(text)
    assert (seen.request.method, seen.request.target) == (method, b"/api/v3/order?timestamp=1")
    assert seen.request.body == body
    assert seen.request.header(b"x-mbx-apikey") == b"test"
    assert seen.host == "api.binance.com"


def test_an_answer_printed_behind_it() -> None:
    text = f"GET {URL} {HEADERS} None\n400\n" + '{"code":-1022,"msg":"x"}\n'
    (seen,) = read_printed_requests(text)
    assert seen.answer is not None
    assert seen.answer.status == 400


@pytest.mark.parametrize(
    "text", [URL, f'POST {URL} HTTP/1.1\nHost: h\n\n{{"a":1}}', f'{URL}\n{{"code":-1}}', "", "{'method': "]
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert read_printed_requests(text) == []


def test_the_fields_of_an_object_are_no_body() -> None:
    text = """AxiosError: Request failed with status code 400
  config: { url: 'https://api.binance.com/api/v3/order', method: 'post', headers: { 'X-MBX-APIKEY': 'k' },
  params: { symbol: 'BTCUSDT', timestamp: 1627909000000 } }"""
    assert read_printed_requests(text) == []
    (seen,) = read_requests(text.encode())
    assert (seen.request.method, seen.request.target) == (
        "POST",
        b"/api/v3/order?symbol=BTCUSDT&timestamp=1627909000000",
    )
