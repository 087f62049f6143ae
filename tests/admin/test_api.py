"""The admin port's one lever: the kill switch, for whoever can read the token's file."""

import fcntl
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from proxy.admin.token import AdminToken, write_admin_token
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


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[], AdminToken]]:
    """Writes a token as a gateway does, and ends that gateway after the test."""
    made: list[AdminToken] = []

    def write() -> AdminToken:
        token = write_admin_token(tmp_path)
        assert token is not None
        made.append(token)
        return token

    yield write
    for token in made:
        token.withdraw()


def names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


def bearer(token: AdminToken) -> bytes:
    return b"Bearer " + token.path.read_bytes().strip()


def died(token: AdminToken) -> None:
    """What the kernel does when a process dies, however it dies."""
    fcntl.flock(token.descriptor, fcntl.LOCK_UN)


def test_the_token_is_new_each_time_and_readable_by_its_owner_alone(
    tmp_path: Path, written: Callable[[], AdminToken]
) -> None:
    (tmp_path / "admin-token").write_text("an old one, longer than the new one will be " * 2)
    (tmp_path / "admin-token").chmod(0o644)
    one = written()
    text = one.path.read_text().strip().encode()
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o600
    assert one.matches(b"Bearer " + text)
    assert one.matches(b"bearer  " + text)
    assert not one.matches(text)
    assert not one.matches(None)
    assert names(tmp_path) == {"admin-token"}
    one.withdraw()
    assert names(tmp_path) == set()
    assert not written().matches(b"Bearer " + text)


def test_each_living_gateway_has_a_file_of_its_own(tmp_path: Path, written: Callable[[], AdminToken]) -> None:
    one, two, three = written(), written(), written()
    assert [token.path.name for token in (one, two, three)] == [
        "admin-token",
        "admin-token-2",
        "admin-token-3",
    ]
    for token in (one, two, three):
        assert [other.matches(bearer(token)) for other in (one, two, three)].count(True) == 1
        assert token.matches(bearer(token))
    one.withdraw()
    assert written().path.name == "admin-token"


def test_what_dead_gateways_left_does_not_pile_up(tmp_path: Path, written: Callable[[], AdminToken]) -> None:
    (tmp_path / "admin-token-of-mine").touch()
    one, two, three, four = written(), written(), written(), written()
    for token in (one, two, four):
        died(token)
    assert len(names(tmp_path)) == 5
    new = written()
    assert new.path.name == "admin-token"
    assert new.matches(bearer(new))
    assert three.matches(bearer(three)), "one that lives keeps its file"
    assert names(tmp_path) == {"admin-token", "admin-token-3", "admin-token-of-mine"}


def test_a_directory_that_is_another_one_now_keeps_its_token(
    tmp_path: Path, written: Callable[[], AdminToken]
) -> None:
    one = written()
    one.path.unlink()  # with its whole directory
    two = written()
    assert two.path == one.path
    one.withdraw()
    assert two.matches(bearer(two))


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


def test_where_it_cannot_be_written_there_is_none(tmp_path: Path) -> None:
    assert write_admin_token(tmp_path / "absent") is None
