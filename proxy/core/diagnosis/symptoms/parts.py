"""Facts about parameters and endpoints that several symptoms share."""

import re
from typing import Final

from proxy.core.catalogue import Catalogue, Endpoint, Needs
from proxy.core.catalogue.retired import retirement_of_path
from proxy.core.diagnosis.examination.parsed_request import Param, ParsedRequest
from proxy.core.diagnosis.frames.frame_methods import methods_meant

NUMERIC: Final = frozenset(
    [
        "price",
        "quantity",
        "quoteOrderQty",
        "stopPrice",
        "icebergQty",
        "amount",
        "stopLimitPrice",
        "activationPrice",
        "callbackRate",
        "limitIcebergQty",
        "stopIcebergQty",
        "newQty",
        "trailingDelta",
        "priceRate",
        "triggerPrice",
    ]
)
"""Parameters that hold a decimal number."""

FREE_TEXT: Final = frozenset(
    ["name", "comment", "remark", "addressTag", "memo", "label", "note", "newClientOrderId"]
)
"""Parameters whose value is the caller's own text."""

WORDS_FOR_NOTHING: Final = frozenset(
    {"undefined", "null", "None", "NaN", "nil", "[object Object]", "NULL", "<nil>"}
)

DOCUMENTED_STAMPS: Final = frozenset({"1499827319559", "1668481559918", "1591702613943"})
"""Timestamps of the examples in Binance's documentation."""

ORDER_PATHS: Final = frozenset({"/api/v3/order", "/api/v3/order/test", "/fapi/v1/order", "/fapi/v1/order/test",
                                "/dapi/v1/order", "/sapi/v1/margin/order"})  # fmt: skip

_PLAUSIBLE: Final = re.compile(r"[A-Za-z0-9]{64}")
_ENTITY: Final = re.compile(rb"(?:\xc3\x97|\xd7|%C3%97|%D7)tamp", re.IGNORECASE)


def needs_signature(request: ParsedRequest) -> bool:
    """By the catalogue; an unlisted endpoint counts as signed when the request carries a signature or a key."""
    if request.websocket:
        known = [one.signed for one in methods_meant(request)]
        return any(known) if known else bool(request.signatures) or request.sent_key is not None
    if request.method == "OPTIONS":
        return False
    if request.endpoint is None:
        return bool(request.signatures) or (
            bool(request.key_headers) and request.param("timestamp") is not None
        )
    return request.endpoint.needs is Needs.SIGNED


def reads_json(endpoint: Endpoint | None, request: ParsedRequest) -> bool:
    """Whether a JSON body is read there; an unlisted C2C path may."""
    return request.c2c if endpoint is None else "json" in endpoint.params_in


def plausible_key(value: bytes) -> bool:
    """64 letters and digits, as all API keys have."""
    return _PLAUSIBLE.fullmatch(value.decode("latin-1")) is not None


def entity_on_wire(request: ParsedRequest) -> bool:
    """Whether `&timestamp` was turned into a multiplication sign."""
    return _ENTITY.search(request.raw.target + b"&" + request.raw.body[:8192]) is not None


def whole_query_encoded(request: ParsedRequest) -> bool:
    """Whether a parameter name holds `=` or `&`: the separators were encoded."""
    return not request.websocket and any("=" in p.name or "&" in p.name for p in request.params)


def elsewhere(request: ParsedRequest) -> bool:
    """Whether parameters travel where nobody reads them, so that they must not be called missing."""
    return (
        request.multipart
        or entity_on_wire(request)
        or whole_query_encoded(request)
        or "timestamp" in request.json_fields
        or request.method == "OPTIONS"
    )


def seen_in(params: list[Param]) -> tuple[tuple[str, str | int], ...]:
    """The names, as a fact."""
    return (("parameter", ", ".join(dict.fromkeys(param.shown for param in params[:6]))),)


_SIGNATURE_HEADERS: Final = frozenset(
    {b"signature", b"x-mbx-signature", b"x-signature", b"sign", b"x-mbx-sign", b"access-sign", b"api-sign"}
)


def header_signature(request: ParsedRequest) -> bytes | None:
    """What looks like a signature in a header."""
    found = (value for name, value in request.raw.headers if name.lower() in _SIGNATURE_HEADERS)
    return next((value.strip() for value in found if len(value.strip()) >= 32), None)


def zoned(off_ms: int) -> bool:
    """Whether a clock difference is a time zone: within 20 s of a multiple of 15 minutes, up to 15 hours."""
    quarters = round(off_ms / 900_000)
    return 1 <= abs(quarters) <= 60 and abs(off_ms - quarters * 900_000) <= 20_000


def window_ms(request: ParsedRequest) -> int:
    """The recvWindow that holds: the sent one where it is a number, else Binance's default."""
    sent = request.param("recvWindow")
    found = re.fullmatch(r"([0-9]{1,9})(\.[0-9]+)?", sent.value) if sent else None
    return int(found[1]) if found else 5000


def other_method(request: ParsedRequest) -> str | None:
    """The method that was meant, in words, where the one that was sent is not of this path or of this call."""
    if request.websocket or request.method == "OPTIONS":
        return None
    methods = Catalogue.builtin().methods_for(request.path_text)
    if methods and request.method not in methods:
        # where every call on the path is retired, another method would not help
        return None if retirement_of_path(request.path_text, "production") else ", ".join(methods)
    placing = request.param("side") is not None and request.param("type") is not None
    if request.method in ("GET", "DELETE") and request.path_text in ORDER_PATHS and placing:
        return "POST to place an order"
    return None
