"""The admin port's one lever: the kill switch, for whoever can read the token's file."""

import base64
import json
from pathlib import Path

import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy import __version__
from tests.support.gateway import gateway
from tests.upstream.scripted import upstream

ORDER = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_the_switch_turns_everything_read_only_and_back(tmp_path: Path) -> None:
    async with upstream() as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            assert running.admin_token_file is not None
            switch = f"{running.admin_url}/read-only"
            bearer = {"Authorization": f"Bearer {running.admin_token_file.read_text().strip()}"}

            async def order() -> int:
                async with session.post(f"{running.url}/api/v3/order", data=ORDER, headers=FORM) as answer:
                    return answer.status

            assert await order() == 200
            async with session.post(switch, headers=bearer) as answer:
                assert (answer.status, await answer.json()) == (200, {"read_only": True})
            assert await order() == 403
            async with session.get(f"{running.url}/api/v3/account") as answer:
                assert answer.status == 200
            async with session.get(f"{running.admin_url}/readyz") as answer:
                assert (await answer.json())["read_only"] is True
            async with session.get(f"{running.admin_url}/metrics") as answer:
                assert "signing_proxy_read_only 1.0" in await answer.text()
            async with session.delete(switch, headers=bearer) as answer:
                assert await answer.json() == {"read_only": False}
            assert await order() == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"}],
)
async def test_without_the_token_nothing_turns(headers: dict[str, str], tmp_path: Path) -> None:
    async with upstream() as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            for ask in (session.post, session.delete):
                async with ask(f"{running.admin_url}/read-only", headers=headers) as answer:
                    assert (answer.status, answer.headers["X-Gateway-Error"]) == (401, "token_required")
            assert not running.pipeline.guard.kill_switch.on
            async with session.get(f"{running.admin_url}/read-only") as answer:
                assert await answer.json() == {"read_only": False}


async def test_the_version_tells_whose_key_signs_the_journal_and_how_far_it_is(tmp_path: Path) -> None:
    async with upstream() as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            async with session.post(f"{running.url}/api/v3/order", data=ORDER, headers=FORM) as answer:
                assert answer.status == 200
            async with session.get(f"{running.admin_url}/version") as answer:
                told = await answer.json()
    seed = (tmp_path / "j" / "chain.key").read_bytes()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert told["version"] == __version__
    assert told["journal"]["key"] == base64.b64encode(public).decode()
    assert told["journal"]["lines"] >= 2
    (file,) = (tmp_path / "j").glob("flows-*.jsonl")
    first, *_, last = map(json.loads, file.read_bytes().splitlines())
    assert first["chain"] == last["chain"] == told["journal"]["chain"]
    assert last["key"] == told["journal"]["key"]


def names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


async def test_two_gateways_with_one_journal_directory_each_obey_their_own_token(tmp_path: Path) -> None:
    async with (
        upstream() as script,
        ClientSession() as session,
        gateway(script.base, tmp_path, admin="127.0.0.1:0") as one,
    ):
        async with gateway(script.base, tmp_path, admin="127.0.0.1:0") as two:
            seen: dict[tuple[str, str], int] = {}
            for keeper, name in ((one, "one"), (two, "two")):
                assert keeper.admin_token_file is not None
                headers = {"Authorization": f"Bearer {keeper.admin_token_file.read_text().strip()}"}
                for asked, at in ((one, "one"), (two, "two")):
                    async with session.delete(f"{asked.admin_url}/read-only", headers=headers) as answer:
                        seen[name, at] = answer.status
            assert seen == {
                ("one", "one"): 200,
                ("one", "two"): 401,
                ("two", "one"): 401,
                ("two", "two"): 200,
            }
            assert {"admin-token", "admin-token-2"} <= names(tmp_path)
        assert "admin-token-2" not in names(tmp_path)
        assert one.admin_token_file is not None
        headers = {"Authorization": f"Bearer {one.admin_token_file.read_text().strip()}"}
        async with session.delete(f"{one.admin_url}/read-only", headers=headers) as answer:
            assert answer.status == 200, "the end of the other one changes nothing"
