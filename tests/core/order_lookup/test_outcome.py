"""The sentence that people read."""

from proxy.core.order_lookup import REASONS, Outcome, State, Verdict, in_words


def test_sentences() -> None:
    assert in_words("executed", "", "FILLED", looks=1) == "looked up: executed (FILLED)"
    assert in_words("not_found", "absent", "", looks=2) == (
        "looked up: not found: the exchange knows no such order"
    )
    assert in_words("undetermined", "no_id", "", looks=0).startswith(
        "not looked up: undetermined: the request"
    )
    assert in_words("undetermined", "a reason of tomorrow", "", looks=1) == "looked up: undetermined"


def test_every_reason_is_a_short_sentence() -> None:
    assert all(20 <= len(text) <= 110 and text.isascii() for text in REASONS.values())


def test_the_words_that_clients_and_the_journal_are_told() -> None:
    assert [state.value for state in State] == ["pending", "executed", "not_found", "undetermined"]
    assert set(REASONS) == {
        "no_lookup", "no_id", "id_unusable", "unsigned", "absent", "rejected", "still_open", "ended_otherwise",
        "list_done", "forgotten", "other_order", "half_executed", "unreadable", "refused", "unreachable", "held",
        "too_many", "stopping",
    }  # fmt: skip


def test_what_nobody_said_is_left_out() -> None:
    assert Outcome(Verdict(State.PENDING)) == Outcome(
        Verdict(State.PENDING, reason="", order_status="", code=""),
        pair=b"",
        added=False,
        looks=0,
        known_ms=0,
        after_ms=0.0,
        told=False,
    )
