"""An independent signer that makes every known mistake on purpose.

It shares nothing with the engine: standard library only, text instead of octets, its own joining, encoding
and hashing. Each mistake is one step of

    signature = output( digest( key, scope( encoding( order( time( pairs ))))))
"""

import base64
import hashlib
import hmac
import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from msgspec.structs import replace

from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation, Transport
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest

LETTERS = string.ascii_letters + string.digits
Pairs = list[tuple[str, str]]


def as_is(pairs: Pairs) -> Pairs:
    return pairs


@dataclass
class Plan:
    """One request and the steps of its signer; the default steps are the right ones."""

    rng: random.Random
    method: str = "POST"
    host: str = "api.binance.com"
    path: str = "/api/v3/order"
    query: Pairs = field(default_factory=list)  # values percent-encoded as sent
    form: Pairs = field(default_factory=list)
    body: str = ""  # JSON text
    websocket: bool = False
    time: Callable[["Plan", Pairs], Pairs] | None = None
    order: Callable[["Plan", Pairs], Pairs] | None = None
    encoding: Callable[["Plan", Pairs], Pairs] | None = None
    scope: Callable[["Plan", str, str], str | bytes] | None = None
    key: Callable[["Plan"], bytes] | None = None
    digest: Callable[[bytes, bytes], bytes] | None = None
    output: Callable[[bytes], str] | None = None
    wire: Callable[["Plan"], None] | None = None  # changes what is sent after signing
    header_key: str | None = None
    sent_signatures: list[str] = field(default_factory=list)  # older ones, sent in front

    def __post_init__(self) -> None:
        self.api_key = "".join(self.rng.choices(LETTERS, k=64))
        self.secret = "".join(self.rng.choices(LETTERS, k=64))

    def signed_text(self) -> bytes:
        query, form = list(self.query), list(self.form)
        for step in (self.time, self.order, self.encoding):
            if step is not None:
                query, form = step(self, query), step(self, form)
        if self.websocket and self.order is None:
            query = sorted(query)
        scope = self.scope or (lambda _plan, q, f: q + f)
        text = scope(self, joined(query), joined(form))
        return text.encode() if isinstance(text, str) else text

    def right_text(self) -> bytes:
        pairs = sorted(self.query) if self.websocket else self.query
        return (joined(pairs) + joined(self.form)).encode()

    def sign(self) -> str:
        text = self.signed_text()
        key = self.key(self) if self.key else self.secret.encode()
        digest = self.digest or (lambda k, t: hmac.new(k, t, hashlib.sha256).digest())
        return (self.output or bytes.hex)(digest(key, text))

    def observation(self, code: int | None = -1022) -> Observation:
        signature = self.sign()
        if self.wire:
            self.wire(self)
        older = [("signature", text) for text in self.sent_signatures]
        last = ("signature", quote(signature, safe=""))
        headers = [(b"X-MBX-APIKEY", (self.header_key or self.api_key).encode("latin-1"))]
        if self.websocket:
            members = {
                name: (int(value) if name in ("timestamp", "recvWindow") else value)
                for name, value in self.query
            }
            frame = {"id": "1", "method": "order.place", "params": {**members, "signature": signature}}
            request = RawRequest("GET", b"/ws-api/v3", (), json.dumps(frame).encode())
        else:
            query, form = [*self.query], [*self.form]
            if form:
                form += [*older, last]
                headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
            else:
                query += [*older, last]
            body = joined(form) if form else self.body
            if self.body:
                headers += [(b"Content-Type", b"application/json"), (b"clientType", b"web")]
            target = self.path + ("?" + joined(query) if query else "")
            request = RawRequest(self.method, target.encode(), tuple(headers), body.encode())
        msg = json.dumps({"code": code, "msg": "Signature for this request is not valid."}).encode()
        return Observation(
            request=request,
            host=self.host,
            transport=Transport.WEBSOCKET if self.websocket else Transport.REST,
            answer=AnswerSeen(400, (), msg) if code else None,
            keys=(KnownKey("test", self.api_key, HmacKey(Secret(self.secret.encode()))),),
        )


def joined(pairs: Pairs) -> str:
    return "&".join(f"{name}={value}" if name else value for name, value in pairs)


