"""`policy learn`: the least policy out of a journal."""

import json
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession

from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.config.limit_checks import limit_lines
from proxy.core.settings import PermitSettings
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.cli.conftest import Run
from tests.support.gateway import API_KEY, API_SECRET, gateway

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"


WITHDRAW, RELEASE = "POST /sapi/v1/capital/withdraw/apply", "POST /sapi/v1/c2c/orderMatch/releaseCoin"
WITHDRAWAL = "coin=USDT&address=TXYZ9999999999999999999999999999AA&network=TRX&amount=12"


async def journal_of(directory: Path, *requests: str, allow: tuple[str, ...] = (), **policy: object) -> None:
    """The journal of a gateway between these requests, `METHOD /target BODY`, and the sandbox."""
    exchange = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    rules = {"profiles": ["spot"], "allow": list(allow), **policy}
    async with gateway(exchange.url, directory, policy=rules) as running, ClientSession() as session:
        for request in requests:
            method, target, *body = request.split(" ")
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            data = body[0] if body else None
            async with session.request(method, running.url + target, data=data, headers=headers) as answer:
                await answer.read()
    await exchange.stop()


def learned(run: Run, directory: Path) -> tuple[PermitSettings, str]:
    """The policy that is proposed, which has no mistake, and the whole text."""
    said = run("policy", "learn", "--journal", str(directory))
    assert said.code == 0
    text = said.out[said.out.index("# From") :]  # after the log of the gateway above
    found = convert(parse_document(text.encode(), "learned").data)
    assert found.problems == []
    assert list(limit_lines(found.settings)) == []
    return found.settings.policy, text


async def test_learn_proposes_the_least_policy(run: Run, tmp_path: Path) -> None:
    await journal_of(
        tmp_path,
        "GET /api/v3/account",
        f"POST /api/v3/order {ORDER}",
        f"POST /api/v3/order {ORDER}",
        f"POST /api/v3/order/test {ORDER}",
        "DELETE /api/v3/openOrders?symbol=BTCUSDT",
        f"POST /sapi/v1/capital/withdraw/apply {WITHDRAWAL}",
    )
    policy, text = learned(run, tmp_path)
    assert policy.profiles == ("read-only",)
    assert policy.read == ("balances", "tests")
    assert policy.allow == ("DELETE /api/v3/openOrders", "POST /api/v3/order")
    assert [(line.applies_to, line.symbols, line.max_quantity, line.max_quote) for line in policy.limits] == [
        ("DELETE /api/v3/openOrders", ("BTCUSDT",), None, None),
        ("POST /api/v3/order", ("BTCUSDT",), 0.01, 500.0),
    ]
    refused = f"# Refused, and so not allowed above:\n#   {WITHDRAW}  # money out, endpoint_denied 1 times"
    assert refused in text
    assert "bound it yourself" not in text


async def test_each_symbol_has_the_most_that_one_request_moved(run: Run, tmp_path: Path) -> None:
    await journal_of(
        tmp_path,
        f"POST /api/v3/order {ORDER}",
        f"POST /api/v3/order {ORDER.replace('0.01', '0.03')}",
        f"POST /api/v3/order {ORDER.replace('0.01', '0.02')}",
        # No price stands in this one, so nothing is known of its worth.
        "POST /api/v3/order symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.5",
        f"POST /api/v3/order {ORDER.replace('BTC', 'ETH').replace('50000', '2000').replace('0.01', '0.25')}",
    )
    policy, text = learned(run, tmp_path)
    assert [(line.symbols, line.max_quantity, line.max_quote) for line in policy.limits] == [
        (("BTCUSDT",), 0.03, 1500.0),
        (("ETHUSDT",), 0.5, None),
    ]
    assert "bound it yourself" not in text


async def test_what_came_as_json_counts_as_the_form_that_was_sent(run: Run, tmp_path: Path) -> None:
    body = json.dumps(dict(parse_qsl(ORDER)), separators=(",", ":"))
    await journal_of(tmp_path, f"POST /api/v3/order {body}")
    policy, text = learned(run, tmp_path)
    assert [(line.applies_to, line.symbols, line.max_quantity, line.max_quote) for line in policy.limits] == [
        ("POST /api/v3/order", ("BTCUSDT",), 0.01, 500.0)
    ]
    assert "bound it yourself" not in text


async def test_what_the_exchange_never_did_is_not_proposed(run: Run, tmp_path: Path) -> None:
    await journal_of(
        tmp_path,
        "GET /api/v3/order/oco",  # an order list is placed there, not read
        f"POST /api/v3/order {ORDER}",
        f"POST /api/v3/order {ORDER.replace('0.01', '5000')}",  # more than there is
        "POST /api/v3/order/cancelReplace symbol=BTCUSDT",
    )
    policy, text = learned(run, tmp_path)
    assert policy.read is None
    assert policy.allow == ("POST /api/v3/order",)
    (line,) = policy.limits
    assert line.max_quantity == 0.01
    never = text[text.index("# Sent and never successful, and so not allowed above:\n") :]
    assert "POST /api/v3/order/cancelReplace  # spot, 1 times" in never
    assert "POST /api/v3/order " not in never


