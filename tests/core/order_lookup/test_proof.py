"""What an answer proves, and when. Times are the exchange's: written at 10,000 with a window of 5,000 ms."""

import json
from typing import Any

import pytest

from proxy.core.catalogue.lookups import Half, lookups_of
from proxy.core.order_lookup import Question, State, Verdict, join_verdicts, late_after, read_verdict

WRITTEN = 1_784_801_696_000
LATE = WRITTEN + 6000
PENDING, EXECUTED, NOT_FOUND, UNDETERMINED = (
    State.PENDING,
    State.EXECUTED,
    State.NOT_FOUND,
    State.UNDETERMINED,
)


def question(write: str, half: Half | None = None) -> Question:
    row = next(one for one in lookups_of(write) if half in (None, one.half))
    return Question(row, b"symbol=A&origClientOrderId=x", b"newClientOrderId=x")


PLACE = question("POST /api/v3/order")
CANCEL = question("DELETE /api/v3/order")
FUTURES_CANCEL = question("DELETE /fapi/v1/order")
LIST = question("POST /api/v3/orderList/oco")
CANCEL_LIST = question("DELETE /api/v3/orderList")


def seen(asked: Question, status: int, body: Any, at: int) -> Verdict:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_verdict(asked, status, octets, written_ms=WRITTEN, late_ms=LATE, asked_ms=at)


def test_when_a_write_is_late() -> None:
    assert late_after(WRITTEN, 5000) == WRITTEN + 6000
    assert late_after(WRITTEN, b"5000") == WRITTEN + 6000
    assert late_after(WRITTEN, b"0.001") == WRITTEN + 1001
    assert late_after(WRITTEN, b"1500.5") == WRITTEN + 2501


ABSENT = {"code": -2013, "msg": "Order does not exist."}


@pytest.mark.parametrize(
    ("asked", "at", "state", "reason"),
    [
        (PLACE, WRITTEN, PENDING, "absent"),
        (PLACE, LATE, PENDING, "absent"),
        (PLACE, LATE + 1, NOT_FOUND, "absent"),
        (CANCEL, LATE, PENDING, "absent"),
        (CANCEL, LATE + 1, NOT_FOUND, "absent"),
        (FUTURES_CANCEL, LATE + 1, UNDETERMINED, "forgotten"),
    ],
)
def test_no_such_order_counts_only_when_the_write_is_late(
    asked: Question, at: int, state: State, reason: str
) -> None:
    verdict = seen(asked, 400, ABSENT, at)
    assert (verdict.state, verdict.reason, verdict.code) == (state, reason, "-2013")


def test_no_such_list_has_a_code_of_its_own() -> None:
    absent = {"code": -2018, "msg": "Order list does not exist."}
    assert seen(LIST, 400, absent, LATE + 1).state is NOT_FOUND
    assert seen(PLACE, 400, absent, LATE + 1) == Verdict(UNDETERMINED, "refused", code="-2018")


@pytest.mark.parametrize(
    ("placed", "at", "expected"),
    [
        (WRITTEN, WRITTEN + 100, Verdict(EXECUTED, "", "FILLED")),
        (WRITTEN - 1000, WRITTEN + 100, Verdict(EXECUTED, "", "FILLED")),
        (LATE, LATE + 1, Verdict(EXECUTED, "", "FILLED")),
        (WRITTEN - 1001, WRITTEN + 100, Verdict(PENDING, "other_order", "FILLED")),
        (WRITTEN - 1001, LATE + 1, Verdict(UNDETERMINED, "other_order", "FILLED")),
        (LATE + 1, LATE + 9, Verdict(UNDETERMINED, "other_order", "FILLED")),
    ],
)
def test_an_order_is_ours_if_it_was_placed_while_ours_could_be(
    placed: int, at: int, expected: Verdict
) -> None:
    """ "newClientOrderId: accepted again once the previous one is filled" (rest-api.md, "New order")."""
    assert seen(PLACE, 200, {"status": "FILLED", "time": placed}, at) == expected