# -- shapes of requests ------------------------------------------------------------------------------------


def stamp(rng: random.Random) -> str:
    return str(1_770_000_000_000 + rng.randrange(10**10))


def order(rng: random.Random, pairs: int = 8) -> Plan:
    """An order in the query."""
    every = [
        ("symbol", rng.choice(["BTCUSDT", "ETHBTC", "SOLUSDC"])),
        ("side", rng.choice(["BUY", "SELL"])),
        ("type", "LIMIT"),
        ("quantity", f"{rng.uniform(1, 900):.3f}"),
        ("price", f"{rng.uniform(1, 900):.2f}"),
        ("timeInForce", "GTC"),
    ]
    return Plan(rng, query=[*every[: pairs - 2], ("recvWindow", "7000"), ("timestamp", stamp(rng))])


def small(rng: random.Random) -> Plan:
    """Three pairs."""
    plan = Plan(rng, method="GET", path="/api/v3/allOrders")
    plan.query = [("symbol", "ETHBTC"), ("orderId", str(rng.randrange(10**9))), ("timestamp", stamp(rng))]
    return plan


def mixed(rng: random.Random) -> Plan:
    """Query and form."""
    plan = order(rng)
    plan.query, plan.form = plan.query[:3], plan.query[3:]
    return plan


def special(rng: random.Random, name: str | None = None) -> Plan:
    """A withdrawal whose name has characters with two spellings; sent as RFC 3986 text."""
    text = name or f"Bot {rng.randrange(99)}: A/B, c@d.example (x)"
    plan = Plan(rng, path="/sapi/v1/capital/withdraw/apply")
    plan.query = [("coin", "USDT"), ("address", "0xabc"), ("amount", "10.50"), ("name", quote(text, safe=""))]
    plan.query.append(("timestamp", stamp(rng)))
    return plan


def with_pair(rng: random.Random, name: str, text: str) -> Plan:
    """Three pairs and one more."""
    plan = small(rng)
    plan.query.insert(1, (name, text))
    return plan


def zeroed(rng: random.Random) -> Plan:
    """An order whose right digest has an octet below 16, so that a conversion can lose a zero."""
    while True:
        plan = order(rng)
        if any(octet < 16 for octet in mac(plan.secret.encode(), plan.right_text())):
            return plan


def json_list(rng: random.Random) -> Plan:
    """A cancellation with a JSON list in a value."""
    ids = [rng.randrange(10**9) for _ in range(3)]
    plan = Plan(rng, method="DELETE", host="fapi.binance.com", path="/fapi/v1/batchOrders")
    plan.query = [
        ("symbol", "BTCUSDT"),
        ("orderIdList", quote(json.dumps(ids, separators=(",", ":")), safe="")),
    ]
    plan.query.append(("timestamp", stamp(rng)))
    return plan


def c2c(rng: random.Random) -> Plan:
    """A C2C call with a JSON body."""
    plan = Plan(
        rng, path="/sapi/v1/c2c/ads/search", query=[("recvWindow", "60000"), ("timestamp", stamp(rng))]
    )
    plan.body = json.dumps({"asset": "USDT", "fiat": "EUR", "page": rng.randrange(9)}, separators=(",", ":"))
    return plan


def frame(rng: random.Random) -> Plan:
    """A WebSocket API order."""
    plan = order(rng)
    plan.websocket, plan.host = True, "ws-api.binance.com"
    plan.query.append(("apiKey", plan.api_key))
    return plan


# -- the mistakes ------------------------------------------------------------------------------------------

Step = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """A mistake on one axis, and the shape of request that shows it."""

    rule: str
    axis: str
    step: Step
    shape: Callable[[random.Random], Plan] = order


def value(plan: Plan, name: str) -> str:
    return next((v for n, v in [*plan.query, *plan.form] if n == name), "")


def each(change: Callable[[str], str]) -> Step:
    return lambda _plan, pairs: [(name, change(text)) for name, text in pairs]


def restamp(change: Callable[[Plan, str], str], name: str = "timestamp") -> Step:
    return lambda plan, pairs: [(n, change(plan, v) if n == name else v) for n, v in pairs]


