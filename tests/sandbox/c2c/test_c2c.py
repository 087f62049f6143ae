"""The P2P service: its own shape of answers, JSON bodies, the clientType header, made-up people."""

import json
from typing import Any

import pytest

SEARCH = {"asset": "USDT", "fiat": "USD", "tradeType": "BUY", "page": 1, "rows": 2}


async def _post(exchange: Any, path: str, body: object = None) -> Any:
    return await exchange.signed("POST", f"/sapi/v1/c2c/{path}", body=body)


async def _get(exchange: Any, path: str, query: str = "") -> Any:
    return await exchange.signed("GET", f"/sapi/v1/c2c/{path}", query)


async def test_search_answers_in_the_services_own_shape_page_by_page(exchange: Any) -> None:
    told = (await _post(exchange, "ads/search", SEARCH)).json
    assert (told["code"], told["message"], told["success"], told["total"]) == ("000000", None, True, 3)
    assert [len(told["data"]), told["data"][0]["adv"]["tradeType"]] == [2, "BUY"]
    assert len((await _post(exchange, "ads/search", SEARCH | {"page": 2})).json["data"]) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"asset=USDT"),
        ({"Content-Type": "text/plain"}, b"{}"),
        ({}, b"{}"),
        ({"Content-Type": "application/json"}, b"{'asset': 'USDT'}"),
        ({"Content-Type": "application/json"}, b"[1]"),
    ],
)
async def test_what_is_no_json_object_is_1000(exchange: Any, headers: dict[str, str], body: bytes) -> None:
    form = body if headers.get("Content-Type", "").endswith("urlencoded") else b""
    query = f"timestamp={exchange.sandbox.now_ms()}"
    target = f"/sapi/v1/c2c/ads/search?{query}&signature={exchange.sign(query + form.decode())}"
    answer = await exchange.send("POST", target, headers, body)
    assert (answer.status, answer.json) == (
        400,
        {"code": -1000, "msg": "An unknown error occurred while processing the request."},
    )
    assert exchange.seen[-1].signature == "valid"


async def test_a_wrong_field_is_a_failure_inside_http_200(exchange: Any) -> None:
    answer = await _post(exchange, "ads/search", {"coin": "USDT"})
    assert (answer.status, answer.json["success"], answer.json["code"]) == (200, False, "ILLEGAL_PARAMETERS")


async def test_the_chat_credential_wants_the_client_type(exchange: Any) -> None:
    path = "/sapi/v1/c2c/chat/retrieveChatCredential"
    bare = await exchange.signed("GET", path)
    assert (bare.status, bare.json) == (400, {"code": -31002, "msg": "illegal parameter"})
    told = (await exchange.signed("GET", path, headers={"clientType": "web"})).json["data"]
    assert set(told) == {"chatWssUrl", "listenKey", "listenToken"}


async def test_an_order_has_people_in_it_and_all_of_them_are_made_up(exchange: Any) -> None:
    listed = (await _post(exchange, "orderMatch/listOrders", {})).json["data"]
    told = (
        await _post(exchange, "orderMatch/getUserOrderDetail", {"adOrderNo": listed[0]["orderNumber"]})
    ).json["data"]
    for name in ("buyerName", "sellerName", "idNumber", "email", "takerUserNo", "merchantNo"):
        assert "test" in told[name].lower(), name
    fields = told["payMethods"][0]["fields"]
    assert {field["fieldContentType"] for field in fields} >= {"payee", "pay_account", "bank"}
    assert all("test" in field["fieldValue"].lower() for field in fields)
    assert len(told["advNo"]) == 20, "longer than a double can hold"


async def test_the_agents_version_leaves_people_out(exchange: Any) -> None:
    number = next(iter(exchange.sandbox.account().merchant.orders))
    told = await _post(exchange, "agent/orderMatch/getUserOrderDetail", {"orderNumber": number})
    assert told.json["data"]["orderNumber"] == number
    assert "Test" not in json.dumps(told.json)
    wrong_name = await _post(exchange, "orderMatch/getUserOrderDetail", {"orderNumber": number})
    assert wrong_name.json["success"] is False


async def test_history_is_filtered_by_side_and_time(exchange: Any) -> None:
    path = "orderMatch/listUserOrderHistory"
    every = (await _get(exchange, path, "tradeType=SELL")).json
    assert [every["total"], every["data"][0]["orderStatus"]] == [3, "COMPLETED"]
    assert (await _get(exchange, path, "tradeType=BUY")).json["total"] == 0
    since = every["data"][1]["createTime"]
    assert (await _get(exchange, path, f"startTimestamp={since}")).json["total"] == 2
    assert (await _get(exchange, path, f"startTime={since}&rows=1")).json["total"] == 2
    assert (await _post(exchange, path, {"startTime": "yesterday"})).json["success"] is False
    assert (await _get(exchange, path, "page=x")).code == -1100


