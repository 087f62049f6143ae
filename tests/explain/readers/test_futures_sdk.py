"""binance_f: the printed fields of a request are one request; a part of them is none."""

import pytest

from proxy.explain.readers.futures_sdk import find
from proxy.explain.reading import read_requests
from proxy.explain.spans import UrlSeen

BLOCK = """====== Request ======
<binance_f.impl.restapirequest.RestApiRequest object at 0x0000019FF07A5B08>
header:{'client_SDK_Version': 'binance_futures-1.0.1-py3.7', 'X-MBX-APIKEY': 'test'}
host:https://fapi.binance.com
json_parser:None
method:POST
post_body:{}
url:/fapi/v1/order?symbol=DOGEUSDT&price=0.35&timestamp=1795955000123&signature=ab
=====================
"""


def test_a_block_is_a_request() -> None:
    (seen,) = read_requests((BLOCK + '{"code":-1111,"msg":"Precision is over the maximum"}').encode())
    assert (seen.request.method, seen.request.path, seen.host) == (
        "POST",
        b"/fapi/v1/order",
        "fapi.binance.com",
    )
    assert seen.request.header(b"x-mbx-apikey") == b"test"
    assert seen.request.body == b""
    assert seen.answer is not None
    assert b"-1111" in seen.answer.body


def test_without_headers() -> None:
    assert any(isinstance(span, UrlSeen) for span in find(BLOCK[BLOCK.index("host:") :]))


@pytest.mark.parametrize("line", ["host:", "method:", "url:"])
def test_a_part_is_none(line: str) -> None:
    cut = "\n".join(one for one in BLOCK.splitlines() if not one.startswith(line))
    assert list(find(cut)) == []