def one_of(*steps: Step) -> Step:
    """A different variant each time."""
    return lambda plan, *rest: plan.rng.choice(steps)(plan, *rest)


def shuffled(plan: Plan, pairs: Pairs) -> Pairs:
    """Any order but the sent, the sorted and the reversed one."""
    while len(pairs) > 2:
        other = plan.rng.sample(pairs, len(pairs))
        if other != pairs and sorted(other) != other and not looks_sorted(other):
            return other
    return pairs[::-1]


def looks_sorted(pairs: Pairs) -> bool:
    """Sorted in one of the ways people sort: reversed, or with timestamp and recvWindow kept at the end."""
    business = [pair for pair in pairs if pair[0] not in ("timestamp", "recvWindow")]
    return pairs == sorted(pairs, reverse=True) or pairs[: len(business)] == sorted(business)


def far_shift(plan: Plan, text: str) -> str:
    return str(int(text) - plan.rng.choice([plan.rng.randint(51, 5000), -plan.rng.randint(51, 5000)]))


def near_shift(plan: Plan, text: str) -> str:
    return str(int(text) - plan.rng.choice([plan.rng.randint(1, 50), -plan.rng.randint(1, 50)]))


def params(plan: Plan) -> dict[str, str]:
    return {name: unquote_plus(text) for name, text in [*plan.query, *plan.form]}


def without_last(plan: Plan, q: str, _f: str) -> str:
    """One or two parameters were not there yet when the signature was made."""
    pairs = q.split("&")
    lost = sorted(plan.rng.sample(range(len(pairs) - 1), plan.rng.choice([1, 2])), reverse=True)
    for i in lost:
        del pairs[i]
    return "&".join(pairs)


def templated(plan: Plan, q: str, _f: str) -> str:
    name = plan.rng.choice(["price", "quantity", "symbol", "side"])
    return "&".join(
        f"{name}={{{{{name}}}}}" if pair.startswith(name + "=") else pair for pair in q.split("&")
    )


def hashed(name: str, *parts: str) -> Step:
    """A plain hash over key and text, arranged."""

    def digest(key: bytes, text: bytes) -> bytes:
        words = {"key": key, "text": text, "&secret=": b"&secret="}
        return hashlib.new(name, b"".join(words[part] for part in parts)).digest()

    return digest


def double_on_wire(plan: Plan) -> None:
    plan.query = [(name, quote(text, safe="")) for name, text in plan.query]


def whole_on_wire(plan: Plan) -> None:
    plan.query = [("", quote(joined(plan.query), safe="")), *plan.query[-2:]]


def times_on_wire(plan: Plan) -> None:
    plan.query = [("", joined(plan.query).replace("&timestamp", "\u00d7tamp"))]


def raw_value(plan: Plan) -> None:
    """Nothing: the value is raw in both texts."""


def second_signature(plan: Plan, q: str, f: str) -> str:
    plan.sent_signatures.append("ab" * 32)
    return q + f + "&signature=" + "ab" * 32


def swap(plan: Plan) -> bytes:
    plan.header_key = plan.secret
    return plan.api_key.encode()


def typo(plan: Plan) -> bytes:
    i = plan.rng.randrange(1, 60)
    other = "Q" if plan.secret[i] != "Q" else "7"
    return (plan.secret[:i] + other + plan.secret[i + 1 :]).encode()


def mac(key: bytes, text: bytes, name: str = "sha256") -> bytes:
    return hmac.new(key, text, name).digest()


def zeros_lost(digest: bytes) -> str:
    return "".join(f"{octet:x}" for octet in digest)


SCOPE, ENC, ORDER, TIME, KEY, DIGEST, OUT = "scope", "encoding", "order", "time", "key", "digest", "output"

