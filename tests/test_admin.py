"""The admin port's one lever: the kill switch, for whoever can read the token's file."""

import stat
from pathlib import Path

import pytest
from aiohttp import ClientSession

from proxy.admin_token import AdminToken, write_admin_token

from .support.gateway import gateway
from .upstream.scripted import upstream

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
            assert not running.pipeline.switch.on
            async with session.get(f"{running.admin_url}/read-only") as answer:
                assert await answer.json() == {"read_only": False}


def test_the_token_is_new_each_time_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    one, two = write_admin_token(tmp_path), write_admin_token(tmp_path)
    assert one is not None
    assert two is not None
    assert stat.S_IMODE(two.path.stat().st_mode) == 0o600
    text = two.path.read_text().strip().encode()
    assert two.fits(b"Bearer " + text)
    assert two.fits(b"bearer  " + text)
    assert not one.fits(b"Bearer " + text)
    assert not two.fits(text)
    assert not two.fits(None)
    assert [file.name for file in tmp_path.iterdir()] == ["admin-token"]
    assert isinstance(two, AdminToken)


def test_where_it_cannot_be_written_there_is_none(tmp_path: Path) -> None:
    assert write_admin_token(tmp_path / "absent") is None
