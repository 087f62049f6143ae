"""What is remembered is bounded, holds nothing raw, and never mixes up what only looks alike."""

import gc
import json
from types import FunctionType, ModuleType

import pytest

from proxy.core.redaction import Redactor
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.plans import RESPONSE
from tests.core.redaction.flows import json_answer, make_flow, record_of, redactor


def test_it_is_emptied_when_it_is_full() -> None:
    memo: Memo[str] = Memo(2)
    for key, text in enumerate("abc"):
        assert memo.keep(key, text) == text
    assert dict(memo) == {2: "c"}


@pytest.mark.parametrize("field", ["uid", "orderId", "note", "price"])
def test_values_with_one_hash_are_told_apart(field: str) -> None:
    """In Python the hashes of -1 and -2 are equal, and those of 0 and of an empty text, 1 and true."""
    machine = redactor()
    for values in ([-1, -2, 0, "", 1, True, "1", "0"], [True, 1, "", 0, -2, -1]):
        for value in values:
            answer = json_answer({field: value})
            again = machine.redact(make_flow(answer=answer)).record.body
            assert again == record_of(make_flow(answer=answer)).body, value


def test_the_same_thing_in_another_place_is_judged_anew() -> None:
    machine = redactor()
    flows = [
        make_flow("POST", path, b"side=BUY", answer=json_answer({"side": "BUY"}))
        for path in (b"/api/v3/order", b"/sapi/v1/c2c/ads/search", b"/api/v3/order")
    ]
    shown = [machine.redact(flow).record for flow in flows]
    assert [(one.came.body, one.body) for one in shown] == [
        (alone.came.body, alone.body) for alone in map(record_of, flows)
    ]
    assert shown[0].came.body == "side=BUY" != shown[1].came.body


def test_a_second_record_of_the_same_says_the_same() -> None:
    flow = make_flow(
        "POST",
        b"/api/v3/order?note=x",
        b"orderId=123456&ip=203.0.113.7",
        headers=((b"X-Custom", b"hello"),),
        answer=json_answer({"free": "1.5", "uid": 354937868, "name": "Jane Doe", "list": [1, 2]}),
    )
    machine = redactor()
    first = machine.redact(flow)
    assert machine.redact_intent(flow).record.came == first.record.came
    assert machine.redact(flow).line == first.line


def _texts_within(thing: object) -> set[str]:
    """All text and octets that are reachable through containers and redaction's own objects."""
    found, seen, todo = set[str](), set[int](), [thing]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type | FunctionType | ModuleType):
            continue
        seen.add(id(one))
        if isinstance(one, bytes):
            found.add(one.decode("latin-1"))
        elif isinstance(one, str):
            found.add(one)
        else:
            todo += gc.get_referents(one)
    return found


def test_nothing_that_was_removed_stays_in_memory() -> None:
    machine = Redactor(b"k" * 32, [])
    planted = ("+4915112345678", "JaneExample", "s3cr3tValueInAnAnswer", "x-my-own-id-77")
    phone, name, secret, order = planted
    flow = make_flow(
        "POST",
        b"/api/v3/order?phone=" + phone.encode(),
        b"newClientOrderId=" + order.encode(),
        headers=((b"X-Custom", secret.encode()),),
        answer=json_answer(
            {"nickName": name, "secretKey": secret, "list": [{"phone": phone}], "free": "77.125"}
        ),
    )
    line = machine.redact(flow).line
    remembered = _texts_within([getattr(machine, slot) for slot in Redactor.__slots__])
    remembered |= _texts_within(RESPONSE.plans)
    assert json.loads(line)["http.response.body"] in remembered  # the walk does see what is kept
    assert not [text for text in remembered if any(value in text for value in (*planted, "77.125"))]