MISTAKES: tuple[Mistake, ...] = (
    Mistake("scope-json-body-appended", SCOPE, lambda p, q, f: q + p.body, c2c),
    Mistake("scope-only-body-signed", SCOPE, lambda p, q, f: p.body, c2c),
    Mistake("scope-ampersand-between-query-and-body", SCOPE, lambda p, q, f: q + "&" + f, mixed),
    Mistake("scope-form-body-not-signed", SCOPE, lambda p, q, f: q, mixed),
    Mistake("scope-body-before-query", SCOPE, lambda p, q, f: f + q, mixed),
    Mistake(
        "scope-path-included",
        SCOPE,
        one_of(lambda p, q, f: f"{p.path}?{q}{f}", lambda p, q, f: p.path + q + f),
    ),
    Mistake("scope-url-included", SCOPE, lambda p, q, f: f"https://{p.host}{p.path}?{q}{f}"),
    Mistake("scope-leading-question-mark", SCOPE, lambda p, q, f: "?" + q + f),
    Mistake(
        "scope-prehash-timestamp-method-path",
        SCOPE,
        one_of(
            lambda p, q, f: f"{value(p, 'timestamp')}{p.method}{p.path}?{q}{f}",
            lambda p, q, f: f"{value(p, 'timestamp')}{p.method}{p.path}{f}",
            lambda p, q, f: f"{p.method}{p.path}{value(p, 'timestamp')}{f}",
        ),
    ),
    Mistake("scope-prehash-lines", SCOPE, lambda p, q, f: f"{p.method}\n{p.host}\n{p.path}\n{q}"),
    Mistake(
        "scope-prehash-timestamp-key-window",
        SCOPE,
        lambda p, q, f: value(p, "timestamp") + p.api_key + value(p, "recvWindow") + q,
    ),
    Mistake(
        "scope-only-timestamp-signed",
        SCOPE,
        one_of(
            lambda p, q, f: "timestamp=" + value(p, "timestamp"),
            lambda p, q, f: f"timestamp={value(p, 'timestamp')}&recvWindow={value(p, 'recvWindow')}",
        ),
    ),
    Mistake(
        "scope-values-concatenated",
        SCOPE,
        one_of(
            lambda p, q, f: "".join(pair.split("=")[1] for pair in q.split("&")),
            lambda p, q, f: value(p, "timestamp") + value(p, "recvWindow"),
        ),
    ),
    Mistake("scope-separators-dropped", SCOPE, lambda p, q, f: q.replace("&", "").replace("=", "")),
    Mistake("scope-param-added-after-signing", SCOPE, without_last),
    Mistake("scope-param-dropped-after-signing", SCOPE, lambda p, q, f: q + "&recvWindow=5000" + f, small),
    Mistake(
        "scope-signature-field-signed",
        SCOPE,
        one_of(*(lambda p, q, f, t=t: f"{q}{f}&signature={t}" for t in ("", "undefined", "null"))),
    ),
    Mistake("place-signature-twice", SCOPE, second_signature),
    Mistake(
        "scope-apikey-signed",
        SCOPE,
        one_of(
            lambda p, q, f: f"apiKey={p.api_key}&{q}{f}",
            lambda p, q, f: p.api_key + q + f,
            lambda p, q, f: f"{q}{f}&apiKey={p.api_key}",
        ),
    ),
    Mistake(
        "scope-json-of-params-signed",
        SCOPE,
        one_of(
            lambda p, q, f: json.dumps(params(p), separators=(",", ":")),
            lambda p, q, f: json.dumps(params(p)),
        ),
    ),
    Mistake("scope-empty-string-signed", SCOPE, lambda p, q, f: ""),
    Mistake("scope-constant-signed", SCOPE, lambda p, q, f: "undefined"),
    Mistake("scope-template-variable-unresolved", SCOPE, templated),
    Mistake("scope-leading-ampersand", SCOPE, lambda p, q, f: "&" + q + f),
    Mistake("scope-trailing-ampersand", SCOPE, lambda p, q, f: q + f + "&"),
    Mistake(
        "scope-trailing-newline", SCOPE, one_of(lambda p, q, f: q + f + "\n", lambda p, q, f: q + f + "\r\n")
    ),
    Mistake("scope-surrounding-characters", SCOPE, lambda p, q, f: f'"{q}{f}"'),
    Mistake("scope-empty-body-text-appended", SCOPE, lambda p, q, f: q + "{}"),
    Mistake("scope-payload-doubled", SCOPE, lambda p, q, f: (q + f) * 2),
    Mistake("scope-payload-transformed", SCOPE, lambda p, q, f: base64.b64encode((q + f).encode()).decode()),
    Mistake("scope-text-cut", SCOPE, lambda p, q, f: (q + f)[3:]),
    Mistake("enc-raw-signed-encoded-sent", ENC, each(unquote), special),
    Mistake("enc-space-plus-vs-percent20", ENC, each(lambda v: v.replace("%20", "+")), special),
    Mistake(
        "enc-plus-sign", ENC, each(lambda v: v.replace("%2B", "+")), lambda r: special(r, "alice+bot: x")
    ),
    Mistake(
        "enc-hex-digit-case",
        ENC,
        each(
            lambda v: (
                quote(unquote(v), safe="")
                .replace("%2", "%2")
                .replace("%3A", "%3a")
                .replace("%2C", "%2c")
                .replace("%2F", "%2f")
            )
        ),
        special,
    ),
    Mistake(
        "enc-safe-characters-differ",
        ENC,
        one_of(
            each(lambda v: v.replace("%2F", "/")),
            each(lambda v: v.replace("%3A", ":").replace("%2C", ",")),
            each(lambda v: v.replace("%40", "@").replace("%28", "(").replace("%29", ")")),
        ),
        special,
    ),
    Mistake(
        "enc-json-list-spacing",
        ENC,
        each(lambda v: v.replace("%2C", "%2C%20") if v.startswith("%5B") else v),
        json_list,
    ),
    Mistake("enc-letter-case-changed", ENC, each(lambda v: v.lower() if v.isalpha() else v), small),
    Mistake(
        "enc-number-text-differs", ENC, restamp(lambda p, v: v.rstrip("0").rstrip("."), "amount"), special
    ),
    Mistake("enc-html-ampersand-signed", SCOPE, lambda p, q, f: q.replace("&", "&amp;") + f),
    Mistake(
        "enc-other-charset",
        SCOPE,
        lambda p, q, f: unquote(q).encode("gbk"),
        lambda r: special(r, "\u5e01\u5b89"),
    ),
    Mistake("order-sorted-signed-unsorted-sent", ORDER, lambda p, pairs: sorted(pairs)),
    Mistake("order-hash-map", ORDER, shuffled),
    Mistake("scope-timestamp-taken-twice", TIME, restamp(far_shift)),
    Mistake("time-unit-differs", TIME, restamp(lambda p, v: v[:-3])),
    Mistake(
        "time-zone-differs", TIME, restamp(lambda p, v: str(int(v) + 3_600_000 * p.rng.choice([-5, 1, 2, 8])))
    ),
    Mistake("time-recvwindow-differs", TIME, restamp(lambda p, v: "5000", "recvWindow")),
    Mistake(
        "secret-placeholder",
        KEY,
        lambda p: p.rng.choice(["undefined", "", "YOUR_SECRET_KEY", "binance-api-secret"]).encode(),
    ),
    Mistake(
        "secret-trailing-whitespace", KEY, lambda p: (p.secret + p.rng.choice(["\n", "\r\n", " "])).encode()
    ),
    Mistake("secret-quoted", KEY, lambda p: p.rng.choice(['"%s"', "'%s'"]).replace("%s", p.secret).encode()),
    Mistake("secret-is-api-key", KEY, lambda p: p.api_key.encode()),
    Mistake("key-and-secret-swapped", KEY, swap),
    Mistake("secret-decoded-hex-or-base64", KEY, lambda p: base64.b64decode(p.secret)),
    Mistake("secret-case-changed", KEY, lambda p: p.secret.lower().encode()),
    Mistake("secret-cut-short", KEY, lambda p: p.secret[:-2].encode()),
    Mistake("secret-mistyped", KEY, typo),
    Mistake("secret-doubled", KEY, lambda p: (p.secret * 2).encode()),
    Mistake("secret-with-label", KEY, lambda p: f"secret={p.secret}".encode()),
    Mistake("secret-joined-with-key", KEY, lambda p: f"{p.api_key}:{p.secret}".encode()),
    Mistake("secret-hashed-first", KEY, lambda p: hashlib.sha256(p.secret.encode()).hexdigest().encode()),
    Mistake("secret-in-utf-16", KEY, lambda p: p.secret.encode("utf-16-le")),
    Mistake("alg-plain-sha256", DIGEST, hashed("sha256", "text", "key")),
    Mistake("alg-plain-other-hash", DIGEST, hashed("md5", "text", "&secret=", "key")),
    Mistake("alg-sha512", DIGEST, lambda k, t: mac(k, t, "sha512")),
    Mistake("alg-other-hmac-hash", DIGEST, lambda k, t: mac(k, t, "sha1")),
    Mistake("alg-hmac-arguments-swapped", DIGEST, lambda k, t: mac(t, k)),
    Mistake("alg-prehashed-message", DIGEST, lambda k, t: mac(k, hashlib.sha256(t).hexdigest().encode())),
    Mistake("alg-digest-hashed-again", DIGEST, lambda k, t: hashlib.sha256(mac(k, t)).digest()),
    Mistake("alg-secret-in-signed-text", DIGEST, lambda k, t: mac(k, t + k)),
    Mistake("alg-base64-output", OUT, lambda d: base64.b64encode(d).decode()),
    Mistake("alg-openssl-prefix", OUT, lambda d: "(stdin)= " + d.hex()),
    Mistake("alg-object-as-signature", OUT, lambda d: str(d.hex().encode())),
    Mistake("alg-hex-decorated", OUT, lambda d: d.hex(":")),
    Mistake("alg-hex-of-hex", OUT, lambda d: d.hex().encode().hex()),
    Mistake("alg-byte-list", OUT, lambda d: str(list(d))),
    Mistake("alg-byte-order", OUT, lambda d: d[::-1].hex()),
    Mistake("alg-truncated", OUT, lambda d: d.hex()[:40]),
)

