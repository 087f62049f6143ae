"""What a virtual key, or none, cannot be talked into: no right, no account and no amount beyond its own."""

import asyncio
import hashlib
import hmac
import os
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest
from yarl import URL

from proxy.clients.store import ClientStore, NewKey
from proxy.core.settings import ClientSettings, PermitSettings
from tests.clients.bots import QueryBot
from tests.clients.test_gateway import ORDER, READER, STRICT, House, house
from tests.gateway.house import house as quiet_house
from tests.support.gateway import API_KEY

__all__ = ["house"]

OTHER = {"X-Gateway-Account": "other"}
DRY = {"X-Gateway-Dry-Run": "1"}


@pytest.mark.parametrize(
    ("method", "target", "headers", "status", "token"),
    [
        pytest.param("GET", "/api/v3/account", {"X-MBX-APIKEY": "{KEY}"}, 401, "client_unknown", id="other case"),
        pytest.param("GET", "/api/v3/account", {"X-MBX-APIKEY": "{key} "}, 200, None, id="a blank after it"),
        pytest.param(
            "GET", "/api/v3/account", {"X-MBX-APIKEY": "{key}, {key}"}, 401, "client_unknown", id="two in one"
        ),
        pytest.param("GET", "/api/v3/account?X-MBX-APIKEY={key}", {}, 401, "client_unknown", id="in the query"),
        pytest.param(
            "GET", "/api/v3/account", {"X-MBX-APIKEY": "{key}", **OTHER}, 403, "account_denied", id="other account"
        ),
        pytest.param(
            "GET", "/api/v3/ping", {"X-MBX-APIKEY": "{key}", **OTHER}, 403, "account_denied", id="other, for nothing"
        ),
        pytest.param("GET", "/api/v3/ping", OTHER, 403, "account_denied", id="nobody's other account"),
        pytest.param(
            "GET", "/api/v3/account", {"X-Gateway-Security": "none"}, 401, "client_unknown", id="said to be public"
        ),
        pytest.param("GET", "/api/v3/ping", {"X-Gateway-Security": "key"}, 401, "client_unknown", id="said to need"),
        pytest.param("POST", "/api/v3/order", DRY, 401, "client_unknown", id="nobody's dry run"),
        pytest.param(
            "POST", "/api/v3/order", {"X-MBX-APIKEY": "{reader}", **DRY}, 403, "endpoint_denied", id="denied dry run"
        ),
    ],
)  # fmt: skip
async def test_a_key_is_taken_as_it_is_or_not_at_all(
    method: str, target: str, headers: dict[str, str], status: int, token: str | None, house: House
) -> None:
    key, reader = house.add("bot").api_key, house.add("reader", READER).api_key
    named = {"key": key, "KEY": key.swapcase(), "reader": reader}
    filled = {name: value.format(**named) for name, value in headers.items()}
    data = ORDER if method == "POST" else None
    url = URL(house.url + target.format(**named), encoded=True)
    async with house.session.request(method, url, headers=filled, data=data) as answer:
        assert (answer.status, answer.headers.get("X-Gateway-Error")) == (status, token)
    assert len(house.seen) == (status == 200)
    assert all(b"X-MBX-APIKEY" not in dict(seen.headers) for seen in house.seen if target.endswith("ping"))


@pytest.fixture
async def strict(house: House) -> QueryBot:
    return house.bot(house.add("strict", STRICT))


def signed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        pytest.param("{q}&signature={s}", None, 200, id="right"),
        pytest.param("{q}&signature={S}", None, 200, id="upper case"),
        pytest.param("{q}&signature={s}", "quantity=9", 401, id="an unsigned form beside it"),
        pytest.param("{q}&signature={s}&quantity=9", None, 401, id="more after the signature"),
        pytest.param("{q}&signature={of_nothing}", None, 401, id="with an empty secret"),
        pytest.param("{q}&signature=", None, 401, id="an empty signature"),
    ],
)
async def test_a_signature_that_is_required_covers_what_is_sent(
    query: str, body: str | None, status: int, strict: QueryBot, house: House
) -> None:
    text = urlencode({**ORDER, "timestamp": house.gateway.pipeline.local.unix_ms() if house.gateway else 0})
    right = signed(strict.secret, text)
    target = query.format(q=text, s=right, S=right.upper(), of_nothing=signed("", text))
    headers = {"X-MBX-APIKEY": strict.key}
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    url = URL(f"{house.url}/api/v3/order?{target}", encoded=True)
    async with house.session.post(url, headers={**headers, **form}, data=body) as answer:
        assert answer.status == status
        assert answer.headers.get("X-Gateway-Error") == (
            None if status == 200 else "client_signature_invalid"
        )
    assert len(house.seen) == (status == 200)


