"""What a value must look like to be shown in clear.

An allowed name is not enough: people paste keys into wrong fields. So each allowed name has a shape, and no
shape is wide enough for a key, a token, a phone number with its country code, a card or a bank account.
"""

import re
from functools import cache

import msgspec

LONGEST_RUN = 23
"""Values with more letters and digits than this are never clear, unless the shape is closed."""

LONGEST_VALUE = 128
"""Characters; longer values are not even compared, so that no pattern meets hostile lengths."""


class Shape(msgspec.Struct, frozen=True):
    """`closed` means that the pattern only admits constants known beforehand: nothing can hide in it."""

    name: str
    text: str
    flags: re.RegexFlag = re.ASCII
    closed: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first asked for: a start needs none of them."""
        return _compiled(self.text, self.flags)

    def admits(self, value: str) -> bool:
        """Whether the whole value has this shape."""
        if len(value) > LONGEST_VALUE or not self.pattern.fullmatch(value):
            return False
        return self.closed or sum(character.isalnum() for character in value) <= LONGEST_RUN


@cache
def _compiled(text: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(text, flags)


def _open(name: str, pattern: str) -> Shape:
    return Shape(name, pattern)


def words(name: str, *allowed: str) -> Shape:
    """A closed vocabulary; letter case is free, since a wrong case is a mistake worth showing."""
    alternatives = "|".join(re.escape(word) for word in allowed)
    return Shape(name, alternatives, re.ASCII | re.IGNORECASE, closed=True)


# Letters with one group of digits inside or behind: 1000SHIB, C98, A2Z, USD1. A gift code has more, and so has the
# base64 text of a number where it has capitals only.
_TICKER = r"[0-9]{0,7}[A-Z]+([0-9]{1,3}[A-Z]*)?"
# Dates and strikes of BTC-260626-140000-C, DOGE-260626-0.25-C; no part is as long as a phone number.
_SYMBOL = rf"{_TICKER}([_.-]({_TICKER}|[0-9]{{1,7}})){{0,4}}"
_ENUM = r"([A-Z]{1,15}|C2C)(_([A-Z]{1,15}|C2C|[0-9]{1,3})){0,5}"

ENUM = _open("enum", _ENUM)
ENUM_OR_NUMBER = _open("enum_or_number", rf"{_ENUM}|[0-9]{{1,3}}")
SYMBOL = _open("symbol", rf"(?=.{{1,20}}\Z){_SYMBOL}")
SYMBOL_LIST = _open("symbol_list", rf"\[ ?\"{_SYMBOL}\"(, ?\"{_SYMBOL}\")*\]")
ASSET = _open("asset", rf"(?=.{{1,12}}\Z){_TICKER}")
INTEGER = _open("integer", r"-?[0-9]{1,7}")
COUNT = _open("count", r"[0-9]{1,7}")
"""Shorter than a user id."""
DECIMAL = _open(
    "decimal",
    # A decimal comma, an exponent or float noise is what -1100 and -1111 are about.
    r"-?([0-9]{1,10}([.,][0-9]{1,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,2})?",
)
RECV_WINDOW = _open("recv_window", r"-?[0-9]{1,7}([.,][0-9]{1,6})?")
TIMESTAMP = _open("timestamp", r"1[0-9]{9}([.,][0-9]{1,9}|[0-9]{3}([.,][0-9]{1,6})?|[0-9]{6})?|0|-1")
"""Seconds, milliseconds or microseconds of this age, also with a fraction. Phone numbers and cards with a
leading 1 have 11 or 15 digits."""
ERROR_CODE = _open("error_code", r"-?[0-9]{1,6}")
C2C_CODE = _open("c2c_code", r"-?[0-9]{1,6}|FIAT_ASSET_ILLEGAL|ILLEGAL_PARAMETERS?")
TIME_ZONE = _open("time_zone", r"[+-]?[0-9]{1,2}(:[0-9]{2})?")
DATE_HEADER = _open(
    "date_header", r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
SBE = _open("sbe", r"[0-9]{1,3}:[0-9]{1,3}")
DURATION = _open("duration", r"[0-9]{1,7}(\.[0-9]{1,6})?(ms|s)?")
EDGE = _open("edge", r"[A-Z]{3}[0-9]{1,3}-[A-Z][0-9]{1,2}")

BOOLEAN = words("boolean", "true", "false")
FLAG = words("flag", "1", "0", "true", "false")
SIDE = words("side", "BUY", "SELL", "0", "1")
TIME_IN_FORCE = words("time_in_force", "GTC", "IOC", "FOK", "GTX", "GTD", "GTE_GTC", "RPI", "HIDDEN")
ORDER_TYPE = words(
    "order_type",
    "LIMIT", "MARKET", "LIMIT_MAKER", "STOP", "STOP_LOSS", "STOP_LOSS_LIMIT", "STOP_MARKET", "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET", "LIQUIDATION",
)  # fmt: skip
INTERVAL = _open("interval", r"[0-9]{1,2}[smhdwM]|(?i:SECOND|MINUTE|HOUR|DAY)")
FILTER = words(
    "filter",
    *(
        "PRICE_FILTER",
        "PERCENT_PRICE",
        "PERCENT_PRICE_BY_SIDE",
        "LOT_SIZE",
        "MARKET_LOT_SIZE",
        "MIN_NOTIONAL",
    ),
    *("NOTIONAL", "ICEBERG_PARTS", "MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MAX_NUM_ICEBERG_ORDERS"),
    *("MAX_POSITION", "TRAILING_DELTA", "MAX_NUM_ORDER_AMENDS", "MAX_NUM_ORDER_LISTS", "T_PLUS_SELL"),
    *("EXCHANGE_MAX_NUM_ORDERS", "EXCHANGE_MAX_NUM_ALGO_ORDERS", "EXCHANGE_MAX_NUM_ICEBERG_ORDERS"),
    *("EXCHANGE_MAX_NUM_ORDER_LISTS", "MAX_ASSET"),
)
"""What `Filter failure:` is followed by (binance-spot-api-docs filters.md)."""
PERMISSIONS = words("permissions", "SPOT", "MARGIN", "LEVERAGED")
CLIENT_TYPE = words("client_type", "web", "pc", "ios", "android", "mac", "electron", "h5")
TIME_UNIT = words("time_unit", "MILLISECOND", "MICROSECOND")
CACHE = words("cache", "Hit from cloudfront", "Miss from cloudfront", "Error from cloudfront", "HIT", "MISS")
SERVER = words("server", "nginx", "Tengine", "CloudFront", "cloudflare", "awselb/2.0")
NEEDS = words("needs", "none", "key", "signed")
HOST_CHOICE = words("host_choice", "fapi", "dapi")
CODING = words("coding", "gzip", "deflate", "br", "zstd", "identity")
MEDIA_RANGE = Shape(
    "media_range",
    r"(\*/\*|application/(json|\*|x-www-form-urlencoded|octet-stream|sbe)|text/(plain|html|\*)|multipart/form-data)"
    r"(; ?charset=\"?(utf-8|us-ascii|iso-8859-1)\"?)?"
    r"((, ?)(application/json|text/plain|\*/\*)(;q=[01](\.[0-9]{1,2})?)?)*",
    re.ASCII | re.IGNORECASE,
    closed=True,
)
CODINGS = Shape(
    "codings",
    r"(gzip|deflate|br|zstd|identity|\*)(;q=[01](\.[0-9]{1,2})?)?"
    r"(, ?(gzip|deflate|br|zstd|identity|\*)(;q=[01](\.[0-9]{1,2})?)?){0,6}",
    re.ASCII | re.IGNORECASE,
    closed=True,
)
LOOPBACK_HOST = Shape("loopback_host", r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", closed=True)
_PRODUCT = (
    r"(aiohttp|axios|ccxt|curl|Go-http-client|HTTPie|insomnia|Java|Java-http-client|libcurl|node|node-fetch|okhttp"
    r"|PostmanRuntime|python-httpx|python-requests|Python|Python-urllib|reqwest|undici|Wget)"
    r"(/v?[0-9]{1,3}(\.[0-9]{1,3}){0,3})?"
)
USER_AGENT = Shape("user_agent", rf"{_PRODUCT}( {_PRODUCT}){{0,2}}", closed=True)
REQUEST_UUID = Shape(
    "request_uuid",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    closed=True,
)
"""The one exception to LONGEST_RUN that is not a constant: the exchange's own id of a request, which Binance
support asks for. It stands in a header that only Binance sets, and no key of Binance has this form."""
