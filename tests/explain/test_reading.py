"""Which reader gets a text, and that no text whatsoever makes one fail."""

import contextlib
import json

import pytest
from hypothesis import given, settings, strategies as st

from proxy.explain.found_request import UnreadableError
from proxy.explain.reading import FORMS, read_requests
from tests.core.redaction.flows import line_of, make_flow
from tests.explain.cases import (
    DATA,
    as_ansi_c,
    as_bash,
    as_cmd,
    as_har,
    as_powershell,
    as_raw,
    recorded,
)
from tests.support.draws import examples

CASE = recorded()[0]
FRAME = '{"id":1,"method":"account.status","params":{"timestamp":1}}'
LINE = line_of(make_flow())
LOGS = {path.stem: path.read_bytes() for path in (DATA / "explain").glob("*.txt")}

TEXTS: list[tuple[str, bytes, str, int]] = [
    ("bash", as_bash(CASE).encode(), "curl command", 1),
    ("ansi-c", as_ansi_c(CASE).encode(), "curl command", 1),
    ("cmd", as_cmd(CASE).encode(), "curl command", 1),
    ("powershell", as_powershell(CASE).encode(), "curl command", 1),
    ("powershell utf-16", as_powershell(CASE).encode("utf-16"), "curl command", 1),
    ("utf-8 with a mark", b"\xef\xbb\xbf" + as_bash(CASE).encode(), "curl command", 1),
    ("raw", as_raw(CASE, answered=True), "raw HTTP request", 1),
    ("raw with curl's name", b"GET /p HTTP/1.1\nUser-Agent: curl/8.5\n\n", "raw HTTP request", 1),
    ("verbose", b"* x\n> GET /p HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 200 OK\n<\n{}", "curl -v log", 1),
    ("har", as_har(recorded()[:3]), "HAR entry", 3),
    ("frame", FRAME.encode(), "WebSocket frame", 1),
    ("frames", f"{FRAME}\n{FRAME}\n".encode(), "WebSocket frame", 2),
    ("journal", LINE.encode(), "journal record", 1),
    ("journal lines", f"{LINE}\n{LINE}\n".encode(), "journal record", 2),
    ("journal lines among others", f"==> file <==\n{LINE}\n\n".encode(), "journal record", 1),
    ("journal array", f"[{LINE},{LINE}]".encode(), "journal record", 2),
    ("url", b"https://api.binance.com/api/v3/time", "URL", 1),
    ("ccxt", LOGS["ccxt-python"], "ccxt log", 3),
    ("ccxt js", LOGS["ccxt-javascript"], "ccxt log", 2),
    ("http.client", LOGS["requests-and-http-client"], "http.client log", 2),
    ("printed", LOGS["requests-and-http-client"].split(b"send:")[0], "printed request", 2),
]


@pytest.mark.parametrize(("name", "text", "form", "count"), TEXTS, ids=[row[0] for row in TEXTS])
def test_forms(name: str, text: bytes, form: str, count: int) -> None:
    seen = read_requests(text)
    assert {one.form for one in seen} == {form}
    assert len(seen) == count


def test_a_har_of_ours_is_read_as_records() -> None:
    har = {"log": {"entries": [{"request": {"url": "x"}, "_flow": json.loads(LINE)}]}}
    (seen,) = read_requests(json.dumps(har).encode())
    assert seen.record is not None


@pytest.mark.parametrize(
    "text", [b"", b" ", b"hello", b"{}", b"[]", b'{"a":1}', b"\xff\xfe", b"[" * 9999, b"curl", b"\0"]
)
def test_unreadable_texts_are_refused_without_a_word_of_them(text: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_requests(text)
    assert str(caught.value).endswith(FORMS)


PIECES = st.sampled_from(
    [row[1] for row in TEXTS]
    + [b"'", b'"', b"`", b"^\n", b"\\\n", b"$(", b"\r\n", b"&", b"{", b"[", b"curl ", b"GET / HTTP/1.1\n", b"send: b'",
       b"HTTP/1.1 400 x\n", b"Transfer-Encoding: chunked\n\n", b":method: GET\n", b"fetch Request: ", b"\xff", b"\0",
       b"Content-Length: 9\n", b"--next ", b"-G ", b"###\n", b"https://h/p?", b"{'method': 'GET', 'url': '", b"> "]
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(PIECES, st.integers(0, 400)) | st.binary(max_size=40), max_size=8))
def test_no_text_makes_a_reader_fail(parts: list[tuple[bytes, int] | bytes]) -> None:
    text = b"".join(part if isinstance(part, bytes) else part[0][part[1] :][:3000] for part in parts)
    with contextlib.suppress(UnreadableError):
        assert read_requests(text)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from([row[1] for row in TEXTS]), st.data())
def test_no_damage_to_a_text_makes_a_reader_fail(text: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.binary(max_size=3)) + text[at + data.draw(st.integers(0, 30)) :]
    with contextlib.suppress(UnreadableError):
        assert read_requests(text)


@pytest.mark.parametrize(
    "text",
    [b"\n" * 200_000, b"curl \\\n" * 30_000, b"curl h ^\n" * 20_000, b"GET / HTTP/1.1\n" * 10_000, b"x" * 200_000,
     b"{'method': " * 10_000, b"1\na\n" * 50_000, b"a=" * 100_000, b'{"a":' * 50_000, b"send: b'" * 30_000],
    ids=range(10),
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_text_takes_long(text: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        read_requests(text)


@pytest.mark.parametrize(
    "text",
    [
        "url=https://api.binance.com/api/v3/account?a=1\\u0026timestamp=2\\u0026signature=ab",
        "url: https:\\/\\/api.binance.com\\/api\\/v3\\/account?a=1&timestamp=2&signature=ab",
        "GET https://api.binance.com/api/v3/account?a=1&amp;timestamp=2\n&amp;signature=ab",
        "<pre><code>GET https://api.binance.com/api/v3/account?a=1&timestamp=2&signature=ab</code></pre>",
        '{"log":"x"}\n{"log":"GET https://api.binance.com/api/v3/account?a=1&timestamp=2&signature=ab\\n","stream":"e"}',
    ],
)
def test_what_a_program_or_page_wrote_for_a_sign_is_undone(text: str) -> None:
    (seen,) = read_requests(text.encode())
    assert seen.request.target == b"/api/v3/account?a=1&timestamp=2&signature=ab"
