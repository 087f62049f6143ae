"""Into which group a read falls, and which reads a policy names (`policy.read`).

Groups say what an answer tells: of the market, of orders, of balances. `RULES` go by path, the first match wins, and
what no rule recognises is OTHER; MARKET is a list of what is the same for everybody. So an endpoint that the
configuration adds joins its family or OTHER, and never MARKET by accident. What nobody listed is UNLISTED.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

import msgspec

from proxy.core.catalogue.endpoint import Endpoint


class ReadGroup(StrEnum):
    """What the answer of a read tells."""

    MARKET = "market"
    """Prices, trades, symbols, time: the same for everybody, and never signed."""
    ORDERS = "orders"
    """Own orders and trades, and how many orders may still be placed."""
    BALANCES = "balances"
    """Balances, positions, income, fees, and the settings of an account."""
    DEPOSITS = "deposits"
    """Deposits, withdrawals, their addresses and networks; fiat."""
    TRANSFERS = "transfers"
    EARN = "earn"
    LOANS = "loans"
    """Crypto loans; borrowing, repaying and interest of margin accounts."""
    CONVERT = "convert"
    """Quotes and orders of convert, small balances turned into BNB."""
    STREAMS = "streams"
    """Keys of user data streams: whoever holds one reads orders and balances."""
    C2C = "c2c"
    C2C_CREDENTIALS = "c2c_credentials"
    """A live credential with which its holder writes chat messages or uploads a file."""
    SUB_ACCOUNTS = "sub_accounts"
    """Sub-accounts, managed ones and a broker's: whatever is read of them but their API keys."""
    KEYS = "keys"
    """API keys, their permissions and IP lists."""
    TESTS = "tests"
    """Test orders."""
    OTHER = "other"
    """Whatever is listed and in no other group: mining, NFT, gift cards, pay, referrals, predictions."""
    UNLISTED = "unlisted"
    """In no table; what it tells is not known."""


