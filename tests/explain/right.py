"""Right requests in ten forms each, through the whole of `explain`: none may be accused of anything.

    python -m tests.explain.right --count 1000 --seed 1

The requests are drawn and signed here, by a few lines that share nothing with the product; each form is what the
program of that name writes. A form that leaves out the body cannot have its signature checked, and nothing more.
"""

import argparse
import hashlib
import hmac
import json
import random
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from proxy.core.findings import SignatureState, Strength
from proxy.explain.found_request import UnreadableError
from tests.explain.pastes import explained

KEY: Final = "C5r0DeMHDaqfC9lgMJMu7iW44ZIdesaiQb0nNO14Hsfkz5GdjN8H7FE0AUIGP7uA"
SECRET: Final = "zwxuuokGboEU5HZlfKLIuAYAl6HjFwH9HDiGvcTU0zFVvnf3Daxt1DDHntpRgQCJ"
FORM_LABEL: Final = "application/x-www-form-urlencoded"
SPOT, FUTURES = "api.binance.com", "fapi.binance.com"


@dataclass(frozen=True)
class Right:
    """One request as it goes out, signed."""

    method: str
    host: str
    path: str
    query: str
    body: str
    headers: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")


ENDPOINTS: Final = (
    ("GET", SPOT, "/api/v3/account", ()),
    ("GET", SPOT, "/api/v3/openOrders", ("symbol",)),
    ("GET", SPOT, "/api/v3/order", ("symbol", "origClientOrderId")),
    ("GET", SPOT, "/api/v3/myTrades", ("symbol", "fromId", "limit")),
    ("DELETE", SPOT, "/api/v3/order", ("symbol", "origClientOrderId")),
    ("POST", SPOT, "/api/v3/order", ("symbol", "side", "type", "timeInForce", "quantity", "price", "newClientOrderId")),
    ("POST", SPOT, "/api/v3/order/test", ("symbol", "side", "type", "timeInForce", "quantity", "price")),
    ("POST", FUTURES, "/fapi/v1/order", ("symbol", "side", "type", "timeInForce", "quantity", "price", "newClientOrderId")),
    ("GET", FUTURES, "/fapi/v2/balance", ()),
    ("DELETE", FUTURES, "/fapi/v1/allOpenOrders", ("symbol",)),
    ("GET", SPOT, "/sapi/v1/capital/withdraw/history", ("coin", "withdrawOrderId", "limit")),
    ("POST", SPOT, "/sapi/v1/asset/get-funding-asset", ("asset",)),
    ("POST", SPOT, "/sapi/v1/capital/withdraw/apply", ("coin", "address", "amount", "name")),
)  # fmt: skip


def _value(name: str, dice: random.Random) -> str:
    match name:
        case "symbol":
            return dice.choice(("BTCUSDT", "ETHBTC", "BNBUSDT", "XRPUSDT"))
        case "side":
            return dice.choice(("BUY", "SELL"))
        case "type":
            return "LIMIT"
        case "timeInForce":
            return dice.choice(("GTC", "IOC", "FOK"))
        case "quantity" | "price" | "amount":
            return f"{dice.randrange(1, 90_000)}.{dice.randrange(1, 99):02}"
        case "limit":
            return str(dice.randrange(1, 500))
        case "fromId":
            return str(dice.randrange(1, 10**15))
        case "coin" | "asset":
            return dice.choice(("BTC", "USDT", "ETH"))
        case "address":
            return "0x" + f"{dice.getrandbits(160):040x}"
        case "name":
            return dice.choice(("my wallet", "Kühl & Sohn", "100% mine", "a+b=c", "冷钱包"))
    letters = "ABCxyz0123456789-_"
    return "x-" + "".join(dice.choice(letters) for _ in range(dice.randrange(4, 20)))


