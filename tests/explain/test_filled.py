"""Nothing is said of a word that stands for a value, in any form; what is wrong beside it is still found."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from proxy.core.diagnosis.examination.engine import Limits
from proxy.core.findings import Finding, SignatureState, Strength
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.filled import STAND_INS
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.unseen import HIDDEN
from proxy.explain.verdict import Explained, explain
from tests.explain.pastes import Owner
from tests.explain.right import FORM_LABEL, FORMS, KEY, SECRET, SPOT, Right

ORDER = {
    "symbol": "DOGEUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "60000",
    "timestamp": "1795824100137",
}  # fmt: skip
WORDS = (
    "<symbol>", "<redacted>", "***", "YOUR_KEY", "{{key}}", "$SECRET", "xxx", "...", "[REDACTED]", "{api_key}",
    "abcd****wxyz", "<your api key here>",
)  # fmt: skip
PARTS_ONLY = ("as_aiohttp", "as_prose", "as_url", "as_okhttp")
"""Forms that leave something out, so that nothing is called missing."""

PLACES = ("key", "signature", "timestamp", "symbol", "quantity", "side", "type")


def right(order: dict[str, str], hidden: dict[str, str], *, in_body: bool) -> Right:
    """The order, signed as it is, and then with words in the place of some values."""
    payload = "&".join(f"{name}={value}" for name, value in order.items())
    signature = hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()
    shown = {**order, "signature": signature}
    text = "&".join(f"{name}={hidden.get(name, value)}" for name, value in shown.items())
    label = (("Content-Type", FORM_LABEL),) if in_body else ()
    headers = (("X-MBX-APIKEY", hidden.get("key", KEY)), *label)
    return Right("POST", SPOT, "/api/v3/order", "" if in_body else text, text if in_body else "", headers)


def _fields(one: Right) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in (one.query or one.body).split("&"))


def as_curl_in_double_quotes(one: Right) -> str:
    words = [f'curl -X {one.method} "{one.url}"', *(f'-H "{name}: {value}"' for name, value in one.headers)]
    return " ".join([*words, f'-d "{one.body}"'] if one.body else words)


def as_prose(one: Right) -> str:
    return f"I send {one.method} to {one.url} with {one.body} and get an error, X-MBX-APIKEY: {one.headers[0][1]}"


def as_url(one: Right) -> str:
    return one.url + (f"\n\n{one.body}" if one.body else "")


def as_axios(one: Right) -> str:
    found = {"method": "post", "url": one.url, "headers": dict(one.headers), "data": one.body or None}
    return json.dumps(found, indent=1)


def as_python(one: Right) -> str:
    data = f", data='{one.body}'" if one.body else ""
    return f"requests.post('{one.url}', headers={dict(one.headers)}{data})"


def as_python_params(one: Right) -> str:
    return (
        f"requests.post('https://{one.host}{one.path}', headers={dict(one.headers)}, params={_fields(one)})"
    )


def as_frame(one: Right) -> str:
    params = {**_fields(one), "apiKey": one.headers[0][1]}
    return json.dumps({"id": "1", "method": "order.place", "params": params})


ALL: tuple[Callable[[Right], str], ...] = (
    *FORMS, as_curl_in_double_quotes, as_prose, as_url, as_axios, as_python, as_python_params, as_frame,
)  # fmt: skip


def told(text: str, secret: str = SECRET, tried: int = 100) -> Explained:
    owner = Owner("", HmacKey(Secret(secret.encode())))
    (seen,) = read_requests(text.encode())
    return explain(seen, known_keys(seen, (owner,), owner), limits=Limits(tried=tried))


def _rules(text: str) -> list[str]:
    """Of the text, refused where its form tells an answer."""
    refused = text.replace("<-- 200", "<-- 400").replace('"status": 200', '"status": 400')
    return [one.rule for one in accused(told(refused))]


def accused(found: Explained) -> list[Finding]:
    return [one for one in found.diagnosis.findings if one.strength is not Strength.POSSIBLE]


@pytest.mark.parametrize("form", ALL)
def test_of_a_stand_in_nothing_is_said(form: Callable[[Right], str]) -> None:
    for number, (word, place) in list(enumerate(product(WORDS, PLACES)))[ALL.index(form) % 3 :: 3]:
        text = form(right(ORDER, {place: word}, in_body=number % 2 == 0))
        assert accused(told(text)) == [], text


@pytest.mark.parametrize("form", ALL)
def test_a_mistake_beside_it_is_found(form: Callable[[Right], str]) -> None:
    wrong = {name: value for name, value in ORDER.items() if name != "price"} | {"timeInForce": "gtc"}
    in_body = form in FORMS and form.__name__ not in PARTS_ONLY
    seen_without = _rules(form(right(wrong, {}, in_body=in_body)))
    assert form.__name__ in PARTS_ONLY or "param-mandatory-missing" in seen_without
    for number, word in enumerate(WORDS):
        hidden = {PLACES[number % 5]: word, "signature": word}
        rules = _rules(form(right(wrong, hidden, in_body=in_body)))
        assert "param-enum-case" in rules, (word, rules)
        whole = word != "..." and "param-mandatory-missing" in seen_without
        assert not whole or "param-mandatory-missing" in rules, (word, rules)


def test_it_is_said_what_was_hidden_and_what_follows_from_it() -> None:
    found = told(as_curl_in_double_quotes(right(ORDER, {"symbol": "<symbol>"}, in_body=False)))
    assert STAND_INS.format("symbol", "it") in found.seen.remarks
    assert found.diagnosis.signature is SignatureState.UNCHECKED
    assert HIDDEN in found.diagnosis.notes
    assert found.seen.request.query.startswith(b"symbol=<symbol>&")


def test_a_word_that_was_signed_was_sent() -> None:
    order = {"coin": "BTC", "address": "xxx", "name": "***", "amount": "1", "timestamp": "1795824100137"}
    found = told(as_curl_in_double_quotes(right(order, {}, in_body=False)))
    assert found.diagnosis.signature is SignatureState.VALID
    assert found.seen.remarks == ()


@pytest.mark.parametrize(
    ("hidden", "code", "message", "rule"),
    [
        ({"quantity": "{{quantity}}"}, -1100, "Illegal characters found in parameter 'quantity'.", "param-template-on-wire"),
        ({"key": "YOUR_API_KEY"}, -2014, "API-key format invalid.", "key-placeholder-or-undefined"),
    ],
)  # fmt: skip
def test_what_the_exchange_complains_of_was_sent(
    hidden: dict[str, str], code: int, message: str, rule: str
) -> None:
    text = FORMS[0](right(ORDER, hidden, in_body=True))  # in a form no word ends the URL
    answered = f'{text}\n{{"code":{code},"msg":"{message}"}}'
    assert accused(told(answered))[0].rule == rule
    assert accused(told(text)) == []


def test_a_body_whose_length_is_that_of_the_real_one_is_read_whole() -> None:
    real = right(ORDER, {}, in_body=True)
    raw = next(form for form in FORMS if form.__name__ == "as_raw")
    length = f"Content-Length: {len(real.body)}"
    for word in ("<the quantity of the order>", "*"):
        masked = right(ORDER, {"quantity": word}, in_body=True)
        text = raw(masked).replace(f"Content-Length: {len(masked.body)}", length)
        found = told(text)
        assert accused(found) == []
        assert found.seen.gaps == ()


def test_a_file_of_mitmproxy_holds_what_was_sent() -> None:
    (seen,) = read_requests(FORMS[0](right(ORDER, {"quantity": "{{quantity}}"}, in_body=True)).encode())
    found = explain(replace(seen, form="mitmproxy flow"), (), limits=Limits(tried=0))
    assert "param-template-on-wire" in [one.rule for one in accused(found)]
