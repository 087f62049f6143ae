"""What an error text asks about, as people paste it: several codes, no code, a person's words, a picture read by a
program."""

import pytest

from proxy.core.diagnosis.refusals import by_code, question


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        (
            "API Error [-4046]: No need to change margin type.\nAPI Error [-1111]: Precision ...",
            ("-1111", "-4046"),
        ),
        ('"a": "<APIError> code=-2014, msg=x", "b": "<APIError> code=-1021, msg=y"', ("-2014", "-1021")),
        ("{ code: 'ERR_BAD_REQUEST' } then code: -1022", ("-1022",)),
        ("-1013 Filter failure: LOT_SIZE, then -2015 refused", ("LOT_SIZE", "-2015")),
        ('{"code":-2010,"msg":"x"} and filterType PRICE_FILTER in the docs', ("PRICE_FILTER",)),
        ('{"code":-1022,"msg":"x"} and filterType PRICE_FILTER in the docs', ("-1022",)),
        ("-1021 -1022 -2014 -2015", ("-1021", "-1022", "-2014")),
    ],
)
def test_several_errors_are_several_answers(text: str, subjects: tuple[str, ...]) -> None:
    assert by_code.subjects_of(text) == subjects


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Error: Illegal characters found in parameter 'orderId'; legal range is '^[0-9]{1,20}$'.", "-1100"),
        ("it says Signature for this request is not valid. Why?", "-1022"),
        ("Timestamp for this request is outside of\n   the recvWindow", "-1021"),
        ("it gives me Failure: Price Filter.", "PRICE_FILTER"),
        ("order failed, market lot size", "MARKET_LOT_SIZE"),
        ('I am getting a response of "Margin is insufficient".', "-2019"),
    ],
)
def test_without_its_code(text: str, subject: str) -> None:
    assert by_code.subject_of(text) == subject


@pytest.mark.parametrize(
    "text", ["what is the lot size of BTCUSDT?", "illegal characters", "in 2021 or 1022 times"]
)
def test_words_that_tell_of_no_failure_are_no_question(text: str) -> None:
    assert by_code.subjects_of(text) == ()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("I received this error - 1022: Signature", "-1022"),
        ('{ "code" : -1 022, "msg" : "x" }', "-1022"),
        ("APIError(code=\u20141021): late", "-1021"),
        ("binance error \u22122015", "-2015"),
        ("between 500 - 1022: nothing", None),
        ("2026-11-29 12:00:00,1022 ok", None),
    ],
)
def test_what_a_picture_made_of_the_number(text: str, subject: str | None) -> None:
    assert by_code.subject_of(text) == subject


def test_a_code_of_another_exchange_is_named() -> None:
    answer = '{"code":3702,"msg":"Invalid signature.","timestamp":1623848681308}'
    assert by_code.subjects_of(answer) == ()
    assert question.unknown_code(answer) == "3702"
    assert question.unknown_code("{ code: 'ERR_BAD_REQUEST' }") is None
    assert question.unknown_code("good morning") is None


def test_the_parameters_that_a_sentence_names() -> None:
    said = "Illegal characters found in parameter 'price'; ... Data sent for parameter 'batchOrders:[1]' is not valid."
    assert question.named_in(said) == {"price", "batchOrders"}
    assert question.named_in("the parameter price") == frozenset()


@pytest.mark.parametrize(
    ("text", "code"),
    [("Invalid symbol.", "-1121"), ("invalid SYMBOL", "-1121"), ("Unknown order sent.", "-2011")],
)
def test_a_short_sentence_alone_is_enough(text: str, code: str) -> None:
    assert by_code.subjects_of(text) == (code,)
    assert by_code.subjects_of("he said invalid symbol, or so") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Error: the request was refused", True),
        ("java.lang.RuntimeException: call failed", True),
        ("Signature something went wrong", True),
        ("GET https://api.binance.com/api/v3/account failed with an error", False),
        ("curl: (6) could not resolve host, an error", False),
        ("error.txt", False),
        ("good morning to you", False),
    ],
)
def test_words_that_tell_of_an_error(*, text: str, told: bool) -> None:
    assert question.is_error_text(text) is told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("APlError(code=-l022): Signature for this\nrequest", "-1022"),
        ("code: \u2014I0I3 x", "-1013"),
        ('{"code":-1O21}', "-1021"),
        ("エラーコード：－１０２２ x", "-1022"),
        ("code=-lOOl", None),  # nothing but letters
        ("code -oil", None),
    ],
)
def test_letters_that_a_picture_s_reader_took_for_digits(text: str, code: str | None) -> None:
    assert by_code.subject_of(text) == code


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (
            "Buy failed: Order's notional must be no smaller than 100 (unless you choose reduce only).",
            "-4164",
        ),
        ("order failed, min notional", "MIN_NOTIONAL"),
        ("Error while place order: Filter failure: NOTIONAL.", "NOTIONAL"),
    ],
)
def test_a_sentence_goes_before_a_word_of_it(text: str, subject: str) -> None:
    assert by_code.subject_of(text) == subject
