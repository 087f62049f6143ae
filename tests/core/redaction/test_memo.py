"""What is remembered is bounded, holds nothing raw, and never mixes up what only looks alike."""

import gc
import json
from types import FunctionType, ModuleType

import pytest

from proxy.core.catalogue.fields import Where
from proxy.core.errors import RedactionError
from proxy.core.flow import Flow
from proxy.core.redaction import Redactor, tags_in
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import (
    C2C_PARAMETER,
    C2C_RESPONSE,
    PARAMETER,
    REQUEST_HEADER,
    RESPONSE,
    RESPONSE_HEADER,
    Location,
    NameRule,
)
from tests.core.redaction.flows import json_answer, make_flow, record_of, redactor

LOCATIONS = (PARAMETER, RESPONSE, C2C_PARAMETER, C2C_RESPONSE, REQUEST_HEADER, RESPONSE_HEADER)


def test_it_is_emptied_when_it_is_full() -> None:
    memo: Memo[str] = Memo(2)
    for key, text in enumerate("abc"):
        assert memo.store(key, text) == text
    assert dict(memo) == {2: "c"}


def test_until_then_everything_is_known() -> None:
    memo: Memo[str] = Memo(3)
    for key, text in enumerate("abcdefgh"):
        memo.store(key, text)
        first = key - key % 3
        assert dict(memo) == {at: "abcdefgh"[at] for at in range(first, key + 1)}


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


def _flows_with(value: str) -> list[Flow]:
    """The value in every location whose redacted form is remembered: heads, queries, pairs, bodies, names, paths."""
    octets = value.encode()
    code = json_answer({"code": -2015, "msg": f"Invalid API-key, IP, or {value}"}, 400)
    return [
        make_flow("GET", b"/api/v3/account?" + octets),
        make_flow("GET", b"/api/v3/account?note=" + octets),
        make_flow("GET", b"/api/v3/account?%b=1" % octets),
        make_flow("POST", b"/api/v3/order", b"newClientOrderId=" + octets),
        make_flow("POST", b"/sapi/v1/c2c/ads/search", json.dumps({"remark": value}).encode()),
        make_flow(headers=((b"X-Custom", octets), (b"X-MBX-APIKEY", octets))),
        make_flow(answer=json_answer({"note": value, "list": [{value: value}], "orderId": value})),
        make_flow(answer=code),
        make_flow("GET", b"/api/v3/" + octets),
    ]


def test_nothing_judged_under_old_secrets_is_used_again() -> None:
    """What a redactor remembers dies with it: a value that became a secret, as when a client was added, is one."""
    value = "NowASecretNowASecret0123456789NowASecret0123456789abcdefghijklmn"
    before, flows = redactor(), _flows_with(value)
    told = [before.redact(flow).line.decode() for flow in flows for _ in range(2)][::2]
    assert "<secret:loaded" not in "".join(told)
    after = redactor(value.encode())
    for flow, old in zip(flows, told, strict=True):
        line = after.redact(flow).line.decode()
        assert "<secret:loaded" in line, old
        assert value not in line


def test_what_the_keep_list_admits_is_not_written_once_it_is_a_secret() -> None:
    """Judged clear before, by the shape of its name and for all redactors; the last look at the line still sees it."""
    flow = make_flow(
        "GET", b"/api/v3/account?symbol=BTCUSDTPERP", answer=json_answer({"symbol": "BTCUSDTPERP"})
    )
    before = redactor()
    for _ in range(2):
        assert b"symbol=BTCUSDTPERP" in before.redact(flow).line
    after = redactor(b"BTCUSDTPERP")
    for _ in range(2):
        with pytest.raises(RedactionError, match="holds a loaded secret"):
            after.redact(flow)


def test_another_tag_key_shares_no_tag_with_what_is_remembered() -> None:
    flows = _flows_with("+4915112345678")
    one, other = redactor(), redactor(tag_key=b"2" * 32)
    tags = [
        {tag for flow in flows for _, tag in tags_in(each.redact(flow).line.decode())}
        for each in (one, other, one)
    ]
    assert tags[0] == tags[2]
    assert tags[0]
    assert not tags[0] & tags[1]


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


def test_rules_that_were_made_again_are_known_again() -> None:
    one, again = NameRule("24hr", Where.RESPONSE), NameRule("24hr", Where.RESPONSE)
    assert one.key == again.key
    assert one.key not in {NameRule("24hr", Where.PARAMETER).key, NameRule("25hr", Where.RESPONSE).key}


def test_only_plans_for_names_that_may_be_shown_are_kept() -> None:
    location = Location(Where.RESPONSE)
    assert location.rule("orderId") is location.rule("orderId")
    assert location.rule("+4915112345678").shown is None
    assert list(location.rules) == ["orderId"]


def test_nothing_that_was_removed_stays_in_memory() -> None:
    machine = Redactor(b"k" * 32, [])
    planted = ("+4915112345678", "JaneExample", "s3cr3tValueInAnAnswer", "x-my-own-id-77", "MzcxNzkyNDI2")
    phone, name, secret, order, number = planted
    flow = make_flow(
        "POST",
        f"/api/v3/order?phone={phone}&{number}=1&{number}".encode(),
        b"newClientOrderId=" + order.encode(),
        headers=((b"X-Custom", secret.encode()),),
        answer=json_answer(
            {
                "nickName": name,
                "secretKey": secret,
                "list": [{"phone": phone, phone: number}],
                "free": "77.125",
            }
        ),
    )
    line = machine.redact(flow).line
    remembered = _texts_within([getattr(machine, slot) for slot in Redactor.__slots__])
    remembered |= _texts_within([location.rules for location in LOCATIONS])
    assert json.loads(line)["http.response.body"] in remembered  # the walk does see what is kept
    assert not [text for text in remembered if any(value in text for value in (*planted, "77.125"))]
