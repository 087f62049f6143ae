"""Every answer to an allowed page names its origin; no other answer has a line of that kind."""

import json
from pathlib import Path
from typing import Any

from tests.gateway.house import ORDER, Got, house, http
from tests.upstream.scripted import answers

PAGE = "http://app.test:3000"
OPEN: dict[str, Any] = {"allow_origins": [PAGE], "policy": {"profiles": ["spot"]}}


def lines(got: Got) -> dict[str, str]:
    return {name: value for name, value in got.headers.items() if name.lower().startswith("access-control")}


TOLD = {"Access-Control-Allow-Origin": PAGE, "Access-Control-Expose-Headers": "*"}


async def test_answers_of_binance_small_and_large_and_refusals_name_the_origin(tmp_path: Path) -> None:
    large = http(200, b"[%b]" % (b"1," * 200_000 + b"1"))
    async with house(tmp_path, answers(http(200)), answers(large), **OPEN) as at:
        small = await at.ask("GET", "/api/v3/exchangeInfo", Origin=PAGE)
        streamed = await at.ask("GET", "/api/v3/exchangeInfo", Origin=PAGE)
        refused = await at.ask("GET", "/evil/v1/x", Origin=PAGE)
        assert (len(small.body), len(streamed.body), refused.status) == (2, 400_003, 404)
        for got in (small, streamed, refused):
            assert lines(got) == TOLD
            assert "Origin" in got.headers.getall("Vary")
        for path in ("/api/v3/exchangeInfo", "/evil/v1/x"):
            assert lines(await at.ask("GET", path)) == {}


async def test_a_preflight_reaches_nobody_and_leaves_no_record(tmp_path: Path) -> None:
    asks = {
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "content-type,x-mbx-apikey",
    }
    async with house(tmp_path, **OPEN) as at:
        got = await at.ask("OPTIONS", "/api/v3/order", Origin=PAGE, **asks)
        assert (got.status, got.body) == (204, b"")
        assert lines(got)["Access-Control-Allow-Origin"] == PAGE
        assert "X-MBX-APIKEY" in lines(got)["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in got.headers
        other = await at.ask("OPTIONS", "/api/v3/order", Origin="http://evil.test", **asks)
        assert (other.status, other.token, lines(other)) == (403, "origin_not_allowed", {})
        plain = await at.ask("OPTIONS", "/api/v3/order", Origin=PAGE)
        assert (plain.status, plain.token) == (405, "method_not_allowed")
        assert len(await at.flows(2)) == 2
        assert at.sent == []


async def test_a_page_never_trades_with_the_gateways_key(tmp_path: Path) -> None:
    async with house(tmp_path, **OPEN) as at:
        got = await at.order(Origin=PAGE)
        assert (got.status, got.token, lines(got)) == (401, "origin_needs_key", TOLD)
        simple = await at.order(ORDER, Origin=PAGE, Content_Type="text/plain")  # what needs no preflight
        assert simple.token == "origin_needs_key"
        assert at.sent == []
        assert "virtual key" in json.loads(simple.body)["msg"]
