"""A sample of the round trip (`make remedy-proof` is all of it): a block of every kind of mistake, and that the proof
sees a bad one."""

from collections.abc import Iterator

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.mending.mends import NOTHING
from tests.core.diagnosis import remedy
from tests.core.diagnosis.checks import request


def sample() -> Iterator[tuple[str, Observation]]:
    yield from remedy.planted(range(1))
    seen: set[str] = set()
    for label, observation in remedy.recorded_mistakes():
        if label not in seen:
            seen.add(label)
            yield label, observation


def test_every_block_is_accepted_or_left_out_with_a_reason() -> None:
    found = [remedy.outcome(label, observation) for label, observation in sample()]
    assert [one for one in found if one.refused] == []
    left = [one for one in found if one.left_out and one.left_out != NOTHING]
    assert len(left) <= 0.05 * len(found)
    assert [one for one in left if one.left_out == "no reason is given"] == []


def test_the_proof_sees_a_block_that_was_not_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    observation = request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1,5"
        "&timestamp=1779999999999&signature=ab",
        code=-1100,
    )
    assert remedy.outcome("comma", observation).refused == ""
    monkeypatch.setattr("proxy.core.diagnosis.mending.corrected.mended", lambda draft, *_: draft)
    assert "price" in remedy.outcome("comma", observation).refused


def test_the_proof_sees_a_mistake_that_is_still_there() -> None:
    observation = request("GET //api/v3/account?timestamp=1779999999999&signature=ab", code=-1022)
    diagnosis = engine.diagnose(observation)
    completed = remedy.request_of("GET //api/v3/account\nHost: api.binance.com\nX-MBX-APIKEY: ********")
    assert "host-double-slash is still there" in remedy.still(diagnosis, completed, websocket=False)
