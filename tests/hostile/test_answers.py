"""h2-up-*, h2-x-*: whatever an upstream answers, the client gets that or a 502, there is a record of it, and the next
request gets its own answer."""

import asyncio
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.usage import memory_kib
from tests.hostile.bad_answers import BAD_ANSWERS, DEEP, BadAnswer, head, passes
from tests.hostile.house import Answer, House, house
from tests.hostile.scenes import ORDER_FORM, answers, request, scene
from tests.upstream.scripted import Act, answers_and_hangs_up

ACCOUNT = request("GET", "/api/v3/account")
ORDER = request("POST", "/api/v3/order", ORDER_FORM)
REFUSALS = {"upstream_bad_answer", "upstream_no_answer", "upstream_timeout", "redirect_refused"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("answers")) as made:
        yield made


@pytest.mark.parametrize("octets", [ACCOUNT, ORDER], ids=["read", "write"])
@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_it_is_passed_on_or_a_502_and_always_recorded(here: House, name: str, octets: bytes) -> None:
    bad = BAD_ANSWERS[name]
    recorder = here.gateway.pipeline.recorder
    before = recorder.tally.outcomes.total()
    here.upstream.take()
    here.upstream.answer, here.upstream.ends = bad.octets, bad.ends
    try:
        talk = here.talk(octets)
    finally:
        here.upstream.answer, here.upstream.ends = b"", False
    sends = len(here.upstream.take())
    assert sends == 1 or (sends == 2 and octets is ACCOUNT and bad.ends), "a write leaves once"
    (answer,) = talk.answers or _cut_off(bad)
    _assert_it_or_refused(answer, bad)
    assert here.good() < 1.0
    _wait(lambda: recorder.tally.outcomes.total() >= before + 2)
    assert recorder.tally.unsafe == 0, "the record of it was lost"
    assert "internal_error" not in here.log.getvalue()
    assert "Traceback" not in here.log.getvalue()


def _cut_off(bad: BadAnswer) -> tuple[Answer]:
    """One that broke off, and was cut off for the client as well: never a short body that looks whole."""
    assert bad.ends
    assert bad.body is None
    return (Answer(502, (("X-Gateway-Error", "upstream_no_answer"),), b"", b""),)


def _assert_it_or_refused(answer: Answer, bad: BadAnswer) -> None:
    assert answer.status != 500
    if bad.body is not None:
        assert answer.token is None
        assert (answer.status, answer.body) == (bad.status, bad.body)
    elif answer.token is not None:
        assert answer.token in REFUSALS
    assert not any("\n" in value or "\r" in value or "\0" in value for _, value in answer.headers)
    assert answer.header("Set-Cookie") is None


def _wait(is_so: Any) -> None:
    until = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


