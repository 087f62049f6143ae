"""Judgements: never against a right request, the same through every form, and honest about what was recorded."""

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from proxy.core.diagnosis.examination.engine import diagnose
from proxy.core.findings import Diagnosis, SignatureState, Strength, Verdict
from proxy.core.flow import Answer, Flow
from proxy.core.http.repairs import MENDED
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.observation import observation_of
from proxy.explain.reading import read_requests
from proxy.explain.unseen import KEYLESS
from proxy.explain.verdict import (
    AT_GATEWAY,
    MENDED_NOTE,
    NOT_BINANCE,
    RECORDED,
    VARIANT,
    WAY_IN,
    Explained,
    explain,
)
from tests.core.diagnosis import planting
from tests.core.redaction.flows import json_answer, line_of, make_flow
from tests.explain import right
from tests.explain.cases import Case, as_bash, as_cmd, as_har, as_powershell, as_raw, recorded

RIGHT = [case for case in recorded() if case.label == "ok"]
WRONG = [case for case in recorded() if case.label != "ok"]


def keys_of(case: Case) -> tuple[KnownKey, ...]:
    return (KnownKey("default", case.api_key, HmacKey(Secret(case.secret.encode()))),)


def explained(text: bytes, keys: tuple[KnownKey, ...] = ()) -> Explained:
    (seen,) = read_requests(text)
    return explain(seen, keys)


def as_url(case: Case) -> bytes:
    return case.url.encode()


def as_ccxt(case: Case) -> bytes:
    return (
        f"fetch Request: binance {case.method} {case.url} RequestHeaders: {dict(case.headers)}"
        f" RequestBody: {case.body.strip() or None}\n"
    ).encode()


def without_key(case: Case) -> bytes:
    return as_bash(case).replace(case.api_key, "'\"$KEY\"'").encode()