@pytest.mark.parametrize(
    ("asked", "status", "early", "late"),
    [
        (PLACE, "NEW", EXECUTED, EXECUTED),
        (PLACE, "EXPIRED", EXECUTED, EXECUTED),
        (PLACE, "CANCELED", EXECUTED, EXECUTED),
        (PLACE, "SOMETHING_NEW", EXECUTED, EXECUTED),
        (PLACE, "REJECTED", NOT_FOUND, NOT_FOUND),
        (LIST, "EXECUTING", EXECUTED, EXECUTED),
        (LIST, "ALL_DONE", EXECUTED, EXECUTED),
        (LIST, "REJECT", NOT_FOUND, NOT_FOUND),
        (CANCEL, "CANCELED", EXECUTED, EXECUTED),
        (question("DELETE /eapi/v1/order"), "CANCELLED", EXECUTED, EXECUTED),
        (CANCEL, "NEW", PENDING, NOT_FOUND),
        (CANCEL, "PARTIALLY_FILLED", PENDING, NOT_FOUND),
        (CANCEL, "FILLED", NOT_FOUND, NOT_FOUND),
        (CANCEL, "EXPIRED", NOT_FOUND, NOT_FOUND),
        (CANCEL, "SOMETHING_NEW", UNDETERMINED, UNDETERMINED),
        (CANCEL_LIST, "EXECUTING", PENDING, NOT_FOUND),
        (CANCEL_LIST, "ALL_DONE", UNDETERMINED, UNDETERMINED),
    ],
)
def test_the_state_of_the_order(asked: Question, status: str, early: State, late: State) -> None:
    order = {asked.lookup.status_in: status, asked.lookup.placed_in: WRITTEN}
    assert seen(asked, 200, order, WRITTEN + 50).state is early
    assert seen(asked, 200, order, LATE + 1).state is late


def test_a_word_for_the_state_that_nobody_knows_is_not_repeated() -> None:
    assert seen(PLACE, 200, {"status": "<secret>", "time": WRITTEN}, WRITTEN).order_status == ""


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (503, b"", Verdict(PENDING, "unreachable")),
        (500, {"code": -1000, "msg": "x"}, Verdict(PENDING, "unreachable")),
        (429, {"code": -1003, "msg": "x"}, Verdict(PENDING, "held")),
        (418, b"", Verdict(PENDING, "held")),
        (400, {"code": -1003, "msg": "x"}, Verdict(PENDING, "held", code="-1003")),
        (400, {"code": -1021, "msg": "x"}, Verdict(PENDING, "unreachable", code="-1021")),
        (401, {"code": -2015, "msg": "x"}, Verdict(UNDETERMINED, "refused", code="-2015")),
        (403, b"<html>", Verdict(UNDETERMINED, "refused")),
        (400, {"code": "x", "msg": "x"}, Verdict(UNDETERMINED, "refused")),
        (200, b"<html>", Verdict(UNDETERMINED, "unreadable")),
        (200, b"[]", Verdict(UNDETERMINED, "unreadable")),
        (200, b"[" * 100_000, Verdict(UNDETERMINED, "unreadable")),
    ],
)
def test_what_proves_nothing(status: int, body: Any, expected: Verdict) -> None:
    assert seen(PLACE, status, body, LATE + 1) == expected


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([EXECUTED], EXECUTED),
        ([EXECUTED, EXECUTED], EXECUTED),
        ([NOT_FOUND, NOT_FOUND], NOT_FOUND),
        ([EXECUTED, NOT_FOUND], UNDETERMINED),
        ([NOT_FOUND, EXECUTED], UNDETERMINED),
        ([EXECUTED, UNDETERMINED], UNDETERMINED),
        ([UNDETERMINED, NOT_FOUND], UNDETERMINED),
    ],
)
def test_two_halves_make_one_word_only_if_they_agree(states: list[State], state: State) -> None:
    assert join_verdicts([Verdict(one) for one in states]).state is state


