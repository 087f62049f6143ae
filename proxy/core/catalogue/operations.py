"""Into which group an operation falls. The guard's profiles allow whole groups.

Written to fail closed, in this order:

1. `DELICATE` names single operations. They keep their group whatever a correction in the configuration says, and lend
   it to unlisted paths that are like theirs (`proxy.core.catalogue.likeness`).
2. What changes nothing is READ.
3. `CANCELS` names what only takes orders away. Every profile but `read-only` allows it.
4. `RULES` recognise the writes that a profile may allow; the first match wins.
5. Every other write, and every write nobody listed, is OTHER_WRITE, which no profile allows.
"""

import re
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType

import msgspec

from proxy.core.catalogue.endpoint import Endpoint


class Operation(StrEnum):
    """What an operation can do to an account."""

    READ = "read"
    """Changes nothing that matters: reads, test orders, quotes, stream keys."""
    CANCELS = "cancels"
    """Takes open orders away and does nothing else, whatever they trade."""
    SPOT = "spot"
    MARGIN = "margin"
    """Margin orders, margin borrowing and repaying, margin account settings."""
    FUTURES = "futures"
    """Orders and trading settings (leverage, margin type, position mode) of fapi, dapi, eapi and papi."""
    TRANSFERS = "transfers"
    """Between wallets and sub-accounts of one owner."""
    EARN = "earn"
    CONVERT = "convert"
    MERCHANT = "merchant"
    """C2C ads, chat and merchant state."""
    MONEY_OUT = "money_out"
    """Value leaves the owner's control: withdrawals, gift cards, others' accounts, wallets on a chain."""
    KEYS = "keys"
    """API keys, their permissions and IP lists, and the switches that protect withdrawals."""
    P2P_IRREVERSIBLE = "p2p_irreversible"
    OTHER_WRITE = "other_write"


NEVER_BY_PROFILE = frozenset(
    {
        Operation.MONEY_OUT,
        Operation.KEYS,
        Operation.P2P_IRREVERSIBLE,
        Operation.OTHER_WRITE,
    }
)
"""Each operation of these needs its own allow line."""

_MONEY_OUT = (
    "POST /sapi/v1/capital/withdraw/apply",
    "POST /sapi/v1/localentity/withdraw/apply",
    "POST /sapi/v1/localentity/broker/withdraw/apply",
    "POST /sapi/v2/fiat/withdraw",
    # A gift card is money in the form of a code; redeeming one sends a code that anybody could use.
    "POST /sapi/v1/giftcard/buyCode",
    "POST /sapi/v1/giftcard/createCode",
    "POST /sapi/v1/giftcard/redeemCode",
    # A managed sub-account is traded by somebody else.
    "POST /sapi/v1/managed-subaccount/deposit",
    "POST /sapi/v1/managed-subaccount/withdraw",
    # A broker's sub-accounts belong to its customers.
    "POST /sapi/v1/broker/transfer",
    "POST /sapi/v1/broker/transfer/futures",
    "POST /sapi/v1/broker/universalTransfer",
    # Sells hash rate to another user's mining account.
    "POST /sapi/v1/mining/hash-transfer/config",
    # From the exchange to a wallet on a public chain, with an address among the parameters.
    "POST /sapi/v1/w3w/wallet/prediction/deposit/apply",
    "POST /sapi/v1/w3w/wallet/prediction/transfer/outbound",
    "POST /sapi/v1/w3w/wallet/prediction/withdraw/apply",
)
_KEYS = (
    "POST /sapi/v1/account/disableFastWithdrawSwitch",
    "POST /sapi/v1/account/enableFastWithdrawSwitch",
    "DELETE /sapi/v1/margin/apiKey",
    "POST /sapi/v1/margin/apiKey",
    "PUT /sapi/v1/margin/apiKey/ip",
    "POST /sapi/v1/margin/exit-special-key-mode",
    "DELETE /sapi/v1/sub-account/subAccountApi",
    "POST /sapi/v1/sub-account/subAccountApi",
    "POST /sapi/v1/sub-account/subAccountApiPermission",
    "DELETE /sapi/v1/sub-account/subAccountApi/ipRestriction/ipList",
    "POST /sapi/v2/sub-account/subAccountApi/ipRestriction",
    "DELETE /sapi/v1/broker/subAccountApi",
    "POST /sapi/v1/broker/subAccountApi",
    "POST /sapi/v1/broker/subAccountApi/ipRestriction",
    "DELETE /sapi/v1/broker/subAccountApi/ipRestriction/ipList",
    "POST /sapi/v1/broker/subAccountApi/ipRestriction/ipList",
    "POST /sapi/v1/broker/subAccountApi/permission",
    "POST /sapi/v1/broker/subAccountApi/permission/universalTransfer",
    "POST /sapi/v1/broker/subAccountApi/permission/vanillaOptions",
)
_P2P_IRREVERSIBLE = (
    "POST /sapi/v1/c2c/orderMatch/placeOrder",
    "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid",
    "POST /sapi/v1/c2c/orderMatch/releaseCoin",
    # A buyer who has paid and cancels loses the escrow.
    "POST /sapi/v1/c2c/orderMatch/cancelOrder",
    # Accepts the counterparty's identity check, in spite of its name.
    "POST /sapi/v1/c2c/orderMatch/verifiedAdditionalKyc",
    "POST /sapi/v1/c2c/agent/complaint/cancel-complaint",
    # A statement in a dispute cannot be taken back.
    "POST /sapi/v1/c2c/agent/complaint/submit-evidence",
)
_OTHER_WRITE = (
    # Closes positions at the market, all at once.
    "POST /sapi/v1/margin/manual-liquidation",
    # Block trades are agreed with one counterparty, at any price: a way to hand value to another account.
    "POST /eapi/v1/block/order/create",
    "PUT /eapi/v1/block/order/create",
    "DELETE /eapi/v1/block/order/create",
    "POST /eapi/v1/block/order/execute",
)