FORMS: dict[str, Callable[[Case], bytes]] = {
    "raw": lambda case: as_raw(case, answered=True),
    "har": lambda case: as_har((case,)),
    "bash": lambda case: as_bash(case).encode(),
    "cmd": lambda case: as_cmd(case).encode(),
    "powershell": lambda case: as_powershell(case).encode(),
    "ccxt": as_ccxt,
    "url": as_url,
    "key in a variable": without_key,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_right_request_is_never_accused(form: str) -> None:
    for case in RIGHT if form == "raw" else RIGHT[::5]:
        if form == "url" and case.body:
            continue  # a form body is not in a URL
        told = explained(FORMS[form](case), keys_of(case)).diagnosis
        assert (told.verdict, told.findings) == (Verdict.CORRECT, ()), case
        without = explained(FORMS[form](case)).diagnosis
        assert without.verdict is not Verdict.MISTAKEN, (case, without.findings)


@pytest.mark.parametrize("form", right.FORMS, ids=lambda form: form.__name__)
def test_a_drawn_right_request_is_never_accused_in_any_form(form: Callable[[right.Right], str]) -> None:
    """A sample of `python -m tests.explain.right`, which `make diagnose-score` runs with 1,000."""
    dice = random.Random(5)
    drawn = [right.drawn(dice) for _ in range(40)]
    assert [(found, one) for one in drawn for found in right.complaints(one, form)] == []


@pytest.mark.parametrize("form", right.FORMS, ids=lambda form: form.__name__)
def test_what_is_wrong_is_seen_in_each_of_these_forms(form: Callable[[right.Right], str]) -> None:
    one = next(one for one in map(right.drawn, map(random.Random, range(99))) if one.method == "GET")
    query = one.query.replace("timestamp=17", "timestamp=18")
    assert list(right.complaints(replace(one, query=query), form)) != []


@pytest.mark.parametrize("form", ["har", "bash", "cmd", "powershell"])
def test_every_form_gives_the_same_findings(form: str) -> None:
    for case in WRONG[::30]:
        if "\r" in case.body:
            continue
        (one,), (other,) = read_requests(as_raw(case, answered=True)), read_requests(FORMS[form](case))
        left = explain(one, keys_of(case)).diagnosis
        right = explain(replace(other, answer=one.answer, started_ms=None), keys_of(case)).diagnosis
        assert [found.rule for found in left.findings] == [found.rule for found in right.findings], case
        assert left.findings, case


def test_an_answer_that_is_told_makes_no_difference_to_the_proof() -> None:
    case = next(case for case in WRONG if case.label == "scope-path-included")
    (finding,) = explained(as_raw(case), keys_of(case)).diagnosis.findings
    assert (finding.rule, finding.strength) == ("scope-path-included", Strength.PROVEN)
    assert finding.proof is not None
    assert finding.proof.first_difference == 0


def test_what_is_not_in_the_text_is_not_judged() -> None:
    told = explained(
        b'curl "https://api.binance.com/api/v3/account?timestamp=$(date +%s)&signature=$S"'
    ).diagnosis
    assert told.verdict is Verdict.UNKNOWN
    assert told.findings == ()
    assert "$(...)" in told.notes[0]


def test_other_people_s_requests_are_not_judged() -> None:
    assert explained(b"curl https://example.com/login").diagnosis.notes == (NOT_BINANCE,)


def test_a_request_to_the_gateway_needs_no_signature() -> None:
    (seen,) = read_requests(b"curl http://127.0.0.1:8180/api/v3/account")
    assert explain(seen, (), gateway=("127.0.0.1", 8180)).diagnosis.notes == (AT_GATEWAY,)


def test_the_other_case_of_escapes_is_tried_for_curl() -> None:
    secret = HmacKey(Secret(b"test" * 16))
    payload = b"timestamp=1784801696801&symbols=%5B%22BTCUSDT%22%5D"
    command = (
        f"curl -G -H 'X-MBX-APIKEY: {'k1' * 32}' -d timestamp=1784801696801 --data-urlencode 'symbols=[\"BTCUSDT\"]'"
        f" -d signature={secret.sign(payload)} https://api.binance.com/api/v3/openOrders"
    )
    (seen,) = read_requests(command.encode())
    told = explain(seen, (KnownKey("default", "k1" * 32, secret),)).diagnosis
    assert told.signature is SignatureState.VALID
    assert VARIANT in told.notes


# -- what the journal kept ------------------------------------------------------------------------------


def recorded_flow(case: Case) -> Flow:
    """As the mitmproxy addon records it: the client signed by itself."""
    headers = tuple((name.encode(), value.encode()) for name, value in case.headers)
    answer: Answer | None = None
    if case.answer["status"]:
        answer = json_answer(
            {"code": case.answer.get("code"), "msg": case.answer.get("msg")}, case.answer["status"]
        )
    flow = make_flow(case.method, case.target, case.body.encode(), answer=answer)
    flow.client = structs.replace(flow.client, headers=headers)
    flow.upstream = f"https://{case.host}"
    flow.sent, flow.sent_headers, flow.prepared, flow.key, flow.clock = None, (), None, None, None
    return flow


def test_the_kept_shape_of_a_right_request_shows_no_symptom() -> None:
    for case in RIGHT[::3]:
        told = explained(line_of(recorded_flow(case)).encode()).diagnosis
        assert told.findings == (), case
        assert told.verdict is Verdict.UNKNOWN
        assert told.signature is SignatureState.UNCHECKED


def test_the_kept_shape_of_a_request_that_the_gateway_signed_shows_no_symptom() -> None:
    flow = make_flow(
        "POST",
        b"/api/v3/order",
        b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1",
        answer=json_answer({"code": -1013}, 400),
    )
    flow.sent_headers += ((b"Content-Type", b"application/x-www-form-urlencoded"),)  # as the gateway sets it
    assert explained(line_of(flow).encode()).diagnosis.verdict is not Verdict.MISTAKEN


@pytest.mark.parametrize(
    "label", ["ts-seconds", "ts-recvwindow-too-large", "enc-non-ascii-sent-raw", "param-empty-value"]
)
def test_symptoms_that_the_shape_keeps_are_likely(label: str) -> None:
    case = next(case for case in WRONG if case.label == label)
    told = explained(line_of(recorded_flow(case)).encode()).diagnosis
    assert (told.verdict, told.findings[0].rule) == (Verdict.MISTAKEN, label)
    assert {found.strength for found in told.findings} == {Strength.LIKELY}


def test_what_was_proven_is_repeated_and_not_recomputed() -> None:
    case = next(case for case in WRONG if case.label == "enc-space-plus-vs-percent20")
    flow = recorded_flow(case)
    (seen,) = read_requests(as_raw(case, answered=True))
    flow.diagnosis = diagnose(observation_of(seen, keys_of(case)))
    line = line_of(flow)
    told = explained(line.encode(), keys_of(case))
    first = told.diagnosis.findings[0]
    assert (first.rule, first.strength, first.proof) == (case.label, Strength.PROVEN, None)
    assert told.diagnosis.signature is SignatureState.INVALID
    assert RECORDED in told.diagnosis.notes
    assert told.was_recorded(case.label)
    stored = told.proof_recorded(case.label)
    assert stored is not None
    assert flow.diagnosis.findings[0].proof is not None
    assert stored.first_difference == flow.diagnosis.findings[0].proof.first_difference


def test_what_the_gateway_mended_is_a_note_and_no_mistake() -> None:
    line = json.loads(line_of(make_flow("GET", b"/api/v3/account", answer=json_answer({}, 200))))
    line["findings"] = [
        {"rule": rule, "strength": "proven", "says": f"{rule} says.", "remedy": "Do it."}
        for rule in sorted(MENDED)
    ]
    told = explained(json.dumps(line).encode()).diagnosis
    assert told.verdict is not Verdict.MISTAKEN
    assert told.findings == ()
    said = [note for note in told.notes if note.startswith("Mended by the gateway")]
    assert said == [MENDED_NOTE.format(f"{rule} says.", "Do it.") for rule in sorted(MENDED)]


def test_a_refusal_of_the_gateway_is_said_so() -> None:
    line = json.loads(line_of(make_flow(answer=None)))
    del line["out"]
    line |= {"refused": 403, "error.type": "not_allowed", "execution": "not_sent"}
    told = explained(json.dumps(line).encode()).diagnosis
    assert told.findings == ()
    assert "not_allowed" in told.notes[-1]


def test_a_write_whose_answer_was_lost_may_have_been_seen() -> None:
    line = json.loads(line_of(make_flow("POST", b"/api/v3/order", b"symbol=BTCUSDT")))
    line |= {"refused": 504, "error.type": "upstream_timeout", "execution": "unknown"}
    notes = explained(json.dumps(line).encode()).diagnosis.notes
    assert any("upstream_timeout" in note and "may have seen the request" in note for note in notes)
    assert not any("never saw" in note for note in notes)


def test_what_may_be_right_is_not_mended() -> None:
    """A method that is not in the text is guessed: the block keeps the guess, though this path has another one."""
    mistake = next(one for one in planting.MISTAKES if one.rule == "scope-path-included")
    plan = planting.planted(mistake, 1)
    plan.path = "/api/v3/account"
    wrong = plan.observation()
    for unseen, method in ((frozenset({Part.METHOD}), "POST "), (frozenset[Part](), "GET ")):
        seen = SeenRequest(wrong.request, "text", host=wrong.host, answer=wrong.answer, unseen=unseen)
        found = explain(seen, wrong.keys).diagnosis
        assert found.findings[0].rule == mistake.rule
        assert (found.corrected or "").startswith(method + "/api/v3/account?")


def test_that_the_signature_is_right_is_said_once() -> None:
    """Older records hold a second sentence for it."""
    flow = recorded_flow(RIGHT[0])
    flow.diagnosis = Diagnosis(
        Verdict.UNKNOWN, SignatureState.VALID, notes=("The signature is right.", "Your signature is correct.")
    )
    notes = explained(line_of(flow).encode()).diagnosis.notes
    assert notes == (RECORDED, "Your signature is correct.")


def test_where_a_secret_would_help_it_is_said_how_this_verb_is_given_one() -> None:
    case = WRONG[0]
    ways = [note for note in explained(as_raw(case)).diagnosis.notes if note.startswith(KEYLESS)]
    assert len(ways) == 1
    assert ways[0].endswith(WAY_IN)
    assert "BINANCE_API_SECRET_FILE" in WAY_IN
    assert not any(WAY_IN in note for note in explained(as_raw(case), keys_of(case)).diagnosis.notes)
