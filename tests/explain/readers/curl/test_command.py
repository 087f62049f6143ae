"""curl commands: the recorded requests in every quoting, and curl's own behaviour."""

from collections.abc import Callable

import pytest

from proxy.core.wire import RawRequest
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.curl import read_curl_text, read_curl_words
from proxy.explain.readers.curl.command import CMD_QUOTES, CUT, REFUSED, SPACED, without_dots
from tests.explain.cases import (
    Case,
    as_ansi_c,
    as_bash,
    as_cmd,
    as_cmd_quotes,
    as_powershell,
    curl_words,
    recorded,
)

QUOTINGS = [as_bash, as_ansi_c, as_cmd, as_cmd_quotes, as_powershell]


def one(text: str) -> SeenRequest:
    seen = read_curl_text(text)
    assert len(seen) == 1, seen
    return seen[0]


def check(seen: SeenRequest, case: Case) -> None:
    assert (seen.request.method, seen.request.target, seen.request.body) == (
        case.method,
        case.target,
        case.body.encode(),
    ), case
    assert seen.host == case.host
    assert not seen.gaps
    given = [(name.encode(), value.encode()) for name, value in case.headers]
    assert [pair for pair in seen.request.headers if pair in given] == given


@pytest.mark.parametrize("quote", QUOTINGS)
def test_every_recorded_request_is_read_back_octet_for_octet(quote: Callable[[Case], str]) -> None:
    for case in recorded():
        if "\r" in case.body and quote is not as_ansi_c:
            continue  # a line end of its own kind can be typed in $'...' only
        if "\n" in case.body and quote is as_cmd_quotes:
            continue  # and none at all between the quotes of cmd
        check(one(quote(case)), case)


def test_words_that_a_shell_has_split_are_read_the_same() -> None:
    for case in recorded():
        (seen,) = read_curl_words(curl_words(case))
        check(seen, case)


def test_several_commands_are_several_requests() -> None:
    cases = recorded()[:5]
    seen = read_curl_text("\n\n".join(as_bash(case) for case in cases))
    assert [one.request.target for one in seen] == [case.target for case in cases]


@pytest.mark.parametrize(
    ("text", "method", "target", "body"),
    [
        ("curl http://h/p", "GET", b"/p", b""),
        ("curl h", "GET", b"/", b""),
        ("curl 'https://user:pw@h:8443?a=1#x'", "GET", b"/?a=1", b""),
        ("curl -I http://h/p", "HEAD", b"/p", b""),
        ("curl -d a=1 -d 'b=2 3' http://h/", "POST", b"/", b"a=1&b=2 3"),
        ("curl -d a=1 -G http://h/p?b=2", "GET", b"/p?b=2&a=1", b""),
        ("curl --get --data-urlencode 'a=x y,:' http://h/p", "GET", b"/p?a=x+y%2c%3a", b""),
        (
            "curl --data-urlencode 'a=x y,:' --data-urlencode ==q http://h/p",
            "POST",
            b"/p",
            b"a=x+y%2C%3A&%3Dq",
        ),
        ("curl --json '{\"a\":' --json 1} http://h/", "POST", b"/", b'{"a":1}'),
        ("curl -sSXPUT -da=1 http://h/", "PUT", b"/", b"a=1"),
        ("curl --data-raw @x http://h/", "POST", b"/", b"@x"),
        ("curl --url http://h/p --request DELETE", "DELETE", b"/p", b""),
        ("curl --url-query 'a=x y' --url-query +b=%2C http://h/p", "GET", b"/p?a=x+y&b=%2c", b""),
        ("curl --request-target '/x?y' http://h/p", "GET", b"/x?y", b""),
        ("curl http://h/a/../b/./c?d=/../e", "GET", b"/b/c?d=/../e", b""),
        ("curl --path-as-is http://h/a/../b", "GET", b"/a/../b", b""),
        (
            "curl --no-progress-meter -m 5 -o out.json -w '%{http_code}' -x http://p:1 http://h/p",
            "GET",
            b"/p",
            b"",
        ),
        ("curl --data-u 'a= ' http://h/", "POST", b"/", b"a=+"),
        ("sudo curl http://h/p", "GET", b"/p", b""),
        ("/usr/bin/curl http://h/p > out 2>&1", "GET", b"/p", b""),
        ("$ curl http://h/p", "GET", b"/p", b""),
        ("me@host:~/x$ curl http://h/p | jq .", "GET", b"/p", b""),
        ("PS C:\\Users\\me> curl.exe 'http://h/p'", "GET", b"/p", b""),
        ('C:\\Users\\me>curl "http://h/p"\n', "GET", b"/p", b""),
        ('K=v; curl "http://h/p?k=$K"', "GET", b"/p?k=v", b""),
        ("curl \\\n> 'http://h/p' \\\n> -X POST", "POST", b"/p", b""),
    ],
)
def test_what_curl_makes_of_its_arguments(text: str, method: str, target: bytes, body: bytes) -> None:
    seen = one(text)
    assert (seen.request.method, seen.request.target, seen.request.body) == (method, target, body)