DELICATE = MappingProxyType(
    dict.fromkeys(_MONEY_OUT, Operation.MONEY_OUT)
    | dict.fromkeys(_KEYS, Operation.KEYS)
    | dict.fromkeys(_P2P_IRREVERSIBLE, Operation.P2P_IRREVERSIBLE)
    | dict.fromkeys(_OTHER_WRITE, Operation.OTHER_WRITE)
)
"""Operations judged one by one, as `METHOD /path`."""


_CANCELS: dict[Operation | None, tuple[str, ...]] = {
    Operation.SPOT: (
        "DELETE /api/v3/order",
        "DELETE /api/v3/openOrders",  # all of one symbol
        "DELETE /api/v3/orderList",
    ),
    Operation.MARGIN: (
        "DELETE /sapi/v1/margin/order",
        "DELETE /sapi/v1/margin/openOrders",  # all of one symbol
        "DELETE /sapi/v1/margin/orderList",
    ),
    Operation.FUTURES: (
        "DELETE /fapi/v1/order",
        "DELETE /fapi/v1/batchOrders",
        "DELETE /fapi/v1/allOpenOrders",  # all of one symbol
        "DELETE /fapi/v1/algoOrder",
        "DELETE /fapi/v1/algoOpenOrders",  # all of one symbol
        "DELETE /dapi/v1/order",
        "DELETE /dapi/v1/batchOrders",
        "DELETE /dapi/v1/allOpenOrders",  # all of one symbol
        "DELETE /dapi/v1/algoOrder",
        "DELETE /dapi/v1/algoOpenOrders",  # all of one symbol
        "DELETE /eapi/v1/order",
        "DELETE /eapi/v1/batchOrders",
        "DELETE /eapi/v1/allOpenOrders",  # all of one symbol
        "DELETE /eapi/v1/allOpenOrdersByUnderlying",  # all of one underlying
        "DELETE /papi/v1/um/order",
        "DELETE /papi/v1/um/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/um/conditional/order",
        "DELETE /papi/v1/um/conditional/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/um/algo/order",
        "DELETE /papi/v1/um/algo/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/cm/order",
        "DELETE /papi/v1/cm/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/cm/conditional/order",
        "DELETE /papi/v1/cm/conditional/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/margin/order",
        "DELETE /papi/v1/margin/allOpenOrders",  # all of one symbol
        "DELETE /papi/v1/margin/orderList",
    ),
    Operation.CONVERT: ("POST /sapi/v1/convert/limit/cancelOrder",),
    # What places these is in no profile.
    None: (
        "DELETE /sapi/v1/algo/spot/order",
        "DELETE /sapi/v1/algo/futures/order",
        "POST /sapi/v1/equity/order/cancel",
        "POST /sapi/v1/equity/order/cancel-all",  # all of every symbol; what one by one could be done as well
        "POST /sapi/v1/w3w/wallet/prediction/trade/batch-cancel",
    ),
}
CANCELS = MappingProxyType({name: group for group, names in _CANCELS.items() for name in names})
"""Cancels, each with the group of what places such orders; None where no profile allows that."""

