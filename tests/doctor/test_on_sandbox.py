"""The doctor on the sandbox: right and wrong keys, closed doors, clocks. The exact lines that people read."""

import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.authority import Authority
from proxy.core.catalogue import PrefixFamily
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.doctor import examine
from proxy.doctor.all_checks import CHECKS
from proxy.sandbox import Fault, Observation
from tests.doctor.patients import lines, patient, right_key, sandbox
from tests.support.gateway import API_SECRET, account, hmac_account

NETWORK = (
    "tls",
    "clock",
    "recv-window",
    "known",
    "environment",
    "permissions",
    "futures",
    "c2c",
    "egress",
    "weights",
)
REJECTED = b'{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.9"}'
NOT_JUDGED = [
    "futures: skipped: not judged: no control call worked (see `known`)",
    "c2c: skipped: not judged: no control call worked (see `known`)",
]


async def test_a_key_that_is_right(tmp_path: Path) -> None:
    key = right_key(
        permissions=frozenset(("read", "spot", "futures", "c2c")), allowed_ips=frozenset(("127.0.0.1",))
    )
    async with sandbox(key) as running, patient(running.url, tmp_path) as one:
        told = await lines(one, *NETWORK)
    host = running.url.removeprefix("http://")
    assert told == [
        f"tls: good: {host} plain HTTP in N ms",
        "clock: good: agrees with Binance's to N ms (round trip N ms, best of 6)",
        "recv-window: good: slowest of 6 round trips N ms: N ms is safe, N ms is set",
        "known: good: key and signature are taken by GET /api/v3/account (N ms) and"
        " GET /sapi/v1/account/apiRestrictions (N ms)",
        "environment: good: production takes the key of account main",
        "permissions: good: on: reading, spot and margin trading, futures; only from listed addresses",
        "futures: good: GET /fapi/v3/balance takes the key, in N ms",
        "c2c: good: taken by GET /sapi/v1/c2c/orderMatch/listUserOrderHistory and"
        " GET /sapi/v1/c2c/ads/getAvailableAdsCategory",
        "egress: skipped: empty: Binance tells the address only in a -2015 of futures, and none came; no other"
        " service is"
        " asked; any 'own address' page tells it",
        "weights: good: /sapi (IP, by endpoint) at most 1 of 12000 a minute; /api 28 of 6000 a minute; /fapi 12"
        " of 2400 a"
        " minute",
    ]


async def test_a_key_that_nobody_knows(tmp_path: Path) -> None:
    stranger = account("unknown0" + "0" * 56, HmacKey(Secret(API_SECRET.encode())))
    async with sandbox() as running, patient(running.url, tmp_path, accounts=stranger) as one:
        told = await lines(one, "known", "environment", "permissions", "futures", "c2c")
    assert told == [
        "known: failed: The key is unknown (-2008) on both endpoints that were asked, of 2 services: deleted,"
        " expired, or"
        " of another account or environment. -> Look for the key in API management on the web site: is it gone,"
        " make a new"
        " one; is it there, check which account it is of. A swapped pair (secret in the place of the key) is"
        " refused like"
        " this, too.",
        "environment: skipped: production does not know the key; no other environment was asked: a key is sent to its"
        " own alone",
        "permissions: skipped: empty: GET /sapi/v1/account/apiRestrictions was refused (HTTP 401, code -2008) -> see"
        " `known`",
        *NOT_JUDGED,
    ]


async def test_a_secret_of_another_key(tmp_path: Path) -> None:
    mixed = account(right_key().api_key, HmacKey(Secret(b"othersecret" + b"0" * 53)))
    async with sandbox() as running, patient(running.url, tmp_path, accounts=mixed) as one:
        assert await lines(one, "known", "futures", "c2c") == [
            "known: failed: 2 requests got -1022 although the signature is the one that this secret makes: the"
            " secret does"
            " not belong to this API key. -> Use the secret that was shown together with this API key. If it is"
            " lost, make"
            " a new key pair.",
            *NOT_JUDGED,
        ]


async def test_an_address_that_is_not_on_the_list(tmp_path: Path) -> None:
    key = right_key(allowed_ips=frozenset(("203.0.113.7",)))
    async with sandbox(key) as running, patient(running.url, tmp_path) as one:
        assert await lines(one, "known", "egress") == [
            "known: failed: The key is refused with -2015 on both endpoints that were asked, reads included: the"
            " address"
            " of this machine is probably not on the key's list. -> Compare the address of this machine, as seen from"
            " outside, with the list of this key in API management. `egress` shows the address that Binance sees, if"
            " Binance tells it.",
            f"egress: good: {running.url.removeprefix('http://')} sees 127.0.0.1 (told in its -2015)",
        ]


async def test_c2c_services_that_do_not_know_a_good_key(tmp_path: Path) -> None:
    key = right_key(unknown_on=("/sapi/v1/c2c/ads",), unknown_status=400)
    async with sandbox(key) as running, patient(running.url, tmp_path) as one:
        (told,) = await lines(one, "c2c")
        key_verdict = (await examine(one, ["c2c"])).key
    assert (key_verdict.leaf.value, key_verdict.strength.value) == ("refused-here-only", "proven")
    assert told.startswith(
        "c2c: failed: Your key authenticates on 3 endpoints and is refused (-2008) on 1 in the same second with correct"
        " signatures: not fixable on the client. -> Send this to Binance support, with the request ids "
    )


