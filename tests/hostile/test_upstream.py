"""upstream-*: what a hostile or broken upstream sends never gets through as it is."""

from pathlib import Path

import pytest

from tests.hostile.scenes import OK, answers, request, scene

ACCOUNT = request("GET", "/api/v3/account")


def said(*lines: str, body: str = "{}", end: str = "\r\n") -> bytes:
    return end.join(("HTTP/1.1 200 OK", *lines, "Content-Length: 2", "", body)).encode("latin-1")


async def test_upstream_01_bare_line_feeds_come_out_clean(tmp_path: Path) -> None:
    async with scene(tmp_path, answers(said("Content-Type: application/json", end="\n"))) as here:
        answer = await here.ask(ACCOUNT)
    assert answer.status == 200 or answer.header("X-Gateway-Error") == "upstream_bad_answer"
    assert not any("\n" in name + value for name, value in answer.headers)


BROKEN = {
    "carriage return": said("X-MBX-A: a\rSet-Cookie: b"),
    "escape": said("X-MBX-A: a\x1b[2Jb"),
    "NUL": said("X-MBX-A: a\x00b"),
    "no colon": said("X-MBX-A"),
    "space in a name": said("X MBX: a"),
    "both framings": said("Transfer-Encoding: chunked", body="0\r\n\r\n"),
    "two lengths": said("Content-Length: 3"),
}


@pytest.mark.parametrize("octets", BROKEN.values(), ids=BROKEN)
async def test_upstream_02_04_a_broken_answer_is_not_passed_on(
    octets: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.upstream.pool.LONGEST_REST_SECONDS", 0.0)
    async with scene(tmp_path, answers(octets), answers(OK)) as here:
        answer = await here.order()
        assert (answer.status, answer.header("X-Gateway-Error")) == (502, "upstream_bad_answer")
        assert answer.header("X-Gateway-Execution") == "unknown"
        before = here.upstream.connections
        assert (await here.order()).status == 200
        assert here.upstream.connections == before + 1, "the broken connection is not used again"
    assert len(here.upstream.requests) == 2
    assert b"\x1b" not in b"".join(file.read_bytes() for file in here.journal.glob("flows-*"))


async def test_upstream_02_a_line_feed_injects_no_header_that_is_not_on_the_list(tmp_path: Path) -> None:
    async with scene(tmp_path, answers(said("X-MBX-A: a\nSet-Cookie: b"))) as here:
        answer = await here.order()
    assert answer.header("Set-Cookie") is None


async def test_upstream_03_the_reason_phrase_is_ours(tmp_path: Path) -> None:
    octets = OK.replace(b"200 OK", b"200 O\x1b[31mK\xff EVIL")
    heads: list[bytes] = []
    async with scene(tmp_path, answers(octets)) as here:
        import asyncio

        port = int(here.gateway.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("GET", "/api/v3/account"))
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()
    assert heads[0].startswith((b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 502 "))
    assert b"EVIL" not in heads[0]
    assert b"EVIL" not in b"".join(file.read_bytes() for file in here.journal.glob("flows-*"))


async def test_upstream_05_extra_octets_answer_nobody(tmp_path: Path) -> None:
    extra = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1" + OK.replace(b"{}", b"66")
    async with scene(tmp_path, answers(extra), answers(OK)) as here:
        assert (await here.ask(ACCOUNT)).body == b"1"
        assert (await here.ask(ACCOUNT)).body == b"{}"


async def test_upstream_06_07_headers_and_cookies_stay_behind(tmp_path: Path) -> None:
    octets = said(
        "Access-Control-Allow-Origin: *", "Set-Cookie: a=CANARY; Path=/", "Location: http://evil.test/", "Alt-Svc: h3",
        "Strict-Transport-Security: max-age=1", "X-MBX-USED-WEIGHT-1M: 7", "Retry-After: 3",
        "Date: Sat, 21 Nov 2026 10:00:00 GMT", "Content-Type: application/json;charset=UTF-8",
    )  # fmt: skip
    async with scene(tmp_path, answers(octets)) as here:
        answer = await here.ask(ACCOUNT)
        await here.ask(ACCOUNT)
    names = {name.lower() for name, _ in answer.headers}
    assert not names & {
        "access-control-allow-origin", "set-cookie", "location", "alt-svc", "strict-transport-security"
    }  # fmt: skip
    assert answer.header("X-MBX-USED-WEIGHT-1M") == "7"
    assert answer.header("Retry-After") == "3"
    assert answer.header("Date") == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert answer.header("Content-Type") == "application/json;charset=UTF-8"
    assert b"ookie" not in here.upstream.requests[1]


async def test_upstream_09_a_page_of_the_firewall_is_relayed_once(tmp_path: Path) -> None:
    page = b"<html><title>403 Forbidden</title>" + b"CANARY " * 300 + b"</html>"
    octets = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    async with scene(tmp_path, answers(octets + page)) as here:
        answer = await here.order()
        await here.until_idle(1)
    assert (answer.status, answer.body) == (403, page)
    assert len(here.upstream.requests) == 1
    (flow,) = here.flows()
    assert flow["http.response.status_code"] == 403
    assert "CANARY" not in str(flow)


@pytest.mark.parametrize(("interims", "statuses"), [(1, {200}), (20, {200}), (50, {200, 502})])
async def test_upstream_10_interim_answers_are_dropped(
    interims: int, statuses: set[int], tmp_path: Path
) -> None:
    octets = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * interims + OK
    async with scene(tmp_path, answers(octets)) as here:
        answer = await here.ask(ACCOUNT)
    assert answer.status in statuses
    assert answer.interims == ()