WORDS = [
    # the exchange's word for an order -> of a placing; of a cancel early, and late
    ("NEW", EXECUTED, PENDING, NOT_FOUND),
    ("PENDING_NEW", EXECUTED, PENDING, NOT_FOUND),
    ("PARTIALLY_FILLED", EXECUTED, PENDING, NOT_FOUND),
    ("PENDING_CANCEL", EXECUTED, PENDING, NOT_FOUND),
    ("ACCEPTED", EXECUTED, PENDING, NOT_FOUND),
    ("TRIGGERING", EXECUTED, PENDING, NOT_FOUND),
    ("EXECUTING", EXECUTED, PENDING, NOT_FOUND),
    ("CANCELED", EXECUTED, EXECUTED, EXECUTED),
    ("CANCELLED", EXECUTED, EXECUTED, EXECUTED),
    ("FILLED", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("EXPIRED", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("EXPIRED_IN_MATCH", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("NEW_INSURANCE", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("NEW_ADL", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("TRIGGERED", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("FINISHED", EXECUTED, NOT_FOUND, NOT_FOUND),
    ("REJECTED", NOT_FOUND, NOT_FOUND, NOT_FOUND),
    ("REJECT", NOT_FOUND, NOT_FOUND, NOT_FOUND),
]


@pytest.mark.parametrize(("word", "placing", "early", "late"), WORDS)
def test_every_word_of_the_exchanges(word: str, placing: State, early: State, late: State) -> None:
    """And each of them is shown."""
    order = {"status": word, "time": WRITTEN}
    found = [
        seen(asked, 200, order, at) for asked, at in ((PLACE, WRITTEN), (CANCEL, LATE), (CANCEL, LATE + 1))
    ]
    assert [one.state for one in found] == [placing, early, late]
    assert {one.order_status for one in found} == {word}
    assert found[0].reason == ("rejected" if placing is NOT_FOUND else "")
    why = {EXECUTED: "", PENDING: "still_open", NOT_FOUND: "ended_otherwise"}
    assert [one.reason for one in found[1:]] == [
        why[early],
        "still_open" if early is PENDING else why[late],
    ]


PLACED = [
    # when the order with our id was placed -> early, late
    (WRITTEN - 1001, PENDING, UNDETERMINED),
    (WRITTEN - 1000, EXECUTED, EXECUTED),
    (WRITTEN, EXECUTED, EXECUTED),
    (LATE, EXECUTED, EXECUTED),
    (LATE + 1, PENDING, UNDETERMINED),
    (None, EXECUTED, EXECUTED),
    ("yesterday", EXECUTED, EXECUTED),
]


@pytest.mark.parametrize(("placed", "early", "late"), PLACED)
def test_when_an_order_with_our_id_is_ours(placed: int | str | None, early: State, late: State) -> None:
    order = {"status": "FILLED", "time": placed}
    for at, state in ((LATE, early), (LATE + 1, late)):
        verdict = seen(PLACE, 200, order, at)
        assert verdict == Verdict(state, "" if state is EXECUTED else "other_order", "FILLED")


STATUSES = [
    # status of an answer that says neither this nor that -> what it proves of a late write
    (407, UNDETERMINED, "refused"),
    (408, PENDING, "unreachable"),
    (409, UNDETERMINED, "refused"),
    (417, UNDETERMINED, "refused"),
    (418, PENDING, "held"),
    (419, UNDETERMINED, "refused"),
    (428, UNDETERMINED, "refused"),
    (429, PENDING, "held"),
    (430, UNDETERMINED, "refused"),
    (499, UNDETERMINED, "refused"),
    (500, PENDING, "unreachable"),
    (501, PENDING, "unreachable"),
    (199, UNDETERMINED, "refused"),
    (201, UNDETERMINED, "refused"),
]


@pytest.mark.parametrize(("status", "state", "reason"), STATUSES)
@pytest.mark.parametrize("body", [{}, {"status": "FILLED", "time": WRITTEN}, b"x"])
def test_what_a_status_proves(status: int, state: State, reason: str, body: Any) -> None:
    assert seen(PLACE, status, body, LATE + 1) == Verdict(state, reason)


CODES = [
    (-2013, NOT_FOUND, "absent"),
    (-2012, UNDETERMINED, "refused"),
    (-2014, UNDETERMINED, "refused"),
    (-1003, PENDING, "held"),
    (-1015, PENDING, "held"),
    (-1004, UNDETERMINED, "refused"),
    (-1021, PENDING, "unreachable"),
    (-1020, UNDETERMINED, "refused"),
]


@pytest.mark.parametrize(("code", "state", "reason"), CODES)
def test_what_a_code_proves(code: int, state: State, reason: str) -> None:
    assert seen(PLACE, 400, {"code": code}, LATE + 1) == Verdict(state, reason, code=str(code))


@pytest.mark.parametrize("code", [-2013.0, "-2013", None])
def test_a_code_that_is_no_whole_number_proves_nothing(code: Any) -> None:
    assert seen(PLACE, 400, {"code": code}, LATE + 1) == Verdict(UNDETERMINED, "refused")


@pytest.mark.parametrize("status", [None, 7, ["NEW"], True])
@pytest.mark.parametrize("asked", [PLACE, CANCEL])
def test_a_state_that_is_no_word_is_unreadable(asked: Question, status: Any) -> None:
    assert seen(asked, 200, {"status": status, "time": WRITTEN}, WRITTEN) == Verdict(
        UNDETERMINED, "unreadable"
    )


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        (
            [Verdict(EXECUTED, "", "NEW", "1"), Verdict(EXECUTED, "", "CANCELED", "2")],
            Verdict(EXECUTED, "", "NEW", "1"),
        ),
        (
            [Verdict(EXECUTED, "", "NEW", "1"), Verdict(NOT_FOUND, "still_open", "NEW", "2")],
            Verdict(UNDETERMINED, "half_executed", "NEW", "1"),
        ),
        (
            [Verdict(NOT_FOUND, "absent", "", "-2013"), Verdict(EXECUTED, "", "CANCELED")],
            Verdict(UNDETERMINED, "half_executed", "", "-2013"),
        ),
        (
            [Verdict(NOT_FOUND, "absent"), Verdict(UNDETERMINED, "held")],
            Verdict(UNDETERMINED, "held"),
        ),
        (
            [Verdict(UNDETERMINED, "held"), Verdict(UNDETERMINED, "unreachable")],
            Verdict(UNDETERMINED, "held"),
        ),
    ],
)
def test_what_is_said_of_two_halves(halves: list[Verdict], expected: Verdict) -> None:
    """The first one is of the new order: its words are told."""
    assert join_verdicts(halves) == expected