async def test_permissions_that_are_missing(tmp_path: Path) -> None:
    key = right_key(permissions=frozenset(("read",)))
    async with sandbox(key) as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/fapi/v3/balance", status=401, body=REJECTED))
        assert await lines(one, "permissions", "futures", "c2c") == [
            "permissions: warning: on: reading; from any address -> list this machine's address for the key in API"
            " management: a stolen key is then worth nothing, and Binance removes unused keys without a list",
            "futures: skipped: not for this key: futures are switched off for it in API management",
            "c2c: warning: The key is taken on 2 endpoints and not authorized on 2 endpoints in the same second: a"
            " permission,"
            " merchant status or an opened account is missing for GET"
            " /sapi/v1/c2c/orderMatch/listUserOrderHistory, GET"
            " /sapi/v1/c2c/ads/getAvailableAdsCategory. -> nothing, unless you trade P2P by API; else: Switch on"
            " in API"
            " management the permission that these calls need; C2C writes need merchant status.",
        ]


async def test_futures_that_refuse_though_they_are_switched_on(tmp_path: Path) -> None:
    """A key without a list of addresses is not refused for one."""
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/fapi/v3/balance", status=401, body=REJECTED))
        told = await lines(one, "futures", "egress")
        running.sandbox.faults.add(Fault("/fapi/v3/balance", status=401, body=b'{"code":-2008,"msg":"x"}'))
        await one.ask_again("/fapi/v3/balance")
        unknown = await lines(one, "futures")
    assert told == [
        "futures: warning: The key is taken on 2 endpoints and refused with -2015 on 1 endpoint in the same second:"
        " a permission"
        " is missing for GET /fapi/v3/balance. -> Switch on in API management the permission that these calls"
        " need, and only"
        " that one.",
        f"egress: good: {running.url.removeprefix('http://')} sees 203.0.113.9 (told in its -2015)",
    ]
    assert unknown[0].startswith(
        "futures: failed: Your key authenticates on 2 endpoints and is refused (-2008) on 1"
    )


@pytest.mark.parametrize(
    ("shift_ms", "words"),
    [
        (
            7200,
            "failed: this machine's clock is 7.2 s behind Binance's, right to N ms (round trip N ms, best of 6):"
            " a client"
            " that stamps by it gets -1021; the gateway stamps by Binance's clock -> set this machine's clock by NTP"
            " (timedatectl set-ntp true; Windows: w32tm /resync)",
        ),
        (
            -1500,
            "failed: this machine's clock is 1.5 s ahead of Binance's, right to N ms (round trip N ms, best of"
            " 6): a client"
            " that stamps by it gets -1021; the gateway stamps by Binance's clock -> set this machine's clock by NTP"
            " (timedatectl set-ntp true; Windows: w32tm /resync)",
        ),
    ],
)
async def test_a_clock_that_is_off(tmp_path: Path, shift_ms: int, words: str) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.clock_shift_ms = shift_ms
        clock, known = await lines(one, "clock", "known")
    assert clock == f"clock: {words}"
    assert known.startswith("known: good: ")  # stamped by the exchange's clock, as the gateway does


async def test_a_closed_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    async with patient(f"http://127.0.0.1:{port}", tmp_path) as one:
        assert await lines(one, *NETWORK, "drift") == [
            f"tls: failed: 127.0.0.1:{port}: connect: connection refused -> check network, firewall, VPN and"
            f" proxy between"
            " here and the exchange",
            "clock: failed: the exchange told no time: connect: connection refused -> mend the way to the"
            " exchange first:"
            " `signing-proxy doctor proxy dns tls`",
            "recv-window: skipped: no round trip was measured: connect: connection refused",
            "known: failed: No answer from GET /api/v3/account, GET /sapi/v1/account/apiRestrictions: connect:"
            " connection"
            " refused. -> Mend the way to the exchange first (signing-proxy doctor dns tls), then ask again.",
            "environment: skipped: not judged: no control call worked (see `known`)",
            "permissions: skipped: empty: GET /sapi/v1/account/apiRestrictions got no answer (connect: connection"
            " refused) ->"
            " see `known`",
            *NOT_JUDGED,
            "egress: skipped: empty: Binance tells the address only in a -2015 of futures, and none came; no"
            " other service"
            " is asked; any 'own address' page tells it",
            "weights: skipped: empty: no answer carried a header with the used weight",
            "drift: skipped: empty: no time was told (connect: connection refused)",
        ]


async def test_a_proxy_that_does_not_answer(tmp_path: Path) -> None:
    async with patient("", tmp_path, upstream={"proxy": "http://127.0.0.1:9", "connect_seconds": 1.0}) as one:
        assert await lines(one, "tls") == [
            "tls: failed: api.binance.com: connect: the proxy does not answer (and 4 more of 5 hosts) -> check network,"
            " firewall, VPN and proxy between here and the exchange"
        ]


