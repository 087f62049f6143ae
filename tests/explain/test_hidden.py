"""What the answer shows to have been sent is not called missing, and what a person hid is not called wrong."""

import hashlib
import hmac

import pytest

from proxy.core.findings import SignatureState, Strength, Verdict
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.filled import STAND_INS
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.verdict import ASK, Explained, explain
from tests.explain.pastes import Owner

SECRET = "unshowntestsecret" + "t" * 47
ACCOUNT = "https://api.binance.com/api/v3/account"
KEY = "k" * 64


def told(text: str) -> Explained:
    owner = Owner("", HmacKey(Secret(SECRET.encode())))
    (seen,) = read_requests(text.encode())
    return explain(seen, known_keys(seen, (owner,), owner))


def rules(found: Explained, least: Strength | None = None) -> list[str]:
    return [
        one.rule for one in found.diagnosis.findings if least is None or one.strength is not Strength.POSSIBLE
    ]


def error(code: int, message: str = "x") -> str:
    return f'{{"code":{code},"msg":"{message}"}}'


def test_a_url_that_was_logged_before_it_was_signed() -> None:
    found = told(f"request failed: {ACCOUNT}\n{error(-1022)}")
    assert rules(found) == []
    assert found.diagnosis.verdict is Verdict.UNKNOWN
    assert ASK.format(-1022) in found.diagnosis.notes


def test_a_timestamp_was_read_before_it_was_refused() -> None:
    found = told(f"request failed: {ACCOUNT}\n{error(-1021, '1000ms ahead of the server time')}")
    assert rules(found)[0] == "ts-ahead"
    assert not {"ts-missing", "place-signature-missing"} & set(rules(found))


def test_a_signature_that_is_not_shown_beside_the_timestamp_is_not_accused() -> None:
    found = told(f"{ACCOUNT}?timestamp=1795824100137\n{error(-1021)}")
    assert "place-signature-missing" not in rules(found)


def test_what_the_exchange_calls_missing_is_still_named() -> None:
    said = "Mandatory parameter 'signature' was not sent, was empty/null, or malformed."
    found = told(f"curl -H 'X-MBX-APIKEY: {KEY}' '{ACCOUNT}?timestamp=1795824100137'\n{error(-1102, said)}")
    assert rules(found)[0] == "place-signature-missing"


@pytest.mark.parametrize("hidden", ["XXXX", "xxxxxxxxxx", "********", "REDACTED"])
def test_a_hidden_signature_is_not_called_malformed(hidden: str) -> None:
    found = told(f"{ACCOUNT}?timestamp=1795824100137&signature={hidden}&recvWindow=5000\n{error(-1022)}")
    assert "alg-signature-not-hex" not in rules(found)
    assert STAND_INS.format("signature", "it") in found.seen.remarks
    assert found.diagnosis.signature is SignatureState.UNCHECKED
    assert not any(note.startswith("None of the known") for note in found.diagnosis.notes)


def test_a_signature_that_the_exchange_calls_malformed_was_sent_so() -> None:
    said = "Illegal characters found in parameter 'signature'; legal range is '^[A-Fa-f0-9]{64}$'."
    found = told(f"{ACCOUNT}?timestamp=1795824100137&signature=XXXX\n{error(-1100, said)}")
    assert not found.seen.remarks


