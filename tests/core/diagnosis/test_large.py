"""Requests larger than any real one: judged rightly, in little time, and told so."""

import random

import pytest

from proxy.core.diagnosis import engine
from proxy.core.diagnosis.evidence import AnswerSeen, Evidence, KnownKey, SignatureState, Verdict
from proxy.core.diagnosis.scene import Scene
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
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


def _evidence(body: str, signature: str | None = None) -> Evidence:
    query = f"recvWindow=5000&timestamp={NOW}"
    right = planting.mac(SECRET.encode(), (query + body).encode()).hex()
    return Evidence(
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
    diagnosis = engine.diagnose(_evidence(BODIES[name]))
    assert diagnosis.signature is SignatureState.VALID
    assert not [finding for finding in diagnosis.findings if finding.proof]


@pytest.mark.parametrize("name", BODIES)
def test_a_wrong_one_is_told_and_not_searched(name: str) -> None:
    examination = engine.Examination(_evidence(BODIES[name], "ab" * 32))
    slices = 0
    while not examination.done:
        examination.run_slice()
        slices += 1
    diagnosis = examination.best()
    assert (diagnosis.signature, diagnosis.verdict) == (SignatureState.INVALID, Verdict.UNKNOWN)
    assert diagnosis.stopped_early
    assert any("larger than any" in note for note in diagnosis.notes)
    assert (diagnosis.tried, slices) == (1, 2)


def test_a_secret_in_a_large_form_is_still_seen() -> None:
    diagnosis = engine.diagnose(_evidence(BODIES["one name"] + f"x={SECRET}"))
    assert diagnosis.findings[0].rule == "header-secret-on-wire"


def test_a_usual_request_is_searched_as_before() -> None:
    assert not Scene(_evidence("&".join(f"p{number}=1" for number in range(200)))).large


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
            scene = Scene(Evidence(RawRequest("GET", b"/api/v3/account?" + text.encode(), ())))
            kept = [pair for pair in pairs if pair_name(pair) != b"signature"]
            assert scene.expected == b"&".join(kept), text
            found = find_pairs(text.encode(), b"signature")
            assert [one.raw for one in scene.signatures] == [pair.partition(b"=")[2] for pair in found], text
            assert [one.last for one in scene.signatures][-1:] == (
                [pair_name(pairs[-1]) == b"signature"] if found else []
            )
