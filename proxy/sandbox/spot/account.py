"""Account data: balances, commission rates, filters."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.spot.book import COMMISSION, ZERO
from proxy.sandbox.spot.order_rules import known_symbol
from proxy.sandbox.spot.symbols import assets, plain

BNB_DISCOUNT = {
    "enabledForAccount": False,
    "enabledForSymbol": True,
    "discountAsset": "BNB",
    "discount": "0.75000000",
}


def account(call: Call) -> object:
    """GET account: every asset there is, or only those held."""
    only_held = call.values.get("omitZeroBalances", "false").lower() == "true"
    names = set(assets(call.sandbox.symbols.values())) | set(call.account.balances)
    rates = {
        "maker": plain(COMMISSION),
        "taker": plain(COMMISSION),
        "buyer": plain(ZERO),
        "seller": plain(ZERO),
    }
    return {
        "makerCommission": 10,
        "takerCommission": 10,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": rates,
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": call.account.updated_ms,
        "accountType": "SPOT",
        "balances": [balance for name in sorted(names) if (balance := _balance(call, name)) or not only_held],
        "permissions": ["SPOT"],
        "uid": call.account.uid,
    }


def _balance(call: Call, asset: str) -> dict[str, Any]:
    held = call.account.balances[asset]
    if call.values.get("omitZeroBalances", "false").lower() == "true" and not held.free + held.locked:
        return {}
    return {"asset": asset, "free": plain(held.free), "locked": plain(held.locked)}


def commission(call: Call) -> object:
    """GET account/commission."""
    rates = {
        "maker": plain(COMMISSION),
        "taker": plain(COMMISSION),
        "buyer": plain(ZERO),
        "seller": plain(ZERO),
    }
    none = dict.fromkeys(rates, plain(ZERO))
    return {
        "symbol": known_symbol(call).name,
        "standardCommission": rates,
        "specialCommission": none,
        "taxCommission": none,
        "discount": BNB_DISCOUNT,
    }


def my_filters(call: Call) -> object:
    """GET myFilters."""
    known_symbol(call)
    exchange = [{"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 1000}]
    return {"exchangeFilters": exchange, "symbolFilters": [], "assetFilters": []}
