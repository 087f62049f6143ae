"""Asking: reads alone, with signatures that were recomputed by other code."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from msgspec.structs import replace

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.errors import RefusedError
from proxy.core.probes import Recomputed
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, finish, prepare, sign
from proxy.core.signing.algorithms import PrivateKey, SigningKey
from proxy.core.wire import BodyKind
from proxy.credentials.accounts import Accounts
from proxy.doctor.prober import recompute
from proxy.sandbox import Fault
from tests.doctor.patients import patient, sandbox

KEYS: dict[str, SigningKey] = {
    "hmac": HmacKey(Secret(b"test secret")),
    "ed25519": PrivateKey(ed25519.Ed25519PrivateKey.generate()),
    "rsa": PrivateKey(rsa.generate_private_key(65537, 2048)),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("form", [b"", b"a=1&b=%20"])
def test_a_signature_is_recomputed_from_what_goes_out(kind: str, form: bytes) -> None:
    prepared = prepare(b"symbol=BTCUSDT", form, BodyKind.FORM if form else BodyKind.EMPTY, signed=True)
    signed = sign(
        "GET", b"/api/v3/account", prepared, KEYS[kind], timestamp_ms=1_764_400_000_000, recv_window_ms=5000
    )
    assert recompute(signed, KEYS[kind]) is Recomputed.RIGHT
    assert recompute(replace(signed, query=b"x=1&" + signed.query), KEYS[kind]) is Recomputed.WRONG
    other = (
        HmacKey(Secret(b"another secret"))
        if kind == "hmac"
        else PrivateKey(ed25519.Ed25519PrivateKey.generate())
    )
    assert recompute(signed, other) is Recomputed.WRONG
    bare = finish("GET", b"/api/v3/time", prepare(b"", b"", BodyKind.EMPTY, signed=False), Needs.NONE)
    assert recompute(bare, KEYS[kind]) is Recomputed.UNCHECKED


async def test_no_write_of_the_catalogue_can_be_asked(tmp_path: Path) -> None:
    """Nor what is not in it: nobody knows what that does."""
    writes = [endpoint for endpoint in Catalogue.builtin() if endpoint.mutates]
    assert len(writes) > 300
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        asked: list[object] = []
        running.sandbox.observer = asked.append
        for endpoint in writes:
            with pytest.raises((ValueError, RefusedError)):
                await one.ask(endpoint.path, endpoint.method)
        with pytest.raises(ValueError, match="is no read that is known"):
            await one.ask("/sapi/v1/made/up")
    assert asked == []


async def test_a_private_read_needs_a_key(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path, accounts=Accounts()) as one:
        with pytest.raises(ValueError, match="needs a key"):
            await one.ask("/api/v3/account")


async def test_what_an_answer_tells_is_kept_and_an_address_is_kept_apart(tmp_path: Path) -> None:
    body = b'{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 2001:db8::7"}'
    headers = {
        "x-amz-cf-id": "Zm9vYmFy==",
        "x-mbx-uuid": "odd \xe9 id",
        "x-mbx-used-weight-1m": "42",
        "Retry-After": "7",
    }
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/fapi/v3/balance", status=401, body=body, headers=headers))
        asked = await one.ask("/fapi/v3/balance")
        assert await one.ask("/fapi/v3/balance") is asked
    probe = asked.probe
    assert (probe.status, probe.code, probe.weight_used, probe.retry_after_s) == (401, -2015, 42, 7)
    assert (asked.request_ip, probe.edge_request_id) == ("2001:db8::7", "Zm9vYmFy==")
    assert probe.message == "Invalid API-key, IP, or permissions for action, request ip: (...)"
    assert "2001" not in repr(probe)


async def test_a_text_that_is_not_binances_is_not_kept(tmp_path: Path) -> None:
    body = '{"code":-9000,"msg":"Orden de María Ejemplo"}'.encode()
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/fapi/v3/balance", status=400, body=body))
        probe = (await one.ask("/fapi/v3/balance")).probe
    assert (probe.code, probe.message) == (-9000, "")


async def test_an_answer_that_breaks_off_or_is_huge(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/fapi/v3/balance", drop="mid_body"))
        broken = (await one.ask("/fapi/v3/balance")).probe
        running.sandbox.faults.add(Fault("/fapi/v1/ping", status=200, body=b"x" * 300_000))
        huge = await one.ask("/fapi/v1/ping")
    assert (broken.status, broken.fault.partition(":")[0]) == (None, "body")
    assert (huge.probe.status, huge.body) == (200, b"")
