"""Ads: other merchants' and one's own, prices and the lists to choose from."""

from typing import Any

from proxy.sandbox.c2c import people
from proxy.sandbox.c2c.answers import amount_of, failure, illegal_parameters, page, success
from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request

_WHOLE_AD = frozenset(("advNo", "asset", "fiatUnit", "tradeType", "initAmount", "priceType", "tradeMethods"))
_NEW_AD = _WHOLE_AD - {"advNo"}


def search(call: Call) -> object:
    """POST ads/search: other merchants' ads. The trade type is the taker's, so it is mirrored."""
    wanted = call.body
    if not all(name in wanted for name in ("asset", "fiat", "tradeType")):
        return illegal_parameters()
    side = "SELL" if wanted["tradeType"] == "BUY" else "BUY"
    found = [
        {"adv": ad | {"tradeType": wanted["tradeType"]}, "advertiser": people.advertiser(ad)}
        for ad in people.ads(str(wanted["asset"]), str(wanted["fiat"]), side)
    ]
    return page(found, wanted)


def own_list(call: Call) -> object:
    """POST ads/listWithPagination."""
    wanted = call.body
    chosen = [
        ad
        for ad in call.account.merchant.ads.values()
        if all(
            wanted.get(name) in (None, ad[name]) for name in ("asset", "fiatUnit", "tradeType", "advStatus")
        )
    ]
    return page(chosen, wanted)


def own_ads(call: Call) -> object:
    """GET ads/getAds; seen in one merchant's notes only."""
    return page(list(call.account.merchant.ads.values()), call.values)


def detail(call: Call) -> object:
    """POST ads/getDetailByNo (`adsNo`, agent `advNo`); another's ad is refused with -1002."""
    number = call.values.get("adsNo") or call.values.get("advNo") or str(call.body.get("adsNo", ""))
    ad = call.account.merchant.ads.get(number)
    if ad is None:
        raise bad_request(-1002, "You are not authorized to execute this request.")
    return success(ad)


def reference_price(call: Call) -> object:
    wanted = call.body
    if "fiatCurrency" not in wanted and "fiat" not in wanted:
        return illegal_parameters()
    fiat = str(wanted.get("fiatCurrency", wanted.get("fiat")))
    assets = wanted.get("assets") or [wanted.get("asset", "USDT")]
    if not isinstance(assets, list):
        return illegal_parameters()
    rate = people.ads("USDT", fiat, "SELL")[0]["price"]
    return success([
        {"asset": asset, "currency": fiat, "referencePrice": rate, "priceScale": 2, "assetScale": 2}
        for asset in assets
    ])  # fmt: skip


def categories(_: Call) -> object:
    return success({"adClassifies": ["mass", "profession"]})


def digital_currencies(call: Call) -> object:
    names = ("USDT", "BTC", "BNB", "ETH", "USDC")
    return success([
        {"asset": name, "assetName": name, "minimumVolume": "1", "precision": 2} for name in names
        if name in call.account.balances
    ])  # fmt: skip


def fiat_currencies(_: Call) -> object:
    return success([
        {"currencyCode": code, "currencySymbol": sign, "countryCode": code[:2], "iconUrl": ""}
        for code, sign in (("USD", "$"), ("EUR", "€"), ("CNY", "¥"), ("MXN", "$"), ("ARS", "$"))
    ])  # fmt: skip


def trade_methods(_: Call) -> object:
    return success([
        {"identifier": "BANK", "tradeMethodName": "Test Bank Transfer", "typeCode": "BANK"},
        {"identifier": "TESTPAY", "tradeMethodName": "Test Pay", "typeCode": "TESTPAY"},
    ])  # fmt: skip


def own_payment_methods(_: Call) -> object:
    """GET paymentMethod/getPayMethodByUserId."""
    return success(people.payment_methods())


def post(call: Call) -> object:
    """POST ads/post."""
    merchant = call.account.merchant
    if merchant.resting:
        return failure("83229", "merchant is in rest")
    if not call.body.keys() >= _NEW_AD:
        return illegal_parameters()
    if call.body.get("classify") != "profession":
        return failure("83749", "classify of a merchant's ad must be profession")
    if not _record(call, call.body):
        return illegal_parameters()
    number = f"1176999911{call.sandbox.next_id():010d}"
    merchant.ads[number] = call.body | {
        "advNo": number, "advStatus": 1, "surplusAmount": call.body["initAmount"],
        "createTime": call.now_ms, "advUpdateTime": call.now_ms, "merchantNo": people.OWN_USER_NO,
    }  # fmt: skip
    return success({"advNo": number})


def update(call: Call) -> object:
    """POST ads/update: the whole object, else -9000."""
    if not call.body.keys() >= _WHOLE_AD:
        raise bad_request(-9000, "Parameter error: the whole ad is needed.")
    ad = call.account.merchant.ads.get(str(call.body["advNo"]))
    if ad is None:
        raise bad_request(-1002, "You are not authorized to execute this request.")
    methods = call.body["tradeMethods"]
    if not isinstance(methods, list) or not all(isinstance(method, dict) for method in methods):
        return illegal_parameters()
    if any("fields" in method for method in methods):
        return failure("83664", "payment methods are not in the shape of a write")
    if not _record(call, ad | call.body):
        return illegal_parameters()
    ad |= call.body | {"advUpdateTime": call.now_ms}
    return success(True)


def _record(call: Call, ad: dict[str, Any]) -> bool:
    """An ad binds whoever posts it: its coins, at its price if that is fixed. False if the amount is no number."""
    coins, price = amount_of(ad["initAmount"]), amount_of(ad.get("price"))
    if coins is None:
        return False
    call.record(
        "c2c",
        "ad",
        side=str(ad["tradeType"]),
        coin=str(ad["asset"]),
        amount=coins,
        price=price,
        quote_value=None if price is None else coins * price,
        quote_coin=str(ad["fiatUnit"]),
        note=str(ad["advNo"]) if "advNo" in ad else None,
    )
    return True


def update_status(call: Call) -> object:
    """POST ads/updateStatus: several ads at once; unknown numbers come back as failed."""
    numbers, status = call.body.get("advNos"), call.body.get("advStatus")
    if not isinstance(numbers, list) or status not in (1, 2, 3, 4):
        return illegal_parameters()
    failed: list[dict[str, Any]] = []
    for number in numbers:
        ad = call.account.merchant.ads.get(str(number))
        if ad is None:
            failed.append({"advNo": number, "errorCode": 83014, "errorMessage": "ad not found"})
        else:
            ad |= {"advStatus": status, "advUpdateTime": call.now_ms}
    return success({"failList": failed})
