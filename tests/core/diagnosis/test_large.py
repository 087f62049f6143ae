"""Requests larger than any real one: judged rightly, in little time, and told so."""

import random
import time

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.findings import SignatureState, Verdict
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest, find_pairs, pair_name, split_pairs
from tests.core.diagnosis import planting
from tests.core.diagnosis.checks import KEY, NOW, SECRET

OCTETS = 60_000
BODIES = {
    "many pairs": "&".join(f"p{number}=v{number}" for number in range(OCTETS // 12)),
    "one long value": "symbol=" + "A" * OCTETS,
    "escapes": "symbol=" + "%E5%B8%81" * (OCTETS // 9),
    "one name": "a=1&" * (OCTETS // 4),
    "no values": "&" * OCTETS,
}
KNOWN = KnownKey("main", KEY, HmacKey(Secret(SECRET.encode())))


def _observation(body: str, signature: str | None = None) -> Observation:
    query = f"recvWindow=5000&timestamp={NOW}"
    right = planting.mac(SECRET.encode(), (query + body).encode()).hex()
    return Observation(
        request=RawRequest(
            "POST",
            f"/api/v3/order?{query}&signature={signature or right}".encode(),
            ((b"X-MBX-APIKEY", KEY.encode()), (b"Content-Type", b"application/x-www-form-urlencoded")),
            body.encode(),
        ),
        host="api.binance.com",
        answer=AnswerSeen(400, (), b'{"code":-1022,"msg":"Signature for this request is not valid."}'),
        keys=(KNOWN,),
        exchange_ms=NOW,
    )


@pytest.mark.parametrize("name", BODIES)
def test_a_right_signature_over_a_large_form_is_not_accused(name: str) -> None:
    diagnosis = engine.diagnose(_observation(BODIES[name]))
    assert diagnosis.signature is SignatureState.VALID
    assert not [finding for finding in diagnosis.findings if finding.proof]


@pytest.mark.parametrize("name", BODIES)
def test_a_wrong_one_is_told_and_not_searched(name: str) -> None:
    examination = engine.Examination(_observation(BODIES[name], "ab" * 32))
    slices = 0
    while not examination.done:
        examination.run_slice()
        slices += 1
    diagnosis = examination.best()
    assert (diagnosis.signature, diagnosis.verdict) == (SignatureState.INVALID, Verdict.UNKNOWN)
    assert diagnosis.stopped_early
    assert any("larger than any" in note for note in diagnosis.notes)
    assert (diagnosis.tried, slices) == (1, 3)


BIG_JSON = '{"symbols":[' + ",".join(f'"A{number}"' for number in range(OCTETS // 8)) + "]}"


def _with_json(body: str, signed: str) -> Observation:
    query = f"symbol=BTCUSDT&timestamp={NOW}"
    signature = planting.mac(SECRET.encode(), signed.format(query=query, body=body).encode()).hex()
    return Observation(
        request=RawRequest(
            "POST",
            f"/api/v3/order?{query}&signature={signature}".encode(),
            ((b"X-MBX-APIKEY", KEY.encode()), (b"Content-Type", b"application/json")),
            body.encode(),
        ),
        host="api.binance.com",
        answer=AnswerSeen(400, (), b'{"code":-1022,"msg":"Signature for this request is not valid."}'),
        keys=(KNOWN,),
        exchange_ms=NOW,
    )


@pytest.mark.parametrize(
    ("signed", "rule"),
    [("{query}{body}", "scope-json-body-appended"), ("{body}", "scope-only-body-signed")],
)
def test_a_large_json_body_is_still_found_in_the_signed_text(signed: str, rule: str) -> None:
    diagnosis = engine.diagnose(_with_json(BIG_JSON, signed))
    assert rule in {finding.rule for finding in diagnosis.findings if finding.proof}
    assert not diagnosis.stopped_early


def test_a_right_signature_beside_a_large_json_body_is_not_accused() -> None:
    diagnosis = engine.diagnose(_with_json(BIG_JSON, "{query}"))
    assert diagnosis.signature is SignatureState.VALID
    assert not diagnosis.stopped_early
    assert not [finding for finding in diagnosis.findings if finding.proof]


def test_what_was_not_tried_of_a_large_json_body_is_told() -> None:
    diagnosis = engine.diagnose(_with_json(BIG_JSON, "something else"))
    assert diagnosis.signature is SignatureState.INVALID
    assert diagnosis.stopped_early
    assert any("plainest ways" in note for note in diagnosis.notes)


HEAVY = {
    "escapes": "x=" + "%E5%B8%81" * 850,
    "lower case": "x=" + "%e5%b8%81" * 850,
    "brackets": "x=%5B" + "%22A%22%2C" * 700 + "%5D",
    "pairs": "&".join(f"p{number}=v%20{number}" for number in range(240)),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_slice_rewrites_a_heavy_request_a_few_times_only(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rewriting takes up to a millisecond, and the event loop waits for a slice."""
    rewritten, real = 0, Candidate.with_pairs

    def counted(candidate: Candidate, pairs: tuple[bytes, ...]) -> Candidate:
        nonlocal rewritten
        rewritten += 1
        return real(candidate, pairs)

    monkeypatch.setattr(Candidate, "with_pairs", counted)
    examination = engine.Examination(_observation(HEAVY[name], "ab" * 32))
    most = 0
    for _ in range(1500):
        before = rewritten
        if examination.run_slice():
            break
        most = max(most, rewritten - before)
    assert rewritten > 50
    assert most <= 16


TRAPS = {
    "blanks": "quantity=" + " " * 7000 + "x",
    "escaped blanks": "quantity=" + "%20" * 2300 + "x",
    "zeros": "price=0." + "0" * 7000 + "x",
    "nines": "price=0." + "9" * 7000 + "x",
    "digits": "orderId=" + "9" * 7000,
    "time": "timestamp=" + "9" * 7000,
}


@pytest.mark.parametrize("name", TRAPS)
def test_no_pattern_takes_the_square_of_a_long_value(name: str) -> None:
    """One and a half seconds for one of these texts once; and numbers of so many digits are not even read."""
    examination = engine.Examination(_observation(TRAPS[name], "ab" * 32))
    began = time.process_time()
    for _ in range(400):
        examination.run_slice()
    assert time.process_time() - began < 1.0
    assert examination.best().signature is SignatureState.INVALID


@pytest.mark.parametrize("signature", ["ab" * 29000, "QUJD" * 14000, "%61" * 19000])
def test_an_endless_signature_is_nothing_to_search_for(signature: str) -> None:
    began = time.process_time()
    diagnosis = engine.diagnose(_observation("symbol=BTCUSDT", signature))
    assert time.process_time() - began < 0.5
    assert diagnosis.signature is SignatureState.INVALID


def test_a_secret_in_a_large_form_is_still_seen() -> None:
    diagnosis = engine.diagnose(_observation(BODIES["one name"] + f"x={SECRET}"))
    assert diagnosis.findings[0].rule == "header-secret-on-wire"


def test_a_usual_request_is_searched_as_before() -> None:
    assert not ParsedRequest(_observation("&".join(f"p{number}=1" for number in range(200)))).large


PIECES = (
    "a=1",
    "signature=ab",
    "signatur%65=cd",
    "%73ignature=",
    "s=1",
    "signatures=1",
    "",
    "%=2",
    "SIGNATURE=1",
)


def test_signatures_are_cut_out_of_large_texts_as_out_of_small_ones() -> None:
    chance = random.Random(3)
    for _ in range(500):
        raw = "&".join(chance.choices(PIECES, k=chance.randint(1, 7)))
        filler = "z=1&" * 300
        for text in (raw, f"{filler}{raw}", f"{raw}&{filler}", f"{filler}{raw}&{filler}"):
            pairs = split_pairs(text.encode())
            parsed = ParsedRequest(Observation(RawRequest("GET", b"/api/v3/account?" + text.encode(), ())))
            kept = [pair for pair in pairs if pair_name(pair) != b"signature"]
            assert parsed.expected == b"&".join(kept), text
            found = find_pairs(text.encode(), b"signature")
            assert [one.raw for one in parsed.signatures] == [pair.partition(b"=")[2] for pair in found], text
            assert [one.last for one in parsed.signatures][-1:] == (
                [pair_name(pairs[-1]) == b"signature"] if found else []
            )