NO_CANCELS = MappingProxyType(
    {
        "POST /api/v3/order/cancelReplace": "it places an order, and may do so when the cancel fails",
        "PUT /api/v3/order/amend/keepPriority": "it keeps the order, with a lower quantity",
        "POST /fapi/v1/countdownCancelAll": "0 switches the countdown off, which takes a protection away",
        "POST /dapi/v1/countdownCancelAll": "0 switches the countdown off, which takes a protection away",
        "POST /eapi/v1/countdownCancelAll": "0 switches the countdown off, which takes a protection away",
        "POST /eapi/v1/countdownCancelAllHeartBeat": "it keeps orders alive that the countdown would cancel",
        "POST /eapi/v1/mmpReset": "it lets orders in again that the market maker protection stopped",
        "DELETE /sapi/v1/margin/isolated/account": "it closes an account, not an order",
        "DELETE /sapi/v1/portfolio/margin-call-level": "it takes a warning away",
        "DELETE /eapi/v1/block/order/create": "what was agreed with a counterparty is taken back",
        "POST /sapi/v1/w3w/wallet/prediction/otc/blocktrade/remove": "as for block trades of options",
        "POST /sapi/v1/mining/hash-transfer/config/cancel": "it ends a running transfer of hash rate to another user",
        "POST /sapi/v1/c2c/orderMatch/cancelOrder": "a buyer who has paid and cancels loses the escrow",
        "POST /sapi/v1/c2c/agent/complaint/cancel-complaint": "a dispute that was given up cannot be taken up again",
    }
)
"""What looks like a cancel and is none, each with the reason."""


