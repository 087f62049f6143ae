"""What is left after redaction is enough: from the record alone `explain` names the cause of recorded faults.

24 faults, one for each branch of the trees for -1021, -1022, -1100 to -1106, -2008, -2014, -2015, 403, 429 and 5xx.
Those that a gateway can meet go through a running one and the sandbox; mistakes that only a program makes that
signs for itself are examined as the mitmproxy addon examines them, then redacted.
"""

import hashlib
import hmac
import io
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.examination.engine import diagnose
from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation
from proxy.core.errors import Execution
from proxy.core.flow import Answer, Flow, KeyInfo, Timings
from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey, KeyType
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from proxy.evidence.anonymous import Anonymiser
from proxy.evidence.bundle import About, bundle
from proxy.explain.found_request import SeenRequest
from proxy.explain.inputs import read_input
from proxy.explain.reading import read_requests
from proxy.explain.verdict import explain
from proxy.journal import Reader
from proxy.sandbox import Fault, RunningSandbox, Sandbox, demo_keys, start
from tests.journal.lines import bare_lines
from tests.support.gateway import API_KEY, API_SECRET, account, gateway

LEAST_NAMED = 22
MOST_OCTETS = 2048
NOW_MS = 1_784_801_696_789
HTML = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
_REFUSED_KEY = "Invalid API-key, IP, or permissions for action."


