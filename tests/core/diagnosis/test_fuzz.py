"""No request, however malformed, makes the engine raise, accuse with a value, or print a secret."""

import base64
import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings, strategies as st

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import AnswerSeen, Neighbour, Observation, Transport
from proxy.core.diagnosis.examination.report import header_sentence
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from tests.support.draws import examples

SECRET = b"fuzzTestSecret+/=" * 3 + b"0123456789abc"
FORMS = (
    SECRET,
    quote(SECRET, safe="").encode(),
    base64.b64encode(SECRET),
    SECRET.hex().encode(),
    SECRET.hex().upper().encode(),
    SECRET.lower(),
)

pieces = st.sampled_from(
    [
        b"timestamp=1780000000000", b"timestamp=", b"signature=", b"signature=" + b"ab" * 32, b"signature=%zz", b"&", b"=",
        b"&&", b"?", b"%", b"%2", b"%25%32%35", b"symbol=BTCUSDT", b"symbol=btc/usdt", b"recvWindow=1e9", b"{", b"}", b"[1, 2]",
        b'{"a":', b"\xff\xfe", b"\xc3\x97tamp=1", b"+", b"%00", b"price=0,5", b"price=1e999999999", b"a[]=1", b"true=true",
        b"orderId=99999999999999999999", b"signature=b'" + b"ab" * 32 + b"'", b"signature=(stdin)= " + b"ab" * 32, *FORMS,
    ]
)  # fmt: skip
octets = st.one_of(
    st.binary(max_size=60),
    st.lists(pieces, max_size=8).map(b"&".join),
    st.lists(pieces, max_size=5).map(b"".join),
)
paths = st.one_of(
    st.sampled_from(
        [b"/api/v3/order", b"/sapi/v1/c2c/ads/search", b"/sapi/v1/capital/withdraw/apply", b"//x", b""]
    ),
    st.binary(max_size=20),
)
header = st.tuples(
    st.one_of(
        st.sampled_from([b"X-MBX-APIKEY", b"content-type", b"signature", b"Origin", b"SecretKey"]),
        st.binary(max_size=9),
    ),
    st.one_of(
        octets,
        st.sampled_from([b"application/json", b"multipart/form-data", b"application/x-www-form-urlencoded"]),
    ),
)
answers = st.one_of(
    st.none(),
    st.builds(
        AnswerSeen,
        st.sampled_from([0, 200, 400, 401, 403, 404, 418, 429, 451, 500, 999]),
        st.lists(header, max_size=2).map(tuple),
        st.one_of(
            octets,
            st.builds(
                lambda code, msg: json.dumps({"code": code, "msg": msg}).encode(),
                st.sampled_from(
                    [
                        -1022,
                        -1021,
                        -2008,
                        -2014,
                        -2015,
                        -1102,
                        -1104,
                        "000000",
                        "83229",
                        None,
                        True,
                        [],
                        1.5,
                        -9000,
                    ]
                ),
                st.sampled_from(
                    ["", "'signature'", "187049", SECRET.decode(), "Mandatory parameter 'price' was not sent"]
                ),
            ),
        ),
    ),
)
frames = st.one_of(
    octets,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps({"id": 1, "method": "x", "params": value}).encode()),
)
neighbours = st.lists(
    st.builds(
        Neighbour, st.just("GET"), st.text(max_size=9), st.integers(0, 999), st.none(), st.integers(0, 2**60)
    ),
    max_size=2,
).map(tuple)


def check(observation: Observation) -> None:
    """Nothing raises; safe texts never hold the secret; raw texts don't either where the secret is known."""
    diagnosis = engine.diagnose(observation, limits=Limits(tried=1200))
    safe = [(f.rule, f.says, f.remedy, f.facts) for f in diagnosis.findings]
    parts = [repr((safe, diagnosis.notes)).encode("utf-8", "backslashreplace")]
    if observation.keys:
        parts += [repr(diagnosis).encode("utf-8", "backslashreplace")]
        parts += [(diagnosis.corrected or "").encode("utf-8", "replace")]
        parts += [text for f in diagnosis.findings if f.proof for text in (f.proof.signed, f.proof.expected)]
    for form in FORMS:
        assert not any(form in part for part in parts)
    for finding in diagnosis.findings:
        sentence = header_sentence(finding)
        assert sentence.isascii()
        assert len(sentence) <= 160


@settings(max_examples=examples(250), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "OPTIONS", "\u00fc", ""]),
    path=paths,
    query=octets,
    headers=st.lists(header, max_size=4).map(tuple),
    body=octets,
    answer=answers,
    at=st.one_of(st.none(), st.integers(0, 2**62)),
    near=neighbours,
)
def test_malformed_requests(
    method: str,
    path: bytes,
    query: bytes,
    headers: tuple[tuple[bytes, bytes], ...],
    body: bytes,
    answer: AnswerSeen | None,
    at: int | None,
    near: tuple[Neighbour, ...],
) -> None:
    keys = (KnownKey("fuzz", "k" * 64, HmacKey(Secret(SECRET))),)
    request = RawRequest(method, path + b"?" + query, headers, body)
    check(Observation(request, "api.binance.com", answer=answer, keys=keys, exchange_ms=at, neighbours=near))
    check(Observation(request, None, answer=answer))


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(frame=frames, answer=answers)
def test_malformed_frames(frame: bytes, answer: AnswerSeen | None) -> None:
    keys = (KnownKey("fuzz", None, HmacKey(Secret(SECRET))),)
    check(Observation(RawRequest("GET", b"/ws-api/v3", (), frame), None, Transport.WEBSOCKET, answer, keys))
