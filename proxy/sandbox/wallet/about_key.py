"""What the exchange tells of a key and its account."""

from proxy.sandbox.call import Call

_YEAR_MS = 365 * 86_400_000


def system_status(call: Call) -> object:
    if call.sandbox.under_maintenance:
        return {"status": 1, "msg": "system_maintenance"}
    return {"status": 0, "msg": "normal"}


def api_restrictions(call: Call) -> object:
    """GET account/apiRestrictions: what this key may do."""
    may = call.key.permissions
    return {
        "ipRestrict": call.key.allowed_ips is not None,
        "createTime": call.now_ms - _YEAR_MS,
        "enableReading": "read" in may,
        "enableWithdrawals": "withdraw" in may,
        "enableInternalTransfer": "transfer" in may,
        "enableMargin": "margin" in may,
        "enableFutures": "futures" in may,
        "permitsUniversalTransfer": "transfer" in may,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": "spot" in may,
        "enablePortfolioMarginTrading": False,
    }


def account_status(_: Call) -> object:
    return {"data": "Normal"}


def account_info(call: Call) -> object:
    return {
        "vipLevel": 0,
        "isMarginEnabled": "margin" in call.key.permissions,
        "isFutureEnabled": "futures" in call.key.permissions,
        "isOptionsEnabled": False,
        "isPortfolioMarginRetailEnabled": False,
    }


def trading_status(call: Call) -> object:
    """GET account/apiTradingStatus: never locked."""
    conditions = {"GCR": 150, "IFER": 150, "UFR": 300}
    return {
        "data": {
            "isLocked": False,
            "plannedRecoverTime": 0,
            "triggerCondition": conditions,
            "updateTime": call.now_ms,
        }
    }