async def test_the_steps_of_an_order(exchange: Any) -> None:
    number = (await _post(exchange, "orderMatch/placeOrder", {"adsNo": "1"})).json["data"]["orderNumber"]
    body = {"orderNumber": number}

    async def succeeds(path: str) -> bool:
        return bool((await _post(exchange, f"orderMatch/{path}", body)).json["success"])

    assert not await succeeds("releaseCoin")
    assert (await _post(exchange, "orderMatch/checkIfCanReleaseCoin", body)).json["data"] is False
    assert await succeeds("markOrderAsPaid")
    assert (await _post(exchange, "orderMatch/checkIfCanReleaseCoin", body)).json["data"] is True
    assert await succeeds("releaseCoin")
    assert not await succeeds("cancelOrder")
    assert exchange.sandbox.account().merchant.orders[number]["orderStatus"] == "COMPLETED"


async def test_an_ads_life(exchange: Any) -> None:
    whole = {"asset": "USDT", "fiatUnit": "USD", "tradeType": "SELL", "initAmount": "10", "priceType": 1,
             "tradeMethods": [{"payId": 900001}], "classify": "profession"}  # fmt: skip
    number = (await _post(exchange, "ads/post", whole)).json["data"]["advNo"]
    assert (await _post(exchange, "ads/post", whole | {"classify": "mass"})).json["code"] == "83749"
    partly = await _post(exchange, "ads/update", {"advNo": number, "initAmount": "20"})
    assert (partly.status, partly.code) == (400, -9000)
    assert (await _post(exchange, "ads/update", whole | {"advNo": number, "initAmount": "20"})).json[
        "success"
    ]
    as_read = whole | {"advNo": number, "tradeMethods": [{"fields": []}]}
    assert (await _post(exchange, "ads/update", as_read)).json["code"] == "83664"
    off = await _post(exchange, "ads/updateStatus", {"advNos": [number, "404"], "advStatus": 3})
    assert [entry["advNo"] for entry in off.json["data"]["failList"]] == ["404"]
    told = await exchange.signed("POST", "/sapi/v1/c2c/ads/getDetailByNo", f"adsNo={number}")
    assert (told.json["data"]["initAmount"], told.json["data"]["advStatus"]) == ("20", 3)
    foreign = await exchange.signed("POST", "/sapi/v1/c2c/ads/getDetailByNo", "adsNo=11760000000000000001")
    assert foreign.code == -1002


async def test_the_merchants_switches(exchange: Any) -> None:
    async def status() -> tuple[int, str]:
        told = (await _post(exchange, "user/baseDetail")).json["data"]
        return told["businessStatus"], told["onlineStatus"]

    assert await status() == (1, "online")
    await _post(exchange, "merchant/getOffline")
    await _post(exchange, "merchant/startRest")
    assert await status() == (3, "offline")
    assert (await _post(exchange, "merchant/getOnline")).json["code"] == "83230"
    assert (await _post(exchange, "ads/post", {})).json["code"] == "83229"
    await _post(exchange, "merchant/endRest")
    await _post(exchange, "merchant/closeBusiness")
    assert await status() == (2, "offline")


async def test_reference_price_and_lists(exchange: Any) -> None:
    price = (
        await _post(exchange, "ads/getReferencePrice", {"fiatCurrency": "CNY", "assets": ["USDT"]})
    ).json["data"]
    assert (price[0]["asset"], price[0]["currency"], price[0]["referencePrice"]) == ("USDT", "CNY", "7.15")
    for path in ("digitalCurrency/list", "fiatCurrency/list", "paymentMethod/listAll"):
        assert (await _post(exchange, path)).json["data"], path
    for path in (
        "ads/getAds",
        "ads/getAvailableAdsCategory",
        "orderMatch/getUserOrderSummary",
        "paymentMethod/getPayMethodByUserId",
    ):
        assert (await _get(exchange, path)).json["data"], path


async def test_half_a_character_in_a_json_text_does_no_harm(exchange: Any) -> None:
    told = await _post(exchange, "chat/image/pre-signed-url", {"imageName": "a\ud800.png"})
    assert told.json["data"]["imageUrl"].endswith("a?.png")
