"""Made-up merchants, ads and orders. Every name, number and account in here says that it is a test."""

from typing import Any

AD_TIME_MS = 1_767_225_600_000
MERCHANTS = (
    {"userNo": "stest0000000000000000000000000001", "nickName": "TestMerchantAlpha"},
    {"userNo": "stest0000000000000000000000000002", "nickName": "TestMerchantBeta"},
    {"userNo": "stest0000000000000000000000000003", "nickName": "TestMerchantGamma"},
)
_RATES = {"USD": "1.01", "EUR": "0.93", "CNY": "7.15", "MXN": "18.40", "ARS": "1180.00"}


def payment_methods() -> list[dict[str, Any]]:
    """As an ad or order lists them, with the account inside `fields`."""
    fields = (
        ("payee", "Name", "Maxine Testperson"),
        ("pay_account", "Bank account number", "TEST-0000-1111-2222"),
        ("bank", "Bank name", "Test Bank of Nowhere"),
        ("account_opening_branch", "Account opening branch", "Test Branch 99"),
    )
    return [
        {
            "id": 900001,
            "payId": 900001,
            "identifier": "BANK",
            "payType": "BANK",
            "tradeMethodName": "Test Bank Transfer",
            "payAccount": "TEST-0000-1111-2222",
            "payBank": "Test Bank of Nowhere",
            "paySubBank": "Test Branch 99",
            "fields": [
                {
                    "fieldId": f"test-{kind}",
                    "fieldName": name,
                    "fieldContentType": kind,
                    "fieldValue": value,
                    "isRequired": True,
                    "isCopyable": True,
                }
                for kind, name, value in fields
            ],
        }
    ]


def ads(asset: str, fiat: str, trade_type: str) -> list[dict[str, Any]]:
    """The ads of one market. Ad numbers have twenty digits, more than a double can hold."""
    rate = _RATES.get(fiat, "1.00")
    return [
        {
            "advNo": f"1176000000000000{position:04d}",
            "classify": "profession",
            "tradeType": trade_type,
            "asset": asset,
            "fiatUnit": fiat,
            "advStatus": 1,
            "price": rate,
            "priceType": 1,
            "initAmount": "5000.00",
            "surplusAmount": f"{1000 * position}.00",
            "minSingleTransAmount": "100.00",
            "maxSingleTransAmount": "5000.00",
            "payTimeLimit": 15,
            "tradeMethods": [
                {"payType": "BANK", "identifier": "BANK", "tradeMethodName": "Test Bank Transfer"}
            ],
            "remarks": "Test remark: please pay from your own account",
            "autoReplyMsg": "Test reply",
            "createTime": AD_TIME_MS,
            "advUpdateTime": AD_TIME_MS,
            "merchantNo": merchant["userNo"],
        }
        for position, merchant in enumerate(MERCHANTS, start=1)
    ]


def advertiser(ad: dict[str, Any]) -> dict[str, Any]:
    """Who stands behind an ad, as a search shows it."""
    merchant = next(person for person in MERCHANTS if person["userNo"] == ad["merchantNo"])
    return merchant | {
        "userType": "merchant",
        "monthOrderCount": 120,
        "monthFinishRate": 0.98,
        "positiveRate": 0.99,
        "userIdentity": "MASS_MERCHANT",
    }


OWN_USER_NO = "stest0000000000000000000000000009"


def own_ads() -> list[dict[str, Any]]:
    """The ads of whoever asks: one on each side of USDT/USD, with the payment account inside."""
    both = [ads("USDT", "USD", side)[0] for side in ("SELL", "BUY")]
    return [
        ad
        | {
            "advNo": f"1176999900000000{position:04d}",
            "merchantNo": OWN_USER_NO,
            "tradeMethods": payment_methods(),
            "advVisibleRet": {"userSetVisible": 0},
        }
        for position, ad in enumerate(both, start=1)
    ]


def orders() -> list[dict[str, Any]]:
    """Three orders, as getUserOrderDetail tells them: with people in them."""
    states = ("TRADING", "BUYER_PAYED", "COMPLETED")
    return [_order(position, state) for position, state in enumerate(states, start=1)]


def _order(position: int, state: str) -> dict[str, Any]:
    """The order at a position, counted from 1; the merchant at that position buys."""
    opened_ms = AD_TIME_MS + position * 60_000
    return {
        "orderNumber": f"2276000000000000{position:04d}",
        "advOrderNumber": f"2276000000000000{position:04d}",
        "advNo": f"1176999900000000{position:04d}",
        "tradeType": "SELL",
        "asset": "USDT",
        "fiat": "USD",
        "fiatUnit": "USD",
        "fiatSymbol": "$",
        "amount": f"{100 * position}.00000000",
        "price": "1.01",
        "totalPrice": f"{101 * position}.00",
        "orderStatus": state,
        "commission": "0.10",
        "createTime": opened_ms,
        "notifyPayEndTime": opened_ms + 900_000,
        "confirmPayEndTime": opened_ms + 1_800_000,
        **_both_sides(buyer=MERCHANTS[position - 1]),
        "payMethods": payment_methods(),
        "selectedPayId": 900001,
        "additionalKycVerify": 0,
        "kycVerified": True,
        "remark": "Test remark of the counterpart",
    }


def _both_sides(buyer: dict[str, str]) -> dict[str, str]:
    """Who buys from whoever asks. The buyer takes the ad, the seller made it."""
    return {
        "buyerName": "Bertram Testbuyer",
        "buyerNickname": buyer["nickName"],
        "buyerMobilePhone": "+00 000 000 0001",
        "sellerName": "Maxine Testperson",
        "sellerNickname": "TestMerchantSelf",
        "sellerMobilePhone": "+00 000 000 0002",
        "idNumber": "TEST-ID-000000",
        "email": "bertram.testbuyer@example.com",
        "takerUserNo": buyer["userNo"],
        "makerUserNo": OWN_USER_NO,
        "merchantNo": OWN_USER_NO,
    }


PERSONAL = frozenset((
    "buyerName", "buyerNickname", "buyerMobilePhone", "sellerName", "sellerNickname", "sellerMobilePhone",
    "idNumber", "email", "takerUserNo", "makerUserNo", "merchantNo", "payMethods", "tradeMethods",
    "selectedPayId", "remark", "remarks", "autoReplyMsg",
))  # fmt: skip


def without_people(thing: dict[str, Any]) -> dict[str, Any]:
    """What the agent endpoints leave."""
    return {name: value for name, value in thing.items() if name not in PERSONAL}
