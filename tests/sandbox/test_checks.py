"""Every refusal ahead of the business rules, provoked by a real request; and the order among them."""

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from proxy.sandbox import Fault, SandboxKey
from tests.sandbox.conftest import API_KEY, NOW_MS, SECRET, Exchange, sign

ACCOUNT = "/api/v3/account"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OUTSIDE = "Timestamp for this request is outside of the recvWindow."
AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."


def _signed(payload: str, path: str = ACCOUNT) -> str:
    return f"{path}?{payload}&signature={sign(payload)}"


async def _account(exchange: Exchange, payload: str) -> tuple[int, int | None, str]:
    answer = await exchange.send("GET", _signed(payload))
    return answer.status, answer.code, answer.json.get("msg", "")


@pytest.mark.parametrize(
    ("ahead_ms", "window", "refusal"),
    [
        (0, "", None),
        (999, "", None),
        (1000, "", AHEAD),
        (1000, "&recvWindow=60000", AHEAD),
        (-5000, "", None),
        (-5001, "", OUTSIDE),
        (-5001, "&recvWindow=5001", None),
        (-6, "&recvWindow=5.999", OUTSIDE),
        (-5, "&recvWindow=5.125", None),
        (-60000, "&recvWindow=60000", None),
        (-60001, "&recvWindow=60000", OUTSIDE),
    ],
)
async def test_the_clock_check(exchange: Exchange, ahead_ms: int, window: str, refusal: str | None) -> None:
    answer = await _account(exchange, f"timestamp={NOW_MS + ahead_ms}{window}")
    assert answer == ((200, None, "") if refusal is None else (400, -1021, refusal))


async def test_spot_takes_microseconds_and_the_other_products_do_not(exchange: Exchange) -> None:
    assert await _account(exchange, f"timestamp={NOW_MS * 1000 + 999_999}") == (200, None, "")
    assert await _account(exchange, f"timestamp={NOW_MS * 1000 + 1_000_000}") == (400, -1021, AHEAD)
    elsewhere = _signed(f"timestamp={NOW_MS * 1000}", "/sapi/v1/account/status")
    assert (await exchange.send("GET", elsewhere)).json == {"code": -1021, "msg": AHEAD}


async def test_seconds_are_too_old_and_nanoseconds_too_early(exchange: Exchange) -> None:
    assert await _account(exchange, f"timestamp={NOW_MS // 1000}") == (400, -1021, OUTSIDE)
    assert await _account(exchange, f"timestamp={NOW_MS * 1_000_000}") == (400, -1021, AHEAD)


async def test_the_clock_can_be_shifted_while_it_runs(exchange: Exchange) -> None:
    exchange.sandbox.clock_shift_ms = 6000
    assert (await _account(exchange, f"timestamp={NOW_MS}"))[1] == -1021
    assert (await exchange.send("GET", "/api/v3/time")).json == {"serverTime": NOW_MS + 6000}


LEGAL_TIMESTAMP = "Illegal characters found in parameter 'timestamp'; legal range is '^[0-9]{1,20}$'."
LEGAL_SIGNATURE = "Illegal characters found in parameter 'signature'; legal range is '^[A-Fa-f0-9]{64}$'."