def drawn(dice: random.Random) -> Right:
    """A request that Binance would take: encoded, signed over query and form, the signature last."""
    method, host, path, names = dice.choice(ENDPOINTS)
    pairs = [f"{name}={quote(_value(name, dice), safe='-_.~')}" for name in names]
    if dice.random() < 0.6:
        pairs.append(f"recvWindow={dice.choice((5000, 10_000, 60_000))}")
    pairs.append(f"timestamp={1_795_824_100_137 + dice.randrange(10**7)}")
    if dice.random() < 0.3:
        dice.shuffle(pairs)
    in_body = method == "POST" and dice.random() < 0.6
    cut = dice.choice((0, len(pairs) // 2)) if in_body else len(pairs)
    query, body = "&".join(pairs[:cut]), "&".join(pairs[cut:])
    signature = hmac.new(SECRET.encode(), (query + body).encode(), hashlib.sha256).hexdigest()
    if body:
        body += f"&signature={signature}"
    else:
        query += f"&signature={signature}"
    headers = (("X-MBX-APIKEY", KEY), *((("Content-Type", FORM_LABEL),) if body else ()))
    return Right(method, host, path, query, body, headers)


def as_curl(one: Right) -> str:
    words = ["curl", "-X", one.method, one.url]
    for name, value in one.headers:
        words += ["-H", f"{name}: {value}"]
    return " \\\n  ".join(map(shlex.quote, [*words, "--data-raw", one.body] if one.body else words)) + "\n"


def as_httpie(one: Right) -> str:
    words = ["http", one.method, one.url, *(f"{name}:{value}" for name, value in one.headers)]
    return " ".join(map(shlex.quote, words)) + (f" <<< {shlex.quote(one.body)}" if one.body else "") + "\n"


def as_requests(one: Right) -> str:
    return f"{one.method} {one.url} {dict(one.headers)} {one.body or None}\n"


def as_aiohttp(one: Right) -> str:
    inside = ", ".join(f"'{name}': '{value}'" for name, value in one.headers)
    return (
        f"DEBUG:root:Starting request: TraceRequestStartParams(method='{one.method}', url=URL('{one.url}'),"
        f" headers=<CIMultiDict({inside})>)\n"
    )


def as_fetch(one: Right) -> str:
    options = {"headers": dict(one.headers), "body": one.body or None, "method": one.method}
    return f"await fetch({json.dumps(one.url)}, {json.dumps(options, indent=2)});\n"


def as_powershell(one: Right) -> str:
    table = "; ".join(f"'{name}'='{value}'" for name, value in one.headers if name != "Content-Type")
    words = [f"Invoke-RestMethod -Uri '{one.url}' -Method {one.method} -Headers @{{{table}}}"]
    if one.body:
        words.append(f"-ContentType '{FORM_LABEL}' -Body '{one.body}'")
    return " ".join(words) + "\n"


def as_raw(one: Right) -> str:
    target = one.path + (f"?{one.query}" if one.query else "")
    lines = [f"{one.method} {target} HTTP/1.1", f"Host: {one.host}", *(f"{a}: {b}" for a, b in one.headers)]
    if one.body:
        lines.append(f"Content-Length: {len(one.body)}")
    return "\r\n".join([*lines, "", one.body])


def as_har(one: Right) -> str:
    request: dict[str, object] = {
        "method": one.method,
        "url": one.url,
        "headers": [{"name": name, "value": value} for name, value in one.headers],
    }
    if one.body:
        request["postData"] = {"mimeType": FORM_LABEL, "text": one.body}
    return json.dumps(
        {"startedDateTime": "2026-11-28T00:01:40.137Z", "request": request, "response": {"status": 200}}
    )


def as_okhttp(one: Right) -> str:
    lines = [f"--> {one.method} {one.url}", *(f"{name}: {value}" for name, value in one.headers)]
    if one.body:
        lines += [f"Content-Length: {len(one.body)}", "", one.body]
    end = f"--> END {one.method}" + (f" ({len(one.body)}-byte body)" if one.body else "")
    answer = [f"<-- 200 {one.url} (31ms)", "content-type: application/json", "", "{}", "<-- END HTTP"]
    return "\n".join(
        f"2026-11-28 12:01:40.{137 + n} D/OkHttp: {line}" for n, line in enumerate([*lines, end, *answer])
    )


def as_ccxt(one: Right) -> str:
    return (
        f"fetch Request: binance {one.method} {one.url} RequestHeaders: {dict(one.headers)}"
        f" RequestBody: {one.body or None}\n"
    )


FORMS: Final[tuple[Callable[[Right], str], ...]] = (
    as_curl, as_httpie, as_requests, as_aiohttp, as_fetch, as_powershell, as_raw, as_har, as_okhttp, as_ccxt,
)  # fmt: skip


def complaints(one: Right, form: Callable[[Right], str]) -> Iterator[str]:
    """What is said against a right request, and what of it was not read."""
    try:
        told = explained(form(one), SECRET, KEY)
    except UnreadableError:
        yield "not read"
        return
    if len(told) != 1:
        yield f"{len(told)} requests"
        return
    diagnosis, seen = told[0].diagnosis, told[0].seen
    yield from (one.rule for one in diagnosis.findings if one.strength is not Strength.POSSIBLE)
    hidden = form is as_aiohttp and bool(one.body)
    if diagnosis.signature is not SignatureState.VALID and not hidden:
        yield f"signature {diagnosis.signature.value}"
    target = one.path + (f"?{one.query}" if one.query else "")
    if (seen.request.method, seen.request.target.decode()) != (one.method, target):
        yield "another request"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    found: Counter[tuple[str, str]] = Counter()
    for _ in range(given.count):
        one = drawn(dice)
        for form in FORMS:
            for complaint in complaints(one, form):
                found[form.__name__.removeprefix("as_"), complaint] += 1
                if found[form.__name__.removeprefix("as_"), complaint] == 1:
                    print(f"{complaint}:\n{form(one)}")
    print(
        f"{given.count} right requests in {len(FORMS)} forms each: {found.total()} complaints {dict(found)}"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
