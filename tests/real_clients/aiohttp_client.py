"""aiohttp: unsigned, no key; its URLs re-quote `:` and `/`, which is harmless when the gateway signs."""

import asyncio
import sys

import aiohttp
from journey import ORDER


async def main():
    async with aiohttp.ClientSession(sys.argv[1], raise_for_status=True) as session:

        async def call(method, path, **how):
            async with session.request(method, path, **how) as answer:
                return await answer.json()

        assert (await call("GET", "/api/v3/account"))["canTrade"]
        assert await call("POST", "/api/v3/order/test", params=ORDER) == {}
        order = await call("POST", "/api/v3/order", data=ORDER)
        query = {"symbol": "BTCUSDT", "orderId": order["orderId"]}
        assert (await call("DELETE", "/api/v3/order", params=query))["status"] == "CANCELED"
        assert await call("GET", "/sapi/v1/capital/withdraw/history", params={"coin": "USDT"}) == []


asyncio.run(main())
