"""The configuration is read again by a gateway in a process of its own, while it serves: SIGHUP, and the admin port."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from harness.gateway import API_KEY, API_SECRET, GatewayProcess
from proxy.core.secret import Secret
from proxy.gateway.reload import KnownSecrets
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.support.independent import hmac_covers
from tests.upstream.scripted import upstream

OTHER_KEY, OTHER_SECRET = "testkeyb" + "0" * 56, "testsecretb" + "0" * 53
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
NO_KEYS = {"BINANCE_API_KEY": "", "BINANCE_API_SECRET": ""}


class Mount:
    """A folder as Kubernetes mounts a secret: files are links into `..data`, which is exchanged as a whole."""

    def __init__(self, folder: Path, key: str, secret: str) -> None:
        self.folder, self.version = folder, 0
        folder.mkdir(mode=0o700)
        self.rotate(key, secret)
        for name in ("key", "secret"):
            (folder / name).symlink_to(f"..data/{name}")

    def rotate(self, key: str, secret: str) -> None:
        self.version += 1
        data = self.folder / f"..version{self.version}"
        data.mkdir(mode=0o700)
        for name, value in (("key", key), ("secret", secret)):
            file = data / name
            file.touch(mode=0o600)
            file.write_text(value)
        draft = self.folder / "..draft"
        draft.symlink_to(data.name)
        draft.rename(self.folder / "..data")


def configuration(mount: Mount, **changed: Any) -> dict[str, Any]:
    account = {"api_key_file": str(mount.folder / "key"), "api_secret_file": str(mount.folder / "secret")}
    return {"accounts": {"main": account}, "limits": {"refusal_delay_seconds": 0}, **changed}


def write(folder: Path, content: dict[str, Any]) -> None:
    (folder / "config.yaml").write_text(json.dumps(content))


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[tuple[GatewayProcess, Mount, ClientSession, Any]]:
    mount = Mount(tmp_path / "mount", API_KEY, API_SECRET)
    keys = [SandboxKey(API_KEY, "hmac", API_SECRET), SandboxKey(OTHER_KEY, "hmac", OTHER_SECRET)]
    exchange = await start(Sandbox(keys=keys))
    gateway = GatewayProcess(
        exchange.url,
        tmp_path / "gateway",
        config=configuration(mount),
        environment=NO_KEYS,
        prefix=("setsid",),
    )
    try:
        async with gateway, ClientSession() as session:
            yield gateway, mount, session, exchange
    finally:
        await exchange.stop()


async def reload(gateway: GatewayProcess, session: ClientSession) -> tuple[int, dict[str, Any]]:
    token = (gateway.journal / "admin-token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(f"{gateway.admin_url}/reload", headers=headers) as answer:
        return answer.status, await answer.json()


async def order(gateway: GatewayProcess, session: ClientSession) -> int:
    async with session.post(f"{gateway.url}/api/v3/order", data=ORDER) as answer:
        await answer.read()
        return answer.status


def signed_right(request: bytes) -> str:
    """Which key it was sent with; "" if the signature is not that key's."""
    head, _, body = request.partition(b"\r\n\r\n")
    query = head.split(b" ", 2)[1].partition(b"?")[2]
    key = next(line[14:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"x-mbx-apikey:"))
    secret = {API_KEY: API_SECRET, OTHER_KEY: OTHER_SECRET}[key.decode()]
    return key.decode() if hmac_covers(secret.encode(), query, body) else ""


async def test_a_rotated_secret_is_taken_up_under_load_and_no_request_fails(tmp_path: Path) -> None:
    mount = Mount(tmp_path / "mount", API_KEY, API_SECRET)
    async with (
        upstream() as script,
        GatewayProcess(
            script.base,
            tmp_path / "gateway",
            config=configuration(mount),
            environment=NO_KEYS,
            prefix=("setsid",),
        ) as gateway,
        ClientSession() as session,
    ):
        statuses: list[int] = []
        ended = asyncio.Event()

        async def load() -> None:
            while not ended.is_set():
                statuses.append(await order(gateway, session))
                async with session.get(f"{gateway.url}/api/v3/account") as answer:
                    await answer.read()
                    statuses.append(answer.status)

        clients = [asyncio.create_task(load()) for _ in range(8)]
        for turn in range(6):
            await asyncio.sleep(0.15)
            pair = (OTHER_KEY, OTHER_SECRET) if turn % 2 == 0 else (API_KEY, API_SECRET)
            mount.rotate(*pair)
            if turn % 3:
                assert await reload(gateway, session) == (200, _GOOD)
            else:
                before = gateway.log.read_bytes().count(b'"reloaded"')
                gateway.process.send_signal(signal.SIGHUP)
                async with asyncio.timeout(5):
                    while gateway.log.read_bytes().count(b'"reloaded"') == before:
                        await asyncio.sleep(0.01)
        ended.set()
        await asyncio.gather(*clients)
        assert len(statuses) > 200
        assert set(statuses) == {200}
        said = gateway.printed()
        signed = [signed_right(one) for one in script.requests if b"signature=" in one]
        assert set(signed) == {API_KEY, OTHER_KEY}
    assert OTHER_SECRET.encode() not in said
    for file in gateway.journal.glob("flows-*.jsonl"):
        assert OTHER_SECRET.encode() not in file.read_bytes()


