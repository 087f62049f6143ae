"""Who asks: callers by their keys, and how the gateway follows the file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.clients import Caller, Clients, NewKey, Store
from proxy.core.errors import ConfigError, Refusal
from proxy.core.guard import read_head
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings, PermitSettings, Settings
from proxy.core.signing import HmacKey
from proxy.credentials import Account, Accounts

KEY = HmacKey(Secret(b"testsecret" + b"0" * 54))
ACCOUNTS = Accounts({name: Account(name, "production", name * 8, KEY) for name in ("main", "other")}, "main")
PLAIN = ClientSettings()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "clients.json"))


def book(store: Store | None, **settings: Any) -> Clients:
    path = store.path if store else None
    return Clients.opened(msgspec.convert({"clients_file": path, **settings}, Settings), ACCOUNTS)


def ask(clients: Clients, *keys: str, now_ms: int = 0) -> Caller | Refusal:
    headers = tuple((b"X-MBX-APIKEY", key.encode()) for key in keys)
    return clients.who(read_head("GET", b"/api/v3/account", (1, 1), headers), now_ms)


def add(store: Store, name: str, rights: ClientSettings = PLAIN, *, secret: bool = True) -> NewKey:
    return store.add(name, rights, with_secret=secret, now_ms=0)


def test_without_a_file_everyone_is_the_local_client() -> None:
    clients = book(None)
    assert not clients.required
    for keys in ((), ("dummy",), ("a", "b")):
        caller = ask(clients, *keys)
        assert isinstance(caller, Caller)
        assert (caller.name, caller.public_only, caller.accounts) == (None, False, ACCOUNTS)


def test_with_a_file_even_an_empty_one_keys_are_required(store: Store) -> None:
    """A file that is missing must not open the gateway to everybody."""
    clients = book(store)
    assert clients.required
    nobody = ask(clients)
    assert isinstance(nobody, Caller)
    assert nobody.public_only
    assert isinstance(ask(clients, "x" * 64), Refusal)
    empty = ask(clients, "")
    assert isinstance(empty, Caller)
    assert empty.public_only


def test_a_key_names_its_client_until_it_expires(store: Store) -> None:
    old = add(store, "bot")
    store.rotate("bot", overlap_ms=1000, now_ms=0)
    clients = book(store)
    caller = ask(clients, old.api_key, now_ms=999)
    assert isinstance(caller, Caller)
    assert caller.name == "bot"
    assert isinstance(ask(clients, old.api_key, now_ms=1000), Refusal)


def test_the_configuration_wins_over_the_rights_in_the_file(store: Store) -> None:
    key = add(store, "bot", ClientSettings(accounts=("main",), signature="require"))
    caller = ask(book(store, clients={"bot": {"accounts": ["other", "main"]}}), key.api_key)
    assert isinstance(caller, Caller)
    assert (caller.accounts.default_name, caller.signature) == ("other", "repair")


def test_a_client_without_accounts_has_the_default_one_only(store: Store) -> None:
    key = add(store, "bot")
    caller = ask(book(store), key.api_key)
    assert isinstance(caller, Caller)
    assert [account.name for account in caller.accounts] == ["main"]


def test_read_only_for_the_gateway_is_read_only_for_every_client(store: Store) -> None:
    key = add(store, "bot", ClientSettings(policy=PermitSettings(profiles=("futures",))))
    caller = ask(book(store, policy={"read_only": True}), key.api_key)
    assert isinstance(caller, Caller)
    assert caller.policy.read_only


@pytest.mark.parametrize(
    ("rights", "secret", "says"),
    [
        (ClientSettings(accounts=("nope",)), True, "no account nope"),
        (ClientSettings(signature="require"), False, "no secret to check with"),
    ],
)
def test_a_client_that_cannot_be_served_stops_the_start_but_not_a_running_gateway(
    store: Store, rights: ClientSettings, secret: bool, says: str
) -> None:
    good, going = add(store, "good"), add(store, "going")
    clients = book(store)
    bad = add(store, "bad", rights, secret=secret)
    store.revoke("going", now_ms=0)
    with pytest.raises(ConfigError, match=says):
        book(store)
    clients.look()
    assert isinstance(ask(clients, good.api_key), Caller)
    assert isinstance(ask(clients, bad.api_key), Refusal)
    assert isinstance(ask(clients, going.api_key), Refusal)


def test_a_broken_file_changes_nothing_and_a_missing_one_closes_the_door(store: Store) -> None:
    key = add(store, "bot")
    clients = book(store)
    path = Path(store.path)
    good = path.read_bytes()
    path.write_bytes(b"{")
    clients.look()
    assert isinstance(ask(clients, key.api_key), Caller)
    path.write_bytes(good)
    clients.look()
    assert isinstance(ask(clients, key.api_key), Caller)
    path.unlink()
    clients.look()
    assert isinstance(ask(clients, key.api_key), Refusal)


def test_what_was_spent_today_outlives_a_rotation(store: Store) -> None:
    key = add(store, "bot")
    clients = book(store)
    before = ask(clients, key.api_key)
    new = store.rotate("bot", overlap_ms=1000, now_ms=0)
    clients.look()
    after = ask(clients, new.api_key)
    assert isinstance(before, Caller)
    assert isinstance(after, Caller)
    assert before.ledger is after.ledger


def test_a_change_is_told_and_old_secrets_are_still_swept(store: Store) -> None:
    add(store, "bot")
    told: list[int] = []
    clients = book(store)
    clients.changed = lambda: told.append(1)
    clients.look()
    assert told == []
    store.rotate("bot", overlap_ms=0, now_ms=0)
    clients.look()
    assert told == [1]
    assert len(clients.secrets()) == 2