EXTRA: tuple[Mistake, ...] = (
    Mistake(
        "enc-boolean-text",
        ENC,
        each(lambda v: v.replace("true", "True")),
        lambda r: with_pair(r, "reduceOnly", "true"),
    ),
    Mistake("enc-blank-trimmed", ENC, each(lambda v: v.removesuffix("%20")), lambda r: special(r, "my bot ")),
    Mistake(
        "enc-list-spelling",
        SCOPE,
        lambda p, q, f: q.replace("%2C", "&asset="),
        lambda r: with_pair(r, "asset", "BTC%2CETH"),
    ),
    Mistake(
        "param-empty-value",
        SCOPE,
        lambda p, q, f: q.replace("&stopPrice=", ""),
        lambda r: with_pair(r, "stopPrice", ""),
    ),
    Mistake("alg-raw-octets-sent", OUT, lambda d: d.decode("latin-1")),
    Mistake("alg-leading-zeros-lost", OUT, zeros_lost, zeroed),
    Mistake("scope-url-included", SCOPE, lambda p, q, f: f"{p.host}{p.path}?{q}{f}"),
)
"""Mistakes with a rule of their own that need a special request, or show only now and then."""

ON_WIRE: tuple[tuple[str, Callable[[random.Random], Plan], Callable[[Plan], None]], ...] = (
    ("enc-double-encoded-on-wire", special, double_on_wire),
    ("enc-whole-query-encoded", order, whole_on_wire),
    ("enc-times-entity-on-wire", order, times_on_wire),
)
"""Mistakes made after signing: the text is right and the wire is not."""


