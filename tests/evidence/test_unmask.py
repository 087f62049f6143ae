"""What stays at home translates a bundle's words back, and nothing else."""

import stat
from pathlib import Path

import pytest

from proxy.core.errors import UsageError
from proxy.core.foreign import Foreign
from proxy.evidence.unmask import keep_at_home, mapping, put_back

KNOWN = {"account-1": "main", "client-2": "bot", "<order:1a2b3c4d5e": "<order:0000000001"}


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    keep_at_home(tmp_path, "b", {})
    path = keep_at_home(tmp_path, "b", KNOWN)  # made again: the newest counts
    assert mapping(tmp_path, "b") == KNOWN
    assert path == tmp_path / "exports" / "b.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("given", ["b", "b.zip", "/somewhere/b.zip", "b.json"])
def test_it_is_found_by_the_name_of_the_bundle(tmp_path: Path, given: str) -> None:
    keep_at_home(tmp_path, "b", KNOWN)
    assert mapping(tmp_path, given) == KNOWN


@pytest.mark.parametrize("given", ["c", "", "../b", "-b", ".."])
def test_another_name_is_told(tmp_path: Path, given: str) -> None:
    keep_at_home(tmp_path, "b", KNOWN)
    if given == "../b":
        assert mapping(tmp_path, given) == KNOWN  # the last part of it alone
        return
    with pytest.raises(UsageError, match="no mapping of a bundle of that name"):
        mapping(tmp_path, given)


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    keep_at_home(tmp_path, "b", KNOWN).write_text('{"a":1}')
    with pytest.raises(UsageError, match="is damaged"):
        mapping(tmp_path, "b")


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("order <order:1a2b3c4d5e:19> of account-1", "order <order:0000000001:19> of main"),
        (
            "<id:1a2b3c4d5e:19> account-12 client-2x xaccount-1",
            "<id:1a2b3c4d5e:19> account-12 client-2x xaccount-1",
        ),
        ("<order:1a2b3c4d5e> (account-1, client-2)", "<order:0000000001> (main, bot)"),
        ("nothing", "nothing"),
    ],
)
def test_what_is_known_is_put_back(text: str, back: str) -> None:
    assert put_back(Foreign(text), KNOWN).terminal() == back