_GOOD = {"reloaded": True, "problems": [], "needs_restart": [], "warnings": []}


async def test_a_policy_holds_from_then_on_and_a_bad_file_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as (gateway, mount, session, _):
        folder = tmp_path / "gateway"
        assert await order(gateway, session) == 200
        write(folder, configuration(mount, policy={"profiles": []}))
        assert await reload(gateway, session) == (200, _GOOD)
        assert await order(gateway, session) == 403

        write(folder, configuration(mount, policy={"profiles": ["sopt"]}))
        status, told = await reload(gateway, session)
        assert (status, told["reloaded"]) == (409, False)
        assert "config.yaml:1" in told["problems"][0]
        assert await order(gateway, session) == 403, "the configuration before stays"

        (folder / "config.yaml").write_text("policy: [")
        status, told = await reload(gateway, session)
        assert (status, told["reloaded"]) == (409, False)

        (folder / "config.yaml").unlink()
        assert (await reload(gateway, session))[0] == 409

        write(folder, configuration(mount))
        assert await reload(gateway, session) == (200, _GOOD)
        assert await order(gateway, session) == 200


async def test_a_secret_that_cannot_be_used_leaves_the_old_one_in_force(tmp_path: Path) -> None:
    async with running(tmp_path) as (gateway, mount, session, _):
        mount.rotate(OTHER_KEY, "")
        status, told = await reload(gateway, session)
        assert (status, told["reloaded"]) == (409, False)
        assert "is empty" in told["problems"][0]
        assert await order(gateway, session) == 200, "signed with the one before: the exchange verifies it"


async def test_what_needs_a_restart_is_named_and_what_must_not_change_stops_all_of_it(tmp_path: Path) -> None:
    async with running(tmp_path) as (gateway, mount, session, _):
        folder = tmp_path / "gateway"
        write(
            folder,
            configuration(
                mount, signing={"recv_window_ms": 4000}, policy={"profiles": []}, log={"level": "debug"}
            ),
        )
        status, told = await reload(gateway, session)
        assert (status, told["needs_restart"]) == (200, ["signing.recv_window_ms", "log.level"])
        assert await order(gateway, session) == 403
        write(folder, configuration(mount, environment="testnet"))
        status, told = await reload(gateway, session)
        assert (status, told["reloaded"]) == (409, False)
        assert told["problems"] == ["environment: cannot change while it runs; restart the gateway"]
        assert await order(gateway, session) == 403


async def test_a_client_token_is_renewed_and_asked_for_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as (gateway, mount, session, _):
        token = tmp_path / "token"
        token.touch(0o600)
        token.write_text("test-token-of-more-than-16")
        assert await order(gateway, session) == 200
        write(tmp_path / "gateway", configuration(mount, token_file=str(token)))
        assert (await reload(gateway, session))[0] == 200
        assert await order(gateway, session) == 401, "also over a connection that was let in before"
        session.headers["X-Gateway-Token"] = "test-token-of-more-than-16"
        assert await order(gateway, session) == 200
        token.write_text("test-token-another-than-before")
        assert (await reload(gateway, session))[0] == 200
        assert await order(gateway, session) == 401


async def test_a_secret_from_the_environment_still_counts(tmp_path: Path) -> None:
    """It was taken out of the environment at the start."""
    exchange = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    try:
        async with (
            GatewayProcess(exchange.url, tmp_path, config={}) as gateway,
            ClientSession() as session,
        ):
            write(tmp_path, {"policy": {"profiles": []}})
            status, told = await reload(gateway, session)
            assert (status, told["reloaded"]) == (200, True)
            assert await order(gateway, session) == 403
            async with session.get(f"{gateway.url}/api/v3/account") as answer:
                assert answer.status == 200
    finally:
        await exchange.stop()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
async def test_nobody_else_can_have_it_read(headers: dict[str, str], tmp_path: Path) -> None:
    async with running(tmp_path) as (gateway, _, session, _):
        async with session.post(f"{gateway.admin_url}/reload", headers=headers) as answer:
            assert answer.status == 401
        async with session.get(f"{gateway.admin_url}/reload", headers=headers) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_reading_the_same_again_and_again_makes_no_secret_forgotten() -> None:
    known = KnownSecrets([Secret(b"test-old")])
    for _ in range(20):
        known.add([Secret(b"test-new")])
    assert [one.reveal() for one in known.all()] == [b"test-old", b"test-new"]


def test_old_secrets_stay_known_for_a_while_and_not_for_ever() -> None:
    known = KnownSecrets([Secret(b"test-0")])
    for number in range(1, 20):
        known.add([Secret(b"test-%d" % number)])
    assert [one.reveal() for one in known.all()] == [b"test-%d" % number for number in range(12, 20)]