async def test_a_certificate_that_nobody_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, other = Authority(tmp_path), Authority(tmp_path, "other authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    async with sandbox(ssl_context=other.context()) as running, patient(running.url, tmp_path) as one:
        host = running.url.removeprefix("https://")
        assert await lines(one, "tls", "known") == [
            f"tls: failed: {host}: tls: the certificate is of an authority that is not trusted here -> check this"
            f" machine's"
            " clock and its certificates, and whether something intercepts TLS on this network",
            "known: failed: No answer from GET /api/v3/account, GET /sapi/v1/account/apiRestrictions: tls: the"
            " certificate"
            " is of an authority that is not trusted here. -> Mend the way to the exchange first (signing-proxy"
            " doctor dns"
            " tls), then ask again.",
        ]


async def test_verified_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    async with sandbox(ssl_context=ours.context()) as running, patient(running.url, tmp_path) as one:
        host = running.url.removeprefix("https://")
        assert await lines(one, "tls") == [f"tls: good: {host} TLSv1.3 by test authority in N ms"]


async def test_a_host_that_only_one_product_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        bases = {**one.environment.bases, PrefixFamily.EAPI: "http://127.0.0.1:9"}
        one.environment = replace(one.environment, bases=bases)
        host = running.url.removeprefix("http://")
        assert await lines(one, "tls") == [
            f"tls: warning: 127.0.0.1:9: connect: connection refused; {host} can be reached -> nothing, unless"
            f" you need it;"
            " else check network, firewall, VPN and proxy between here and the exchange"
        ]


async def test_a_ban_is_obeyed_and_noted(tmp_path: Path) -> None:
    """After a 418 nothing is sent any more, by this doctor or by the next one."""
    (tmp_path / "journal").mkdir(mode=0o700)
    async with sandbox() as running:
        banned = Fault(
            "/api/v3/account", status=418, body=b'{"code":-1003,"msg":"x"}', headers={"Retry-After": "90"}
        )
        running.sandbox.faults.add(banned)
        async with patient(running.url, tmp_path) as one:
            first = await lines(one, "hold", "known", "permissions", "hold")
        asked: list[Observation] = []
        running.sandbox.observer = asked.append
        async with patient(running.url, tmp_path) as again:
            second = await lines(again, "hold", "clock", "known")
    assert asked == []
    host = running.url.removeprefix("http://")
    wait = (
        f"hold: failed: Binance asked to wait: {host}: everything from this address for 90 s more -> send nothing"
        f" until"
        " then, also from other tools: each further call lengthens a ban"
    )
    assert first[0] == "hold: good: no ban and no wait is noted"
    assert first[1].startswith(f"known: failed: This address is banned at {host} for 90 s more")
    assert "not asked: a hold runs for 90 s more" in first[2]
    assert first[3] == wait
    assert second[0] == wait
    assert second[1].startswith("clock: failed: the exchange told no time: not asked: a hold is running")
    assert "not asked: a hold runs for" in second[2]


async def test_without_a_key_the_rest_is_looked_at(tmp_path: Path) -> None:
    from proxy.credentials.accounts import Accounts

    async with sandbox() as running, patient(running.url, tmp_path, accounts=Accounts()) as one:
        told = await lines(
            one, "key", "clock", "known", "environment", "permissions", "futures", "c2c", "weights"
        )
    assert told[0].startswith("key: warning: no key is configured: only public endpoints will work -> ")
    assert told[1].startswith("clock: good: ")
    assert told[2:7] == [
        f"{name}: skipped: not asked: there is no key that can be used (see `key`)"
        for name in ("known", "environment", "permissions", "futures", "c2c")
    ]
    assert told[7] == "weights: good: /api 8 of 6000 a minute"


async def test_a_testnet_has_neither_sapi_nor_c2c(tmp_path: Path) -> None:
    """Its hosts are not asked here: what it lacks is known before."""
    accounts = hmac_account()
    there = replace(accounts.by_name["main"], environment="testnet")
    given = replace(accounts, by_name={"main": there})
    async with patient("", tmp_path, accounts=given, upstream={"proxy": "http://127.0.0.1:9"}) as one:
        told = await lines(one, "permissions", "c2c")
    assert told == [
        "permissions: skipped: empty: testnet has no /sapi, which alone tells permissions",
        "c2c: skipped: empty: C2C is there in production alone, this is testnet",
    ]


@pytest.mark.parametrize("name", [name for name, check in CHECKS.items() if not check.slow])
async def test_each_check_runs_alone(name: str, tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        report = await examine(one, [name])
    (result,) = report.checks
    assert result.check == name
    assert "could not be made" not in result.evidence
    assert result.evidence


async def test_nothing_but_reads_is_sent_and_every_signature_was_recomputed(tmp_path: Path) -> None:
    asked: list[Observation] = []
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.observer = asked.append
        report = await examine(one, [name for name, check in CHECKS.items() if not check.slow])
    assert {seen.method for seen in asked} == {"GET"}
    assert {probe.signature.value for probe in report.probes if probe.needs == "signed"} == {"right"}
    assert report.key.leaf.value == "works"
