"""More mistakes of the independent signer: what certain languages, libraries and other services do."""

import hashlib
import json
import random
from collections.abc import Callable

from tests.core.diagnosis.planting import (
    DIGEST,
    OUT,
    SCOPE,
    Mistake,
    Plan,
    c2c,
    small,
    stamp,
    value,
)


def assets(rng: random.Random) -> Plan:
    """A list under a repeated name, as `requests` and `axios` send it."""
    plan = Plan(rng, path="/sapi/v1/asset/dust")
    plan.query = [("asset", name) for name in rng.sample(["BTC", "ETH", "SOL", "XRP", "ADA", "USDT"], 3)]
    plan.query += [("recvWindow", "7000"), ("timestamp", stamp(rng))]
    return plan


def printed(write: Callable[[list[str]], str]) -> Callable[[Plan, str, str], str]:
    """The list was signed as one value."""

    def text(_plan: Plan, query: str, _form: str) -> str:
        pairs = query.split("&")
        items = [pair.removeprefix("asset=") for pair in pairs if pair.startswith("asset=")]
        return "&".join([f"asset={write(items)}", *(one for one in pairs if not one.startswith("asset="))])

    return text


def as_java_hex(digest: bytes) -> str:
    """Integer.toHexString(b) of each signed byte, without padding."""
    return "".join(f"{(octet - 256 if octet > 127 else octet) & 0xFFFFFFFF:x}" for octet in digest)


def as_c_hex(digest: bytes) -> str:
    """printf("%02x", c) of each signed char."""
    return "".join(f"{(octet - 256 if octet > 127 else octet) & 0xFFFFFFFF:02x}" for octet in digest)


def as_long_hex(digest: bytes) -> str:
    """Long.toHexString(b) of each signed byte."""
    return "".join(f"{(octet - 256 if octet > 127 else octet) & 0xFFFFFFFFFFFFFFFF:x}" for octet in digest)


def with_minus(digest: bytes) -> str:
    """Integer.toString(b, 16), or b.toString(16) of an Int8Array."""
    return "".join(f"{octet - 256 if octet > 127 else octet:x}" for octet in digest)


def with_minus_padded(digest: bytes) -> str:
    """The same with padStart(2, '0'): a minus counts as a character."""
    return "".join(f"{octet - 256 if octet > 127 else octet:x}".rjust(2, "0") for octet in digest)


def setting(text: str) -> Callable[[Plan, str, str], str]:
    """A setting of the client among the sorted parameters, signed and taken out before sending."""
    return lambda _plan, query, _form: "&".join(sorted([*query.split("&"), text]))


def sorted_small(rng: random.Random) -> Plan:
    plan = small(rng)
    plan.query.sort()
    return plan


def pay_lines(plan: Plan, query: str, _form: str) -> str:
    """timestamp, nonce and body on lines, as Binance Pay asks for; a nonce that was not sent cannot be known."""
    return f"{value(plan, 'timestamp')}\n{value(plan, 'nonce')}\n{plan.body}\n"


def with_nonce(rng: random.Random) -> Plan:
    plan = c2c(rng)
    plan.query.insert(0, ("nonce", "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=32))))
    return plan


def signed_with_old(plan: Plan, query: str, form: str) -> str:
    """A placeholder in the model was signed, and sent beside the real signature."""
    plan.sent_signatures.append("placeholder")
    return query + form + "&signature=placeholder"


MORE: tuple[Mistake, ...] = (
    *(
        Mistake("enc-list-spelling", SCOPE, printed(write), assets)
        for write in (
            str,
            lambda items: json.dumps(items, separators=(",", ":")),
            json.dumps,
            ",".join,
            lambda items: f"[{', '.join(items)}]",
        )
    ),
    Mistake("alg-plain-sha256", DIGEST, lambda k, t: hashlib.sha256(k + b"|" + t).digest()),
    Mistake("alg-plain-sha256", DIGEST, lambda k, t: hashlib.sha256(t + b"|" + k).digest()),
    *(
        Mistake("alg-signed-octets", OUT, write)
        for write in (as_java_hex, as_c_hex, as_long_hex, with_minus, with_minus_padded)
    ),
    *(
        Mistake("scope-param-dropped-after-signing", SCOPE, setting(text), sorted_small)
        for text in ("requests_params={'timeout': 10}", "timeout=30", "type=future", "recvWindow=10000")
    ),
    Mistake("scope-pay-recipe", SCOPE, pay_lines, with_nonce),
    Mistake("place-signature-twice", SCOPE, signed_with_old),
)
