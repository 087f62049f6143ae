"""Headers of the merchant API of Binance Pay, on an endpoint that does not know them."""

from typing import Final

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom

_HEADERS: Final = (
    b"binancepay-timestamp", b"binancepay-nonce", b"binancepay-certificate-sn", b"binancepay-signature",
)  # fmt: skip
_PREFIXES: Final = ("/api/", "/sapi/", "/fapi/", "/dapi/", "/eapi/", "/papi/")


def detect(request: ParsedRequest) -> Sighting | None:
    sent = [name for name in _HEADERS if request.raw.header(name) is not None]
    if not sent or not request.path_text.startswith(_PREFIXES):
        return None
    missing = not request.signatures and request.answered(*_CODES)
    return Sighting(PROVEN if missing else LIKELY, (("headers", len(sent)),))


_CODES: Final = (-1102, -2014, -2015)

SYMPTOM = Symptom(
    about=RuleText(
        rule="header-pay-recipe",
        says="The request is signed as Binance Pay asks for, and this is not an endpoint of Binance Pay.",
        why=(
            "The BinancePay- headers belong to the merchant API at bpay.binanceapi.com. /api, /sapi and the futures"
            " take the key in X-MBX-APIKEY, and the signature as a parameter."
        ),
        see="Headers that begin with BinancePay-.",
        remedy="Send X-MBX-APIKEY, and the HMAC-SHA256 of the query and the form body as the parameter signature.",
        example="GET /sapi/v1/pay/transactions?timestamp=...&signature=...",
    ),
    detect=detect,
    codes=frozenset(_CODES),
)
