"""The sentence that people read."""

from proxy.core.order_lookup import REASONS, in_words


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
