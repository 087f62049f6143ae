"""The keep list: names whose values may be written and shown in clear, each with the shape it is limited to.

What is not here is not shown. That goes for order and advert numbers (they become tags), client order ids,
balances and totals (they become magnitudes), free text, and all that is unknown.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from proxy.core.catalogue import shapes as s
from proxy.core.catalogue.shapes import Shape


class Where(StrEnum):
    """Where a value was found. Under `/sapi/v1/c2c/` another, much shorter list applies."""

    PARAMETER = "parameter"
    """Query, form or JSON body of a request."""
    RESPONSE = "response"
    C2C_PARAMETER = "c2c_parameter"
    C2C_RESPONSE = "c2c_response"
    REQUEST_HEADER = "request_header"
    RESPONSE_HEADER = "response_header"


def _fields(*groups: tuple[Shape, str]) -> Mapping[str, Shape]:
    return MappingProxyType({name: shape for shape, names in groups for name in names.split()})


CLEAR_PARAMETERS: Mapping[str, Shape] = _fields(
    # What every signed request has; never the signature itself.
    (s.TIMESTAMP, "timestamp"),
    (s.RECV_WINDOW, "recvWindow"),
    # What is traded.
    (s.SYMBOL, "symbol pair underlying fromSymbol toSymbol"),
    (s.SYMBOL_LIST, "symbols"),
    (s.ASSET, "asset coin baseAsset quoteAsset fromAsset toAsset collateralCoin loanCoin network"),
    (s.SIDE, "side"),
    (
        s.ORDER_TYPE,
        "origType orderType aboveType belowType workingType pendingType pendingAboveType pendingBelowType",
    ),
    (s.ENUM_OR_NUMBER, "type"),
    (s.TIME_IN_FORCE, "timeInForce stopLimitTimeInForce aboveTimeInForce belowTimeInForce"),
    (
        s.TIME_IN_FORCE,
        "workingTimeInForce pendingTimeInForce pendingAboveTimeInForce pendingBelowTimeInForce",
    ),
    (s.SIDE, "workingSide pendingSide"),
    # Prices and quantities of orders; `amount` is missing on purpose: transfers and withdrawals use it.
    (
        s.DECIMAL,
        "price stopPrice stopLimitPrice abovePrice aboveStopPrice belowPrice belowStopPrice workingPrice",
    ),
    (s.DECIMAL, "pendingPrice pendingStopPrice pendingAbovePrice"),
    (s.DECIMAL, "pendingAboveStopPrice pendingBelowPrice"),
    (s.DECIMAL, "pendingBelowStopPrice activationPrice activatePrice triggerPrice limitPrice"),
    (
        s.DECIMAL,
        "quantity quoteOrderQty icebergQty limitIcebergQty stopIcebergQty workingQuantity pendingQuantity",
    ),
    (s.DECIMAL, "aboveIcebergQty belowIcebergQty workingIcebergQty pendingIcebergQty newQty"),
    (s.DECIMAL, "callbackRate trailingDelta stopTrailingDelta"),
    # How it is traded.
    (s.ENUM, "newOrderRespType selfTradePreventionMode cancelReplaceMode"),
    (s.ENUM, "cancelRestrictions sideEffectType"),
    (s.ENUM, "orderRateLimitExceededMode pegPriceType pegOffsetType"),
    (s.ENUM, "positionSide marginType contractType"),
    (s.ENUM, "priceMatch symbolStatus status transferType"),
    (s.ENUM, "incomeType accountType algoType autoCloseType"),
    (
        s.BOOLEAN,
        "reduceOnly closePosition priceProtect isIsolated dualSidePosition multiAssetsMargin postOnly",
    ),
    (
        s.BOOLEAN,
        "computeCommissionRates omitZeroBalances showPermissionSets includeCommission autoRepayAtCancel",
    ),
    (s.INTEGER, "leverage countdownTime strategyType pegOffsetValue"),
    # Paging and ranges.
    (s.COUNT, "limit page current size rows pageSize pageNum offset"),
    (s.INTERVAL, "interval period windowSize"),
    (s.TIME_ZONE, "timeZone"),
    (s.TIMESTAMP, "startTime endTime startTimestamp endTimestamp goodTillDate"),
    (s.PERMISSIONS, "permissions"),
)
"""Also the names inside JSON values such as `batchOrders`."""

CLEAR_RESPONSE_FIELDS: Mapping[str, Shape] = _fields(
    (s.ERROR_CODE, "code"),  # never in a request: there it is a second factor or a gift card
    (s.BOOLEAN, "success"),
    # Limits.
    (s.ENUM, "rateLimitType"),
    (s.INTERVAL, "interval"),
    (s.COUNT, "intervalNum limit count retryAfter total"),
    # Time. No field of people's lives: birthdays do not have this form.
    (s.TIMESTAMP, "serverTime time updateTime transactTime"),
    (s.TIMESTAMP, "workingTime openTime closeTime transactionTime"),
    (s.TIMESTAMP, "insertTime createTime fundingTime nextFundingTime"),
    (s.TIMESTAMP, "deliveryDate onboardDate goodTillDate"),
    (s.TIMESTAMP, "tradingAuthorityExpirationTime"),
    # Orders.
    (s.SYMBOL, "symbol pair contractSymbol"),
    (s.ASSET, "asset coin baseAsset quoteAsset marginAsset commissionAsset network"),
    (s.SIDE, "side"),
    (s.ORDER_TYPE, "origType orderType"),
    (s.ENUM_OR_NUMBER, "type status"),
    (s.TIME_IN_FORCE, "timeInForce"),
    (
        s.ENUM,
        "contingencyType listStatusType listOrderStatus selfTradePreventionMode positionSide workingType",
    ),
    (s.ENUM, "marginType priceMatch accountType contractType"),
    (s.ENUM, "contractStatus underlyingType cancelResult"),
    (s.ENUM, "newOrderResult filterType expiryReason algoStatus"),
    (
        s.DECIMAL,
        "price origQty executedQty origQuoteOrderQty cummulativeQuoteQty cumQty cumQuote cumBase avgPrice",
    ),
    (s.DECIMAL, "stopPrice icebergQty activatePrice priceRate qty quoteQty quantity preventedQuantity"),
    (s.BOOLEAN, "isWorking reduceOnly closePosition priceProtect isBuyer"),
    (s.BOOLEAN, "isMaker isBestMatch maker buyer"),
    # Markets.
    (s.DECIMAL, "lastPrice bidPrice askPrice openPrice"),
    (s.DECIMAL, "highPrice lowPrice prevClosePrice weightedAvgPrice"),
    (
        s.DECIMAL,
        "bidQty askQty lastQty volume quoteVolume priceChange priceChangePercent markPrice indexPrice",
    ),
    (s.DECIMAL, "fundingRate lastFundingRate interestRate openInterest estimatedSettlePrice"),
    (s.DECIMAL, "minPrice maxPrice tickSize minQty maxQty"),
    (s.DECIMAL, "stepSize minNotional maxNotional multiplierUp"),
    (s.DECIMAL, "multiplierDown bidMultiplierUp bidMultiplierDown askMultiplierUp askMultiplierDown"),
    (s.COUNT, "baseAssetPrecision quotePrecision quoteAssetPrecision pricePrecision quantityPrecision"),
    (s.COUNT, "baseCommissionPrecision quoteCommissionPrecision maxNumOrders"),
    (s.COUNT, "maxNumAlgoOrders avgPriceMins"),
    (s.DECIMAL, "makerCommission takerCommission buyerCommission sellerCommission"),
    (s.DECIMAL, "makerCommissionRate takerCommissionRate"),
    (s.INTEGER, "leverage initialLeverage feeTier"),
    # What the key may do: the first thing to look at for -2015.
    (
        s.BOOLEAN,
        "ipRestrict enableReading enableWithdrawals enableInternalTransfer enableMargin enableFutures",
    ),
    (s.BOOLEAN, "permitsUniversalTransfer enableVanillaOptions enableFixApiTrade enableFixReadOnly"),
    (s.BOOLEAN, "enableSpotAndMarginTrading enablePortfolioMarginTrading canTrade"),
    (s.BOOLEAN, "canWithdraw canDeposit"),
    (s.BOOLEAN, "brokered requireSelfTradePrevention preventSor dualSidePosition multiAssetsMargin"),
    (s.BOOLEAN, "isLocked isSpotTradingAllowed isMarginTradingAllowed"),
)

CLEAR_C2C_FIELDS: Mapping[str, Shape] = _fields(
    (s.TIMESTAMP, "timestamp"),
    (s.RECV_WINDOW, "recvWindow"),
    (s.SIDE, "tradeType"),
    (s.ENUM_OR_NUMBER, "advStatus orderStatus status businessStatus classify"),
    (s.ASSET, "asset fiat fiatUnit fiatCurrency"),
    # Of advertisements and orders; totals (`totalPrice`, `totalAmount`, `surplusAmount`) are magnitudes only.
    (s.DECIMAL, "price amount minSingleTransAmount"),
    (s.DECIMAL, "maxSingleTransAmount priceFloatingRatio referencePrice"),
    (s.COUNT, "page rows total"),
)
"""Under `/sapi/v1/c2c/`, requests and answers: nearly everything else there is about people."""

CLEAR_C2C_ANSWER_FIELDS: Mapping[str, Shape] = MappingProxyType(
    {**CLEAR_C2C_FIELDS, "code": s.C2C_CODE, "success": s.BOOLEAN}
)
"""`code` is an error code in answers and a second factor in requests."""

CLEAR_REQUEST_HEADERS: Mapping[str, Shape] = _fields(
    (s.MEDIA_RANGE, "content-type accept"),
    (s.CODINGS, "accept-encoding"),
    (s.CODING, "content-encoding"),
    (s.COUNT, "content-length"),
    (s.LOOPBACK_HOST, "host"),
    (s.USER_AGENT, "user-agent"),
    (s.CLIENT_TYPE, "clienttype"),
    (s.TIME_UNIT, "x-mbx-time-unit"),
    (s.SBE, "x-mbx-sbe"),
    (s.NEEDS, "x-gateway-security"),
    (s.HOST_CHOICE, "x-gateway-host"),
    (s.FLAG, "x-gateway-dry-run"),
)

CLEAR_RESPONSE_HEADERS: Mapping[str, Shape] = _fields(
    (s.MEDIA_RANGE, "content-type"),
    (s.CODING, "content-encoding"),
    (s.COUNT, "content-length retry-after x-mbx-used-weight"),
    (s.DATE_HEADER, "date"),
    (s.DURATION, "x-response-time"),
    (s.REQUEST_UUID, "x-mbx-uuid"),
    (s.EDGE, "x-amz-cf-pop"),
    (s.CACHE, "x-cache"),
    (s.SERVER, "server"),
)
"""Names in lower case; the limit headers come with their interval in the name, see `is_clear`."""

_LIMIT_HEADER = re.compile(r"x-mbx-(used-weight|order-count)-[0-9]{1,3}[smhd]|x-sapi-used-(ip|uid)-weight-1m")

_LISTS: Mapping[Where, Mapping[str, Shape]] = MappingProxyType(
    {
        Where.PARAMETER: CLEAR_PARAMETERS,
        Where.RESPONSE: CLEAR_RESPONSE_FIELDS,
        Where.C2C_PARAMETER: CLEAR_C2C_FIELDS,
        Where.C2C_RESPONSE: CLEAR_C2C_ANSWER_FIELDS,
        Where.REQUEST_HEADER: CLEAR_REQUEST_HEADERS,
        Where.RESPONSE_HEADER: CLEAR_RESPONSE_HEADERS,
    }
)


def is_clear(name: str, value: str, *, where: Where) -> bool:
    """Whether `value` may be shown: its name is on the list for `where`, and it has the shape of that name.

    Names are compared exactly in requests and answers, as Binance does, and without case in headers. `value`
    is the decoded text of a parameter, or the text of a JSON string, number or boolean.
    """
    shape = shape_of(name, where=where)
    return shape is not None and shape.admits(value)


def shape_of(name: str, *, where: Where) -> Shape | None:
    """The shape that a name's value is limited to; None for a name that is not on the list."""
    if where in {Where.REQUEST_HEADER, Where.RESPONSE_HEADER}:
        name = name.lower()
    if where is Where.RESPONSE_HEADER and _LIMIT_HEADER.fullmatch(name):
        return s.COUNT
    return _LISTS[where].get(name)