@dataclass(frozen=True, slots=True)
class Answered:
    """A request through the gateway and what the exchange says to it, after `before` went well."""

    method: str
    target: str
    status: int
    code: int | str | None
    message: str
    before: str = ""
    page: bytes = b""
    secret: str = API_SECRET

    @property
    def body(self) -> bytes:
        return self.page or json.dumps({"code": self.code, "msg": self.message}).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A request of a program that signs for itself: what it sends, from the query that it should sign."""

    query: str
    made: Callable[[str], str]
    code: int = -1022
    key: str = API_KEY
    body: bytes = b""
    path: str = "/api/v3/order"
    message: str = "Signature for this request is not valid."
    timestamp: str = str(NOW_MS)


def _mac(text: str, secret: str = API_SECRET) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _sorted(query: str) -> str:
    return f"{query}&signature={_mac('&'.join(sorted(query.split('&'))))}"


def _newline(query: str) -> str:
    return f"{query}&signature={_mac(query, API_SECRET + chr(10))}"


def _right(query: str) -> str:
    return f"{query}&signature={_mac(query)}"


def _with_body(query: str) -> str:
    return f"{query}&signature={_mac(query + _C2C_BODY.decode())}"


def _decoded_signed(query: str) -> str:
    return f"{query}&signature={_mac(query.replace('%40', '@'))}"


_C2C_BODY = b'{"asset":"USDT","fiat":"EUR"}'
_PARAMETER = "/api/v3/order?symbol=BTCUSDT&orderId=1"

FAULTS: dict[str, tuple[str, Answered | Signed]] = {
    "-1021, behind": (
        "ts-behind",
        Answered(
            "GET", "/api/v3/account", 400, -1021, "Timestamp for this request is outside of the recvWindow."
        ),
    ),
    "-1021, ahead": (
        "ts-ahead",
        Answered(
            "GET",
            "/api/v3/account",
            400,
            -1021,
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
    ),
    "-1021, seconds": (
        "ts-seconds",
        Signed(
            "symbol=BTCUSDT",
            _right,
            code=-1021,
            timestamp=str(NOW_MS // 1000),
            message="Timestamp for this request is outside of the recvWindow.",
        ),
    ),
    "-1022, another secret": (
        "secret-of-another-key",
        Answered(
            "GET",
            "/api/v3/account",
            400,
            -1022,
            "Signature for this request is not valid.",
            secret="other" * 13,
        ),
    ),
    "-1022, pairs sorted": (
        "order-sorted-signed-unsorted-sent",
        Signed("symbol=BTCUSDT&orderId=7&recvWindow=5000", _sorted),
    ),
    "-1022, newline in the secret": ("secret-trailing-whitespace", Signed("symbol=BTCUSDT", _newline)),
    "-1022, JSON body signed": (
        "scope-json-body-appended",
        Signed("recvWindow=5000", _with_body, body=_C2C_BODY, path="/sapi/v1/c2c/ads/search"),
    ),
    "-1022, signed before it was encoded": (
        "enc-raw-signed-encoded-sent",
        Signed("symbol=BTCUSDT&newClientOrderId=a%40b", _decoded_signed),
    ),
    "-1100": (
        "param-illegal-characters",
        Answered(
            "GET",
            _PARAMETER,
            400,
            -1100,
            "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
        ),
    ),
    "-1101": (
        "param-too-many",
        Answered(
            "GET",
            _PARAMETER,
            400,
            -1101,
            "Too many parameters; expected '5' and received '7'.",
        ),
    ),
    "-1102": (
        "param-mandatory-missing",
        Answered(
            "GET",
            "/api/v3/order?symbol=BTCUSDT",
            400,
            -1102,
            "Mandatory parameter 'orderId' was not sent, was empty/null, or malformed.",
        ),
    ),
    "-1103": (
        "param-unknown-name",
        Answered("GET", _PARAMETER + "&simbol=1", 400, -1103, "An unknown parameter was sent."),
    ),
    "-1104": (
        "param-unknown-name",
        Answered(
            "GET",
            _PARAMETER + "&odd=1",
            400,
            -1104,
            "Not all sent parameters were read; read '4' parameter(s) but was sent '5'.",
        ),
    ),
    "-1105": (
        "param-empty-value",
        Answered("GET", _PARAMETER + "&limit=", 400, -1105, "Parameter 'limit' was empty."),
    ),
    "-1106": (
        "param-not-required",
        Answered(
            "POST", f"/api/v3/order?{ORDER}", 400, -1106, "Parameter 'timeInForce' sent when not required."
        ),
    ),
    "-2008, C2C only": (
        "perm-c2c-not-enabled",
        Answered(
            "POST",
            "/sapi/v1/c2c/orderMatch/listOrders",
            400,
            -2008,
            "Invalid Api-Key ID.",
            before="/api/v3/account",
        ),
    ),
    "-2008, one product only": (
        "perm-key-not-registered",
        Answered(
            "GET", "/sapi/v1/margin/account", 400, -2008, "Invalid Api-Key ID.", before="/api/v3/account"
        ),
    ),
    "-2008, everywhere": (
        "key-unknown",
        Answered("GET", "/api/v3/account", 400, -2008, "Invalid Api-Key ID."),
    ),
    "-2014": (
        "key-format-whitespace-or-quotes",
        Signed("symbol=BTCUSDT", _right, code=-2014, key=f'"{API_KEY}"', message="API-key format invalid."),
    ),
    "-2015, address": (
        "perm-ip-not-whitelisted",
        Answered("GET", "/api/v3/account", 401, -2015, _REFUSED_KEY),
    ),
    "-2015, permission": (
        "perm-permission-missing",
        Answered("POST", f"/api/v3/order?{ORDER}", 401, -2015, _REFUSED_KEY, before="/api/v3/account"),
    ),
    "403 of the firewall": (
        "limit-403-waf",
        Answered("GET", "/api/v3/account", 403, None, "", page=HTML),
    ),
    "429": (
        "limit-429",
        Answered(
            "GET",
            "/api/v3/account",
            429,
            -1003,
            "Too much request weight used; current limit is 6000 request weight per 1 MINUTE.",
        ),
    ),
    "504 to an order": (
        "exchange-outcome-unknown",
        Answered(
            "POST",
            f"/api/v3/order?{ORDER}",
            504,
            -1007,
            "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
        ),
    ),
}


async def _recorded(fault: Answered, box: Sandbox, exchange: RunningSandbox, folder: Path) -> bytes:
    """The line of the flow that failed."""
    accounts = account(API_KEY, HmacKey(Secret(fault.secret.encode())))
    async with gateway(exchange.url, folder, accounts, policy={"profiles": ["spot", "merchant"]}) as running:
        async with ClientSession() as session:
            if fault.before:
                async with session.get(running.url + fault.before) as answer:
                    assert answer.status == 200
            path = fault.target.partition("?")[0]
            headers = {"Content-Type": "text/html" if fault.page else "application/json"}
            if fault.secret == API_SECRET:  # else the exchange refuses by itself
                box.faults.add(
                    Fault(path, fault.method, 2, status=fault.status, body=fault.body, headers=headers)
                )
            async with session.request(fault.method, running.url + fault.target) as answer:
                assert answer.status == fault.status, await answer.text()
        await running.pipeline.recorder.flush()
        box.faults.clear()
    return _last_flow(folder)


def _last_flow(journal: Path) -> bytes:
    lines = bare_lines(b"".join(path.read_bytes() for path in sorted(journal.glob("flows-*.jsonl"))))
    return next(line for line in reversed(lines) if line.startswith(b'{"type":"flow"'))


def _examined(fault: Signed) -> bytes:
    """The line of a request that was signed elsewhere."""
    target = fault.made(f"{fault.query}&timestamp={fault.timestamp}")
    headers: tuple[tuple[bytes, bytes], ...] = (
        (b"Host", b"api.binance.com"),
        (b"X-MBX-APIKEY", fault.key.encode()),
    )
    if fault.body:
        headers += ((b"Content-Type", b"application/json"), (b"clientType", b"web"))
    method = "POST" if fault.body else "GET"
    request = RawRequest(method, f"{fault.path}?{target}".encode(), headers, fault.body)
    body = json.dumps({"code": fault.code, "msg": fault.message}).encode()
    known = KnownKey("main", API_KEY, HmacKey(Secret(API_SECRET.encode())))
    seen = AnswerSeen(400, ((b"Content-Type", b"application/json"),), body)
    evidence = Observation(
        request=request, host="api.binance.com", answer=seen, keys=(known,), exchange_ms=NOW_MS
    )
    flow = Flow(
        request_id="0011223344-00000001",
        started_ms=NOW_MS,
        client=request,
        timings=Timings(1.0, 1.001, 1.002, 1.003, 1.04, 1.05),
        environment="production",
        endpoint=Catalogue.builtin().find(method, fault.path),
        upstream="https://api.binance.com",
        key=KeyInfo("main", KeyType.HMAC, fault.key),
        answer=Answer(400, seen.headers, body, len(body)),
        execution=Execution.ANSWERED,
        diagnosis=diagnose(evidence),
    )
    return Redactor(b"k" * 32, [Secret(API_SECRET.encode())]).redact(flow).line


def _named(line: bytes) -> list[str]:
    """Rules of the strongest findings that the record gives, in the order in which they are told."""
    (seen,) = read_requests(line)
    return _strongest(seen)


def _strongest(seen: SeenRequest) -> list[str]:
    findings = explain(seen, ()).diagnosis.findings
    return [one.rule for one in findings if one.strength is findings[0].strength]


def _named_by_a_bundle(lines: list[bytes], folder: Path) -> list[list[str]]:
    """The same of all lines, out of a zip for a public ticket: nothing else is at hand."""
    folder.mkdir()
    (folder / "flows-20260723T101456789Z-0000.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    records = Anonymiser(b"e" * 32).records(Reader(folder).entries())
    data, _ = bundle(records, About(NOW_MS, Settings()))
    (folder / "bundle.zip").write_bytes(data)
    (part,) = read_input(str(folder / "bundle.zip"), io.BytesIO())
    return [_strongest(seen) for seen in read_requests(part)]


@pytest.mark.slow
async def test_the_record_alone_names_the_cause(tmp_path: Path) -> None:
    box = Sandbox(keys=demo_keys())
    exchange = await start(box)
    rows, lines = [], []
    try:
        for number, (name, (cause, fault)) in enumerate(FAULTS.items()):
            if isinstance(fault, Answered):
                line = await _recorded(fault, box, exchange, tmp_path / f"journal{number}")
            else:
                line = _examined(fault)
            assert API_SECRET.encode() not in line
            assert API_KEY.encode() not in line
            named = _named(line)
            lines.append(line)
            rows.append((named[:1] == [cause], f"{name:<38} {cause:<34} {len(line):>5}  {', '.join(named)}"))
    finally:
        await exchange.stop()
    sizes = [len(line.replace(b'"url.scheme":"http",', b"")) for line in lines]  # a real exchange speaks TLS
    told = "\n".join(f"{'  ok' if right else 'MISS'}  {row}" for right, row in rows)
    print(
        f"{told}\nnamed: {sum(right for right, _ in rows)} of {len(rows)}; median octets: {statistics.median(sizes)}"
    )
    assert _named_by_a_bundle(lines, tmp_path / "all") == [_named(line) for line in lines]
    assert len(FAULTS) == 24
    assert sum(right for right, _ in rows) >= LEAST_NAMED, told
    assert statistics.median(sizes) <= MOST_OCTETS
