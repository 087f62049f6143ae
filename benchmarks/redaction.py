"""What it costs to make one flow safe and write it down: redaction, encoding, its share of the batched write.

    make bench WHAT=redaction       # or: python -m benchmarks.redaction [--flows N] [--rounds N] [--profile KIND]

Prints CPU microseconds a flow, the least of some rounds (a busy machine only ever adds), for each kind of flow, and
for a yardstick what one signature costs. Every flow has its own id, time
stamp and signature and its own octets; "same answer" means that Binance answered what it had answered before, as it
does to a bot that polls. Needs no network and no key.
"""

import argparse
import cProfile
import gc
import gzip
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from proxy.core.catalogue import Catalogue
from proxy.core.errors import Execution
from proxy.core.flow import Answer, ClockReading, Flow, KeyInfo, Timings
from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.core.settings import JournalSettings
from proxy.core.signing import HmacKey, KeyType, prepare, sign
from proxy.core.wire import RawRequest, body_kind
from proxy.journal import Journal
from proxy.runtime.clock import LocalClock

KEY = "testbenchkey" + "0" * 52
SECRET = Secret(b"testbenchsecret" + b"0" * 49)
SIGNING = HmacKey(SECRET)
CATALOGUE = Catalogue.builtin()
START_MS = 1_784_801_696_789
ASSETS = [
    "BTC",
    "LTC",
    "ETH",
    "NEO",
    "BNB",
    "QTUM",
    "EOS",
    "SNT",
    "BNT",
    "GAS",
    "BCC",
    "USDT",
    "HSR",
    "OAX",
    "DNT",
    "MCO",
    "ICN",
    "ZRX",
    "OMG",
    "WTC",
    "USDC",
    "XRP",
    "LINK",
    "ADA",
]


def account(changes: int) -> bytes:
    """The answer of /api/v3/account for 24 assets, 1,840 octets; `changes` moves the balances."""
    balances = ",".join(
        f'{{"asset":"{asset}","free":"{at * 7}.{(at * 1234567 + changes) % 100000000:08d}",'
        '"locked":"0.00000000"}'
        for at, asset in enumerate(ASSETS)
    )
    return (
        '{"makerCommission":15,"takerCommission":15,"buyerCommission":0,"sellerCommission":0,"commissionRates":'
        '{"maker":"0.00150000","taker":"0.00150000","buyer":"0.00000000","seller":"0.00000000"},"canTrade":true,'
        '"canWithdraw":true,"canDeposit":true,"brokered":false,"requireSelfTradePrevention":false,'
        f'"preventSor":false,"updateTime":{1732172400000 + changes},"accountType":"SPOT","balances":[{balances}],'
        '"permissions":["SPOT"],"uid":354937868}'
    ).encode()


def order(number: int) -> bytes:
    """The answer of POST /api/v3/order, filled."""
    fills = ",".join(
        f'{{"price":"{4000 - at}.00000000","qty":"{1 + at}.00000000","commission":"4.00000000",'
        f'"commissionAsset":"USDT","tradeId":{number + at}}}'
        for at in range(2)
    )
    return (
        f'{{"symbol":"BTCUSDT","orderId":{28_000_000 + number},"orderListId":-1,"clientOrderId":'
        f'"6gCrw2kRUAF9CvJDG{number:05d}","transactTime":{1732172400000 + number},"price":"0.00000000",'
        '"origQty":"10.00000000","executedQty":"10.00000000","cummulativeQuoteQty":"10.00000000","status":"FILLED",'
        f'"timeInForce":"GTC","type":"MARKET","side":"SELL","workingTime":{1732172400000 + number},'
        f'"selfTradePreventionMode":"NONE","fills":[{fills}]}}'
    ).encode()


def c2c_list(number: int) -> bytes:
    """One page of a merchant's order history: 10 orders with names and account numbers."""
    rows = ",".join(
        f'{{"orderNumber":"20773949582737{number:05d}{at}","advNo":"125987456321{number:05d}{at}",'
        '"tradeType":"SELL","asset":"USDT","fiat":"EUR","fiatSymbol":"€","amount":"123.45000000",'
        '"totalPrice":"115.20","unitPrice":"0.93","orderStatus":"COMPLETED",'
        f'"createTime":{START_MS - number},"commission":"0.12","counterPartNickName":"J***{at}",'
        '"payMethodName":"SEPA","additionalKycVerify":0,"takerAmount":"123.45"}}'.replace("}}", "}")
        for at in range(10)
    )
    return f'{{"code":"000000","message":"success","data":[{rows}],"total":10,"success":true}}'.encode()


