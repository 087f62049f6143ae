"""What is done to a good request so that a guard may read another one than the exchange does.

A request is kept as raw pairs in two places, so that each attack can touch octets. An attack takes two numbers and
decides by them alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, unquote_plus

from tests.limits_proof.forms import Form

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
_PLAIN: Final = "-._~,:*"
NUMERIC: Final = (
    "quantity", "Quantity", "amount", "Amount", "quoteOrderQty", "price", "Price", "stopPrice", "newQty",
    "triggerPrice", "workingPrice", "trailingDelta", "callbackRate", "icebergQty",
)  # fmt: skip


@dataclass
class Raw:
    """A request on its way to become octets."""

    method: str
    path: str
    query: list[bytes] = field(default_factory=list)
    form: list[bytes] = field(default_factory=list)
    body: dict[str, Any] | None = None
    label: bytes | None = None
    headers: list[bytes] = field(default_factory=list)
    text: bytes | None = None
    """A body as it is, instead of form and JSON."""

    @property
    def pairs(self) -> list[bytes]:
        """The list that has something; a POST of most clients has a form."""
        return self.form or self.query

    def payload(self) -> bytes:
        if self.text is not None:
            return self.text
        if self.body is not None:
            return json.dumps(self.body).encode()
        return b"&".join(self.form)

    def octets(self, host: str, *more: bytes) -> bytes:
        query = b"&".join(self.query)
        target = self.path.encode() + (b"?" + query if query else b"")
        body = self.payload()
        label = self.label if self.label is not None else (JSON if self.body is not None else FORM)
        lines = [
            b"%b %b HTTP/1.1" % (self.method.encode(), target),
            b"Host: " + host.encode(),
            b"Content-Length: %d" % len(body),
            *([b"Content-Type: " + label] if body and label else []),
            *self.headers,
            *more,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


def written(form: Form) -> Raw:
    """As most clients write it: a form, or JSON on C2C; a DELETE has its parameters in the query."""
    pairs = [_pair(name, value) for name, value in form.pairs]
    if form.body is not None:
        return Raw(form.method, form.path, body=form.body)
    if form.method == "DELETE":
        return Raw(form.method, form.path, query=pairs)
    return Raw(form.method, form.path, form=pairs)


def _pair(name: str, value: str) -> bytes:
    return f"{name}={quote(value, safe=_PLAIN)}".encode()


def _split(pair: bytes) -> tuple[str, str]:
    name, _, value = pair.partition(b"=")
    return unquote_plus(name.decode("latin-1")), unquote_plus(value.decode("latin-1"))


def _numeric(raw: Raw, number: int) -> int | None:
    """The place of a pair that says a number."""
    found = [at for at, pair in enumerate(raw.pairs) if _split(pair)[0].endswith(NUMERIC)]
    return found[number % len(found)] if found else None


_ODD: Final = (
    "0", "1e3", "1E3", "+1", "-1", "0.0", "00000000.5", ".5", "5.", "0x10", "1,5", " 1", "1 ", "1_000", "NaN", "Infinity",
    "1" + "0" * 19, "1" + "0" * 40, "0.5\n", "\uff11\uff10\uff10", "\u0663", "1\x00", "1;2", "0." + "0" * 19 + "1", "", "1\t",
    "9" * 20, "0000000000000000001", "1.50000000000000000000", "[1]", '"1"', "1%30",
)  # fmt: skip
_DECOYS: Final = (
    ("Quantity", "9000"), ("QUANTITY", "0.0001"), ("quantity ", "9000"), (" quantity", "0.0001"), ("quantity\x00", "1"),
    ("qty", "0.001"), ("origQty", "0.001"), ("amount", "0.001"), ("quantity[]", "9000"), ("quantity[0]", "9000"),
    ("quoteOrderQty", "5"), ("quoteOrderQty", "500000"), ("icebergQty", "0.001"), ("closePosition", "true"),
    ("redeemAll", "true"), ("redeemAll", "True"), ("reduceOnly", "true"), ("positionSide", "LONG"), ("priceMatch", "OPPONENT"),
    ("priceMatch", "OPPONENT_20"), ("pegPriceType", "MARKET_PEG"), ("trailingDelta", "2000"), ("stopPrice", "1"),
    ("sideEffectType", "MARGIN_BUY"), ("sideEffectType", "AUTO_BORROW_REPAY"), ("isIsolated", "TRUE"), ("symbol", "ETHUSDT"),
    ("symbols", '["ETHUSDT"]'), ("Symbol", "ETHUSDT"), ("side", "SELL"), ("type", "MARKET"), ("price", "1"), ("PRICE", "1"),
    ("toEmail", "someone@example.com"), ("addressTag", "666"), ("address", "TXsomebodyElse"), ("Address", "TXmyOwnAddress"),
    ("network", "ETH"), ("coin", "BTC"), ("asset", "BTC"), ("walletType", "1"), ("batchOrders", "[]"),
    ("batchOrders", '[{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"100"}]'), ("orders", "[]"),
    ("timestamp", "1"), ("recvWindow", "60000"), ("recvWindow", "9e9"), ("signature", "0" * 64), ("signature", "x"),
    ("X-MBX-APIKEY", "x"), ("newOrderRespType", "FULL"), ("timeInForce", "GTX"), ("postOnly", "true"), ("limitPrice", "1"),
    ("baseAmount", "0.0001"), ("quoteAmount", "1"), ("newClientOrderId", "quantity=9"), ("clientType", "web"),
    ("stopLimitPrice", "1"), ("workingQuantity", "0.001"), ("pendingQuantity", "30"), ("activatePrice", "1"),
)  # fmt: skip
_OTHERS: Final = {
    "symbol": ("BTCUSDT", "ETHUSDT", "btcusdt", "BTCUSD_PERP", "SOLUSDT", "BTC-261225-60000-P", "BTCUSDT,ETHUSDT"),
    "side": ("BUY", "SELL", "buy"),
    "type": ("MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "TAKE_PROFIT", "market", "STOP_MARKET", "BORROW"),
    "timeInForce": ("GTC", "GTX", "IOC", "FOK", "gtx"),
    "coin": ("BTC", "usdt", "USDC"),
    "asset": ("BTC", "usdt", "USDC"),
    "address": ("TXsomebodyElse", "TXmyOwnAddress 1", "txmyownaddress", "rShared 104857", "TXmyOwnAddress,TXother"),
    "addressTag": ("1", "104857 ", ""),
    "network": ("ETH", "trx", "TRX,ETH"),
    "toEmail": ("test_sub_two@example.com", "TEST_SUB_ONE@example.com", "test_sub_one@example.com,someone@example.com"),
    "sideEffectType": ("MARGIN_BUY", "margin_buy", "AUTO_BORROW_REPAY"),
    "orderId": ("1", "28000001", "28000002"),
}  # fmt: skip
_LABELS: Final = (
    FORM + b"; charset=utf-8", FORM + b";charset=utf-16", FORM.upper(), FORM + b" ", b"", b"text/plain", JSON,
    JSON + b"; charset=utf-8", JSON + b";charset=utf-7", b"multipart/form-data; boundary=x", b"application/json, " + FORM,
    FORM + b", " + JSON, b"application/x-www-form-urlencoded2", b"*/*",
)  # fmt: skip
_HEADERS: Final = (
    b"X-HTTP-Method-Override: GET", b"X-Gateway-Security: none", b"X-Gateway-Security: key", b"X-Gateway-Account: main",
    b"X-Gateway-Dry-Run: 0", b"Content-Encoding: identity", b"Content-Encoding: gzip", b"Expect: 100-continue",
    b"X-MBX-APIKEY: x", b"Transfer-Encoding: chunked", b"Content-Length: 3", b"clientType: web", b"X-Original-URL: /api/v3/order",
)  # fmt: skip
_PATHS: Final = (
    lambda path: path + "/", lambda path: path.upper(), lambda path: "/" + path, lambda path: path.replace("/v1/", "/v1//"),
    lambda path: path.replace("o", "%6f", 1), lambda path: path + "%20", lambda path: path + ";x=1",
    lambda path: path + "?", lambda path: path + "#", lambda path: path.replace("/v3/", "/v3/x/../"),
    lambda path: path.replace("v3", "v1").replace("v1", "v2"),
)  # fmt: skip


def _moved(raw: Raw, a: int, b: int) -> None:
    """All in the query, or some here and some there."""
    pairs = raw.query + raw.form
    cut = (0, len(pairs), b % (len(pairs) + 1))[a % 3]
    raw.form, raw.query = pairs[:cut], pairs[cut:]


def _doubled(raw: Raw, a: int, b: int) -> None:
    """A pair once more, with another value, before or behind it or in the other place."""
    if raw.pairs:
        at = a % len(raw.pairs)
        name, value = _split(raw.pairs[at])
        other = _pair(name, ("0.00001", value, "9000", "BTCUSDT")[b % 4])
        place = (raw.pairs, raw.query, raw.form)[b % 3]
        place.insert(at if b % 2 else len(place), other)


def _decoyed(raw: Raw, a: int, b: int) -> None:
    name, value = _DECOYS[a % len(_DECOYS)]
    if raw.body is not None:
        raw.body = {name: value} | raw.body if b % 2 else raw.body | {name: value}
    else:
        place = (raw.pairs, raw.query, raw.form)[b % 3]
        place.insert(b % (len(place) + 1), _pair(name, value))


def _encoded(raw: Raw, a: int, b: int) -> None:
    """Letters of a pair percent-encoded, in small letters, twice, or with a plus sign."""
    if raw.pairs:
        at = a % len(raw.pairs)
        name, equals, value = raw.pairs[at].partition(b"=")
        escape = ("%{:02X}", "%{:02x}", "%25{:02X}", "%u00{:02X}")[b % 4]
        text = name if b % 8 < 4 or not value else value
        if not text:
            return
        cut = (b // 8) % len(text)
        changed = text[:cut] + escape.format(text[cut]).encode() + text[cut + 1 :]
        if b % 11 == 10:
            changed = (b"+", b"%2B", b"%20", b"%00")[a % 4] + text
        name, value = (changed, value) if text is name else (name, changed)
        raw.pairs[at] = name + equals + value


def _recased(raw: Raw, a: int, b: int) -> None:
    if raw.pairs:
        at = a % len(raw.pairs)
        name, equals, value = raw.pairs[at].partition(b"=")
        raw.pairs[at] = name.swapcase() + equals + value if b % 2 else name + equals + value.swapcase()


def _odd_number(raw: Raw, a: int, b: int) -> None:
    at = _numeric(raw, a)
    if at is not None:
        raw.pairs[at] = _pair(_split(raw.pairs[at])[0], _ODD[b % len(_ODD)])
    elif raw.body is not None:
        name = ("initAmount", "totalAmount", "price")[a % 3]
        values: tuple[Any, ...] = (*_ODD, 100, 0.5, 1e3, None, True, [1], {"a": 1}, 10**18)
        raw.body = raw.body | {name: values[b % len(values)]}


def _scaled(raw: Raw, a: int, b: int) -> None:
    """Ten, a thousand, a million times as much, or a hundredth."""
    at = _numeric(raw, a)
    if at is not None:
        name, value = _split(raw.pairs[at])
        places = (1, 3, 6, -2, 12)[b % 5]
        whole, _, part = value.partition(".")
        if (whole + part).isdigit():
            digits = (whole + part.ljust(places, "0")) if places > 0 else whole.rjust(3, "0") + part
            point = len(whole) + places if places > 0 else max(len(whole), 3) - 2
            raw.pairs[at] = _pair(name, f"{digits[:point] or '0'}.{digits[point:] or '0'}")


def _semicolon(raw: Raw, a: int, b: int) -> None:
    if len(raw.pairs) > 1:
        at = a % (len(raw.pairs) - 1)
        joint = (b";", b"%3B", b"&&", b"&=&", b"&amp;", b"%26", b"&;&", b"\xef\xbc\x86")[b % 8]
        raw.pairs[at : at + 2] = [raw.pairs[at] + joint + raw.pairs[at + 1]]


def _as_json(raw: Raw, a: int, b: int) -> None:
    """JSON where a form belongs, a form where JSON does, or one under the name of the other."""
    if raw.body is not None:
        flat = {name: value for name, value in raw.body.items() if not isinstance(value, list | dict)}
        raw.form, raw.body = [_pair(name, str(value)) for name, value in flat.items()], None
        return
    names = dict(map(_split, raw.pairs))
    values: dict[str, Any] = dict(names)
    if a % 2:
        values = {name: _number(value) for name, value in names.items()}
    raw.form, raw.query, raw.body = [], raw.query if raw.form else [], values
    if b % 3 == 1:
        text = json.dumps(values)
        raw.text = (
            (text[:-1] + ',"quantity":9000}').encode() if b % 2 else ('{"quantity":9000,' + text[1:]).encode()
        )
    if b % 3 == 2:
        raw.text = json.dumps(values).encode(("utf-16", "utf-8-sig", "utf-32")[b % 3])


def _number(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _labelled(raw: Raw, a: int, b: int) -> None:
    raw.label = _LABELS[a % len(_LABELS)]


def _empty(raw: Raw, a: int, b: int) -> None:
    if raw.pairs:
        at = a % len(raw.pairs)
        name = raw.pairs[at].partition(b"=")[0]
        raw.pairs.insert(at, (b"", b"=", name, name + b"=", b"=1", b"%", b"?")[b % 7])


def _dropped(raw: Raw, a: int, b: int) -> None:
    if raw.pairs:
        del raw.pairs[a % len(raw.pairs)]
    elif raw.body:
        del raw.body[list(raw.body)[a % len(raw.body)]]


def _exchanged(raw: Raw, a: int, b: int) -> None:
    """Another symbol, side, coin, address, recipient, type."""
    found = [at for at, pair in enumerate(raw.pairs) if _split(pair)[0] in _OTHERS]
    if found:
        at = found[a % len(found)]
        name = _split(raw.pairs[at])[0]
        raw.pairs[at] = _pair(name, _OTHERS[name][b % len(_OTHERS[name])])
    elif raw.body is not None and "asset" in raw.body:
        raw.body = raw.body | {
            "asset": ("BTC", "usdt", ["USDT", "BTC"])[b % 3],
            "tradeType": ("BUY", "SELL")[a % 2],
        }


def _headed(raw: Raw, a: int, b: int) -> None:
    raw.headers.append(_HEADERS[a % len(_HEADERS)])


def _repathed(raw: Raw, a: int, b: int) -> None:
    raw.path = _PATHS[a % len(_PATHS)](raw.path)


def _list_attacked(raw: Raw, a: int, b: int) -> None:
    """The JSON of a list of orders: names twice or escaped, numbers without quotes, entries that are none."""
    for at, pair in enumerate(raw.pairs):
        name, value = _split(pair)
        if value.startswith("[{"):
            raw.pairs[at] = _pair(name, _LIST_TRICKS[a % len(_LIST_TRICKS)](value, b))


_LIST_TRICKS: Final[tuple[Callable[[str, int], str], ...]] = (
    lambda text, b: text.replace('"quantity": ', '"quantity": "0.001", "quantity": '),
    lambda text, b: text.replace("}", ', "quantity": "100"}', 1),
    lambda text, b: text.replace("}", ', "\\u0071uantity": "100"}'),
    lambda text, b: text.replace("}", ', "Quantity": "0.001"}'),
    lambda text, b: (
        text.replace('"quantity": "', '"quantity": ').replace('", "price"', ', "price"').replace('"}', "}")
    ),
    lambda text, b: text[:-1] + ", " + text[1:],
    lambda text, b: text[:-1] + ("," if b % 2 else ", null") + "]",
    lambda text, b: text + text,
    lambda text, b: "\ufeff" + text,
    lambda text, b: json.dumps(text),
    lambda text, b: f'{{"orders": {text}}}',
    lambda text, b: text.replace('"symbol": "', '"symbol": "ETHUSDT", "symbol": "', b % 3 + 1),
    lambda text, b: text.replace('"quantity": "', '"quantity": "9'),
    lambda text, b: text.replace('"quantity"', '"quantity": null, "quantity"'),
    lambda text, b: text.replace(": ", ":\u00a0", 1),
    lambda text, b: text.replace("}", ', "closePosition": true}'),
    lambda text, b: text.replace("}", ', "quantity": {"a": 1}}'),
)

ATTACKS: Final[tuple[Callable[[Raw, int, int], None], ...]] = (
    _moved, _moved, _moved, _doubled, _doubled, _decoyed, _decoyed, _decoyed, _encoded, _encoded, _recased, _odd_number,
    _odd_number, _scaled, _scaled, _semicolon, _as_json, _as_json, _labelled, _empty, _dropped, _exchanged, _exchanged,
    _headed, _repathed, _list_attacked, _list_attacked,
)  # fmt: skip
"""The more often one stands here, the more often it is drawn."""