@pytest.mark.parametrize(
    ("key", "code", "accused"),
    [
        ("xxxxxxxxxxxxxxxxx", -1022, False),
        ("", -1130, False),
        ("xxxxxxxx", -2014, True),
        ("undefined", -2014, True),
    ],
)
def test_a_hidden_key_is_accused_only_where_the_exchange_does(key: str, code: int, accused: bool) -> None:
    query = "timestamp=1795824100137"
    signature = hmac.new(SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()
    head = f"GET /api/v3/account?{query}&signature={signature} HTTP/1.1\nHost: api.binance.com\nX-MBX-APIKEY: {key}\n\n"
    found = told(f"{head}HTTP/1.1 400 Bad Request\n\n{error(code)}")
    assert ("key-placeholder-or-undefined" in rules(found, Strength.LIKELY)) is accused


def test_the_parameter_that_the_exchange_names_comes_first() -> None:
    said = "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
    found = told(f"binance DELETE https://api.binance.com/api/v3/order 400 Bad Request\n{error(-1102, said)}")
    assert rules(found)[0] == "param-mandatory-missing"


def test_program_text_leads_to_the_page_of_the_code() -> None:
    code = (
        f'url = "{ACCOUNT}?timestamp="+str(int(ts))+"&signature=s"\nrequests.request("GET", url, data={{}})'
    )
    found = told(f"{error(-1021)}\n{code}")
    assert found.seen.request.method == "GET"
    assert ASK.format(-1021) in found.diagnosis.notes


WRAPPED = (
    "Request: POST https://testnet.binancefuture.com/fapi/v1/batchOrders {'X-MBX-APIKEY': '%s', 'Content-Type': "
    "'application/x-www-form-urlencoded', 'User-Agent': 'python-requests/2.23.0', 'Accept-Encoding': 'gzip, deflate'} "
    "%s&signature=%s"
)


@pytest.mark.parametrize("width", [80, 96, 120])
def test_a_whole_log_in_a_window_is_put_together(width: int) -> None:
    form = "timestamp=1795824100137&recvWindow=5000&batchOrders=%5B%7B%27symbol%27%3A+%27BTCUSDT%27%2C+%27side%27%3A+"
    form += "%27BUY%27%2C+%27type%27%3A+%27MARKET%27%2C+%27quantity%27%3A+0.005%7D%5D"
    line = WRAPPED % (KEY, form, hmac.new(SECRET.encode(), form.encode(), hashlib.sha256).hexdigest())
    text = "\n".join(line[at : at + width] for at in range(0, len(line), width))
    found = told(f"{text}\n\n{error(-1130)}")
    assert found.seen.request.body.decode().startswith(form)
    assert found.seen.request.header(b"content-type") == b"application/x-www-form-urlencoded"
    assert rules(found)[0] == "param-list-as-text"
    assert '"symbol"' in (found.diagnosis.corrected or "").replace("%22", '"')
    assert found.diagnosis.signature is SignatureState.VALID


def test_the_colon_behind_a_path_is_the_sentence_s() -> None:
    found = told(f"GET /api/v3/account: {error(-1100, 'Illegal characters found in a parameter.')}")
    assert found.seen.request.path == b"/api/v3/account"
    assert any("does not name the parameter" in one.remedy for one in found.diagnosis.findings)


@pytest.mark.parametrize("name", ["signature", "timestamp"])
def test_a_parameter_whose_value_is_complained_of_was_sent(name: str) -> None:
    found = told(
        f"GET {ACCOUNT}\nX-MBX-APIKEY: {KEY}\n\n{error(-1100, f"Illegal characters in parameter '{name}'; x")}"
    )
    missing = {"signature": "place-signature-missing", "timestamp": "ts-missing"}
    assert missing[name] not in rules(found)


def test_a_paste_without_parameters_blames_none_that_the_exchange_did_not() -> None:
    assert rules(told(f"Got 401 calling GET {ACCOUNT}, expected 2xx. {error(-2014)}")) == [
        "key-format-whitespace-or-quotes",
        "header-apikey-missing",
        "key-placeholder-or-undefined",
    ]
    assert rules(told(f"use {ACCOUNT} -> {error(-2008)}")) == ["key-unknown", "key-testnet-on-live"]


def test_a_refusal_without_a_body_asks_for_it() -> None:
    found = told(
        f"failed to get contents from '{ACCOUNT}?timestamp=1795824100137&signature={KEY}' (400): Bad Request"
    )
    assert any("HTTP 400, and its body" in one for one in found.diagnosis.notes)
    assert found.diagnosis.verdict is Verdict.UNKNOWN
