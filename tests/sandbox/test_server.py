"""Faults, compression, streaming, TLS, and the stand-alone process."""

import asyncio
import json
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from proxy.sandbox import Fault, Sandbox, start
from tests.sandbox.conftest import NOW_MS, Exchange, sign

LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&newClientOrderId=mine"


async def test_a_scripted_answer_strikes_once_and_only_where_it_should(exchange: Exchange) -> None:
    exchange.sandbox.faults.add(
        Fault("/api/v3/time", "GET", status=503, body=b'{"code":-1008}', headers={"Retry-After": "7"})
    )
    assert (await exchange.send("GET", "/api/v3/ping")).status == 200
    struck = await exchange.send("GET", "/api/v3/time")
    assert (struck.status, struck.headers["retry-after"], struck.body) == (503, "7", b'{"code":-1008}')
    assert (await exchange.send("GET", "/api/v3/time")).status == 200


async def test_a_fault_may_strike_several_times_and_be_called_off(exchange: Exchange) -> None:
    exchange.sandbox.faults.add(Fault("/api/v3/time", times=3, status=500))
    statuses = [(await exchange.send("GET", "/api/v3/time")).status for _ in range(2)]
    exchange.sandbox.faults.clear()
    assert [*statuses, (await exchange.send("GET", "/api/v3/time")).status] == [500, 500, 200]


async def test_an_order_can_be_executed_though_its_caller_reads_a_504(exchange: Exchange) -> None:
    exchange.sandbox.faults.add(Fault("/api/v3/order", "POST", status=504, executed=True))
    assert (await exchange.signed("POST", "/api/v3/order", LIMIT)).status == 504
    assert (await exchange.signed("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=mine")).json[
        "status"
    ] == "NEW"


@pytest.mark.parametrize(("drop", "exists"), [("before", False), ("after", True), ("mid_body", True)])
async def test_a_dropped_connection_may_or_may_not_have_placed_the_order(
    exchange: Exchange, drop: Any, exists: bool
) -> None:
    exchange.sandbox.faults.add(Fault("/api/v3/order", "POST", drop=drop))
    with pytest.raises(ConnectionError):
        await exchange.signed("POST", "/api/v3/order", LIMIT)
    answer = await exchange.signed("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=mine")
    assert answer.code == (None if exists else -2013)


async def test_a_fault_can_delay_and_shift_the_clock(exchange: Exchange) -> None:
    exchange.sandbox.faults.add(Fault("/api/v3/account", clock_shift_ms=9000, delay_s=0.01))
    assert (await exchange.signed("GET", "/api/v3/account")).code == -1021
    assert (await exchange.signed("GET", "/api/v3/account")).status == 200, "signed with the shifted clock"


async def test_long_answers_are_compressed_for_those_who_accept_it(exchange: Exchange) -> None:
    plain = await exchange.send("GET", "/api/v3/exchangeInfo", {"Accept-Encoding": "identity"})
    packed = await exchange.send("GET", "/api/v3/exchangeInfo", {"Accept-Encoding": "gzip, deflate"})
    short = await exchange.send("GET", "/api/v3/time", {"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.body)
    assert packed.body == plain.body
    assert "content-encoding" not in short.headers


async def test_compression_can_be_switched_off(open_exchange: Any) -> None:
    exchange = await open_exchange(gzip_from=None)
    answer = await exchange.send("GET", "/api/v3/exchangeInfo", {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


async def test_a_big_exchange_info_is_streamed(open_exchange: Any) -> None:
    exchange = await open_exchange(exchange_info_bytes=3_000_000)
    answer = await exchange.send("GET", "/api/v3/exchangeInfo")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(answer.body) >= 3_000_000
    assert len({entry["symbol"] for entry in answer.json["symbols"]}) == len(answer.json["symbols"]) > 1000
    one = await exchange.send("GET", "/api/v3/exchangeInfo?symbol=BTCUSDT")
    assert len(one.body) < 10_000


async def test_several_requests_share_a_connection(exchange: Exchange) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.running.port)
    for _ in range(3):
        writer.write(b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(2) == b"{}"
    writer.close()


async def test_requests_sent_in_one_go_are_all_answered(exchange: Exchange) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.running.port)
    writer.write(b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n" * 300)
    for _ in range(300):
        assert (await reader.readuntil(b"\r\n\r\n{}")).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_chunked_request_bodies_are_read(exchange: Exchange) -> None:
    body = LIMIT.encode()
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/x-www-form-urlencoded"}
    query = f"timestamp={NOW_MS}"
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.running.port)
    key = next(iter(exchange.sandbox.keys))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    target = f"/api/v3/order/test?{query}&signature={sign(query + LIMIT)}"
    writer.write(
        f"POST {target} HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: {key}\r\n{lines}\r\n".encode() + chunked
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


async def test_tls(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    running = await start(Sandbox(), ssl_context=context)
    trusting = ssl.create_default_context(cafile=str(certificate))
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port, ssl=trusting)
    writer.write(b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
    assert running.url == f"https://127.0.0.1:{running.port}"
    await running.stop()


def test_the_stand_alone_sandbox_prints_one_json_line_and_serves() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "proxy.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.terminate()
    assert told["event"] == "listening"
    assert told["sandbox"].startswith("http://127.0.0.1:")
    assert all(len(key["api_key"]) == 64 and key["api_key"].startswith("test") for key in told["keys"])