def flow_of(number: int, method: str, target: bytes, body: bytes, answer: bytes, *, zipped: bool) -> Flow:
    """A signed and answered flow, as the pipeline leaves it behind; no two share their octets."""
    label = ((b"Content-Type", b"application/x-www-form-urlencoded"),) if body else ()
    agent = ((b"User-Agent", b"python-requests/2.32.3"), (b"Accept", b"*/*"))
    raw = RawRequest(method, target, ((b"Host", b"127.0.0.1:8180"), *agent, *label), body)
    now, at = START_MS + number * 3, 100.0 + number / 350
    flow = Flow(
        request_id=f"0011223344-{number:08x}",
        started_ms=now,
        client=raw,
        timings=Timings(at, at + 0.0002, at + 0.0003, at + 0.0004, at + 0.034, at + 0.035),
        environment="production",
        client_name=None,
        key=KeyInfo("main", KeyType.HMAC, KEY),
        endpoint=CATALOGUE.find(method, raw.path.decode("latin-1")),
        upstream="https://api.binance.com",
        clock=ClockReading(now + 12, 12.0 + number / 1000, 31.5, "exchange"),
        attempts=1,
        connection_reused=True,
        execution=Execution.ANSWERED,
        answer=Answer(200, answer_headers(number, len(answer), zipped=zipped), answer, len(answer)),
    )
    flow.prepared = prepare(raw.query, body, body_kind(body, label[0][1] if label else None), signed=True)
    flow.sent = sign(method, raw.path, flow.prepared, SIGNING, timestamp_ms=now + 12, recv_window_ms=5000)
    flow.sent_headers = (
        (b"Host", b"api.binance.com"),
        (b"X-MBX-APIKEY", KEY.encode()),
        (b"User-Agent", b"binance-signing-proxy"),
        (b"Accept", b"*/*"),
        (b"Accept-Encoding", b"identity"),
        *label,
        *(((b"Content-Length", b"%d" % len(body)),) if body else ()),
    )
    return flow


