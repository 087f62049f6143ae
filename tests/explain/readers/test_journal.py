"""Journal lines, as the redactor makes them."""

import json

import pytest

from proxy.core.order_lookup import Outcome, State, Verdict
from proxy.core.redaction import ForeignIntent, counted
from proxy.explain.found_request import UnreadableError
from proxy.explain.readers.journal import UNFINISHED, count_foreign_lines, is_record, read_journal, record_of
from tests.core.redaction.flows import API_KEY, json_answer, line_of, make_flow, redactor

FLOW = make_flow(
    "POST",
    b"/api/v3/order",
    b"symbol=BTCUSDT&side=BUY&newClientOrderId=my%20order",
    answer=json_answer({"code": -1022, "msg": "Signature for this request is not valid."}, 400),
)
LINE = line_of(FLOW)
INTENT = redactor().redact_intent(FLOW).line.decode()


def test_a_flow_in_its_kept_shape() -> None:
    (seen,) = read_journal(LINE)
    assert (seen.request.method, seen.request.path, seen.host) == (
        "POST",
        b"/api/v3/order",
        "api.binance.com",
    )
    assert b"symbol=BTCUSDT" in seen.request.body
    assert len(seen.request.header(b"x-mbx-apikey") or b"") == len(API_KEY)
    assert seen.request.header(b"x-mbx-apikey") != API_KEY.encode()
    assert seen.answer is not None
    assert (seen.answer.status, json.loads(seen.answer.body)["code"]) == (400, -1022)
    assert seen.record is not None


def test_an_intent_gives_way_to_its_flow() -> None:
    assert [seen.remarks for seen in read_journal(f"{INTENT}\n{LINE}\n")] == [()]
    (alone,) = read_journal(INTENT)
    assert isinstance(alone.record, ForeignIntent)
    assert alone.remarks == (UNFINISHED,)


def test_lines_that_are_no_flows_are_passed_over() -> None:
    dropped = '{"type":"dropped","schema":1,"time":"2026-01-01T00:00:00.000Z","count":3}'
    assert len(read_journal(f"{dropped}\nnoise\n\n{LINE}\n{LINE[:100]}\n")) == 1


def test_another_schema_is_said_so() -> None:
    with pytest.raises(UnreadableError, match="schema"):
        read_journal(LINE.replace('"schema":1', '"schema":99'))


def test_lines_of_another_schema_are_skipped_and_counted() -> None:
    foreign = LINE.replace('"schema":1', '"schema":99')
    spaced = json.dumps(json.loads(foreign))
    assert len(read_journal(f"{foreign}\n{LINE}\n  {spaced}\n")) == 1
    assert count_foreign_lines(f"{foreign}\n{LINE}\n  {spaced}\n{foreign[:80]}\n") == 2
    assert count_foreign_lines(f"{LINE}\n{INTENT}\nnoise") == 0


def test_a_record_inside_a_har() -> None:
    seen = record_of(json.loads(LINE))
    assert seen is not None
    assert seen == read_journal(LINE)[0]
    assert record_of({"type": "flow"}) is None
    assert is_record(json.loads(LINE))
    assert not is_record({"type": "flow"})


OUTCOME = (
    redactor().redact_outcome(FLOW, Outcome(Verdict(State.EXECUTED, "", "FILLED"), looks=1)).line.decode()
)


@pytest.mark.parametrize("text", [f"{LINE}\n{OUTCOME}", f"{OUTCOME}\n{LINE}", f"{INTENT}\n{OUTCOME}\n{LINE}"])
def test_what_became_of_an_unknown_write_is_a_remark(text: str) -> None:
    (seen,) = read_journal(text)
    assert seen.remarks == ("looked up: executed (FILLED)",)


def test_an_outcome_alone_is_no_request() -> None:
    assert read_journal(OUTCOME) == []
    assert is_record(json.loads(OUTCOME))
    assert record_of(json.loads(OUTCOME)) is None
    (seen,) = read_journal(f"{INTENT}\n{OUTCOME}")
    assert seen.remarks == (UNFINISHED, "looked up: executed (FILLED)")


@pytest.mark.parametrize(
    ("mixed", "alike"), [(False, "alike"), (True, "by the same client, with other paths too")]
)
def test_a_row_of_refusals_says_for_how_many_it_stands(*, mixed: bool, alike: str) -> None:
    row = counted(redactor().redact(FLOW), 137, 1_784_801_706_123, mixed=mixed)
    (seen,) = read_journal(row.line.decode())
    assert seen.remarks == (f"the line stands for 137 refusals {alike}, until 2026-07-23T10:15:06.123Z",)


@pytest.mark.parametrize("kind", [{}, [], None, 1])
def test_an_object_whose_type_is_no_word_is_no_record(kind: object) -> None:
    assert not is_record({"type": kind, "schema": 1})
