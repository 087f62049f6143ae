"""Parameter names that may stand in a finding. Any other name could be a secret that slipped into a name.

From the public parameter tables of Binance's spot, wallet, futures and C2C documentation.
"""

from typing import Final

_NAMES: Final = """
    accountType activationPrice adOrderNo address addressTag advNo advNos advOrderNumber advStatus adsNo amount
    apiKey asset autoCloseType baseAsset batchOrders bundleId callbackRate cancelNewClientOrderId cancelOrderId
    cancelReplaceMode cancelRestrictions closePosition coin collateralCoin comment computeCommissionRates
    contractType countdownTime current cursor depth direction dualSidePosition email endDate endTime endTimestamp
    fiat fiatCurrency fiatUnit fromAccountType fromAsset fromEmail fromId fromSymbol futuresType
    goodTillDate icebergQty id interval ipAddress isIsolated isolated isolatedSymbol leverage limit
    limitClientOrderId limitIcebergQty limitStrategyId limitStrategyType limitTimeInForce listClientOrderId
    listenKey loanCoin marginType merchantNo mode multiAssetsMargin name network newClientOrderId
    newOrderRespType newQty offset omitZeroBalances orderId orderIdList orderListId orderNo orderNumber
    orderRateLimitExceededMode origClientOrderId origClientOrderIdList origType page pageNum pageSize pair
    payId payTypes period permissions pegPriceType pegOffsetType pegOffsetValue positionSide preventSelfTrade
    price priceMatch priceProtect priceRate productId projectId publisherType quantity quoteAsset quoteOrderQty
    rate reduceOnly recvWindow rows selfTradePreventionMode side sideEffectType signature size sort startDate
    startTime startTimestamp status stopClientOrderId stopIcebergQty stopLimitPrice stopLimitTimeInForce
    stopPrice strategyId strategyType subAccountId symbol symbolStatus symbols targetCoin timeInForce timeUnit
    timestamp timeZone toAccountType toAsset toEmail toSymbol tradeId tradeType tranId transactionFeeFlag
    transferType trailingDelta triggerPrice type txId underlying validUntil walletType withdrawOrderId
    workingType
"""
KNOWN_NAMES: Final = frozenset(_NAMES.split())

_FOLDED: Final = {name.lower(): name for name in KNOWN_NAMES}


def shown(name: str, index: int) -> str:
    """A name that is safe to show: itself where Binance documents it, else its place in the request."""
    base = name.removesuffix("[]")
    return base if base in KNOWN_NAMES else f"parameter number {index + 1}"


def known_spelling(name: str) -> str | None:
    """The documented name that `name` is a misspelling of by case or underscore, if it is not itself one."""
    found = _FOLDED.get(name.replace("_", "").replace("-", "").strip(" :\t").lower())
    return found if found is not None and found != name else None
