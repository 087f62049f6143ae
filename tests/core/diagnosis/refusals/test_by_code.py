"""The error alone as a question: codes and filters in whatever dress, and a page for each."""

import subprocess
import sys
from pathlib import Path

import pytest

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.refusals import by_code

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("-1021", "-1021"),
        ("LOT_SIZE", "LOT_SIZE"),
        ('{"code":-1022,"msg":"Signature for this request is not valid."}', "-1022"),
        ("{'code': -2015, 'msg': 'Invalid API-key'}", "-2015"),
        ("binance.exceptions.BinanceAPIException: APIError(code=-4061): Order's position side", "-4061"),
        ("APIError(code=-1013): Filter failure: LOT_SIZE", "LOT_SIZE"),
        ("Filter failure: MARKET_LOT_SIZE", "MARKET_LOT_SIZE"),
        ('<APIError> code=-1003, msg="Too much"', "-1003"),
        ('binance {"code":-2010,"msg":"x"}', "-2010"),
        ("good morning", None),
    ],
)
def test_what_a_text_is_about(text: str, subject: str | None) -> None:
    assert by_code.subject_of(text) == subject


@pytest.mark.parametrize(
    ("code", "parameter", "first", "silent"),
    [
        ("-1100", "quantity", "param-decimal-comma", "alg-secret-sent-as-signature"),
        ("-1100", "symbol", "param-symbol-format", "param-decimal-comma"),
        ("-1100", "orderId", "param-literal-undefined", "ts-seconds"),
        ("-1100", "signature", "alg-secret-sent-as-signature", "param-decimal-comma"),
        ("-1100", "recvWindow", "ts-recvwindow-too-large", "ts-seconds"),
        ("-1100", "newClientOrderId", "param-client-order-id", "param-symbol-format"),
        ("-1102", "symbol", "param-symbol-format", "ts-missing"),
        ("-1102", "timestamp", "ts-missing", "place-signature-missing"),
    ],
)
def test_causes_are_those_of_the_parameter_that_the_sentence_names(
    code: str, parameter: str, first: str, silent: str
) -> None:
    names = by_code.rules_for(code, frozenset({parameter}))
    assert names[0] == first
    assert silent in by_code.rules_for(code)
    assert silent not in names
    assert f"names the parameter {parameter}" in by_code.page(code, frozenset({parameter}))


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("-1102", "param-mandatory-missing"), ("-1104", "param-unknown-name"), ("-1013", "filter-lot-size"),
        ("-2008", "key-unknown"), ("-1111", "param-too-precise"), ("-1100", "param-decimal-comma"),
    ],
)  # fmt: skip
def test_the_commonest_cause_is_first(code: str, first: str) -> None:
    assert by_code.rules_for(code)[0] == first


@pytest.mark.parametrize(
    ("code", "said", "first"),
    [
        ("-2010", "Account has insufficient balance for requested action.", "account-balance-too-small"),
        ("-2010", "Duplicate order sent.", "order-duplicate-id"),
        ("-1013", "Filter failure: PERCENT_PRICE", "filter-percent-price"),
        ("-1013", "Invalid quantity.", "filter-lot-size"),
    ],
)
def test_what_the_sentence_says_is_first(code: str, said: str, first: str) -> None:
    assert by_code.rules_for(code, said=said)[0] == first
    assert f"`{first}`" in by_code.page(code, said=said).partition("\n* ")[2].partition(":")[0]


def test_a_page_with_little_to_say_says_what_to_do() -> None:
    assert f"What to do: {rules.texts()['futures-price-band'].remedy}" in by_code.page("-4016")


def test_the_commonest_causes_are_rules() -> None:
    for code in ("-1022", "-1021", "-2014", "-2015", "-2008", "-1100", "-1102", "-1104", "-1013", "-1111"):
        assert set(by_code.rules_for(code)) <= set(rules.names())
        assert by_code.rules_for(code)


def test_a_page_says_meaning_causes_and_what_to_type() -> None:
    page = by_code.page("-1021")
    assert "INVALID_TIMESTAMP" in page
    assert "`ts-behind`" in page
    assert "signing-proxy explain --code -1021" in page
    assert "filter-lot-size" in by_code.page("LOT_SIZE")
    with pytest.raises(KeyError):
        by_code.page("-9999")


def test_the_page_of_errors_is_what_the_rules_say() -> None:
    script = ROOT / "scripts" / "build_errors_page.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False, cwd=ROOT).returncode == 0


def test_of_a_code_with_two_meanings_the_one_that_was_said_comes_first() -> None:
    said = "{'code': -2021, 'msg': 'Order would immediately trigger.'}"
    told, listed = by_code.page("-2021", said=said), by_code.page("-2021")
    assert told.index("ORDER_WOULD_IMMEDIATELY_TRIGGER") < told.index("cancelReplace partially failed")
    assert listed.index("cancelReplace partially failed") < listed.index("ORDER_WOULD_IMMEDIATELY_TRIGGER")
