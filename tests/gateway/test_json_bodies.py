"""JSON bodies where parameters are a form: judged, signed, sent and recorded as that form."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from proxy.core.settings import ClientSettings
from proxy.sandbox import Observation, Sandbox, SandboxKey, start
from tests.gateway.house import House, house, policy
from tests.gateway.test_walk import with_clients
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.support.independent import hmac_covers
from tests.upstream.scripted import hangs_up

JSON = {"Content_Type": "application/json; charset=utf-8"}
PATH = "/api/v3/order"
ORDER = (
    '{"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": 0.60000000,'
    ' "price": 50000.00}'
)
AS_FORM = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.60000000&price=50000.00"
MAX_ONE = policy({"applies_to": "spot", "max_quantity": 1, "symbols": ["BTCUSDT"]})
CANARY = "canary4471"


async def test_it_is_signed_and_sent_as_a_form_and_everybody_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.ask("POST", PATH, ORDER, User_Agent="HTTPie/3.2.4", **JSON)
        (sent,) = at.sent
        assert sent.body == AS_FORM
        assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
        assert sent.headers["content-length"] == str(len(AS_FORM))
        assert hmac_covers(API_SECRET.encode(), sent.query.encode(), sent.body)
        assert got.status == 200
        assert got.headers["X-Gateway-Repair"] == (
            'json-body-to-form; "The body was JSON, and this endpoint takes parameters: it was signed and sent as a '
            'form."; remedy="With HTTPie write `http --form POST ...`."'
        )
        record = await at.flow()
        assert [one["rule"] for one in record["findings"]] == ["json-body-to-form"]
        assert (record["in"]["body_kind"], record["out"]["body_kind"]) == ("json", "form")
        assert json.loads(record["in"]["body"])["symbol"] == "BTCUSDT"
        assert record["out"]["body"].startswith("symbol=BTCUSDT&side=BUY&type=LIMIT")


async def test_the_strict_exchange_places_the_order(tmp_path: Path) -> None:
    seen: list[Observation] = []
    exchange = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)], observer=seen.append))
    async with gateway(exchange.url, tmp_path / "journal") as running, ClientSession() as session:
        body = ORDER.replace("0.60000000", "0.00100000")
        async with session.post(
            running.url + PATH, data=body, headers={"Content-Type": "application/json"}
        ) as answer:
            placed: dict[str, Any] = await answer.json()
        assert (answer.status, placed["origQty"]) == (200, "0.00100000")
        (order,) = [one for one in seen if one.target.startswith(PATH.encode())]
        assert (order.signature, order.body.partition(b"quantity=")[2][:10]) == ("valid", b"0.00100000")
        cancel = json.dumps({"symbol": "BTCUSDT", "orderId": placed["orderId"]})
        async with session.delete(
            running.url + PATH, data=cancel, headers={"Content-Type": "application/json"}
        ) as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "CANCELED")
    await exchange.stop()


LIMITED = [
    # body -> token; the limit is one BTC
    (ORDER, ""),
    (ORDER.replace("0.60000000", "1.1"), "limit_exceeded"),
    (ORDER.replace("0.60000000", '"1.1"'), "limit_exceeded"),
    (ORDER.replace("0.60000000", "2e0"), "json_body_refused"),
    (ORDER.replace("0.60000000", "[2]"), "json_body_refused"),
    (ORDER.replace("0.60000000", "null"), "json_body_refused"),
    (ORDER.replace("BTCUSDT", "ETHUSDT"), "limit_exceeded"),
    (ORDER.replace("}", ', "quantity": "2"}'), "json_body_refused"),
    (ORDER.replace("}", ', "quantit\\u0079": "2"}'), "json_body_refused"),
    (ORDER.replace("}", ', "unheardOf": "2"}'), "limit_exceeded"),
    (ORDER.replace('"BUY"', '"BUY&quantity=2"'), ""),  # one value, and it leaves as one
    ("\ufeff" + ORDER.replace("0.60000000", "1.1"), "limit_exceeded"),
    (" " + ORDER.replace("0.60000000", "1.1"), "limit_exceeded"),
]


@pytest.mark.parametrize(("body", "token"), LIMITED)
async def test_no_limit_is_evaded_by_json(body: str, token: str, tmp_path: Path) -> None:
    async with house(tmp_path, policy=MAX_ONE) as at:
        for label in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            got = await at.ask("POST", PATH, body, Content_Type=label, X_Gateway_Repeat="yes")
            assert got.token == token
        assert len(at.sent) == (0 if token else 3)
        assert all(one.body.count(b"quantity=") == 1 for one in at.sent)


async def test_what_stands_in_the_query_as_well_is_seen_by_limits(tmp_path: Path) -> None:
    async with house(tmp_path, policy=MAX_ONE) as at:
        got = await at.ask("POST", PATH + "?quantity=2", ORDER, **JSON)
        assert (got.token, at.sent) == ("limit_exceeded", [])


async def test_an_order_is_the_same_whether_it_came_as_json_or_as_a_form(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, orders={"outcome_wait_seconds": 0}) as at:
        assert (await at.ask("POST", PATH, ORDER, **JSON)).execution == "unknown"
        again = await at.ask("POST", PATH, AS_FORM)
        assert again.token.startswith("repeat_of_")
        assert len([one for one in at.sent if one.method == "POST"]) == 1


def journal_of(at: House) -> str:
    at.running.journal.flush()
    return "".join(file.read_text() for file in sorted(at.journal.glob("flows-*.jsonl")))


async def test_nothing_of_a_json_body_gets_into_the_journal_that_a_form_would_not_leave(
    tmp_path: Path,
) -> None:
    """Names that nobody knows, values, and bodies that are refused."""
    secret = json.loads(ORDER) | {"note": CANARY, CANARY * 4: "1", "newClientOrderId": f"{CANARY} &=x"}
    bodies = [json.dumps(secret), json.dumps(secret | {"a": None}), '{"a":"' + CANARY, f'["{CANARY}"]']
    async with house(tmp_path) as at:
        for body in bodies:
            await at.ask("POST", PATH, body, X_Gateway_Repeat="yes", **JSON)
        assert len(await at.flows(len(bodies))) == len(bodies)
        assert CANARY not in journal_of(at)


async def test_a_refusal_says_which_line_of_the_tool_to_change(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.ask("POST", PATH, '{"symbol":null}', User_Agent="PostmanRuntime/7.43.0", **JSON)
        assert (got.status, got.token, got.execution) == (400, "json_body_refused", "not_sent")
        assert json.loads(got.body)["msg"] == (
            "gateway: this endpoint takes its parameters as a form, and `symbol` is null in the JSON body: leave it "
            "out. In Postman choose Body > x-www-form-urlencoded instead of raw > JSON."
        )
        assert at.sent == []
        assert (await at.flow())["error.type"] == "json_body_refused"


async def test_with_repair_off_nothing_is_made_of_it(tmp_path: Path) -> None:
    async with house(tmp_path, signing={"repair": "off"}) as at:
        assert (await at.ask("POST", PATH, ORDER, **JSON)).token == "json_body_refused"
        assert (await at.ask("POST", PATH, AS_FORM)).status == 200
        assert (await at.ask("POST", "/sapi/v1/c2c/ads/search", '{"a":1}', **JSON)).status == 200
        assert [one.body for one in at.sent] == [AS_FORM, b'{"a":1}']


async def test_a_client_that_must_sign_must_send_what_it_has_signed(tmp_path: Path) -> None:
    """No signature covers a JSON body: its parameters would be anybody's."""
    async with with_clients(tmp_path, strict=ClientSettings(signature="require"), lax=ClientSettings()) as (
        at,
        keys,
    ):
        strict = await at.ask("POST", PATH, ORDER, X_MBX_APIKEY=keys["strict"].api_key, **JSON)
        lax = await at.ask("POST", PATH, ORDER, X_MBX_APIKEY=keys["lax"].api_key, **JSON)
        assert (strict.token, lax.token, len(at.sent)) == ("json_body_refused", "", 1)


