"""The wallet's part of `/sapi`, with weights of 2026."""

from proxy.sandbox.endpoint import Endpoint, Security, params
from proxy.sandbox.wallet import about_key, coins, sub_accounts

NONE, SIGNED = Security.NONE, Security.SIGNED

_WITHDRAW = params(
    "coin! withdrawOrderId network address! addressTag amount! transactionFeeFlag name walletType"
)
_WITHDRAWALS = params("coin withdrawOrderId status offset limit idList startTime endTime")
_DEPOSITS = params("coin status startTime endTime offset limit txId includeSource")
_SUB_TRANSFER = params("fromEmail toEmail fromAccountType! toAccountType! clientTranId symbol asset! amount!")

ENDPOINTS = (
    Endpoint("GET", "/sapi/v1/system/status", NONE, about_key.system_status),
    Endpoint("GET", "/sapi/v1/account/apiRestrictions", SIGNED, about_key.api_restrictions,
             permission="read"),
    Endpoint("GET", "/sapi/v1/account/status", SIGNED, about_key.account_status, permission="read"),
    Endpoint("GET", "/sapi/v1/account/info", SIGNED, about_key.account_info, permission="read"),
    Endpoint("GET", "/sapi/v1/account/apiTradingStatus", SIGNED, about_key.trading_status,
             permission="read"),
    Endpoint("GET", "/sapi/v1/capital/config/getall", SIGNED, coins.coins, (), 10, permission="read"),
    Endpoint("POST", "/sapi/v1/capital/withdraw/apply", SIGNED, coins.withdraw, _WITHDRAW, 900, "UID",
             permission="withdraw"),
    Endpoint("GET", "/sapi/v1/capital/withdraw/history", SIGNED, coins.withdraw_history, _WITHDRAWALS,
             18000, "UID", permission="read"),
    Endpoint("GET", "/sapi/v1/capital/deposit/hisrec", SIGNED, coins.deposit_history, _DEPOSITS,
             permission="read"),
    Endpoint("GET", "/sapi/v1/capital/deposit/address", SIGNED, coins.deposit_address,
             params("coin! network amount"), 10, permission="read"),
    Endpoint("POST", "/sapi/v3/asset/getUserAsset", SIGNED, coins.user_assets,
             params("asset needBtcValuation"), 5, permission="read"),
    Endpoint("POST", "/sapi/v1/asset/get-funding-asset", SIGNED, coins.funding_assets,
             params("asset needBtcValuation"), permission="read"),
    Endpoint("GET", "/sapi/v1/asset/wallet/balance", SIGNED, coins.wallet_balance, params("quoteAsset"), 60,
             permission="read"),
    Endpoint("GET", "/sapi/v1/asset/assetDetail", SIGNED, coins.asset_detail, params("asset"),
             permission="read"),
    Endpoint("GET", "/sapi/v1/asset/tradeFee", SIGNED, coins.trade_fee, params("symbol"), permission="read"),
    Endpoint("GET", "/sapi/v1/asset/assetDividend", SIGNED, coins.empty_page,
             params("asset startTime endTime limit"), 10, permission="read"),
    Endpoint("POST", "/sapi/v1/asset/dust", SIGNED, coins.dust, params("asset!* accountType"), 10, "UID",
             permission="spot"),
    Endpoint("POST", "/sapi/v1/asset/transfer", SIGNED, coins.transfer,
             params("type! asset! amount! fromSymbol toSymbol"), 300, "UID", permission="transfer"),
    Endpoint("GET", "/sapi/v1/asset/transfer", SIGNED, coins.transfers,
             params("type! startTime endTime current size fromSymbol toSymbol"), permission="read"),
    Endpoint("GET", "/sapi/v1/sub-account/list", SIGNED, sub_accounts.sub_accounts,
             params("email isFreeze page limit"), permission="read"),
    Endpoint("POST", "/sapi/v1/sub-account/universalTransfer", SIGNED, sub_accounts.universal_transfer,
             _SUB_TRANSFER, permission="transfer"),
    Endpoint("GET", "/sapi/v1/sub-account/universalTransfer", SIGNED, sub_accounts.universal_transfers,
             params("fromEmail toEmail clientTranId startTime endTime page limit"), permission="read"),
)  # fmt: skip