class _Rule(msgspec.Struct, frozen=True):
    """Writes of a group: the whole path must match. Methods do not matter: reads are sorted out before."""

    group: Operation
    text: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first asked for: of some eighty few are."""
        return _compiled(self.text)


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _rules(group: Operation, *patterns: str) -> tuple[_Rule, ...]:
    return tuple(_Rule(group, pattern) for pattern in patterns)


RULES: tuple[_Rule, ...] = (
    *_rules(
        Operation.SPOT,
        r"/api/v3/(order|openOrders|orderList|sor/order)",
        r"/api/v3/order/(oco|cancelReplace|amend/keepPriority)",
        r"/api/v3/orderList/(oco|oto|otoco|opo|opoco)",
    ),
    *_rules(
        Operation.CONVERT,
        r"/(sapi|fapi)/v1/convert/(acceptQuote|limit/placeOrder|limit/cancelOrder)",
        r"/sapi/v1/asset/(dust|dust-convert/convert|convert-transfer)",
        r"/sapi/v1/margin/dust",
    ),
    *_rules(
        Operation.TRANSFERS,
        r"/sapi/v1/(asset|futures|margin|margin/isolated)/transfer",
        r"/sapi/v1/sub-account/(universalTransfer|transfer/subToMaster|transfer/subToSub|margin/transfer)",
        r"/sapi/v1/sub-account/futures/(transfer|internalTransfer|move-position)",
        r"/(sapi/v1/portfolio|papi/v1)/(asset-collection|auto-collection|bnb-transfer)",
        r"/sapi/v1/portfolio/earn-asset-transfer",
    ),
    *_rules(
        Operation.MARGIN,
        r"/sapi/v1/margin/(order|openOrders|orderList|order/oco|order/oto|order/otoco)",
        r"/sapi/v1/margin/(borrow-repay|loan|repay|exchange-small-liability|liquidation-loan/repay)",
        r"/sapi/v1/margin/(isolated/account|max-leverage)",
        r"/papi/v1/(marginLoan|repayLoan|margin/repay-debt|repay-futures-negative-balance)",
        r"/sapi/v1/portfolio/(repay|repay-futures-negative-balance)",
    ),
    *_rules(
        Operation.FUTURES,
        r"/[fde]api/v1/(order|batchOrders|allOpenOrders|countdownCancelAll)",
        r"/[fd]api/v1/(algoOrder|algoOpenOrders)",
        r"/[fd]api/v1/(leverage|marginType|positionMargin|positionSide/dual|multiAssetsMargin)",
        r"/eapi/v1/(allOpenOrdersByUnderlying|countdownCancelAllHeartBeat|mmpSet|mmpReset)",
        r"/papi/v1/(um|cm)/((conditional/)?(order|allOpenOrders)|leverage|positionSide/dual)",
        r"/papi/v1/um/algo/(order|allOpenOrders)",
        r"/papi/v1/margin/(order|allOpenOrders|order/oco|orderList)",
    ),
    *_rules(
        Operation.EARN,
        r"/sapi/v1/simple-earn/(flexible|locked)/(subscribe|redeem|setAutoSubscribe|setRedeemOption)",
        r"/sapi/v1/onchain-yields/locked/(subscribe|redeem|setAutoSubscribe|setRedeemOption)",
        r"/sapi/v1/(bfusd|rwusd|blvt)/(subscribe|redeem)",
        r"/sapi/v[12]/eth-staking/(eth/stake|eth/redeem|wbeth/wrap)",
        r"/sapi/v1/sol-staking/sol/(stake|redeem|claim)",
        r"/sapi/v1/staking/(purchase|redeem|setAutoStaking)",
        r"/sapi/v1/dci/product/(subscribe|auto_compound/edit|auto_compound/edit-status)",
        r"/sapi/v1/accumulator/product/subscribe",
        r"/sapi/v1/lending/auto-invest/(one-off|redeem|plan/add|plan/edit|plan/edit-status)",
        r"/sapi/v1/lending/(customizedFixed/purchase|daily/purchase|daily/redeem|positionChanged)",
        r"/sapi/v1/bswap/(claimRewards|liquidityAdd|liquidityRemove|swap)",
        r"/sapi/v1/portfolio/(mint|redeem)",
    ),
    *_rules(
        Operation.MERCHANT,
        r"/sapi/v1/c2c/(agent/)?ads/(post|update|updateStatus)",
        r"/sapi/v1/c2c/ads/batchUpdateStatus",
        r"/sapi/v1/c2c/chat/(image/pre-signed-url|markOrderMessagesAsRead|markUserMessagesAsRead|sendMessage)",
        r"/sapi/v1/c2c/merchant/(startBusiness|closeBusiness|getOnline|getOffline|startRest|endRest)",
    ),
)


@lru_cache(maxsize=1024)
def operation_of(endpoint: Endpoint) -> Operation:
    """The one group of an endpoint, listed or assumed (`Catalogue.unlisted`)."""
    delicate = DELICATE.get(endpoint.name) or DELICATE.get(endpoint.resembles)
    if delicate is not None:
        return delicate
    if not endpoint.mutates:
        return Operation.READ
    if not endpoint.listed:
        return Operation.OTHER_WRITE
    if endpoint.name in CANCELS:
        return Operation.CANCELS
    matching = (rule.group for rule in RULES if rule.pattern.fullmatch(endpoint.path))
    return next(matching, Operation.OTHER_WRITE)


def family_profile(endpoint: Endpoint) -> str | None:
    """The profile that an endpoint belongs to; of a cancel the one whose orders it cancels.

    Profiles bear the names of their groups. So a line of limits on `futures` narrows the cancels of futures orders,
    too. None for reads, for what no profile allows, and for cancels of orders that no profile allows.
    """
    operation = operation_of(endpoint)
    family = CANCELS[endpoint.name] if operation is Operation.CANCELS else operation
    if family is None or family is Operation.READ or family in NEVER_BY_PROFILE:
        return None
    return family.value
