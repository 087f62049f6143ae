"""The listening side through raw sockets: what the parser refuses, what is too large, what is too slow."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator

import msgspec
import pytest
from structlog.testing import capture_logs

from proxy.core.errors import Refusal
from proxy.core.settings import LimitSettings
from proxy.server import ClientRequest, GatewayServer, Reply, refusal_reply
from proxy.server.protocol import GatewayProtocol
from tests.server.opening import open_port
from tests.support.refusals import decided_later

LIMITS = LimitSettings(head_seconds=0.3, body_seconds=0.3, idle_seconds=1.0, connections=8, body_bytes=1000)


@pytest.fixture
async def server() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server whose handler reads the body and answers what it got."""
    bodies: list[bytes] = []

    async def handle(request: ClientRequest) -> None:
        if request.head.path == b"/boom/boom":
            raise RuntimeError("CANARY in an exception")
        body = await decided_later(request.read_body(LIMITS))
        if isinstance(body, Refusal):
            await request.answer(refusal_reply(body, "test"))
            return
        bodies.append(body)
        await request.answer(Reply(200, b"", request.raw.target + b"|" + body))

    server = GatewayServer(handle, LIMITS)
    yield await open_port(server), bodies
    await server.close(0.2)


async def talk(port: int, octets: bytes, *, then: bytes = b"", wait: float = 0.0) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(octets)
        await writer.drain()
        if wait:
            await asyncio.sleep(wait)
        if then:
            writer.write(then)
        async with asyncio.timeout(5):
            answer = await reader.read(65536)
            while answer and b"\r\n\r\n" not in answer:
                answer += await reader.read(65536)
            return answer
    finally:
        writer.close()


