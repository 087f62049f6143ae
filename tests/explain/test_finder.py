"""Every form in which people paste a request is read, and the planted mistake is named first and alone."""

import random
import time
from typing import Any

import pytest

from proxy.core.findings import Strength, Verdict
from proxy.explain.finder import find_anywhere, find_notations
from proxy.explain.found_request import UnreadableError
from proxy.explain.readers import blocks, sections, url
from proxy.explain.reading import read_requests
from proxy.explain.spans import Finder
from proxy.explain.verdict import explain
from tests.explain.fuzz import complaints, mutated
from tests.explain.pastes import explained, octets_of, rows


@pytest.mark.parametrize("row", rows("pasted-forms") + rows("more-forms"), ids=lambda row: row["form"])
@pytest.mark.parametrize("keyed", [True, False], ids=["with the API key", "secret alone"])
def test_forms(row: dict[str, Any], keyed: bool) -> None:
    """A form that leaves a part of the request out (`first` is null there) proves nothing."""
    answer = row["arguments"][1] if row["arguments"] else None
    (told,) = explained(octets_of(row), row["secret"], row["api_key"] if keyed else "", answer)
    proven = [one.rule for one in told.diagnosis.findings if one.strength is Strength.PROVEN]
    assert proven == ([row["first"]] if row["first"] else [])
    assert (told.seen.request.method, told.seen.request.path.decode()) == (row["method"], row["path"])
    assert told.diagnosis.signature.value == row.get("signature", told.diagnosis.signature.value)


@pytest.mark.parametrize("row", rows("more-forms"), ids=lambda row: row["form"])
def test_the_answer_is_read_with_them(row: dict[str, Any]) -> None:
    """Where it stands in the text: with its code, or at least its status."""
    (told,) = explained(octets_of(row), row["secret"])
    answered = not row["arguments"] and "no answer" not in row["source"]
    assert not answered or (told.seen.answer is not None and told.seen.answer.status == 400)


@pytest.mark.parametrize("row", rows("reports"), ids=lambda row: row["id"])
def test_reports_are_read(row: dict[str, Any]) -> None:
    told = explained(
        row["request"], row["secret"], answer=None if row["answer"] == "in the text" else row["answer"]
    )
    assert len(told) == 1
    assert told[0].seen.answer is not None


@pytest.mark.parametrize("row", rows("user-pastes"), ids=lambda row: row["form"])
def test_what_users_paste_names_the_cause_first(row: dict[str, Any]) -> None:
    """Where `first` is null the text does not tell the cause: then nobody is accused, and the note says what to give
    or to ask."""
    (told,) = explained(row["text"], row["secret"], row["api_key"])
    accused = [one.rule for one in told.diagnosis.findings if one.strength is not Strength.POSSIBLE]
    named = accused or [one.rule for one in told.diagnosis.findings]
    assert named[:1] == ([row["first"]] if row["first"] else [])
    assert named or any("signing-proxy explain -" in one or "body" in one for one in told.diagnosis.notes)
    assert told.diagnosis.verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    "code",
    [
        "BASE = 'https://api.binance.com'\nr = requests.get(BASE + '/api/v3/account', params=p)\n",
        "r = requests.get('https://api.binance.com/api/v3/account', params=params, headers=headers)\n",
        "r = requests.get(f'https://api.binance.com/api/v3/account?timestamp={ts}&signature={sig}')\n",
        "url = 'https://api.binance.com/api/v3/account?' + query + '&signature=' + sign(query)\n",
        "fetch(`https://api.binance.com/api/v3/order?${query}`, {method: 'POST', headers: {'X-MBX-APIKEY': key}})",
        "signed('GET', '/api/v3/account', {'recvWindow': 5000})\n",
    ],
)
def test_program_text_accuses_nobody(code: str) -> None:
    try:
        told = explained(code, "s" * 64)
    except UnreadableError:
        return
    assert all(one.strength is not Strength.PROVEN for each in told for one in each.diagnosis.findings)


def test_damaged_pastes_prove_nothing_by_what_was_cut() -> None:
    dice = random.Random(14)
    texts = [mutated(dice) for _ in range(300)]
    assert [(found, text) for text in texts for found in complaints(text)] == []


@pytest.mark.parametrize(
    "text",
    ["https://a.b/c?" * 70_000, "a=b," * 250_000, "{'url': " * 100_000, "fetch('https://h/" * 50_000, "wget " * 200_000,
     '"code":' * 150_000, "--> POST https://h/p\n" * 50_000, "Request Headers\na: b\n" * 40_000, " " * 1_000_000],
    ids=range(9),
)  # fmt: skip
@pytest.mark.timeout(20)
def test_a_megabyte_takes_bounded_time(text: str) -> None:
    find_notations(text)
    find_anywhere(text)


def test_links_in_prose_are_no_requests() -> None:
    text = (
        "See https://github.com/ccxt/ccxt/issues/1 and https://developers.binance.com/docs.\n"
        "GET https://api.binance.com/api/v3/time HTTP/1.1 gave -1022"
    )
    (seen,) = read_requests(text.encode())
    assert seen.request.target == b"/api/v3/time"