async def test_what_the_journal_does_not_show_is_said(run: Run, tmp_path: Path) -> None:
    """Amounts of withdrawals are removed before they are written."""
    await journal_of(tmp_path, f"POST /sapi/v1/capital/withdraw/apply {WITHDRAWAL}", allow=(WITHDRAW,))
    policy, text = learned(run, tmp_path)
    assert (policy.allow, policy.limits) == ((WITHDRAW,), ())
    assert (
        f"The journal does not show how much these moved; bound it yourself (docs/policy.md, Limits):\n#   {WITHDRAW}\n"
        in text
    )


def recorded(directory: Path, method: str, path: str, **fields: object) -> Path:
    """A journal of one flow."""
    head = {"type": "flow", "schema": 1, "time": "2026-11-28T10:00:00.000Z", "request_id": "a-1", "in": {}}
    line = {**head, "http.request.method": method, "url.path": path, **fields}
    (directory / "flows-20261128T100000000Z-0001.jsonl").write_text(json.dumps(line) + "\n")
    return directory


ORDERS = "/api/v3/order"
C2C = "/sapi/v1/c2c/orderMatch/releaseCoin"
STATUS = "http.response.status_code"


@pytest.mark.parametrize(
    ("method", "path", "fields", "proposed"),
    [
        ("POST", ORDERS, {"execution": "answered", STATUS: 200}, True),
        ("POST", ORDERS, {"execution": "answered", STATUS: 200, "code": "200"}, True),
        ("POST", ORDERS, {"execution": "answered", STATUS: 200, "code": "-1"}, False),
        ("POST", ORDERS, {"execution": "answered", STATUS: 400, "code": "-2010"}, False),
        ("POST", ORDERS, {"execution": "answered", STATUS: 405}, False),
        # Its answer was lost: it may have been executed.
        ("POST", ORDERS, {"execution": "unknown"}, True),
        ("POST", ORDERS, {"execution": "unknown", STATUS: 503}, True),
        ("POST", C2C, {"execution": "answered", STATUS: 200, "code": "000000"}, True),
        ("POST", C2C, {"execution": "answered", STATUS: 200, "code": "100002001"}, False),
    ],
)
def test_what_may_have_been_done_is_proposed(
    run: Run, tmp_path: Path, method: str, path: str, fields: dict[str, object], proposed: bool
) -> None:
    policy, text = learned(run, recorded(tmp_path, method, path, **fields))
    assert policy.allow == ((f"{method} {path}",) if proposed else ())
    assert ("Sent and never successful" in text) is not proposed


def test_a_read_that_brought_nothing_opens_no_group(run: Run, tmp_path: Path) -> None:
    lost = {"execution": "unknown"}
    assert learned(run, recorded(tmp_path, "GET", "/api/v3/account", **lost))[0].read is None
    done = {"execution": "answered", STATUS: 200}
    assert learned(run, recorded(tmp_path, "GET", "/api/v3/account", **done))[0].read == ("balances",)


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        ("1000", "1000"),
        ("0.00000001", "0.00000001"),
        ("12345678901.123456789", "12345678901.123457"),
        ("98765432109.87654321", "98765432109.87656"),
    ],
)
def test_an_amount_is_never_proposed_too_low(run: Run, tmp_path: Path, quantity: str, written: str) -> None:
    """Numbers of the configuration have some 16 digits."""
    form = {"body": f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity={quantity}", "body_kind": "form"}
    done = {"execution": "answered", STATUS: 200, "in": form}
    policy, text = learned(run, recorded(tmp_path, "POST", ORDERS, **done))
    assert f"      max_quantity: {written}\n" in text
    (line,) = policy.limits
    assert Decimal(repr(line.max_quantity)) >= Decimal(quantity)
    assert line.max_quote is None


async def test_what_cannot_be_taken_back_is_pointed_at(run: Run, tmp_path: Path) -> None:
    """A journal that somebody else wrote must not put a withdrawal among the rest unseen."""
    await journal_of(tmp_path, f"POST /sapi/v1/capital/withdraw/apply {WITHDRAWAL}", allow=(WITHDRAW,))
    policy, text = learned(run, tmp_path)
    assert policy.allow == (WITHDRAW,)
    _, _, warned = text.partition("# Look twice before you take these over")
    assert f"#   {WITHDRAW}" in warned