def answer_headers(number: int, length: int, *, zipped: bool) -> tuple[tuple[bytes, bytes], ...]:
    """As Binance sends them, with a date, an id and a weight of this answer alone."""
    return (
        (b"Content-Type", b"application/json;charset=UTF-8"),
        (b"Content-Length", b"%d" % length),
        (b"Connection", b"keep-alive"),
        (b"Date", b"Thu, 23 Jul 2026 10:%02d:%02d GMT" % (number // 21000 % 60, number // 350 % 60)),
        (b"Server", b"nginx"),
        (b"x-mbx-uuid", b"8f9c2d5e-0d0a-4e53-9f7b-%012x" % number),
        (b"x-mbx-used-weight", b"%d" % (number % 6000)),
        (b"x-mbx-used-weight-1m", b"%d" % (number % 6000)),
        (b"Strict-Transport-Security", b"max-age=31536000; includeSubdomains"),
        (b"X-Frame-Options", b"SAMEORIGIN"),
        (b"X-Xss-Protection", b"1; mode=block"),
        (b"X-Content-Type-Options", b"nosniff"),
        (b"Cache-Control", b"no-cache, no-store, must-revalidate"),
        (b"Pragma", b"no-cache"),
        (b"Expires", b"0"),
        *(((b"Content-Encoding", b"gzip"),) if zipped else ()),
    )


def account_flow(number: int, changes: int, *, zipped: bool = False) -> Flow:
    answer = account(changes)
    return flow_of(
        number,
        "GET",
        b"/api/v3/account?omitZeroBalances=false",
        b"",
        gzip.compress(answer, 6, mtime=0) if zipped else answer,
        zipped=zipped,
    )


def order_flow(number: int) -> Flow:
    body = (
        b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=%d.00&newClientOrderId=x-my-%d"
        % (50_000 + number % 500, number)
    )
    return flow_of(number, "POST", b"/api/v3/order", body, order(number), zipped=False)


def c2c_flow(number: int) -> Flow:
    return flow_of(
        number,
        "GET",
        b"/sapi/v1/c2c/orderMatch/listUserOrderHistory?tradeType=SELL&page=1&rows=10",
        b"",
        c2c_list(number),
        zipped=False,
    )


KINDS: dict[str, Callable[[int], Flow]] = {
    "GET account, same answer": lambda number: account_flow(number, 0),
    "GET account, new answer": lambda number: account_flow(number, number),
    "GET account, gzip, new answer": lambda number: account_flow(number, number, zipped=True),
    "POST order": order_flow,
    "GET c2c list": c2c_flow,
}


def record_all(flows: list[Flow], redactor: Redactor, journal: Journal) -> None:
    for flow in flows:
        journal.record(redactor.redact(flow))


def intend_all(flows: list[Flow], redactor: Redactor, journal: Journal) -> None:
    for flow in flows:
        journal.intent(redactor.redact_intent(flow))


def intend_and_record_all(flows: list[Flow], redactor: Redactor, journal: Journal) -> None:
    for flow in flows:
        journal.intent(redactor.redact_intent(flow))
        journal.record(redactor.redact(flow))


type Work = Callable[[list[Flow], Redactor, Journal], None]


def measure(make: Callable[[int], Flow], work: Work, flows: int, rounds: int, directory: Path) -> float:
    """CPU microseconds a flow: the least of `rounds`, after one that warms the caches up."""
    journal = Journal(
        JournalSettings(directory=str(directory)), LocalClock(), later=lambda _seconds, _act: None
    )
    redactor = Redactor(journal.tag_key, [SECRET, Secret(b"t" * 43)])
    taken = []
    for turn in range(rounds + 1):
        made = [make(turn * flows + number) for number in range(flows)]
        gc.collect()
        began = time.thread_time()
        work(made, redactor, journal)
        taken.append((time.thread_time() - began) / flows * 1e6)
    journal.close()
    return min(taken[1:])


def yardstick() -> float:
    """CPU microseconds of one signature."""
    taken = []
    for _ in range(50):
        began = time.thread_time()
        for _ in range(200):
            SIGNING.sign(b"omitZeroBalances=false&recvWindow=5000&timestamp=1784801696801")
        taken.append((time.thread_time() - began) / 200 * 1e6)
    return min(taken)


def profile(kind: str, flows: int, directory: Path) -> None:
    journal = Journal(
        JournalSettings(directory=str(directory)), LocalClock(), later=lambda _seconds, _act: None
    )
    redactor = Redactor(journal.tag_key, [SECRET])
    record_all([KINDS[kind](number) for number in range(100)], redactor, journal)
    made = [KINDS[kind](number) for number in range(100, 100 + flows)]
    with cProfile.Profile() as profiler:
        record_all(made, redactor, journal)
    journal.close()
    profiler.print_stats("tottime")


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU microseconds to redact, encode and journal one flow")
    parser.add_argument("--flows", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--profile", choices=[*KINDS], help="print where the time of one kind goes, instead")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.profile:
            profile(chosen.profile, chosen.flows, Path(scratch) / "journal")
            return
        print(f"{'yardstick: one HMAC signature':<34} {yardstick():6.1f} µs", flush=True)
        for at, (kind, make) in enumerate(KINDS.items()):
            spent = measure(make, record_all, chosen.flows, chosen.rounds, Path(scratch) / f"flow-{at}")
            print(f"{kind:<34} {spent:6.1f} µs", flush=True)
        spent = measure(order_flow, intend_all, chosen.flows, chosen.rounds, Path(scratch) / "intent")
        print(f"{'POST order, the intent alone':<34} {spent:6.1f} µs")
        spent = measure(
            order_flow, intend_and_record_all, chosen.flows, chosen.rounds, Path(scratch) / "both"
        )
        print(f"{'POST order, intent and record':<34} {spent:6.1f} µs")


if __name__ == "__main__":
    main()