def header_lines(request: RawRequest) -> list[bytes]:
    return [name + b": " + value for name, value in request.headers]


def test_headers_are_added_replaced_and_removed() -> None:
    lines = header_lines(
        one("curl -H 'X-A:  b ' -H 'Accept:' -H 'X-E;' -d x -H 'content-type: t/x' h:81").request
    )
    assert lines == [
        b"Host: h:81",
        b"User-Agent: curl",
        b"X-A:  b ",
        b"X-E: ",
        b"content-type: t/x",
        b"Content-Length: 1",
    ]


def test_multipart_is_announced_as_such() -> None:
    request = one("curl -F a=b -F c=d http://h/").request
    assert (request.header(b"content-type") or b"").startswith(b"multipart/form-data; boundary=")
    assert request.body.count(b"Content-Disposition") == 2


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ('curl "http://h/p?timestamp=$TS"', "$TS"),
        ('curl "http://h/p?timestamp=$(date +%s)000"', "$(...)"),
        ("curl http://h/p?t=`date`", "`...`"),
        ("curl -d @order.json http://h/", "a file behind @ that curl read"),
        ("curl --data-urlencode a@f http://h/", "a file behind @ that curl read"),
        ("curl -F a=@f http://h/", "a file behind @ that curl read"),
        ("curl -T f http://h/", "a file that curl uploaded"),
        ("curl -H @f http://h/", "a file with headers that curl read"),
        ("curl -K f http://h/", "a curl configuration file (-K)"),
        ("curl --expand-data 'a={{b}}' http://h/", "a --variable"),
        ('curl.exe "http://h/p?t=$env:TS"', "$env:TS"),
        ('curl.exe "http://h/p?t=%TS%"', "%TS%"),
    ],
)
def test_what_the_text_does_not_hold_is_a_gap(text: str, gap: str) -> None:
    assert gap in one(text).gaps


def test_a_variable_for_the_key_alone_is_no_gap() -> None:
    seen = one('curl -H "X-MBX-APIKEY: $KEY" http://h/p')
    assert not seen.gaps
    assert not seen.key_seen


def test_an_unquoted_ampersand_cuts_the_url() -> None:
    seen = one("curl -H 'X-MBX-APIKEY: k' https://api.binance.com/api/v3/account?timestamp=1&signature=2")
    assert seen.request.target == b"/api/v3/account?timestamp=1"
    assert CUT in seen.remarks


def test_url_patterns() -> None:
    seen = read_curl_text("curl 'http://h/p?x={a,b}&y=[1-2]'")
    assert [found.request.query for found in seen] == [b"x=a&y=1", b"x=a&y=2", b"x=b&y=1", b"x=b&y=2"]
    assert REFUSED in one("curl 'http://h/p?x=[\"BTCUSDT\"]'").remarks
    assert SPACED in one("curl 'http://h/p?x=a b'").remarks


def test_an_answer_pasted_behind_the_command_goes_with_it() -> None:
    seen = read_curl_text(
        "$ curl 'https://api.binance.com/api/v3/account'\n"
        '{"code":-2014,"msg":"API-key format invalid."}\n'
        "$ curl -i https://api.binance.com/api/v3/time\n"
        "HTTP/1.1 418 I'm a teapot\nRetry-After: 5\n\n{}\n"
    )
    assert [one.answer.status if one.answer else None for one in seen] == [401, 418]


def test_dot_segments() -> None:
    """RFC 3986, section 5.2.4."""
    assert without_dots(b"/a/b/c/./../../g") == b"/a/g"
    assert without_dots(b"/a/..") == b"/"
    assert without_dots(b"/a/.") == b"/a/"


def test_single_quotes_at_a_prompt_of_windows() -> None:
    pasted = "C:\\>curl 'https://api.binance.com/api/v3/account?timestamp=1&signature=a'\n'signature' "
    (seen,) = read_curl_text(pasted + "is not recognized as an internal or external command,")
    assert CMD_QUOTES in seen.remarks
    (seen,) = read_curl_text(pasted)
    assert CMD_QUOTES not in seen.remarks