LARGE = {
    "headings": "request_body:\n",
    "headings over long rows": "request_body:\n" * 3 + ("a: " + "x y" * 300 + "\n") * 3,
    "log": "D/OkHttp: --> POST https://api.binance.com/api/v3/order\nD/OkHttp: X-MBX-APIKEY: a\nD/OkHttp: --> END POST\n",
    "request lines": "-" * 150 + " GET /api/v3/account\n",
    "headers": "GET /a\n" + "h: v\n" * 150,
    "digits": "1" * 199 + " GET /a\n" + ("1" * 199 + " b: c\n") * 20,
}


def seconds(find: Finder, text: str) -> float:
    """Processor time, the best of three: the machine may be busy."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        list(find(text))
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("find", [blocks.find, sections.find])
@pytest.mark.parametrize("kind", LARGE)
def test_a_paste_of_a_megabyte_takes_as_much_longer_as_it_is_larger(find: Finder, kind: str) -> None:
    piece = LARGE[kind] * (2000 // len(LARGE[kind]) + 1)
    small, large = (piece * (octets // len(piece)) for octets in (100_000, 1_000_000))
    assert seconds(find, large) <= 30 * max(seconds(find, small), 0.002)


def test_a_line_of_many_urls_takes_as_much_longer_as_it_is_longer() -> None:
    small, large = ("https://a " * count for count in (10_000, 100_000))
    assert seconds(url.find, large) <= 30 * max(seconds(url.find, small), 0.002)


@pytest.mark.parametrize("sent", ["status=200", "code=-1022", "code=83001"])
def test_a_parameter_is_no_answer(sent: str) -> None:
    """Neither in the URL nor in the form: it is not cut out of them."""
    target = "/sapi/v1/capital/withdraw/history?coin=BTC&{}&timestamp=1795824100137&signature=ab"
    (seen,) = read_requests(f"GET https://api.binance.com{target.format(sent)} failed".encode())
    assert (seen.request.target.decode(), seen.answer) == (target.format(sent), None)
    form = f"{sent}&timestamp=1795824100137&signature=ab"
    (seen,) = read_requests(f"POST https://api.binance.com/sapi/v1/capital/withdraw/apply\n{form}".encode())
    assert (seen.request.body.decode(), seen.answer) == (form, None)


def test_a_row_that_reads_as_a_heading_is_read_once() -> None:
    spans = list(sections.find("Request Headers\n" + "request_headers:\n" * 400 + "X-MBX-APIKEY: a\n"))
    assert len(spans) == 1


def test_a_url_that_is_announced_and_then_sent_is_one_request() -> None:
    """As binance-connector-python logs it, with urllib3's line below."""
    sent = "/api/v3/order?symbol=BTCUSDT&timestamp=1795824100137&signature=" + "a1" * 32
    log = f"""DEBUG:root:url: https://api.binance.com/api/v3/order
DEBUG:urllib3.connectionpool:Starting new HTTPS connection (1): api.binance.com:443
DEBUG:urllib3.connectionpool:https://api.binance.com:443 "GET {sent} HTTP/1.1" 400 None
DEBUG:root:raw response from server:{{"code":-1022,"msg":"Signature for this request is not valid."}}"""
    (seen,) = read_requests(log.encode())
    assert (seen.request.method, seen.request.target.decode()) == ("GET", sent)
    assert seen.answer is not None
    assert b"-1022" in seen.answer.body


def test_two_requests_to_one_path_stay_two() -> None:
    log = (
        "GET https://api.binance.com/api/v3/order\nDELETE https://api.binance.com/api/v3/order?symbol=BTCUSDT"
    )
    assert len(read_requests(log.encode())) == 2


ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100&recvWindow=5000"
CURL = f'curl -X POST -d "{ORDER}&timestamp=1795955000123&signature={"a1" * 32}" "https://api.binance.com/api/v3/order"'
ANOTHER = (
    "POST /api/v3/order HTTP/1.1\nHost: api.binance.com\n\n"
    f"{ORDER}&timestamp=1795824100137&signature={'b2' * 32}\n\n"
    "HTTP/1.1 400 Bad Request\nContent-Type: application/json\nDate: Sat, 28 Nov 2026 00:01:40 GMT\n\n"
)
REFUSED = '{"code":-1022,"msg":"Signature for this request is not valid."}'


@pytest.mark.parametrize("between", ["\n", f"\n{REFUSED}\n", f"\n[Response]:\n    {REFUSED}\nand then\n\n"])
def test_the_answer_to_another_request_is_not_that_of_this_one(between: str) -> None:
    (first, *_) = read_requests(f"{CURL}{between}{ANOTHER}{REFUSED}\n".encode())
    assert b"1795955000123" in first.request.body
    assert first.answer is None or first.answer.headers == ()
    told = explain(first, ())
    assert not [one for one in told.diagnosis.findings if one.rule.startswith("ts-")]


@pytest.mark.parametrize("rest", ["recvWindow=5Recv", "recvWindow=50002026-11-28", "timeInForce=Sun"])
def test_the_rest_of_a_value_in_a_text_that_was_cut_proves_nothing(rest: str) -> None:
    name = rest.partition("=")[0]
    text = f"POST https://api.binance.com/api/v3/order\n{ORDER.partition(name)[0]}{rest}\n{REFUSED}\n"
    (seen,) = read_requests(text.encode())
    found = explain(seen, ()).diagnosis.findings
    assert not [
        one
        for one in found
        if one.strength is Strength.PROVEN and one.rule in ("ts-recvwindow-malformed", "param-enum-case")
    ]
