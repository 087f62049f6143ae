"""The merchant's switches, profile and commission."""

from collections.abc import Callable
from typing import Any

from proxy.sandbox.c2c import people
from proxy.sandbox.c2c.answers import failure, illegal_parameters, success
from proxy.sandbox.call import Call


def switch(name: str, *, on: bool) -> Callable[[Call], object]:
    """startBusiness, getOnline, startRest and their opposites: they SET the state in spite of some names."""

    def turn(call: Call) -> object:
        merchant = call.account.merchant
        if name == "online" and on and merchant.resting:
            return failure("83230", "rest has not ended")
        setattr(merchant, name, on)
        return success(True)

    return turn


def base_detail(call: Call) -> object:
    """POST user/baseDetail."""
    merchant = call.account.merchant
    return success({
        "userNo": people.OWN_USER_NO,
        "nickName": "TestMerchantSelf",
        "realName": "Maxine Testperson",
        "mobile": "+00 000 000 0002",
        "email": "maxine.testperson@example.com",
        "businessStatus": merchant.business_status,
        "onlineStatus": "online" if merchant.online else "offline",
        "userType": "merchant",
    })  # fmt: skip


def ad_details(call: Call) -> object:
    """GET merchant/getAdDetails (`merchantNo`)."""
    number = call.values.get("merchantNo")
    if number not in {person["userNo"] for person in people.MERCHANTS} | {people.OWN_USER_NO}:
        return illegal_parameters()
    own = number == people.OWN_USER_NO
    ads: list[dict[str, Any]] = list(call.account.merchant.ads.values()) if own else []
    return success({"merchantNo": number, "advs": ads})


def commission(call: Call) -> object:
    """POST commission-rate/overview and taker."""
    return success({"fiat": call.body.get("fiat", "USD"), "commissionRate": "0.0010"})


def public_key(call: Call) -> object:
    """GET cryptography/rsa-public-key: a stand-in text, good for nothing."""
    return success({"rsaPublicKey": "TEST-RSA-PUBLIC-KEY-NOT-A-KEY", "createTime": call.now_ms})
