"""`sign`: what would go out, with nothing in it that could be used."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Said

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8


@pytest.fixture
def sign(run: Run) -> Any:
    """The verb with an account; the secret stands in a file."""

    def once(*words: str, **environ: str) -> Said:
        secret = Path("secret")
        secret.write_text(SECRET)
        secret.chmod(0o600)
        return run("sign", *words, **{"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "secret"} | environ)

    return once


def test_a_signed_request_shows_the_signed_text_and_stars(sign: Any) -> None:
    said = sign("POST /api/v3/order?symbol=BTCUSDT&signature=old", "-d", "side=BUY&price=0.1")
    assert said.code == 0
    lines = said.out.splitlines()
    assert re.fullmatch(
        r"POST https://api\.binance\.com/api/v3/order\?symbol=BTCUSDT&recvWindow=5000&timestamp=\d{13}&signature=\*{8}",
        lines[0],
    )
    assert "X-MBX-APIKEY: ********" in lines
    assert "Content-Type: application/x-www-form-urlencoded" in lines
    signed = [line.split() for line in lines if line.startswith("  ")]
    assert [part for part, _ in signed] == ["query", "form"]
    assert re.fullmatch(r"symbol=BTCUSDT&recvWindow=5000&timestamp=\d{13}", signed[0][1])
    assert signed[1][1] == "side=BUY&price=0.1"
    assert "note: cut from the query: signature, 3 octets" in said.err
    assert "note: signed with the hmac key of account default" in said.err


def test_nothing_usable_is_shown(sign: Any) -> None:
    for words in (["GET /api/v3/account"], ["GET /api/v3/account", "--json"]):
        said = sign(*words)
        assert said.code == 0
        assert KEY not in said.out + said.err
        assert SECRET not in said.out + said.err
        assert not re.search(r"[0-9a-f]{64}", said.out + said.err)


def test_json_is_one_object_with_the_parts(sign: Any) -> None:
    shown = json.loads(sign("GET", "/sapi/v1/c2c/chat/retrieveChatCredential", "--json").out)
    assert shown["needs"] == "signed"
    assert ["clientType", "web"] in shown["headers"]
    assert shown["payload"]["query"] == f"recvWindow=5000&timestamp={shown['added']['timestamp_ms']}"


@pytest.mark.parametrize(
    ("request_line", "needs", "key"),
    [("GET /api/v3/time", "none", False), ("GET /api/v3/historicalTrades?symbol=BTCUSDT", None, True)],
)
def test_what_is_not_signed_goes_out_bare(sign: Any, request_line: str, needs: str | None, key: bool) -> None:
    shown = json.loads(sign(f"{request_line}", "--json").out)
    assert needs is None or shown["needs"] == needs
    assert shown["payload"] is None
    assert "timestamp" not in shown["url"]
    assert (["X-MBX-APIKEY", "********"] in shown["headers"]) is (shown["needs"] == "key")


def test_a_public_endpoint_needs_no_account(run: Run) -> None:
    said = run("sign", "/api/v3/time")
    assert said.code == 0
    assert said.out.startswith("GET https://api.binance.com/api/v3/time\n")


def test_a_signed_one_without_account_is_told(run: Run) -> None:
    said = run("sign", "GET /api/v3/account")
    assert said.code == 3
    assert said.err.startswith("error: GET /api/v3/account needs a key and none is configured\n")


def test_the_environment_decides_the_host(sign: Any) -> None:
    said = sign("GET /api/v3/account", "--environment", "testnet")
    assert said.out.startswith("GET https://testnet.binance.vision/api/v3/account?")


@pytest.mark.parametrize(
    ("request_line", "token"),
    [
        ("POST /sapi/v1/capital/withdraw/apply?coin=BTC", "endpoint_denied"),
        ("GET /sapi/v1/../v1/account", "path_not_canonical"),
        ("PATCH /api/v3/order", "method_not_allowed"),
        ("GET /nowhere/x", "endpoint_unknown"),
    ],
)
def test_what_the_gateway_would_refuse_is_a_finding(sign: Any, request_line: str, token: str) -> None:
    said = sign(request_line)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"error: the gateway would refuse this: {token}\nhint: ")


@pytest.mark.parametrize(
    "words", [["account"], ["https://api.binance.com/api/v3/account"], ["GET"], ["GET account"]]
)
def test_what_is_no_request_is_a_matter_of_usage(sign: Any, words: list[str]) -> None:
    said = sign(*words)
    assert said.code == 2
    assert said.err.startswith("error: the request must be a method and a path\n")


def test_parameters_behind_a_blank_are_shown_their_place(sign: Any) -> None:
    said = sign("POST", "/api/v3/order", "symbol=BTCUSDT")
    assert said.code == 2
    assert said.err.startswith(
        "error: a path holds no blanks: parameters follow a ?, or are the body\nhint: "
    )
    assert "or 'POST /api/v3/order' -d 'symbol=BTCUSDT'" in said.err


def test_raw_octets_are_escaped_and_told(sign: Any) -> None:
    said = sign("GET /sapi/v1/account/info?note=a b", "--json")
    assert "note=a%20b&" in json.loads(said.out)["url"]
    assert "percent-encoded before signing" in said.err


def test_another_account_by_name(sign: Any) -> None:
    Path("config.yaml").write_text(
        "accounts:\n  one: {api_key_env: K, api_secret_file: secret}\n"
        "  two: {environment: us, api_key_env: K, api_secret_file: secret}\n"
    )
    said = sign("GET /api/v3/account", "--account", "two", K=KEY)
    assert said.out.startswith("GET https://api.binance.us/api/v3/account?")
    said = sign("GET /api/v3/account", "--account", "three", K=KEY)
    assert (said.code, said.err.splitlines()[-1]) == (2, "hint: known: one, two")
