"""Texts for logs hold no control characters; texts for the terminal hold no secret and no signature."""

import re
from typing import Any

import pytest

from addons.doctor import text
from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict

PROVEN = Finding(
    "scope-path-included",
    Strength.PROVEN,
    "The path was signed too.",
    "Sign the query alone.",
    (("octets", 16),),
)
POSSIBLE = Finding("order-sorted", Strength.POSSIBLE, "The pairs were sorted.", "Keep their order.")


def diagnosis(*findings: Finding, **more: Any) -> Diagnosis:
    given: dict[str, Any] = {
        "verdict": Verdict.MISTAKEN,
        "signature": SignatureState.INVALID,
        "findings": findings,
        **more,
    }
    return Diagnosis(**given)


def with_proof(signed: bytes, expected: bytes, at: int | None) -> list[str]:
    finding = Finding("a-rule", Strength.PROVEN, "Says.", "Remedy.", proof=Proof(signed, expected, at))
    return text.page("GET /api/v3/account, HTTP 400, code -1022", diagnosis(finding))


def test_a_finding_is_one_line_with_its_remedy_and_facts() -> None:
    assert text.line(PROVEN) == (
        "scope-path-included (proven): The path was signed too. -> Sign the query alone. [octets=16]"
    )


def test_nothing_can_start_a_new_line_or_move_the_cursor() -> None:
    forged = Finding(
        "r", Strength.LIKELY, "a\n[12:00] forged\r\x1b[31m\u2028\u202e", "b\x07", (("x", "y\nz"),)
    )
    assert re.fullmatch(r"[ -~]*", text.line(forged))
    assert re.fullmatch(r"[ -~]*", text.summary(diagnosis(forged)))


def test_the_summary_tells_the_strongest_and_counts_the_others() -> None:
    assert text.summary(diagnosis(PROVEN, PROVEN, POSSIBLE)) == (
        "scope-path-included (proven): The path was signed too. Sign the query alone. (and 1 more)"
    )


def test_the_summary_of_a_right_request_is_its_note() -> None:
    right = diagnosis(verdict=Verdict.CORRECT, notes=("Your signature is correct.",))
    assert text.summary(right) == "Your signature is correct."


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, -1022, "HTTP 400, code -1022"),
        (200, None, "HTTP 200"),
        (200, "ILLEGAL_PARAMETERS", "HTTP 200, code ILLEGAL_PARAMETERS"),
        (200, "my secret", "HTTP 200"),
        (200, "x\nforged", "HTTP 200"),
    ],
)
def test_only_codes_are_shown_as_codes(status: int, code: object, words: str) -> None:
    assert text.answer_words(status, code) == words


def test_a_mark_stands_under_the_first_different_octet() -> None:
    lines = with_proof(b"a=1&b=2&timestamp=5", b"a=1&b=3&timestamp=5", 6)
    mark = next(i for i, line in enumerate(lines) if line.strip() == "^")
    column = lines[mark].index("^")
    assert (lines[mark - 2][column], lines[mark - 1][column]) == ("2", "3")


def test_long_texts_are_shown_around_the_difference() -> None:
    pad = b"&".join(b"p%03d=1" % i for i in range(100))
    lines = with_proof(pad + b"&x=1", pad + b"&x=2", len(pad) + 3)
    mark = next(i for i, line in enumerate(lines) if line.strip() == "^")
    column = lines[mark].index("^")
    assert (lines[mark - 2][column], lines[mark - 1][column]) == ("1", "2")
    assert len(lines[mark - 1]) < 110


def test_a_text_that_ends_early_says_so() -> None:
    assert any("(ends here)" in line for line in with_proof(b"", b"timestamp=5", 0))


def test_equal_texts_point_elsewhere() -> None:
    assert any("texts are equal" in line for line in with_proof(b"a=1", b"a=1", None))


@pytest.mark.parametrize(
    "octets",
    [
        b"a=1&signature=deadbeef&b=2",
        b'{"signature": "deadbeef"}',
        b"SIGNATURE=deadbeef",
        b"signature=deadbeef",
    ],
)
def test_signatures_are_starred(octets: bytes) -> None:
    shown = text.starred(octets)
    assert "deadbeef" not in shown
    assert "********" in shown


def test_control_characters_are_escaped_and_letters_of_the_world_kept() -> None:
    assert text.starred("s=币安\x1b[2J\x07".encode() + b"\xff") == "s=币安\\x1b[2J\\x07\\xff"


def test_very_long_texts_are_cut() -> None:
    shown = text.starred(b"a" * 100_000)
    assert len(shown) < 5000
    assert shown.endswith("(100000 octets)")


def test_a_right_request_is_told_so() -> None:
    right = diagnosis(
        verdict=Verdict.CORRECT, signature=SignatureState.VALID, notes=("Your signature is correct.",)
    )
    assert "Nothing is wrong with this request." in text.page("GET /x", right)


def test_the_corrected_request_is_shown() -> None:
    page = text.page(
        "h", diagnosis(PROVEN, corrected="GET /x?timestamp=1&signature=abc\nHost: api.binance.com")
    )
    assert "   GET /x?timestamp=1&signature=********" in page
    assert "   Host: api.binance.com" in page


def test_why_no_corrected_request_is_shown() -> None:
    page = text.page("h", diagnosis(PROVEN, left_out="only you know the value"))
    assert "The request as it should be is left out: only you know the value." in page


def test_lines_have_a_readable_width() -> None:
    wordy = Finding("r", Strength.LIKELY, "word " * 100, "do " * 100)
    assert max(map(len, text.page("h", diagnosis(wordy)))) <= 96