HOLDS = {
    # an answer -> how long reads of the same host are held, in seconds: from, to; (0, 0): not at all
    "waf-403-html-retry": (passes("<html>no</html>", 403, "Retry-After: 60", kind="text/html"), (0, 0)),
    "429-no-retry": (passes('{"code":-1003,"msg":"no"}', 429), (1, 10)),
    "429-huge": (passes("{}", 429, "Retry-After: " + "9" * 5000), (259_200, 259_200)),
    "429-date": (passes("{}", 429, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"), (259_200, 259_200)),
    "429-float": (passes("{}", 429, "Retry-After: 1e99"), (259_200, 259_200)),
    "429-nan": (passes("{}", 429, "Retry-After: NaN"), (1, 10)),
    "429-superscript": (passes("{}", 429, "Retry-After: \xb2"), (1, 10)),
    "429-past": (passes("{}", 429, "Retry-After: Sat, 01 Jan 2000 00:00:00 GMT"), (1, 1)),
    "429-deep": (passes("[" * DEEP, 429), (1, 10)),
    "418-7d": (passes("{}", 418, "Retry-After: 604800"), (259_200, 259_200)),
    "418-deep": (passes('{"code":' * DEEP, 418), (1, 300)),
    "418-until-odd": (passes('{"code":-1003,"msg":"IP banned until 9999999999999"}', 418), (259_200, 259_200)),
    "503-retry-after": (passes("{}", 503, "Retry-After: 60"), (0, 0)),
    "200-used-weight-huge": (passes("{}", 200, "X-MBX-USED-WEIGHT-1M: 999999999"), (1, 60)),
    "retry-after-bad": (passes("{}", 429, "Retry-After: soon, please\xff"), (1, 10)),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "held"), HOLDS.values(), ids=HOLDS)
async def test_what_it_asks_to_wait_is_bounded(bad: BadAnswer, held: tuple[int, int], tmp_path: Path) -> None:
    async with scene(tmp_path, answers(bad.octets), answers(passes("{}").octets)) as here:
        first = await here.ask(ACCOUNT)
        assert (first.status, first.body) == (bad.status, bad.body)
        second = await here.ask(ACCOUNT)
        if held == (0, 0):
            assert second.status == 200
        else:
            assert second.status == 429
            assert held[0] <= int(second.header("Retry-After") or 0) <= held[1]
        assert len(here.upstream.requests) == (2 if held == (0, 0) else 1)
        await here.until_idle(2)
        assert here.gateway.pipeline.recorder.tally.unsafe == 0


DEEP_BODIES = {
    "list": "[" * DEEP + "]" * DEEP,
    "object": '{"a":' * DEEP + "1" + "}" * DEEP,
    "open": "[" * 100_000,
}


@pytest.mark.parametrize("deep", DEEP_BODIES.values(), ids=DEEP_BODIES)
async def test_a_request_nested_deep_is_served_or_refused_and_recorded(deep: str, tmp_path: Path) -> None:
    limited: dict[str, Any] = {
        "policy": {"profiles": ["spot"], "limits": [{"applies_to": "spot", "max_quote": 100}]}
    }
    async with scene(tmp_path, answers(passes("{}", 400).octets), **limited) as here:
        target = "/api/v3/order"
        for number, body in enumerate((deep, f'{{"symbol":{deep}}}', "symbol=" + deep), 1):
            kind = "" if body.startswith("symbol") else "Content-Type: application/json\r\n"
            answer = await here.ask(request("POST", target, body.encode(), kind))
            assert answer.status < 500
            await here.until_idle(number)
        assert here.gateway.pipeline.recorder.tally.unsafe == 0
    assert len(here.flows()) == 3


async def test_an_endpoint_of_the_time_that_answers_deep_leaves_requests_served(tmp_path: Path) -> None:
    deep = passes('{"serverTime":' * DEEP).octets
    async with scene(tmp_path, answers(passes("{}").octets), time_answer=deep) as here:
        assert [(await here.ask(ACCOUNT)).status for _ in range(3)] == [200, 200, 200]


async def test_a_lookup_that_is_answered_deep_leaves_the_write_undetermined(tmp_path: Path) -> None:
    """And written down: its intent, what was found out, and the flow."""
    acts = [answers_and_hangs_up(b""), answers(passes('{"code":-1,"a":' + "[" * DEEP, 400).octets)]
    async with scene(tmp_path, *acts) as here:
        order = ORDER_FORM + b"&newClientOrderId=a-1"
        answer = await here.ask(request("POST", "/api/v3/order", order))
        assert (answer.status, answer.header("X-Gateway-Outcome")) == (502, "undetermined")
        await here.until_idle(1)
        assert here.gateway.pipeline.recorder.tally.unsafe == 0
    (flow,) = here.flows()
    assert flow["execution"] == "unknown"
    assert b'"type":"outcome"' in b"".join(file.read_bytes() for file in here.journal.glob("flows-*"))


def _endless(first: bytes, piece: bytes) -> Act:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return act


ENDLESS = {
    "close": (head("200 OK", None), b"a" * 65536),
    "hdr": (b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n" * 8192),
    "trailer": (head("200 OK", None, "Transfer-Encoding: chunked") + b"0\r\n", b"X-A: 1\r\n" * 8192),
    "chunk": (head("200 OK", None, "Transfer-Encoding: chunked"), b"10000\r\n" + b"a" * 65536 + b"\r\n"),
    "interim": (b"", head("103 X", None, "Link: </a>") * 1024),
}


@pytest.mark.parametrize(("first", "piece"), ENDLESS.values(), ids=ENDLESS)
async def test_answers_without_end_that_nobody_reads_take_no_memory(
    first: bytes, piece: bytes, tmp_path: Path
) -> None:
    async with scene(tmp_path, *[_endless(first, piece)] * 12, answers(passes("{}").octets)) as here:
        port = int(here.gateway.url.rpartition(":")[2])
        before = memory_kib(os.getpid())
        unread = [await asyncio.open_connection("127.0.0.1", port, limit=1024) for _ in range(12)]
        for _, writer in unread:
            writer.write(ACCOUNT)
        while len(here.upstream.requests) < 12:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        began = time.monotonic()
        assert (await here.ask(ACCOUNT)).status == 200
        assert time.monotonic() - began < 1.0
        assert memory_kib(os.getpid()) - before < 64 * 1024
        for _, writer in unread:
            writer.transport.abort()


@pytest.mark.parametrize("octets", [ACCOUNT, ORDER], ids=["GET", "POST"])
@pytest.mark.parametrize("late", [0.0, 0.0003, 0.001, 0.003], ids=["0 ms", "0.3 ms", "1 ms", "3 ms"])
async def test_an_evil_answer_behind_the_true_one_reaches_nobody(
    late: float, octets: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "proxy.upstream.pool.REST_SECONDS", 0.1
    )  # what is late here may be later on a busy machine
    counted = itertools.count()

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(passes(b'{"n":%d}' % next(counted)).octets)
        await asyncio.sleep(late)
        writer.write(passes(b'{"n":"EVIL"}').octets)

    async with scene(tmp_path, twice) as here:
        got = [(await here.ask(octets)).body for _ in range(40)]
    assert got == [b'{"n":%d}' % number for number in range(40)]
