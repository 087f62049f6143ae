"""Logs of http.client, as Python itself printed them (tests/data/explain)."""

import pytest

from proxy.explain.readers.http_client import read_http_client
from tests.explain.cases import DATA


def test_a_real_log() -> None:
    post, get = read_http_client((DATA / "explain" / "requests-and-http-client.txt").read_text("utf-8"))
    assert (post.request.method, post.request.target, post.request.body) == (
        "POST", b"/api/v3/order", b"symbol=BTCUSDT&side=BUY&price=it%27s"
    )  # fmt: skip
    assert post.answer is not None
    assert post.answer.status == 400
    assert post.answer.body.startswith(b'{"code":-1022')
    assert (b"Content-Type", b"application/json;charset=UTF-8") in post.answer.headers
    assert get.request.query.startswith(b"timestamp=1700000000000&signature=abab")
    assert get.answer is not None


@pytest.mark.parametrize(
    "text", ["", "send: nothing", "send: b'", "reply: 'HTTP/1.1 200 OK'", "send: b'abc'"]
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert read_http_client(text) == []