async def test_a_dry_run_and_a_refusal_say_what_was_mended(tmp_path: Path) -> None:
    async with house(tmp_path, policy=MAX_ONE) as at:
        shown = await at.ask("POST", PATH, ORDER, X_Gateway_Dry_Run="1", **JSON)
        assert json.loads(shown.body)["payload"]["form"].encode() == AS_FORM
        refused = await at.ask("POST", PATH, ORDER.replace("0.6", "6"), **JSON)
        assert refused.token == "limit_exceeded"
        for got in (shown, refused):
            assert got.headers["X-Gateway-Repair"].startswith("json-body-to-form; ")
        plain = await at.ask("POST", PATH, AS_FORM)
        assert "X-Gateway-Repair" not in plain.headers


async def test_other_repairs_are_told_as_well(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.ask("POST", PATH + "?recvWindow=70000", ORDER, **JSON)
        assert [one.partition(";")[0] for one in got.headers["X-Gateway-Repair"].split('", ')] == [
            "json-body-to-form",
            "recvwindow-replaced",
        ]


async def test_an_empty_object_is_no_body(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for body in ("{}", " {\n} ", "\ufeff{}", "  "):
            target = "/api/v3/order?" + AS_FORM.decode()
            assert (await at.ask("POST", target, body, X_Gateway_Repeat="yes", **JSON)).status == 200
        assert [(one.body, one.headers.get("content-type")) for one in at.sent] == [(b"", None)] * 4
