"""Listen keys and listen tokens of margin."""

from typing import Any


async def test_a_listen_key_lives_until_it_is_closed(exchange: Any) -> None:
    path = "/sapi/v1/margin/listen-key"
    opened = (await exchange.send("POST", path)).json["listenKey"]
    assert (await exchange.send("POST", path)).json["listenKey"] == opened
    assert (await exchange.send("PUT", f"{path}?listenKey={opened}")).json == {}
    assert (await exchange.send("DELETE", path)).json == {}
    gone = await exchange.send("PUT", f"{path}?listenKey={opened}")
    assert gone.json == {"code": -1125, "msg": "This listenKey does not exist."}


async def test_a_listen_token_lives_a_day_at_most(exchange: Any) -> None:
    path = "/sapi/v1/userListenToken"
    for query, lives_ms in (
        ("", 86_400_000),
        ("?validity=1000", 1000),
        ("?validity=99999999999", 86_400_000),
    ):
        told = (await exchange.send("POST", path + query)).json
        assert told["expirationTime"] - exchange.sandbox.now_ms() == lives_ms
    assert (await exchange.send("POST", f"{path}?isIsolated=TRUE")).code == -1102
    assert (await exchange.send("POST", f"{path}?isIsolated=TRUE&symbol=NOSUCH")).code == -1121
    assert (await exchange.send("POST", f"{path}?isIsolated=TRUE&symbol=BTCUSDT")).status == 200
    assert (await exchange.send("POST", path, api_key=None)).code == -2014
