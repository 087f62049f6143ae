"""Values that break other signers arrive with their meaning and a right signature, for all three kinds of key.

The judge is the sandbox, which shares no code with the signer.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.core.signing.algorithms import PrivateKey, SigningKey
from proxy.sandbox import Limits, Observation, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, account, gateway
from tests.support.independent import escaped
from tests.support.raw_client import RawAnswer, ask

VALUES = (
    "my.id:1/2_a-B",
    "alice+test@example.com",
    "BTC,ETH",
    "[1,2]",
    '["BTCUSDT","ETHUSDT"]',
    'say "hi"',
    "two words",
    "a + b",
    "100%",
    "50%25",
    "a&b=c",
    "!$'()*;~",
    "a\\b^c`d{|}<e>",
    "C# and ?more",
    "tab\tand\nline",
    "币安人生USDT",
    "é",
    "e\u0301",
    "🚀",
)
LEGAL_ID = "my.id:1/2_a-B"
"""The only one of them that may be a client order id; the others are refused after the signature was judged."""


def _lower(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), text)


SPELLINGS = {
    "percent": [quote(value, safe="") for value in VALUES],
    "lower-case percent": [_lower(quote(value, safe="")) for value in VALUES],
    "plus for space": [quote_plus(value) for value in VALUES],
}
RAW = [value for value in VALUES if not set("%+&") & set(value)]
"""Those whose meaning does not change when they stand in a form as they are."""
RAW_IN_QUERY = [value for value in RAW if re.fullmatch("[!-~]+", value) and "#" not in value]

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00"


@dataclass(slots=True)
class House:
    """A gateway in front of a sandbox. `ask` returns the answer and what the sandbox saw."""

    url: str
    seen: list[Observation] = field(default_factory=list)

    async def ask(self, line: bytes, body: bytes = b"", label: bytes = b"") -> tuple[RawAnswer, Observation]:
        head = b"%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n" % (line, len(body))
        if label:
            head += b"Content-Type: %b\r\n" % label
        answer = await ask(self.url, head + b"\r\n" + body)
        assert answer.header("X-Gateway-Error") is None, answer
        own = [o for o in self.seen if o.target != b"/api/v3/time"]
        self.seen.clear()
        assert len(own) == 1
        return answer, own[0]


@pytest.fixture(scope="module")
def rsa_key() -> PrivateKey:
    return PrivateKey(rsa.generate_private_key(public_exponent=65_537, key_size=2048))


@pytest.fixture(params=["hmac", "rsa", "ed25519"])
async def house(request: pytest.FixtureRequest, rsa_key: PrivateKey, tmp_path: Path) -> AsyncIterator[House]:
    signing: SigningKey
    if request.param == "hmac":
        signing, registered = HmacKey(Secret(API_SECRET.encode())), API_SECRET
    else:
        signing = rsa_key if request.param == "rsa" else PrivateKey(ed25519.Ed25519PrivateKey.generate())
        registered = signing.public_pem()
    async with _house(signing, SandboxKey(API_KEY, request.param, registered), tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _house(signing: SigningKey, registered: SandboxKey, journal: Path) -> AsyncIterator[House]:
    house = House("")
    sandbox = Sandbox(keys=[registered], observer=house.seen.append, limits=Limits(spot_weight_1m=10**6))
    running = await start(sandbox)
    try:
        async with gateway(running.url, journal, account(API_KEY, signing)) as opened:
            house.url = opened.url
            yield house
    finally:
        await running.stop()


def _judge(value: str, answer: RawAnswer, seen: Observation) -> None:
    """The signature is right; what is refused is the value and nothing else."""
    assert seen.signature == "valid", (value, seen)
    if value == LEGAL_ID:
        assert answer.status == 200, (value, answer)
    else:
        assert (answer.status, answer.json()["code"]) == (400, -1100), (value, answer)
        assert "'newClientOrderId'" in answer.json()["msg"], (value, answer)


def _meaning(text: bytes) -> str:
    """The decoded client order id of a query or form."""
    values = [pair.partition(b"=")[2] for pair in text.split(b"&") if pair.startswith(b"newClientOrderId=")]
    assert len(values) == 1, text
    return unquote_plus(values[0].decode("ascii"), errors="strict")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_in_the_query(house: House, spelling: str) -> None:
    for value, spelled in zip(VALUES, SPELLINGS[spelling], strict=True):
        sent = ORDER + b"&newClientOrderId=" + spelled.encode()
        answer, seen = await house.ask(b"POST /api/v3/order/test?" + sent)
        _judge(value, answer, seen)
        assert _meaning(seen.target.partition(b"?")[2]) == value
        assert seen.target.startswith(b"/api/v3/order/test?" + sent + b"&recvWindow=5000&timestamp=")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_in_a_form(house: House, spelling: str) -> None:
    for value, spelled in zip(VALUES, SPELLINGS[spelling], strict=True):
        sent = b"newClientOrderId=" + spelled.encode() + b"&" + ORDER
        answer, seen = await house.ask(b"POST /api/v3/order/test", sent, b"application/x-www-form-urlencoded")
        _judge(value, answer, seen)
        assert seen.body == sent
        assert _meaning(seen.body) == value


async def test_raw_octets_in_a_query_are_encoded_once(house: House) -> None:
    for value in RAW_IN_QUERY:
        answer, seen = await house.ask(
            b"POST /api/v3/order/test?newClientOrderId=" + value.encode() + b"&" + ORDER
        )
        _judge(value, answer, seen)
        assert b"newClientOrderId=" + escaped(value.encode()) + b"&" in seen.target
        assert _meaning(seen.target.partition(b"?")[2]) == value


async def test_raw_octets_in_a_form_are_encoded_once(house: House) -> None:
    for value in RAW:
        answer, seen = await house.ask(
            b"POST /api/v3/order/test", ORDER + b"&newClientOrderId=" + value.encode()
        )
        _judge(value, answer, seen)
        assert _meaning(seen.body) == value


async def test_a_symbol_in_chinese_is_bought_and_found_again(house: House) -> None:
    symbol = quote("币安人生USDT").encode()
    placed, _ = await house.ask(
        b"POST /api/v3/order",
        b"symbol=%b&side=BUY&type=LIMIT&timeInForce=GTC&quantity=100&price=0.1" % symbol,
    )
    assert (placed.status, placed.json()["symbol"]) == (200, "币安人生USDT")
    found, _ = await house.ask(b"GET /api/v3/openOrders?symbol=" + _lower(symbol.decode()).encode())
    assert [order["orderId"] for order in found.json()] == [placed.json()["orderId"]]


@pytest.mark.parametrize("ascii_only", [True, False])
async def test_json_of_c2c_goes_out_as_it_is_beside_a_right_signature(house: House, ascii_only: bool) -> None:
    for value in VALUES:
        search = {"asset": "USDT", "fiat": "CNY", "page": 1, "rows": 10, "tradeType": "BUY", "note": value}
        body = json.dumps(search, ensure_ascii=ascii_only).encode()
        answer, seen = await house.ask(
            b"POST /sapi/v1/c2c/ads/search?note=" + quote(value).encode(), body, b"application/json"
        )
        assert (answer.status, seen.signature, seen.body) == (200, "valid", body)
