"""A diagnosis comes out, whatever happens inside, and mitmproxy's loop is never held up."""

import asyncio
import time

import pytest

from addons.doctor import examine
from addons.doctor.examine import Examiner, examine_within
from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation
from proxy.core.findings import Verdict
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from tests.addons.flows import API_KEY, SECRET, TIMESTAMP, WRONG_SIGNATURE, signed

KEY = KnownKey("main", API_KEY, HmacKey(Secret(SECRET)))


def observation(query: bytes, body: bytes = b"") -> Observation:
    headers = ((b"X-MBX-APIKEY", API_KEY.encode()), (b"Content-Type", b"application/x-www-form-urlencoded"))
    request = RawRequest("POST" if body else "GET", b"/api/v3/order?" + query, headers, body)
    return Observation(request, "api.binance.com", answer=AnswerSeen(400, (), WRONG_SIGNATURE), keys=(KEY,))


async def test_a_mistake_is_found() -> None:
    found = await Examiner().examine(observation(signed(TIMESTAMP, over=TIMESTAMP + b"\n")))
    assert found.verdict is Verdict.MISTAKEN
    assert found.findings[0].rule == "scope-trailing-newline"


async def test_the_event_loop_goes_on_while_a_huge_request_is_searched() -> None:
    body = b"&".join(b"p%d=%d" % (i, i) for i in range(6000))
    examiner = Examiner()
    work = asyncio.create_task(examiner.examine(observation(b"signature=" + b"a" * 64, body)))
    worst, end = 0.0, time.perf_counter() + 0.8
    while time.perf_counter() < end:
        turn = time.perf_counter()
        await asyncio.sleep(0.001)
        worst = max(worst, time.perf_counter() - turn)
    examiner.close()
    assert not work.done() or work.result() is not None
    await asyncio.wait({work}, timeout=10)
    assert worst < 0.2  # the promise is 50 ms; the rest is for a busy machine


def test_the_time_is_bounded_and_the_best_conclusion_is_given() -> None:
    started = time.monotonic()
    found = examine_within(observation(signed(TIMESTAMP, over=b"nothing that anybody would sign")), 0.0)
    assert time.monotonic() - started < 2
    assert found.stopped_early


@pytest.mark.parametrize("error", [ValueError(SECRET.decode()), RecursionError(), KeyError(SECRET)])
def test_a_rule_that_fails_becomes_a_finding_without_a_word_of_the_request(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Broken:
        def __init__(self, _observation: Observation) -> None:
            raise error

    monkeypatch.setattr(examine, "Examination", Broken)
    found = examine_within(observation(signed(TIMESTAMP)), 1.0)
    assert found.verdict is Verdict.UNKNOWN
    assert found.findings[0].rule == "doctor-failed"
    assert type(error).__name__ in found.findings[0].says
    assert SECRET.decode() not in repr(found)


async def test_too_many_requests_at_once_are_left_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "_MOST_WAITING", 3)
    examiner = Examiner()
    found = await asyncio.gather(*(examiner.examine(observation(signed(TIMESTAMP))) for _ in range(5)))
    assert [one is None for one in found] == [False, False, False, True, True]


async def test_nothing_is_begun_after_the_end() -> None:
    examiner = Examiner()
    examiner.close()
    assert await examiner.examine(observation(signed(TIMESTAMP))) is None