async def test_a_signature_that_stands_twice_adds_no_parameter(strict: QueryBot, house: House) -> None:
    """What goes out is signed anew either way, with one signature."""
    text = urlencode({"timestamp": house.gateway.pipeline.local.unix_ms() if house.gateway else 0})
    both = f"&signature={signed(strict.secret, text)}" * 2
    url = URL(f"{house.url}/api/v3/account?{text}{both}", encoded=True)
    async with house.session.get(url, headers={"X-MBX-APIKEY": strict.key}) as answer:
        assert answer.status in (200, 401)
    assert all(seen.target.count(b"signature=") == 1 for seen in house.seen)


async def test_a_signature_does_not_make_a_write_of_a_read_that_is_denied(house: House) -> None:
    """Binance signs no method: the same octets are right for each, so the policy asks by method."""
    reader = house.add(
        "reader", ClientSettings(signature="require", accounts=("other",), policy=READER.policy)
    )
    assert reader.api_secret is not None
    text = urlencode(
        {"symbol": "BTCUSDT", "timestamp": house.gateway.pipeline.local.unix_ms() if house.gateway else 0}
    )
    query = f"{text}&signature={signed(reader.api_secret.reveal().decode(), text)}"
    statuses = []
    for method in ("GET", "DELETE"):
        url = URL(f"{house.url}/api/v3/openOrders?{query}", encoded=True)
        async with house.session.request(method, url, headers={"X-MBX-APIKEY": reader.api_key}) as answer:
            statuses.append(answer.status)
    assert statuses == [200, 403]


async def test_a_stream_is_opened_with_the_key_of_the_account(strict: QueryBot, house: House) -> None:
    """Such an endpoint takes a key and no signature, so none is required of the client."""
    url = f"{house.url}/sapi/v1/margin/listen-key"
    async with house.session.post(url, headers={"X-MBX-APIKEY": strict.key}) as answer:
        assert answer.status == 200
    (seen,) = house.seen
    assert dict(seen.headers)[b"X-MBX-APIKEY"] == API_KEY.encode()


LIMITED = ClientSettings(
    policy=msgspec.convert(
        {"limits": [{"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity_per_day": 6}]},
        PermitSettings,
    )
)
"""Ten of the orders that the quiet house sends."""


async def test_a_race_takes_no_more_than_the_day_has(tmp_path: Path) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    key = store.add("bot", LIMITED, with_secret=False, now_ms=0).api_key
    async with quiet_house(tmp_path, clients_file=store.path) as at:
        got = await asyncio.gather(*(at.order(X_MBX_APIKEY=key) for _ in range(60)))
        assert sorted(one.status for one in got) == [200] * 10 + [403] * 50
        assert len(at.sent) == 10


def remove(store: ClientStore) -> None:
    Path(store.path).unlink()


async def test_what_was_used_of_the_day_outlives_the_key_and_the_file_of_keys(tmp_path: Path) -> None:
    store = ClientStore(str(tmp_path / "clients.json"))
    first = store.add("bot", LIMITED, with_secret=False, now_ms=0)
    async with quiet_house(tmp_path, clients_file=store.path) as at:
        clients = at.running.pipeline.clients

        async def order(key: NewKey) -> tuple[int, str | None]:
            clients.refresh()
            got = await at.order(X_MBX_APIKEY=key.api_key)
            return got.status, got.token

        assert [await order(first) for _ in range(11)] == [(200, "")] * 10 + [(403, "limit_exceeded")]
        rotated = store.rotate("bot", overlap_ms=0, now_ms=0)
        assert await order(rotated) == (403, "limit_exceeded")
        remove(store)
        assert await order(rotated) == (401, "client_unknown")
        again = store.add("bot", LIMITED, with_secret=False, now_ms=0)
        assert await order(again) == (403, "limit_exceeded")
        assert len(at.sent) == 10


async def test_a_file_that_was_spoilt_keeps_who_was_known(house: House) -> None:
    bot = house.bot(house.add("bot"))
    os.truncate(house.store.path, 1)
    house.follow()
    assert (await bot.call("GET", "/api/v3/account"))[0] == 200
