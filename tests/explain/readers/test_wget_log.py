"""wget's log: a body only where the log holds it."""

from proxy.explain.readers.raw_http import NO_BODY
from proxy.explain.readers.wget_log import read_wget_log

HEAD = "---request begin---\nPOST /api/v3/order HTTP/1.1\nHost: h\nContent-Length: 3\n\n---request end---\n"
ANSWER = "---response begin---\nHTTP/1.1 400 X\n\n---response end---\nSkipping 2 bytes of body: [{}] done.\n"


def test_body_and_answer() -> None:
    (seen,) = read_wget_log(HEAD + "[BODY data: a=b]\n" + ANSWER)
    assert (seen.request.body, seen.gaps) == (b"a=b", ())
    assert seen.answer is not None
    assert (seen.answer.status, seen.answer.body) == (400, b"{}")


def test_what_follows_is_not_taken_for_the_body() -> None:
    (seen,) = read_wget_log(HEAD + ANSWER)
    assert (seen.request.body, seen.gaps) == (b"", (NO_BODY,))


def test_a_tunnel_is_no_request() -> None:
    tunnel = "---request begin---\nCONNECT api.binance.com:443 HTTP/1.1\nHost: h\n\n---request end---\n"
    assert len(read_wget_log(tunnel + HEAD)) == 1