def refusal_of(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/json" in head
    assert b"X-Content-Type-Options: nosniff" in head
    assert b"Access-Control" not in head
    content = json.loads(body)
    assert content["code"] == -(99000 + int(head.split(b" ")[1]))
    assert content["msg"].startswith("gateway: ")
    assert f"X-Gateway-Error: {content['error']}".encode() in head
    return int(head.split(b" ")[1]), content["error"]


PARSER = [
    ("GET /a?x=币 HTTP/1.1\r\nHost: x\r\n\r\n".encode(), (400, "target_not_ascii")),
    (b"GET /a HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n", (400, "bad_request")),
    (b"GET /a HTTP/1.1\r\nHost: x\r\nX Y: a\r\n\r\n", (400, "bad_request")),
    (b"GET /a HTTP/1.1\nHost: x\n\n", (400, "bad_request")),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, "bad_request")),
    (
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        (400, "bad_request"),
    ),
    (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1_0\r\n\r\n0123456789", (400, "bad_request")),
    (b"GET /a?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (414, "target_too_long")),
    (b"GET /a HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 65 + b"\r\n", (431, "headers_too_large")),
    (b"GET /a HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20000 + b"\r\n\r\n", (431, "headers_too_large")),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, "tls_on_plain_port")),
]


@pytest.mark.parametrize(("octets", "refusal"), PARSER)
async def test_what_the_parser_refuses_is_answered_in_json_without_an_echo(
    octets: bytes, refusal: tuple[int, str], server: tuple[int, list[bytes]]
) -> None:
    answer = await talk(server[0], octets)
    assert refusal_of(answer) == refusal
    assert b"aaaa" not in answer


async def test_a_tls_client_at_the_plain_port_is_recognised(server: tuple[int, list[bytes]]) -> None:
    port, bodies = server
    context = ssl.create_default_context()
    with capture_logs() as lines, pytest.raises(ssl.SSLError):
        await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
    assert [(line["event"], line["token"]) for line in lines] == [("refused", "tls_on_plain_port")]
    assert lines[0]["says"].startswith("a TLS client spoke to the plain http port; use http://")
    answer = await talk(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03CANARY\r\n\r\n")
    assert refusal_of(answer) == (400, "tls_on_plain_port")
    assert b"CANARY" not in answer
    assert bodies == []


async def test_what_begins_otherwise_is_no_tls(server: tuple[int, list[bytes]]) -> None:
    for octets in (b"\x16\x02abc\r\n\r\n", b"GET /a/b HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01\r\n\r\n"):
        answer = await talk(server[0], octets)
        assert b"tls_on_plain_port" not in answer


async def test_bodies_whole_chunked_and_expected(server: tuple[int, list[bytes]]) -> None:
    port, bodies = server
    head = b"POST /a/b HTTP/1.1\r\nHost: x\r\n"
    assert (await talk(port, head + b"Content-Length: 3\r\n\r\na=1")).endswith(b"/a/b|a=1")
    zeros = b"Content-Length: " + b"0" * 6000  # more digits than Python makes a number of
    assert (await talk(port, head + zeros + b"3\r\n\r\na=1")).endswith(b"/a/b|a=1")
    assert refusal_of(await talk(port, head + zeros + b"2000000\r\n\r\na")) == (413, "body_too_large")
    chunked = b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\n=1\r\n0\r\n\r\n"
    assert (await talk(port, head + chunked)).endswith(b"/a/b|a=1")
    assert (await talk(port, head + b"\r\n")).endswith(b"/a/b|")
    waited = await talk(port, head + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    assert waited == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert bodies == [b"a=1", b"a=1", b"a=1", b""]


@pytest.mark.parametrize(
    "octets",
    [
        b"Content-Length: 2000000\r\n\r\n" + b"a" * 2000,
        b"Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"a" * 2000 + b"\r\n0\r\n\r\n",
    ],
)
async def test_a_body_that_is_too_large_is_refused_without_reading_it_all(
    octets: bytes, server: tuple[int, list[bytes]]
) -> None:
    answer = await talk(server[0], b"POST /a/b HTTP/1.1\r\nHost: x\r\n" + octets)
    assert refusal_of(answer) == (413, "body_too_large")


async def test_a_body_that_never_ends_is_given_up_on(server: tuple[int, list[bytes]]) -> None:
    octets = b"POST /a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na"
    assert refusal_of(await talk(server[0], octets)) == (408, "request_timeout")


async def test_a_head_that_trickles_is_given_up_on(server: tuple[int, list[bytes]]) -> None:
    answer = await talk(server[0], b"GET /a/b HTTP/1.1\r\nHost: x\r\nX: ", then=b"a", wait=0.2)
    assert refusal_of(answer) == (408, "request_timeout")


async def test_a_slow_answer_is_not_taken_for_a_slow_head(server: tuple[int, list[bytes]]) -> None:
    """The deadline of the head ends with the head: two requests on one connection, a pause between them."""
    octets = b"GET /a/b HTTP/1.1\r\nHost: x\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", server[0])
    for _ in range(2):
        writer.write(octets)
        assert (await reader.readuntil(b"/a/b|")).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.4)
    writer.close()


async def test_a_head_that_ends_in_the_last_moment_is_served_and_not_refused() -> None:
    """Refused with 408, which says that nothing was sent, and served as well: an order would run unseen."""
    served: list[bytes] = []

    async def handle(request: ClientRequest) -> None:
        served.append(request.raw.target)
        await request.answer(Reply(200, b"", b"served"))

    server = GatewayServer(handle, msgspec.structs.replace(LIMITS, head_seconds=30.0))
    reader, writer = await asyncio.open_connection("127.0.0.1", await open_port(server))
    writer.write(b"GET /a/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /a/2 HTTP/1.1\r\n")
    await reader.readuntil(b"served")
    (connection,) = server._connections
    assert isinstance(connection, GatewayProtocol)
    writer.write(b"Host: x\r\n")
    async with asyncio.timeout(5):
        while connection._head_deadline is None:
            await asyncio.sleep(0.01)
    deadline = connection._head_deadline
    connection.data_received(b"\r\n")  # the timer is due in the same turn of the loop
    assert deadline.cancelled()
    await reader.readuntil(b"served")
    assert served == [b"/a/1", b"/a/2"]
    writer.close()
    await server.close(0.2)


async def test_pipelined_requests_are_answered_in_order(server: tuple[int, list[bytes]]) -> None:
    one = b"GET /a/1 HTTP/1.1\r\nHost: x\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", server[0])
    writer.write(one + one.replace(b"/a/1", b"/a/2"))
    got = await reader.readuntil(b"/a/2|")
    assert got.index(b"/a/1|") < got.index(b"/a/2|")
    writer.close()


async def test_more_connections_than_allowed_are_told_so(server: tuple[int, list[bytes]]) -> None:
    open_ones = [await asyncio.open_connection("127.0.0.1", server[0]) for _ in range(LIMITS.connections)]
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", server[0])
    assert refusal_of(await asyncio.wait_for(reader.read(65536), 5)) == (503, "overloaded")
    writer.close()
    for _, open_one in open_ones:
        open_one.close()


async def test_a_connection_that_nobody_uses_makes_room(server: tuple[int, list[bytes]]) -> None:
    open_ones = [await asyncio.open_connection("127.0.0.1", server[0]) for _ in range(LIMITS.connections)]
    await asyncio.sleep(0.3)  # one that never asked may be about to, for a quarter of a second
    open_ones[0][1].write(b"GET /a/1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await open_ones[0][0].readuntil(b"/a/1|")).startswith(b"HTTP/1.1 200")
    assert (await talk(server[0], b"GET /a/2 HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 200")
    ends = [asyncio.create_task(reader.read()) for reader, _ in open_ones]
    done, _ = await asyncio.wait(ends, timeout=0.3)
    assert len(done) == 1, "one connection makes room"
    assert ends[0] not in done, "and not the one that was just used"
    for _, writer in open_ones:
        writer.close()
    await asyncio.gather(*ends)


@pytest.mark.parametrize(
    "begun", [b"GET /a/1 HTTP/1.1\r\nX: ", b"POST /a/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na"]
)
async def test_requests_that_do_not_end_make_room_once_no_connection_is_left(begun: bytes) -> None:
    patient = LimitSettings(head_seconds=30, body_seconds=30, connections=8)

    async def handle(request: ClientRequest) -> None:
        body = await decided_later(request.read_body(patient))
        if not isinstance(body, Refusal):
            await request.answer(Reply(200, b"", body))

    server = GatewayServer(handle, patient)
    port = await open_port(server)
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(patient.connections)]
    for _, writer in slow:
        writer.write(begun)
    await asyncio.sleep(0.1)
    good = b"GET /a/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert refusal_of(await talk(port, good)) == (503, "overloaded")  # they may end yet
    for _, writer in slow:
        writer.write(b"x")  # and go on, octet by octet
    await asyncio.sleep(1.0)
    assert (await talk(port, good)).startswith(b"HTTP/1.1 200")
    for _, writer in slow:
        writer.close()
    await server.close(0)


async def test_a_fault_of_ours_is_told_without_its_text(server: tuple[int, list[bytes]]) -> None:
    answer = await talk(server[0], b"GET /boom/boom HTTP/1.1\r\nHost: x\r\n\r\n")
    assert refusal_of(answer) == (500, "internal_error")
    assert b"CANARY" not in answer


def test_refusals_are_shaped_like_binances_errors() -> None:
    reply = refusal_reply(Refusal(403, "some_token", "says what", headers=(("Retry-After", "7"),)), "id-1")
    assert msgspec.json.decode(reply.body) == {
        "code": -99403,
        "msg": "gateway: says what",
        "error": "some_token",
        "execution": "not_sent",
        "request_id": "id-1",
    }
    assert b"Retry-After: 7\r\n" in reply.lines
    assert reply.close


async def test_a_head_without_end_is_refused_before_it_fills_the_memory(
    server: tuple[int, list[bytes]],
) -> None:
    line = b"X: " + b"a" * 8000 + b"\r\n"
    assert refusal_of(await talk(server[0], b"GET /a HTTP/1.1\r\nHost: x\r\n" + line * 6)) == (
        431,
        "headers_too_large",
    )


async def test_a_head_without_end_after_an_answered_request_is_refused_too(
    server: tuple[int, list[bytes]],
) -> None:
    line = b"X: " + b"a" * 8000 + b"\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", server[0])
    writer.write(b"GET /a/1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readuntil(b"/a/1|")).startswith(b"HTTP/1.1 200")
    writer.write(b"GET /a/2 HTTP/1.1\r\nHost: x\r\n" + line * 6)
    assert refusal_of(await asyncio.wait_for(reader.read(), 5)) == (431, "headers_too_large")
    writer.close()


OTHER_PROTOCOL = [
    (b"GET /a/1 RTSP/1.0\r\nHost: x\r\n\r\n", b""),
    (b"GET /a/1 RT", b"SP/1.0\r\nHost: x\r\n\r\n"),
    (b"GET /a/1 RTSP/1.0\r\nHost: x\r", b"\n\r\n"),
    (b"POST /a/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nxGET /a/2 RTSP/1.0\r\nHost: x\r\n\r\n", b""),
    (b"GET /a/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /a/2 RT", b"SP/1.0\r\nHost: x\r\n\r\n"),
]


@pytest.mark.parametrize(("first", "then"), OTHER_PROTOCOL)
async def test_another_protocol_is_refused_however_its_octets_come(
    first: bytes, then: bytes, server: tuple[int, list[bytes]]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server[0])
    writer.write(first)
    await asyncio.sleep(0.05)
    writer.write(then)
    got = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert b"HTTP/1.1 400" in got
    assert b"/a/2|" not in got


async def test_the_word_alone_is_no_other_protocol(server: tuple[int, list[bytes]]) -> None:
    octets = b"POST /a/1 HTTP/1.1\r\nHost: x\r\nX-A: a RTSP/1.0\r\nContent-Length: 9\r\n\r\nRTSP/1.0\n"
    assert (await talk(server[0], octets)).startswith(b"HTTP/1.1 200")
