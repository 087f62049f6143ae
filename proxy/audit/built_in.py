"""The sets that come with the program, written as somebody's own set would be (`own_sets.py`).

`c2c` begins with the six calls of a merchant's audit of July 2025, whose key one service knew on some of them only.
Its further calls, bodies and fields are those of public clients. The weight of P2P calls is documented for one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from proxy.audit.calls import CallSet, Group
from proxy.probing.call import read_call
from proxy.probing.controls import SAPI_CONTROL, SPOT_CONTROL

CONTROLS: Final = (SPOT_CONTROL, SAPI_CONTROL)

type _Written = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
"""Groups: name, control calls, calls."""

_SETS: Final[Mapping[str, _Written]] = MappingProxyType(
    {
        "c2c": (
            (
                "the merchant's six",
                CONTROLS,
                (
                    "GET /sapi/v1/c2c/ads/getAds?page=1&rows=10",
                    "GET /sapi/v1/c2c/ads/getAvailableAdsCategory",
                    'POST /sapi/v1/c2c/ads/search {"asset":"USDT","fiat":"USD","tradeType":"BUY","page":1,"rows":1}',
                    "POST /sapi/v1/c2c/ads/getReferencePrice"
                    ' {"assets":["USDT"],"fiatCurrency":"USD","tradeType":"BUY"}',
                    "GET /sapi/v1/c2c/orderMatch/getUserOrderSummary",
                    "GET /sapi/v1/c2c/chat/retrieveChatCredential",
                ),
            ),
            (
                "further P2P reads",
                ("GET /sapi/v1/account/status",),
                (
                    "GET /sapi/v1/c2c/orderMatch/listUserOrderHistory?page=1&rows=1",
                    'POST /sapi/v1/c2c/orderMatch/listOrders {"page":1,"rows":1}',
                    'POST /sapi/v1/c2c/ads/listWithPagination {"page":1,"rows":1}',
                    "GET /sapi/v1/c2c/paymentMethod/getPayMethodByUserId",
                    "POST /sapi/v1/c2c/user/baseDetail {}",
                    "POST /sapi/v1/c2c/digitalCurrency/list {}",
                ),
            ),
        ),
        "spot": (
            (
                "spot reads",
                (SAPI_CONTROL,),
                (
                    SPOT_CONTROL,
                    "GET /api/v3/openOrders?symbol=BTCUSDT",
                    "GET /api/v3/openOrderList",
                    "GET /api/v3/myTrades?symbol=BTCUSDT&limit=1",
                    "GET /api/v3/account/commission?symbol=BTCUSDT",
                ),
            ),
        ),
        "sapi": (
            (
                "wallet reads",
                (SPOT_CONTROL,),
                (
                    SAPI_CONTROL,
                    "GET /sapi/v1/account/status",
                    "GET /sapi/v1/account/info",
                    "GET /sapi/v1/account/apiTradingStatus",
                    "GET /sapi/v1/asset/tradeFee?symbol=BTCUSDT",
                    "GET /sapi/v1/asset/assetDetail?asset=BNB",
                    "GET /sapi/v1/capital/deposit/hisrec?limit=1",
                    "GET /sapi/v1/asset/assetDividend?limit=1",
                    "POST /sapi/v1/asset/get-funding-asset asset=USDT",
                    "POST /sapi/v3/asset/getUserAsset asset=USDT",
                ),
            ),
        ),
        "futures": (
            (
                "USD-M reads",
                CONTROLS,
                (
                    "GET /fapi/v3/balance",
                    "GET /fapi/v3/account",
                    "GET /fapi/v3/positionRisk?symbol=BTCUSDT",
                    "GET /fapi/v1/openOrders?symbol=BTCUSDT",
                ),
            ),
            (
                "COIN-M reads",
                ("GET /sapi/v1/account/status",),
                (
                    "GET /dapi/v1/balance",
                    "GET /dapi/v1/account",
                    "GET /dapi/v1/openOrders?symbol=BTCUSD_PERP",
                ),
            ),
        ),
    }
)

NAMES: Final = tuple(_SETS)


def built_in(name: str) -> CallSet:
    """The set of one of `NAMES`."""
    return call_set(name, _SETS[name])


def call_set(name: str, written: _Written) -> CallSet:
    """A set from its calls as texts. Raises UsageError for whatever is no listed read."""
    return CallSet(
        name,
        tuple(
            Group(group, tuple(map(read_call, controls)), tuple(map(read_call, calls)))
            for group, controls, calls in written
        ),
    )