def planted(mistake: Mistake, seed: int) -> Plan:
    """A request with this one mistake."""
    plan = mistake.shape(random.Random(f"{mistake.rule} {seed}"))
    setattr(plan, mistake.axis, mistake.step)
    return plan


def websocket_plans(seed: int) -> list[tuple[str, Plan]]:
    """The mistakes of the WebSocket API."""
    plans = []
    for rule in ("ws-not-sorted", "ws-apikey-not-signed", "ws-percent-encoded"):
        plan = frame(random.Random(f"{rule} {seed}"))
        if rule == "ws-not-sorted":
            plan.order = as_sent
        elif rule == "ws-apikey-not-signed":
            plan.scope = lambda _p, q, _f: "&".join(
                pair for pair in q.split("&") if not pair.startswith("apiKey=")
            )
        else:
            plan.query[0] = ("symbol", "\u5e01\u5b89USDT")
            plan.encoding = each(quote_plus)
        plans.append((rule, plan))
    return plans


def as_sent(_plan: Plan, pairs: Pairs) -> Pairs:
    return list(pairs)


def on_wire_plans(seed: int) -> list[tuple[str, Plan]]:
    """The mistakes that are made after signing."""
    plans = []
    for rule, shape, wire in ON_WIRE:
        plan = shape(random.Random(f"{rule} {seed}"))
        plan.wire = wire
        plans.append((rule, plan))
    return plans


