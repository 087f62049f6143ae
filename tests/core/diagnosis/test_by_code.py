"""The error alone as a question: codes and filters in whatever dress, and a page for each."""

import subprocess
import sys
from pathlib import Path

import pytest

from proxy.core.diagnosis import by_code, rules

ROOT = Path(__file__).resolve().parents[3]


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


def test_the_commonest_causes_are_rules() -> None:
    for code in ("-1022", "-1021", "-2014", "-2015"):
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
