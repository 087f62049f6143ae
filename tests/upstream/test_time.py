"""Asking the exchange for its time."""

import pytest

from proxy.core.errors import UpstreamError
from proxy.upstream.time import server_time
from tests.upstream.scripted import answers, hangs_up, upstream
from tests.upstream.test_sender import make_sender


def http(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


TOLD = [
    (200, b'{"serverTime":1795262400000}', 1795262400000),
    (200, b'{"serverTime":1795262400000,"more":"is read over"}', 1795262400000),
    (200, b'{"serverTime":1795262400000}' + b" " * 4000, 1795262400000),
    (200, b'{"serverTime":1795262400000}' + b" " * 5000, None),  # more than any time endpoint says
    (200, b'{"serverTime":"1795262400000"}', None),
    (200, b'{"serverTime":1795262400000.5}', None),
    (200, b'{"time":1795262400000}', None),
    *(
        (200, b'{"serverTime":%b}' % senseless, None)
        for senseless in (b"0", b"-1", b"1", b"1795262400", b"1795262400000000")
    ),
    *(
        (200, b'{"serverTime":%b}' % senseless, None)
        for senseless in (b"9223372036854775807", b"1" + b"0" * 30, b"true")
    ),
    (200, b"[1]", None),
    (200, b"<html>", None),
    (200, b"", None),
    (201, b'{"serverTime":1795262400000}', None),
    (418, b'{"serverTime":1795262400000}', None),
    (503, b"{}", None),
]


@pytest.mark.parametrize(("status", "body", "told"), TOLD)
async def test_only_a_plain_answer_tells_the_time(status: int, body: bytes, told: int | None) -> None:
    async with upstream(answers(http(status, body))) as script:
        sender = make_sender()
        try:
            if told is None:
                with pytest.raises(UpstreamError) as caught:
                    await server_time(sender, script.base, "/fapi/v1/time")
                assert (caught.value.refusal.token, caught.value.stage) == ("upstream_bad_answer", "body")
            else:
                assert await server_time(sender, script.base, "/fapi/v1/time") == told
        finally:
            await sender.close()
    (asked,) = script.requests
    line, *fields = asked.decode().split("\r\n")
    assert line == "GET /fapi/v1/time HTTP/1.1"
    names = {field.partition(":")[0].lower() for field in fields if field}
    assert names == {"host", "user-agent", "accept-encoding"}, "no key, no cookie, nothing of a client"


async def test_without_an_answer_it_is_told_as_any_fault() -> None:
    async with upstream(*[hangs_up] * 4) as script:
        sender = make_sender()
        with pytest.raises(UpstreamError) as caught:
            await server_time(sender, script.base, "/fapi/v1/time")
        assert caught.value.refusal.token == "upstream_no_answer"
        await sender.close()