class _Rule(msgspec.Struct, frozen=True):
    """Reads of a group: the whole path must match, under any method."""

    group: ReadGroup
    text: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first asked for: most policies limit no reads."""
        return _compiled(self.text)


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _rules(group: ReadGroup, *patterns: str) -> tuple[_Rule, ...]:
    return tuple(_Rule(group, pattern) for pattern in patterns)


RULES: Final[tuple[_Rule, ...]] = (
    *_rules(ReadGroup.TESTS, r"/[a-z]+/v\d/(sor/)?order/test"),
    *_rules(
        ReadGroup.C2C_CREDENTIALS,
        r"/sapi/v1/c2c/chat/retrieveChatCredential",
        r"/sapi/v1/c2c/agent/file-upload/get-s3-presigned-url",
    ),
    *_rules(ReadGroup.C2C, r"/sapi/v\d/c2c/.+", r"/bapi/c2c/.+"),
    *_rules(
        ReadGroup.STREAMS,
        r"/[a-z]+/v\d/(margin/|equity/)?(listenKey|listen-key|userDataStream|userDataStream/isolated|userListenToken)",
    ),
    *_rules(
        ReadGroup.KEYS,
        r"/sapi/v\d/(account|sub-account)/apiRestrictions(/.+)?",
        r"/sapi/v\d/margin/(apiKey|api-key-list)",
        r"/sapi/v\d/(sub-account|broker)/subAccountApi(/ipRestriction)?",
    ),
    *_rules(ReadGroup.SUB_ACCOUNTS, r"/sapi/v\d/(sub-account|managed-subaccount|broker)/.+"),
    *_rules(
        ReadGroup.MARKET,
        r"/api/v3/(ping|time|exchangeInfo|executionRules|depth|trades|aggTrades|historicalTrades|avgPrice)",
        r"/api/v3/(klines|uiKlines|historicalBlockTrades|referencePrice(/calculation)?)",
        r"/api/v3/ticker(/(24hr|bookTicker|price|tradingDay))?",
        r"/api/v1/(?!userDataStream).+|/[fd]api/v1/allForceOrders",  # retired
        r"/[fde]api/v1/(ping|time|exchangeInfo|depth|trades|historicalTrades|klines|openInterest|premiumIndex)",
        r"/papi/v1/ping",
        r"/[fd]api/v1/(aggTrades|constituents|fundingInfo|fundingRate)",
        r"/[fd]api/v1/(continuous|indexPrice|markPrice|premiumIndex)Klines",
        r"/[fd]api/v[12]/ticker/(24hr|bookTicker|price)",
        r"/fapi/v1/(assetIndex|indexInfo|insuranceBalance|lvtKlines|rpiDepth|symbolAdlRisk|tradingSchedule)",
        r"/eapi/v1/(blockTrades|exerciseHistory|index|mark|ticker)",
        r"/futures/data/.+",
        r"/bapi/defi/v1/public/.+",
        r"/sapi/v1/system/status",
        r"/sapi/v1/spot/(asset/tags|delist-schedule|open-symbol-list)",
        r"/sapi/v1/margin/(allAssets|allPairs|isolated/allPairs|priceIndex|leverageBracket|limit-price-pairs)",
        r"/sapi/v1/margin/(list-schedule|delist-schedule|restricted-asset|risk-based-liquidation-ratio)",
        r"/sapi/v1/margin/crossMarginCollateralRatio",
        r"/sapi/v1/portfolio/(asset-index-price|collateralRate)",
        r"/sapi/v1/equity/market/(exchangeInfo|quote|tokenized-assets)",
        r"/(sapi|fapi)/v1/convert/exchangeInfo",
        r"/sapi/v1/dci/product/list",
        r"/sapi/v1/blvt/tokenInfo",
        r"/sapi/v1/mining/pub/(algoList|coinList)",
    ),
    *_rules(
        ReadGroup.LOANS,
        r"/sapi/v\d/loan/.+",
        r"/sapi/v1/margin/(borrow-repay|loan|repay|interestHistory|interestRateHistory|next-hourly-interest-rate)",
        r"/sapi/v1/margin/(maxBorrowable|available-inventory|liquidation-loan(/repay-history)?)",
        r"/sapi/v1/margin/exchange-small-liability(-history)?",
        r"/sapi/v1/portfolio/(interest-history|negative-balance-exchange-record|pmLoan|pmloan-history)",
        r"/papi/v1/margin/(marginInterestHistory|marginLoan|repayLoan|maxBorrowable)",
        r"/papi/v1/portfolio/(interest-history|negative-balance-exchange-record)",
    ),
    *_rules(
        ReadGroup.CONVERT,
        r"/(sapi|fapi)/v1/convert/.+",
        r"/sapi/v1/asset/(convert-transfer/queryByPage|dribblet|dust-btc|dust-convert/query-convertible-assets)",
        r"/sapi/v1/margin/(dribblet|dust)",
    ),
    *_rules(
        ReadGroup.TRANSFERS,
        r"/sapi/v1/(asset|futures|margin|margin/isolated)/transfer",
        r"/sapi/v1/asset/(custody/transfer-history|ledger-transfer/cloud-mining/queryByPage)",
    ),
    *_rules(
        ReadGroup.DEPOSITS,
        r"/sapi/v\d/(capital|localentity|fiat|addressVerify)/.+",
        r"/sapi/v1/asset/assetDetail",
    ),
    *_rules(
        ReadGroup.EARN,
        r"/sapi/v\d/(simple-earn|earn|bfusd|rwusd|blvt|bswap|lending|dci|accumulator)/.+",
        r"/sapi/v\d/(staking|eth-staking|sol-staking|soft-staking|onchain-yields)/.+",
    ),
    *_rules(
        ReadGroup.ORDERS,
        r"/api/v3/(order|order/amendments|orderList|allOrderList|allOrders|openOrderList|openOrders)",
        r"/api/v3/(myTrades|myAllocations|myPreventedMatches|rateLimit/order)",
        r"/sapi/v1/margin/(order|orderList|allOrderList|allOrders|openOrderList|openOrders|oto/openOrderList)",
        r"/sapi/v1/margin/(myTrades|myPreventedMatches|forceLiquidationRec|rateLimit/order)",
        r"/sapi/v1/algo/(futures|spot)/(historicalOrders|openOrders|subOrders)",
        r"/sapi/v1/equity/(order/(detail|history|open-orders)|trade/history)",
        r"/[fde]api/v1/(order|openOrder|openOrders|allOrders|historyOrders|userTrades|forceOrders|orderAmendment)",
        r"/[fd]api/v1/(algoOrder|allAlgoOrders|openAlgoOrders|rateLimit/order|(order|trade)/asyn(/id)?)",
        r"/eapi/v1/(block/order/execute|block/order/orders|block/user-trades|exerciseRecord)",
        r"/papi/v1/(um|cm)/(order|openOrder|openOrders|allOrders|userTrades|forceOrders|orderAmendment)",
        r"/papi/v1/(um|cm)/conditional/(allOrders|openOrder|openOrders|orderHistory)",
        r"/papi/v1/um/(algo/(algoOrder|allAlgoOrders|openAlgoOrders)|(order|trade)/asyn(/id)?)",
        r"/papi/v1/margin/(order|orderList|allOrderList|allOrders|openOrderList|openOrders|myTrades|forceOrders)",
        r"/papi/v1/rateLimit/order",
    ),
    *_rules(
        ReadGroup.BALANCES,
        r"/api/v3/(account|account/commission|myFilters)",
        r"/sapi/v1/account/(info|status|apiTradingStatus)",
        r"/sapi/v1/accountSnapshot",
        r"/sapi/v\d/asset/(assetDividend|get-funding-asset|getUserAsset|tradeFee|wallet/balance)",
        r"/sapi/v1/bnbBurn",
        r"/sapi/v1/margin/(account|asset|pair|capital-flow|crossMarginData|maxTransferable|tradeCoeff)",
        r"/sapi/v1/margin/(isolated/(account|accountLimit|pair)|isolatedMarginData|isolatedMarginTier)",
        r"/sapi/v1/portfolio/(account|balance|delta-mode|earn-asset-balance|margin-asset-leverage|margin-call-level)",
        r"/sapi/v1/portfolio/repay-futures-switch",
        r"/sapi/v2/portfolio/(account|collateralRate)",
        r"/[fd]api/v[123]/(account|balance|positionRisk|leverageBracket)",
        r"/[fd]api/v1/(accountConfig|symbolConfig|adlQuantile|apiTradingStatus|commissionRate|feeBurn)",
        r"/[fd]api/v1/(multiAssetsMargin|pmAccountInfo|pmExchangeInfo|positionMargin/history|positionSide/dual)",
        r"/[fde]api/v1/(income|income/asyn|income/asyn/id|stock/contract)",
        r"/eapi/v1/(account|marginAccount|position|bill|commission|comission|countdownCancelAll|mmp)",
        r"/papi/v1/(account|balance|repay-futures-switch|margin/maxWithdraw)",
        r"/papi/v[12]/(um|cm)/(account|accountConfig|symbolConfig|positionRisk|leverageBracket|adlQuantile)",
        r"/papi/v1/(um|cm)/(commissionRate|apiTradingStatus|feeBurn|positionSide/dual|income|income/asyn(/id)?)",
    ),
)


@lru_cache(maxsize=1024)
def read_group_of(endpoint: Endpoint) -> ReadGroup:
    """The one group of an endpoint that changes nothing, listed or assumed."""
    if not endpoint.listed:
        return ReadGroup.UNLISTED
    matching = (rule.group for rule in RULES if rule.pattern.fullmatch(endpoint.path))
    return next(matching, ReadGroup.OTHER)


class Reads(msgspec.Struct, frozen=True):
    """The reads that a policy names."""

    groups: frozenset[ReadGroup]
    endpoints: frozenset[str]  # "METHOD /path", exactly
    below: tuple[str, ...]  # "METHOD /path/", and whatever is listed below it

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Reads":
        """From the entries of `policy.read`: groups, `METHOD /path`, `METHOD /path/*`.

        What is none of them names nothing; the configuration's checks report it.
        """
        named = frozenset(entries)
        return cls(
            frozenset(group for group in ReadGroup if group.value in named),
            frozenset(entry for entry in named if " " in entry),
            tuple(sorted(entry.removesuffix("*") for entry in named if entry.endswith("/*"))),
        )

    def admits(self, endpoint: Endpoint) -> bool:
        """An unlisted path passes by its own line or as `unlisted`, never because of what it stands below."""
        return (
            endpoint.name in self.endpoints
            or read_group_of(endpoint) in self.groups
            or (endpoint.listed and endpoint.name.startswith(self.below))
        )