@pytest.mark.parametrize(
    ("query", "code", "msg"),
    [
        ("", -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."),
        ("timestamp=", -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."),
        (
            f"timestamp={NOW_MS}",
            -1102,
            "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
        ),
        (
            f"timestamp={NOW_MS}&signature=",
            -1102,
            "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
        ),
        ("timestamp=1.5&signature=" + "a" * 64, -1100, LEGAL_TIMESTAMP),
        (f"timestamp={NOW_MS}&signature=abc", -1100, LEGAL_SIGNATURE),
        (f"timestamp={NOW_MS}&signature={'a' * 43}%3D", -1100, LEGAL_SIGNATURE),
        (
            f"timestamp={NOW_MS}&signature={'a' * 64}&signature={'a' * 64}",
            -1101,
            "Duplicate values for a parameter detected.",
        ),
        (
            f"timestamp={NOW_MS}&timestamp={NOW_MS}&signature={'a' * 64}",
            -1101,
            "Duplicate values for a parameter detected.",
        ),
        (
            f"timestamp={NOW_MS}&recvWindow=60001&signature={'a' * 64}",
            -1131,
            "recvWindow must be less than 60000",
        ),
        (
            f"timestamp={NOW_MS}&recvWindow=60000.001&signature={'a' * 64}",
            -1131,
            "recvWindow must be less than 60000",
        ),
        (f"timestamp={NOW_MS}&recvWindow=&signature={'a' * 64}", -1105, "Parameter 'recvWindow' was empty."),
        (
            f"timestamp={NOW_MS}&recvWindow=5.0001&signature={'a' * 64}",
            -1100,
            r"Illegal characters found in parameter 'recvWindow'; legal range is '^[0-9]{1,20}(\.[0-9]{1,3})?$'.",
        ),
        (f"timestamp={NOW_MS}&signature={'a' * 64}", -1022, "Signature for this request is not valid."),
    ],
)
async def test_malformed_signing_parameters(exchange: Exchange, query: str, code: int, msg: str) -> None:
    answer = await exchange.send("GET", f"{ACCOUNT}?{query}")
    assert (answer.status, answer.json) == (400, {"code": code, "msg": msg})


@pytest.mark.parametrize(
    "api_key", [None, "", "short", API_KEY[:-1], API_KEY + "0", f'"{API_KEY[2:]}"', API_KEY[:-1] + "-"]
)
async def test_a_missing_or_misshapen_key_is_2014_whatever_else_is_wrong(
    exchange: Exchange, api_key: str | None
) -> None:
    answer = await exchange.send("GET", f"{ACCOUNT}?timestamp=x&timestamp=y", api_key=api_key)
    assert (answer.status, answer.json) == (401, {"code": -2014, "msg": "API-key format invalid."})


async def test_an_unknown_key_is_2008_before_anything_is_looked_at(exchange: Exchange) -> None:
    answer = await exchange.send("GET", ACCOUNT, api_key="y" * 64)
    assert (answer.status, answer.json) == (401, {"code": -2008, "msg": "Invalid Api-Key ID."})
    assert exchange.seen[-1].signature == "unchecked"


async def test_a_key_can_be_unknown_to_one_service_only(exchange: Exchange) -> None:
    key = exchange.sandbox.keys[API_KEY]
    exchange.sandbox.add_key(replace(key, unknown_on=("/sapi/v1/c2c/ads/search",), unknown_status=400))
    refused = await exchange.signed("POST", "/sapi/v1/c2c/ads/search", body={"asset": "USDT"})
    assert (refused.status, refused.code) == (400, -2008)
    assert (await exchange.signed("GET", "/sapi/v1/c2c/ads/getAds")).json["success"] is True


@pytest.mark.parametrize(
    ("path", "permissions", "status", "code"),
    [
        (ACCOUNT, (), 401, -2015),
        ("/sapi/v1/c2c/ads/getAds", ("read",), 401, -1002),
        ("/sapi/v1/c2c/ads/getAds", ("c2c",), 200, None),
        (ACCOUNT, ("read",), 200, None),
    ],
)
async def test_permissions(
    exchange: Exchange, path: str, permissions: Any, status: int, code: int | None
) -> None:
    key = exchange.sandbox.keys[API_KEY]
    exchange.sandbox.add_key(replace(key, permissions=frozenset(permissions)))
    answer = await exchange.signed("GET", path)
    assert (answer.status, answer.code) == (status, code)


async def test_another_address_is_2015_and_futures_name_it(exchange: Exchange) -> None:
    key = exchange.sandbox.keys[API_KEY]
    exchange.sandbox.add_key(replace(key, allowed_ips=frozenset(("192.0.2.7",))))
    spot = await exchange.signed("GET", ACCOUNT)
    assert (spot.status, spot.json["msg"]) == (401, "Invalid API-key, IP, or permissions for action.")
    futures = await exchange.signed("GET", "/fapi/v2/balance")
    assert futures.json["msg"] == "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1"
    wrong = await exchange.signed("GET", ACCOUNT, secret="another test secret")
    assert wrong.code == -1022, "the signature is looked at before the address"


async def test_raw_non_ascii_is_refused_even_when_the_signature_covers_it(exchange: Exchange) -> None:
    raw = f"symbol=币安人生USDT&timestamp={NOW_MS}"
    answer = await exchange.send("GET", _signed(raw, "/api/v3/openOrders"))
    assert (answer.status, answer.code) == (400, -1022)
    assert exchange.seen[-1].target.startswith("/api/v3/openOrders?symbol=币安人生USDT".encode())
    encoded = f"symbol={quote('币安人生USDT')}&timestamp={NOW_MS}"
    assert (await exchange.send("GET", _signed(encoded, "/api/v3/openOrders"))).json == []


async def test_lower_case_escapes_and_plus_verify_as_sent(exchange: Exchange) -> None:
    payload = f"symbol={quote('币安人生USDT').lower().replace('usdt', 'USDT')}&timestamp={NOW_MS}"
    assert (await exchange.send("GET", _signed(payload, "/api/v3/openOrders"))).status == 200


async def test_the_signature_may_stand_anywhere_on_spot_but_last_elsewhere(exchange: Exchange) -> None:
    payload = f"recvWindow=5000&timestamp={NOW_MS}"
    first = f"signature={sign(payload)}&{payload}"
    assert (await exchange.send("GET", f"{ACCOUNT}?{first}")).status == 200
    assert (await exchange.send("GET", f"/fapi/v2/balance?{first}")).code == -1022
    assert (await exchange.send("GET", f"/sapi/v1/account/status?{first}")).code == -1022
    assert exchange.seen[-1].signature == "invalid"


BUSINESS, STAMP = "symbol=BTCUSDT&side=BUY&type=MARKET", f"quantity=0.001&timestamp={NOW_MS}"
ALL = f"{BUSINESS}&{STAMP}"


@pytest.mark.parametrize(
    ("query", "form", "payload"),
    [
        (f"{ALL}&signature={sign(ALL)}", "", ALL),
        ("", f"{ALL}&signature={sign(ALL)}", ALL),
        (f"signature={sign(ALL)}", ALL, ALL),
        (BUSINESS, f"{STAMP}&signature={sign(BUSINESS + STAMP)}", BUSINESS + STAMP),
        (f"{BUSINESS}&signature={sign(BUSINESS + STAMP)}", STAMP, BUSINESS + STAMP),
    ],
)
async def test_parameters_may_stand_in_query_form_or_both(
    exchange: Exchange, query: str, form: str, payload: str
) -> None:
    answer = await exchange.send("POST", f"/api/v3/order/test?{query}", FORM if form else {}, form.encode())
    assert (answer.status, answer.json) == (200, {})
    assert exchange.seen[-1].payload == payload.encode()


async def test_a_name_in_query_and_form_is_a_duplicate(exchange: Exchange) -> None:
    answer = await exchange.signed("POST", "/api/v3/order/test", "symbol=BTCUSDT", form="symbol=BTCUSDT")
    assert answer.code == -1101


async def test_a_json_body_is_not_in_the_payload(exchange: Exchange) -> None:
    answer = await exchange.signed(
        "POST", "/sapi/v1/c2c/ads/search", body={"asset": "USDT", "fiat": "USD", "tradeType": "BUY"}
    )
    assert answer.json["success"] is True
    assert exchange.seen[-1].payload == f"timestamp={NOW_MS}".encode()


def _pem(private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def test_rsa_and_ed25519_keys_sign_real_requests(exchange: Exchange) -> None:
    by_rsa, by_curve = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
    payload = f"timestamp={NOW_MS}"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    right_rsa = by_rsa.sign(payload.encode(), padding.PKCS1v15(), hashes.SHA256())
    exchange.sandbox.add_key(SandboxKey("r" * 64, "rsa", _pem(by_rsa)))
    exchange.sandbox.add_key(SandboxKey("e" * 64, "ed25519", _pem(by_curve)))

    async def ask(api_key: str, signature: bytes, *, encode: bool = True) -> int | None:
        text = base64.b64encode(signature).decode()
        target = f"{ACCOUNT}?{payload}&signature={quote(text, safe='') if encode else text}"
        return (await exchange.send("GET", target, api_key=api_key)).code

    assert await ask("r" * 64, right_rsa) is None
    assert await ask("e" * 64, by_curve.sign(payload.encode())) is None
    assert await ask("r" * 64, by_rsa.sign(payload.encode(), pss, hashes.SHA256())) == -1022
    assert await ask("e" * 64, by_curve.sign(b"timestamp=1")) == -1022
    with_plus = base64.b64decode("+" * 88 + "=" * 0)
    assert await ask("e" * 64, with_plus, encode=False) == -1022, "a raw + reads as a blank"


@pytest.mark.parametrize(
    ("target", "code", "msg"),
    [
        ("/api/v3/time?signature=x", -1101, "Too many parameters; expected '0' and received '1'."),
        (
            "/api/v3/time?timestamp=1&signature=x",
            -1101,
            "Too many parameters; expected '0' and received '2'.",
        ),
        (
            "/api/v3/ticker/price?symbol=BTCUSDT&timestamp=1&signature=x",
            -1104,
            "Not all sent parameters were read; read '1' parameter(s) but was sent '3'.",
        ),
        ("/sapi/v1/system/status?signature=x", -1101, "Too many parameters; expected '0' and received '1'."),
        (
            "/fapi/v1/historicalTrades?symbol=BTCUSDT&signature=x",
            -1104,
            "Not all sent parameters were read; read '1' parameter(s) but was sent '2'.",
        ),
        ("/fapi/v1/time?signature=x", -1101, "Too many parameters; expected '0' and received '1'."),
    ],
)
async def test_a_signature_where_none_is_wanted(exchange: Exchange, target: str, code: int, msg: str) -> None:
    answer = await exchange.send("GET", target)
    assert (answer.status, answer.json) == (400, {"code": code, "msg": msg})


async def test_needless_signatures_outside_api_can_be_let_through(open_exchange: Any) -> None:
    exchange = await open_exchange(needless_signature="api")
    assert (await exchange.send("POST", "/fapi/v1/listenKey?signature=x")).status == 200
    assert (await exchange.send("GET", "/api/v3/time?signature=x")).code == -1101


async def test_key_only_endpoints_refuse_a_signature_but_for_lists_that_ccxt_signs(
    exchange: Exchange,
) -> None:
    assert (await exchange.send("POST", "/fapi/v1/listenKey?timestamp=1&signature=x")).code == -1101
    assert (await exchange.send("POST", "/sapi/v1/margin/listen-key?signature=x")).code == -1101
    assert (await exchange.send("GET", "/sapi/v1/margin/allPairs?timestamp=1&signature=x")).status == 200


async def test_key_only_endpoints_want_a_key_and_public_ones_do_not(exchange: Exchange) -> None:
    assert (await exchange.send("GET", "/sapi/v1/margin/allPairs", api_key=None)).code == -2014
    assert (await exchange.send("GET", "/sapi/v1/margin/allPairs", api_key="y" * 64)).code == -2008
    assert (await exchange.send("GET", "/sapi/v1/margin/allPairs")).status == 200
    assert (await exchange.send("GET", "/api/v3/time", api_key=None)).status == 200
    assert exchange.seen[-1].security == "none"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/api/v3/nothing", 404),
        ("GET", "//api/v3/time", 404),
        ("GET", "/papi/v1/time", 404),
        ("GET", "/api/v3/time/", 404),
        ("POST", "/api/v3/time", 405),
        ("OPTIONS", "/api/v3/account", 405),
    ],
)
async def test_unknown_paths_and_methods_get_no_json(
    exchange: Exchange, method: str, target: str, status: int
) -> None:
    answer = await exchange.send(method, target)
    assert (answer.status, answer.code) == (status, None)


async def test_a_product_of_another_host_is_not_found(exchange: Exchange) -> None:
    assert (await exchange.send("GET", "/api/v3/time", {"Host": "fapi.binance.com"})).status == 404
    assert (await exchange.send("GET", "/fapi/v1/time", {"Host": "fapi.binance.com"})).status == 200
    assert (
        await exchange.send("GET", "/sapi/v1/system/status", {"Host": "testnet.binance.vision"})
    ).status == 404


async def test_the_firewall_blocks_sql_words_and_a_get_with_a_body(exchange: Exchange) -> None:
    words = await exchange.signed("GET", "/api/v3/openOrders", "symbol=select%20x%20from%20y")
    body = await exchange.send("GET", "/api/v3/time", FORM, b"a=1")
    for answer in (words, body):
        assert answer.status == 403
        assert "could not be satisfied" in answer.body.decode()
        assert "x-mbx-used-weight-1m" not in answer.headers
    assert (await exchange.signed("GET", "/api/v3/openOrders", "symbol=SELECTUSDT")).code == -1121


async def test_a_restricted_location_is_451(open_exchange: Any) -> None:
    exchange = await open_exchange(restricted_location=True)
    answer = await exchange.send("GET", "/api/v3/time")
    assert (answer.status, answer.json["code"]) == (451, 0)


async def test_the_order_of_the_checks(exchange: Exchange) -> None:
    """Each step repairs what the step before complained of; the next complaint is the next check."""
    key, late, wrong = exchange.sandbox.keys[API_KEY], NOW_MS - 9999, "a" * 64
    exchange.sandbox.add_key(replace(key, permissions=frozenset()))
    order = "/api/v3/order?symbol=NOSUCH&side=BUY&type=LIMIT"

    async def code(target: str, api_key: str | None = API_KEY) -> int | None:
        return (await exchange.send("POST", target, api_key=api_key)).code

    seen = [
        await code(order, None),
        await code(order, "y" * 64),
        await code(order),
        await code(f"{order}&timestamp={late}x&signature=zz"),
        await code(f"{order}&timestamp={late}&signature=zz"),
        await code(f"{order}&timestamp={late}&recvWindow=99999&signature={wrong}&signature={wrong}"),
        await code(f"{order}&timestamp={late}&recvWindow=99999&signature={wrong}"),
        await code(f"{order}&timestamp={late}&signature={wrong}"),
        await code(f"{order}&timestamp={NOW_MS}&signature={wrong}"),
        (await exchange.signed("POST", "/api/v3/order", "symbol=NOSUCH&side=BUY&type=LIMIT")).code,
    ]
    exchange.sandbox.add_key(key)
    seen.append((await exchange.signed("POST", "/api/v3/order", "symbol=NOSUCH&side=BUY&type=LIMIT")).code)
    assert seen == [-2014, -2008, -1102, -1100, -1100, -1101, -1131, -1021, -1022, -2015, -1121]


async def test_the_observer_sees_octets_headers_and_verdict(exchange: Exchange) -> None:
    await exchange.signed(
        "GET", ACCOUNT, "omitZeroBalances=%74rue", headers={"X-First": "1", "x-second": "2"}
    )
    seen = exchange.seen[-1]
    assert seen.target.startswith(b"/api/v3/account?omitZeroBalances=%74rue&timestamp=")
    assert [name for name, _ in seen.headers] == [
        b"X-MBX-APIKEY",
        b"Host",
        b"Connection",
        b"X-First",
        b"x-second",
    ]
    assert (seen.status, seen.code, seen.signature, seen.security) == (200, None, "valid", "signed")
    assert seen.payload == f"omitZeroBalances=%74rue&timestamp={NOW_MS}".encode()
    assert b'"balances"' in seen.answer


async def test_the_observer_sees_what_a_fault_kept_from_the_exchange(exchange: Exchange) -> None:
    exchange.sandbox.faults.add(Fault("/api/v3/time", status=502, body=b"bad gateway"))
    assert (await exchange.send("GET", "/api/v3/time")).status == 502
    assert (exchange.seen[-1].status, exchange.seen[-1].signature) == (502, "unchecked")


def test_a_key_does_not_print_its_secret() -> None:
    assert SECRET not in repr(SandboxKey(API_KEY, "hmac", SECRET))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path",
    ["/api/v1/order", "/api/v1/userDataStream", "/api/v3/userDataStream", "/sapi/v1/userDataStream",
     "/sapi/v1/userDataStream/isolated"],
)  # fmt: skip
async def test_what_was_retired_is_gone_for_everybody(exchange: Exchange, method: str, path: str) -> None:
    assert (await exchange.send(method, path, api_key=None)).status == 410
    assert (await exchange.signed(method, path)).status == 410


async def test_only_what_was_retired_is_gone(exchange: Exchange) -> None:
    for path in ("/api/v1", "/api/v3/userDataStream/x", "/api/v3/userDataStreams", "/sapi/v1/userDataStrea"):
        assert (await exchange.send("GET", path)).status == 404
