"""The token of the admin port: its file, whom it lets in, and gateways that share a directory."""

import fcntl
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxy.admin.token import AdminToken, admin_ports, write_admin_token


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


def test_where_it_cannot_be_written_there_is_none(tmp_path: Path) -> None:
    assert write_admin_token(tmp_path / "absent") is None


def test_the_address_stands_beside_each_token(tmp_path: Path, written: Callable[[], AdminToken]) -> None:
    one, two = written(), written()
    assert [port.url for port in admin_ports(tmp_path)] == ["", ""]
    one.tell_address("http://127.0.0.1:8181")
    two.tell_address("http://127.0.0.1:40000")
    found = admin_ports(tmp_path)
    assert [port.url for port in found] == ["http://127.0.0.1:8181", "http://127.0.0.1:40000"]
    assert one.matches(b"Bearer " + found[0].token.encode())
    assert two.matches(b"Bearer " + found[1].token.encode())
    assert found[0].token not in repr(found)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    one.withdraw()
    assert names(tmp_path) == {"admin-token-2", "admin-address-2"}


def test_the_address_of_a_dead_gateway_never_stands_beside_a_new_token(
    tmp_path: Path, written: Callable[[], AdminToken]
) -> None:
    one, two = written(), written()
    one.tell_address("http://127.0.0.1:1")
    two.tell_address("http://127.0.0.1:2")
    died(one)
    died(two)
    written()
    assert [port.url for port in admin_ports(tmp_path)] == [""]
    assert names(tmp_path) == {"admin-token"}


def test_what_is_no_file_of_ours_is_no_admin_port(tmp_path: Path) -> None:
    (tmp_path / "admin-token-old").write_text("x\n")
    (tmp_path / "admin-token-2").symlink_to("admin-token-old")
    (tmp_path / "admin-token-3").mkdir()
    (tmp_path / "admin-token-4").write_text("\n")
    assert admin_ports(tmp_path) == []
    assert admin_ports(tmp_path / "nowhere") == []


def test_an_address_that_cannot_be_written_is_none(tmp_path: Path, written: Callable[[], AdminToken]) -> None:
    token = written()
    (tmp_path / "admin-address").mkdir()
    (tmp_path / "admin-address" / "x").touch()
    token.tell_address("http://127.0.0.1:1")
    assert [port.url for port in admin_ports(tmp_path)] == [""]
    (tmp_path / "admin-address" / "x").unlink()
    (tmp_path / "admin-address").rmdir()