def refused_though_right(seed: int) -> list[tuple[str, Observation]]:
    """Right HMACs that Binance refuses all the same: where the signature or the parameters stand."""
    found = []
    rng = random.Random(f"right {seed}")
    plan = order(rng)
    plan.host, plan.path = (
        "fapi.binance.com",
        "/fapi/v1/order",
    )  # whose documentation asks for it as the last one
    front = plan.observation()
    pairs = front.request.query.split(b"&")
    moved = plan.path.encode() + b"?" + b"&".join([pairs[-1], *pairs[:-1]])
    found.append(("order-signature-not-last", with_target(front, moved)))
    plan = special(rng)
    plan.query, plan.form = [], plan.query
    found.append(("place-body-where-query-required", plan.observation()))
    plan = small(rng)
    plan.query[0] = ("symbol", "\u5e01\u5b89USDT")
    found.append(("enc-non-ascii-sent-raw", plan.observation()))
    plan = order(rng)
    plan.query.insert(3, ("stopPrice", ""))
    found.append(("param-empty-value", plan.observation()))
    plan = order(rng)
    unsigned = plan.observation(code=-1102)
    query, _, signature = unsigned.request.target.rpartition(b"&signature=")
    header = (*unsigned.request.headers, (b"X-MBX-SIGNATURE", signature))
    request = RawRequest("POST", query, header)
    found.append(("place-signature-in-header", replace(unsigned, request=request)))
    return found


def with_target(observation: Observation, target: bytes) -> Observation:
    return replace(observation, request=replace(observation.request, target=target))


def fewer_pairs(plan: Plan) -> Plan:
    """At most five pairs: all orders of so many are tried beside another mistake."""
    if len(plan.query) + len(plan.form) > 5 and not plan.form:
        plan.query = [*plan.query[:3], *plan.query[-2:]]
    return plan


def compositions(each_pair: int) -> Iterator[tuple[str, str, Plan]]:
    """Two mistakes on different axes, in a request that shows both; those that cancel out are left out."""
    for a, b in combinations(MISTAKES, 2):
        shape = a.shape if a.shape is not order else b.shape
        alone = {
            "enc-html-ampersand-signed",
            "enc-other-charset",
            "scope-text-cut",
            "secret-mistyped",
            "key-and-secret-swapped",
            "place-signature-twice",
        }
        if a.axis == b.axis or {a.rule, b.rule} & alone or (a.shape is not order and b.shape is not order):
            continue
        rng = random.Random(f"{a.rule} {b.rule}")
        if rng.random() > COMPOSED_SHARE:
            continue
        for _ in range(each_pair):
            plan = fewer_pairs(shape(rng)) if ORDER in (a.axis, b.axis) else shape(rng)
            for mistake in (a, b):
                step = restamp(near_shift) if mistake.rule == "scope-timestamp-taken-twice" else mistake.step
                setattr(plan, mistake.axis, step)
            if shows_both(plan, a, b):
                yield a.rule, b.rule, plan


COMPOSED_SHARE = 0.12
"""Share of all pairs of mistakes that is composed, chosen by their names: the same ones in every run."""


def shows_both(plan: Plan, a: Mistake, b: Mistake) -> bool:
    """Whether each step changes the signature while the other one is there."""
    state = plan.rng.getstate()
    both = plan.sign()
    for mistake in (a, b):
        step = getattr(plan, mistake.axis)
        plan.rng.setstate(state)
        setattr(plan, mistake.axis, None)
        without = plan.sign()
        setattr(plan, mistake.axis, step)
        if without == both:
            return False
    plan.rng.setstate(state)
    return True
