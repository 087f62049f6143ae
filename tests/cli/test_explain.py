"""`signing-proxy explain` as a command: inputs, exit codes, output, and what it never prints."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from proxy.__main__ import main
from tests.core.redaction.flows import line_of, make_flow
from tests.core.test_symbol_rules import SPOT, info
from tests.explain.cases import Case, as_bash, as_har, as_raw, curl_words, recorded

WRONG = next(case for case in recorded() if case.label == "scope-path-included")
RIGHT = next(case for case in recorded() if case.label == "ok")
RECORD = '{"type":"flow","schema":1,"time":"2026-07-23T10:14:56.789Z","request_id":"1","http.request.method":"GET",'


class Stdin(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, octets: bytes) -> None:
        super().__init__(io.BytesIO(octets))


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory without keys."""
    monkeypatch.chdir(tmp_path)
    for name in ("KEY", "API_KEY", "API_SECRET", "SECRET_KEY", "PRIVATE_KEY"):
        monkeypatch.delenv(f"BINANCE_{name}", raising=False)
        monkeypatch.delenv(f"BINANCE_{name}_FILE", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def use(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The case's key as the user's own."""
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(case.secret)
    monkeypatch.setenv("BINANCE_API_KEY", case.api_key)
    monkeypatch.setenv("BINANCE_API_SECRET_FILE", str(secret))


def explain(*words: str) -> int:
    return main(["explain", *words])


def test_a_mistake_is_proven(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(WRONG, monkeypatch, tmp_path)
    assert explain(as_bash(WRONG), "--code", "-1022") == 1
    shown = capsys.readouterr()
    assert "proven: scope-path-included" in shown.out
    assert "  ->  400 -1022" in shown.out
    assert "\x1b" not in shown.out
    assert WRONG.secret not in shown.out + shown.err


def test_a_right_request_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(RIGHT, monkeypatch, tmp_path)
    assert explain(as_bash(RIGHT)) == 0
    assert "Your signature is correct" in capsys.readouterr().out


def test_in_front_of_a_curl_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("--json", *curl_words(RIGHT)) == 0
    assert json.loads(capsys.readouterr().out)["request"]["path"] == RIGHT.target.decode().partition("?")[0]


def test_one_object_a_request_in_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(WRONG, monkeypatch, tmp_path)
    (tmp_path / "traffic.har").write_bytes(as_har((WRONG, RIGHT, WRONG)))
    assert explain("traffic.har", "--json") == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["form"] for one in found] == ["HAR entry"] * 3
    assert [one["verdict"] for one in found][::2] == ["mistaken"] * 2


def test_standard_input_is_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(as_raw(RIGHT, answered=True)))
    assert explain("--json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == 200


def test_an_answer_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "answer").write_bytes(b'HTTP/1.1 451 x\r\n\r\n{"code":0,"msg":"Service unavailable"}')
    explain(as_bash(RIGHT), "--answer", "@answer", "--json")
    assert json.loads(capsys.readouterr().out)["status"] == 451


def test_the_key_in_the_request_may_be_the_mistake(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(RIGHT, monkeypatch, tmp_path)
    explain("--json", as_bash(RIGHT).replace(RIGHT.api_key, "A1" * 32))
    found = json.loads(capsys.readouterr().out)
    assert (found["account"], found["signature"]) == ("default", "valid")


def test_rules_have_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("--rule", "scope-path-included") == 0
    assert capsys.readouterr().out.startswith("### scope-path-included\n")


def test_a_rule_of_no_such_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("--rule", "scope-path") == 2
    assert "did you mean scope-path-included" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("what Is This 4711",),
        ("curl", "-H", "x: y"),
        ("--answer", "nonsense", "curl https://api.binance.com/api/v3/time"),
        ("--status", "99", "x"),
        ("--code", "-1022", "https://a/1\nhttps://a/2"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_a_hint(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(*words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"]
    assert "4711" not in shown.err


def test_a_secret_in_the_request_is_starred(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(RIGHT, monkeypatch, tmp_path)
    text = (
        f"GET /api/v3/account/{RIGHT.secret}?a={RIGHT.secret.lower()}&timestamp=1&signature={RIGHT.secret} HTTP/1.1\n"
        f"Host: api.binance.com\nX-MBX-APIKEY: {RIGHT.secret}\nX-Note: {RIGHT.secret.upper()}\n\n"
    )
    for more in ((), ("--json",)):
        explain(text, *more)
        shown = capsys.readouterr()
        for form in (RIGHT.secret, RIGHT.secret.lower(), RIGHT.secret.upper()):
            assert form not in re.sub(r"\s", "", shown.out + shown.err)


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    explain("GET /api/v3/\x1b[2J\x9b31m\u202e?a=\x07 HTTP/1.1\nHost: api.binance.com\x1b]0;x\n\n")
    shown = capsys.readouterr()
    assert all(line.isprintable() for line in (shown.out + shown.err).splitlines())


def test_many_requests_are_told_shortly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "\n".join(f"https://www.example.com/{n}" for n in range(30))
    assert explain(lines) == 0
    assert capsys.readouterr().out == "30 of 30 requests: nothing was found\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-1021",), "INVALID_TIMESTAMP"),
        (("LOT_SIZE",), "filter-lot-size"),
        (('{"code":-1022,"msg":"Signature for this request is not valid."}',), "INVALID_SIGNATURE"),
        (("--rule", "-1021"), "INVALID_TIMESTAMP"),
        (("Error: Request failed with status: 451 (line 1876)",), "restricted location"),
        (
            ("ReadTimeout: HTTPSConnectionPool(host='api.binance.com'): Read timed out.",),
            "executed all the same",
        ),
        (("APlError(code=-l022): Signature for this\nrequest is not va1id.",), "INVALID_SIGNATURE"),
        (
            (
                "ExchangeException: Signature is not valid. (HTTP status code: 400)\nCaused by: BinanceException:"
                " -1022: Signature",
            ),
            "INVALID_SIGNATURE",
        ),
    ],
)
def test_the_error_alone_is_a_question(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(*words) == 0
    assert says in capsys.readouterr().out


def test_an_empty_input_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(" \n") == 2
    assert "the input is empty" in capsys.readouterr().err


def test_an_unknown_code_is_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("-9999") == 2
    assert "-9999 is none of Binance's" in capsys.readouterr().err


def test_two_errors_in_one_text_are_two_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("API Error [-4046]: none\nAPI Error [-1111]: Precision") == 0
    out = capsys.readouterr().out
    assert out.index("### -1111") < out.index("### -4046")


def test_the_page_of_a_code_is_about_the_parameter_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("Error: Illegal characters found in parameter 'price'; legal range is '^x$'.") == 0
    out = capsys.readouterr().out
    assert "names the parameter price" in out
    assert "`alg-" not in out


def test_with_exchange_info_a_filter_names_its_bound_and_a_value_that_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "info.json").write_bytes(info(SPOT))
    order = "POST https://api.binance.com/api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&price=60000.129"
    refused = '{"code":-1013,"msg":"Filter failure: PRICE_FILTER"}'
    assert explain(order, "--exchange-info", "info.json", "--answer", refused) == 1
    shown = capsys.readouterr().out
    assert "proven: filter-price" in shown
    assert "price is no multiple of tickSize=0.01 of BTCUSDT." in shown
    assert "Send price=60000.12." in shown
    assert explain(order, "--exchange-info", "no.json", "--answer", refused) == 2
    assert "--exchange-info names no file" in capsys.readouterr().err


def test_words_of_an_error_without_its_code_are_asked_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("Error: the exchange refused the request") == 2
    said = capsys.readouterr().err
    assert "give the code or the whole message" in said
    assert "signing-proxy explain -1021" in said


def test_a_journal_with_a_line_of_another_version_is_read_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = line_of(make_flow("GET", b"/api/v3/account")).strip()
    (tmp_path / "flows-1.jsonl").write_text(line.replace('"schema":1', '"schema":99') + "\n" + line + "\n")
    explain(str(tmp_path), "--json")
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    assert "1 line was skipped" in told.err
