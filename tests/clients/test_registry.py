"""Who asks: callers by their keys, and how the gateway follows the file."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from proxy.clients.registry import KEY_REQUIRED, Caller, Clients, Doubt, policy_of
from proxy.clients.store import ClientStore, NewKey
from proxy.core.catalogue.operations import Operation
from proxy.core.errors import ConfigError, Refusal
from proxy.core.guard import NOTHING
from proxy.core.guard.confirm import ConfirmRule
from proxy.core.head import read_head
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings, PermitSettings, Settings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from tests.support.refusals import decided

KEY = HmacKey(Secret(b"testsecret" + b"0" * 54))
ACCOUNTS = Accounts({name: Account(name, "production", name * 8, KEY) for name in ("main", "other")}, "main")
PLAIN = ClientSettings()


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(str(tmp_path / "clients.json"))


def book(store: ClientStore | None, **settings: Any) -> Clients:
    path = store.path if store else None
    return Clients.load(msgspec.convert({"clients_file": path, **settings}, Settings), ACCOUNTS)


def ask(clients: Clients, *keys: str, now_ms: int = 0) -> Caller | Refusal:
    headers = tuple((b"X-MBX-APIKEY", key.encode()) for key in keys)
    return decided(
        lambda: clients.authenticate(read_head("GET", b"/api/v3/account", (1, 1), headers), now_ms)
    )


def add(store: ClientStore, name: str, rights: ClientSettings = PLAIN, *, secret: bool = True) -> NewKey:
    return store.add(name, rights, with_secret=secret, now_ms=0)


def test_without_a_file_everyone_is_the_local_client() -> None:
    clients = book(None)
    assert not clients.required
    for keys in ((), ("dummy",), ("a", "b")):
        caller = ask(clients, *keys)
        assert isinstance(caller, Caller)
        assert (caller.name, caller.public_only, caller.accounts) == (None, False, ACCOUNTS)


def test_with_a_file_even_an_empty_one_keys_are_required(store: ClientStore) -> None:
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


def test_a_key_names_its_client_until_it_expires(store: ClientStore) -> None:
    old = add(store, "bot")
    store.rotate("bot", overlap_ms=1000, now_ms=0)
    clients = book(store)
    caller = ask(clients, old.api_key, now_ms=999)
    assert isinstance(caller, Caller)
    assert caller.name == "bot"
    assert isinstance(ask(clients, old.api_key, now_ms=1000), Refusal)


def test_the_configuration_wins_over_the_rights_in_the_file(store: ClientStore) -> None:
    key = add(store, "bot", ClientSettings(accounts=("main",), signature="require"))
    caller = ask(book(store, clients={"bot": {"accounts": ["other", "main"]}}), key.api_key)
    assert isinstance(caller, Caller)
    assert (caller.accounts.default_name, caller.signature) == ("other", "repair")


def test_a_client_without_accounts_has_the_default_one_only(store: ClientStore) -> None:
    key = add(store, "bot")
    caller = ask(book(store), key.api_key)
    assert isinstance(caller, Caller)
    assert [account.name for account in caller.accounts] == ["main"]


def test_read_only_for_the_gateway_is_read_only_for_every_client(store: ClientStore) -> None:
    key = add(store, "bot", ClientSettings(policy=PermitSettings(profiles=("futures",))))
    caller = ask(book(store, policy={"read_only": True}), key.api_key)
    assert isinstance(caller, Caller)
    assert caller.policy.read_only


def test_reads_are_named_by_the_policy_that_holds_for_the_caller(store: ClientStore) -> None:
    """A client's own policy replaces the gateway's; who brings no key reads what the gateway's names."""
    own = add(store, "own", ClientSettings(policy=PermitSettings(read=("orders",))))
    free = add(store, "free", ClientSettings(policy=PermitSettings()))
    plain = add(store, "plain")
    clients = book(store, policy={"read": ["market"]})
    groups = []
    for keys in ((own.api_key,), (free.api_key,), (plain.api_key,), ()):
        caller = ask(clients, *keys)
        assert isinstance(caller, Caller)
        groups.append(
            None if caller.policy.read is None else {group.value for group in caller.policy.read.groups}
        )
    assert groups == [{"orders"}, None, {"market"}, {"market"}]


@pytest.mark.parametrize(
    ("rights", "secret", "says"),
    [
        (ClientSettings(accounts=("nope",)), True, "no account nope"),
        (ClientSettings(signature="require"), False, "no secret to check with"),
    ],
)
def test_a_client_that_cannot_be_served_stops_the_start_but_not_a_running_gateway(
    store: ClientStore, rights: ClientSettings, secret: bool, says: str
) -> None:
    good, going = add(store, "good"), add(store, "going")
    clients = book(store)
    bad = add(store, "bad", rights, secret=secret)
    store.revoke("going", now_ms=0)
    with pytest.raises(ConfigError, match=says):
        book(store)
    clients.refresh()
    assert isinstance(ask(clients, good.api_key), Caller)
    assert isinstance(ask(clients, bad.api_key), Refusal)
    assert isinstance(ask(clients, going.api_key), Refusal)


def test_a_broken_file_changes_nothing_and_a_missing_one_locks_everybody_out(store: ClientStore) -> None:
    key = add(store, "bot")
    clients = book(store)
    path = Path(store.path)
    good = path.read_bytes()
    path.write_bytes(b"{")
    clients.refresh()
    assert isinstance(ask(clients, key.api_key), Caller)
    path.write_bytes(good)
    clients.refresh()
    assert isinstance(ask(clients, key.api_key), Caller)
    path.unlink()
    clients.refresh()
    assert isinstance(ask(clients, key.api_key), Refusal)


def test_the_policies_of_all_callers_are_told(store: ClientStore) -> None:
    add(store, "bot")
    clients = book(store)
    assert [one.place for one in clients.policies()] == ["policy", "policy"]
    assert next(clients.policies()) == NOTHING


def test_a_change_is_told_and_old_secrets_are_still_swept(store: ClientStore) -> None:
    add(store, "bot")
    told: list[int] = []
    clients = book(store)
    clients.on_change = lambda: told.append(1)
    clients.refresh()
    assert told == []
    store.rotate("bot", overlap_ms=0, now_ms=0)
    clients.refresh()
    assert told == [1]
    assert len(clients.secrets()) == 2


def test_a_refusal_says_how_to_get_a_key(store: ClientStore) -> None:
    add(store, "bot")
    refusal = ask(book(store), "x" * 64)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.token) == (401, "client_unknown")
    assert "signing-proxy clients add NAME makes one" in refusal.message
    assert (KEY_REQUIRED.status, KEY_REQUIRED.token) == (401, "client_unknown")
    assert "send your virtual key in X-MBX-APIKEY" in KEY_REQUIRED.message


def test_a_key_that_stands_twice_or_beside_another_is_none(store: ClientStore) -> None:
    one, other = add(store, "one").api_key, add(store, "other").api_key
    clients = book(store)
    for keys in ((one, one), (one, other), (one, "x")):
        assert isinstance(ask(clients, *keys), Refusal)
    caller = ask(clients, "", one)  # an empty line is no key
    assert isinstance(caller, Caller)
    assert caller.name == "one"


def test_what_a_caller_is(store: ClientStore) -> None:
    key = add(store, "bot")
    caller = ask(book(store), key.api_key)
    assert isinstance(caller, Caller)
    assert key.api_secret is not None
    assert (caller.name, caller.signature, caller.expires_ms, caller.public_only) == (
        "bot",
        "repair",
        None,
        False,
    )
    assert caller.signing is not None
    assert caller.signing.sign(b"a=1") == HmacKey(key.api_secret).sign(b"a=1")
    head = read_head("GET", b"/a/b", (1, 1), ((b"X-MBX-APIKEY", key.api_key.encode()),))
    known = caller.known_key(head)
    assert (known.name, known.api_key, known.signing) == ("client bot", key.api_key, caller.signing)
    assert caller.known_key(read_head("GET", b"/a/b", (1, 1), ())).api_key == ""
    with pytest.raises(AttributeError):
        caller.name = "other"  # type: ignore[misc]  # that is what is tried


def test_a_key_without_a_secret_has_nothing_to_check_with(store: ClientStore) -> None:
    key = add(store, "bot", secret=False)
    clients = book(store)
    caller = ask(clients, key.api_key)
    assert isinstance(caller, Caller)
    assert caller.signing is None
    assert clients.secrets() == clients.known_keys() == ()


def test_the_local_client_has_the_gateways_policy_and_nobody_has_none(store: ClientStore) -> None:
    local = ask(book(None, policy={"profiles": ["futures"]}))
    assert isinstance(local, Caller)
    assert local.policy.named == ("futures",)
    assert not local.policy.read_only
    nobody = ask(book(store, policy={"profiles": ["futures"]}))
    assert isinstance(nobody, Caller)
    assert nobody.policy == NOTHING
    assert [account.name for account in nobody.accounts] == ["main"]


POLICIES = [
    # the client's own profiles, the gateway's read_only -> profiles, read_only, how it is called
    (None, False, ("spot",), False, "policy"),
    (None, True, ("spot",), True, "policy"),
    (PermitSettings(profiles=("futures",)), False, ("futures",), False, "clients.bot.policy"),
    (PermitSettings(profiles=("futures",)), True, ("futures",), True, "clients.bot.policy"),
    (PermitSettings(read_only=True), False, ("spot",), True, "clients.bot.policy"),
]


def test_what_a_person_must_approve_for_everybody_holds_for_a_client_with_rights_of_its_own() -> None:
    settings = msgspec.convert({"policy": {"confirm": ["money_out"], "confirm_seconds": 50}}, Settings)
    for own in (None, PermitSettings(profiles=("earn",))):
        policy = policy_of(settings, "bot", ClientSettings(policy=own))
        assert policy.confirm == ConfirmRule(frozenset({Operation.MONEY_OUT}), frozenset(), 50, "wait")
    policy = policy_of(settings, "bot", ClientSettings(policy=PermitSettings(confirm=("keys",))))
    assert policy.confirm is not None
    assert policy.confirm.operations == {Operation.MONEY_OUT, Operation.KEYS}


@pytest.mark.parametrize(("own", "read_only", "named", "result", "place"), POLICIES)
def test_whose_policy_holds(
    own: PermitSettings | None, read_only: bool, named: tuple[str, ...], result: bool, place: str
) -> None:
    settings = msgspec.convert({"policy": {"read_only": read_only}}, Settings)
    policy = policy_of(settings, "bot", ClientSettings(policy=own))
    assert (policy.named, policy.read_only, policy.place) == (named, result, place)


GRANTED = [
    ((), ["main"], "main"),
    (("other",), ["other"], "other"),
    (("other", "main"), ["other", "main"], "other"),
    (("main", "other"), ["main", "other"], "main"),
]


@pytest.mark.parametrize(("accounts", "names", "default"), GRANTED)
def test_which_accounts_a_client_may_use(
    store: ClientStore, accounts: tuple[str, ...], names: list[str], default: str
) -> None:
    key = add(store, "bot", ClientSettings(accounts=accounts))
    caller = ask(book(store), key.api_key)
    assert isinstance(caller, Caller)
    assert [account.name for account in caller.accounts] == names
    assert caller.accounts.default_name == default
    assert caller.accounts.get("nobody") is None


def test_without_any_account_a_client_has_none(store: ClientStore) -> None:
    key = add(store, "bot")
    settings = msgspec.convert({"clients_file": store.path}, Settings)
    caller = ask(Clients.load(settings, Accounts()), key.api_key)
    assert isinstance(caller, Caller)
    assert list(caller.accounts) == []


@pytest.mark.parametrize(
    ("accounts", "known"), [(ACCOUNTS, "known: main, other"), (Accounts(), "known: none")]
)
def test_an_account_that_is_not_there_is_named_with_those_that_are(
    store: ClientStore, accounts: Accounts, known: str
) -> None:
    add(store, "bot", ClientSettings(accounts=("third",)))
    with pytest.raises(ConfigError) as told:
        Clients.load(msgspec.convert({"clients_file": store.path}, Settings), accounts)
    assert (told.value.message, told.value.hint) == ("client bot: there is no account third", known)


def test_a_strict_client_without_a_secret_is_told_what_to_do(store: ClientStore) -> None:
    add(store, "bot", ClientSettings(signature="require"), secret=False)
    with pytest.raises(ConfigError) as told:
        book(store)
    assert told.value.message == (
        "client bot: signature is `require`, and its key has no secret to check with"
    )
    assert told.value.hint == "signing-proxy clients revoke bot, then clients add bot"


def test_the_secrets_of_all_are_known_to_diagnosis(store: ClientStore) -> None:
    for name in ("one", "other"):
        add(store, name)
    add(store, "plain", secret=False)
    clients = book(store)
    assert len(clients) == 3
    assert [(key.name, key.api_key) for key in clients.known_keys()] == [
        ("client one", None),
        ("client other", None),
    ]
    assert len(clients.secrets()) == 2


def test_a_secret_that_is_read_again_is_the_same_one(store: ClientStore) -> None:
    add(store, "one")
    clients = book(store)
    (before,) = clients.secrets()
    add(store, "other")
    clients.refresh()
    assert clients.secrets()[0] is before
    assert len(clients.secrets()) == 2


def test_a_file_that_did_not_change_is_not_read_again(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = add(store, "bot")
    clients = book(store)
    monkeypatch.setattr(ClientStore, "read", lambda _: pytest.fail("it was read"))
    for _ in range(3):
        clients.refresh()
    assert isinstance(ask(clients, key.api_key), Caller)


def test_what_happens_to_the_file_is_told(store: ClientStore) -> None:
    add(store, "bot")
    clients = book(store)
    path, told = Path(store.path), list[int]()
    clients.on_change = lambda: told.append(len(clients))
    with structlog.testing.capture_logs() as logs:
        add(store, "two")
        clients.refresh()
        good = path.read_bytes()
        path.write_bytes(b"{")
        clients.refresh()
        clients.refresh()  # the same fault is told once
        path.write_bytes(good)
        add(store, "bad", ClientSettings(accounts=("third",)))
        clients.refresh()
    assert [(one["event"], one["log_level"]) for one in logs] == [
        ("clients_read", "info"),
        ("clients_not_read", "error"),
        ("client_left_out", "error"),
        ("clients_read", "info"),
    ]
    assert (logs[0]["keys"], logs[1]["kept"], logs[3]["keys"]) == (2, 2, 2)
    assert "not a file of virtual keys" in logs[1]["note"]
    assert logs[2]["note"] == "client bad: there is no account third"
    assert told == [2, 2]


def test_a_gateway_without_clients_follows_no_file() -> None:
    clients = book(None)
    clients.on_change = lambda: pytest.fail("nothing can change")
    clients.refresh()
    asyncio.run(clients.follow_file())
    assert len(clients) == 0


async def test_the_file_is_followed_four_times_a_second(store: ClientStore) -> None:
    add(store, "bot")
    clients = book(store)
    changed = asyncio.Event()
    clients.on_change = changed.set
    following = asyncio.create_task(clients.follow_file())
    await asyncio.sleep(0)
    add(store, "two")
    async with asyncio.timeout(2):
        await changed.wait()
    assert len(clients) == 2
    changed.clear()
    add(store, "three")
    async with asyncio.timeout(2):
        await changed.wait()
    following.cancel()


OWN = {"policy": {"profiles": ["futures"]}}
"""Rights with a policy of their own."""


def bare(name: str, words: str = "profiles spot, no limits, every read") -> Doubt:
    says = (
        f"client {name} has a virtual key and no entry under `clients:`, so it has the gateway's own policy: {words}; "
        f"if that is meant, write `{name}: {{}}` there"
    )
    return Doubt(name, None, says)


def without_key(name: str, close: str | None = None) -> Doubt:
    meant = f"did you mean {close}?" if close else f"signing-proxy clients add {name} makes one"
    return Doubt(name, close, f"clients.{name} has no virtual key; {meant}")


@pytest.mark.parametrize(
    ("configured", "keys", "doubts"),
    [
        ({"futbot": OWN}, ["fut-bot"], [without_key("futbot", "fut-bot"), bare("fut-bot")]),
        ({"FUT-BOT": OWN}, ["fut-bot"], [without_key("FUT-BOT", "fut-bot"), bare("fut-bot")]),
        ({"fut-bot": OWN}, ["fut-bot"], []),
        ({"fut-bot": OWN}, [], [without_key("fut-bot")]),
        # Each has an entry: nobody meant the other.
        ({"futbot": OWN, "fut-bot": OWN}, ["fut-bot"], [without_key("futbot")]),
        # Where nobody has a policy, the gateway's is everybody's.
        ({"other": {}}, ["other", "fut-bot"], []),
        ({}, ["fut-bot"], []),
        # An empty entry says that it is meant.
        ({"other": OWN, "fut-bot": {}}, ["other", "fut-bot"], []),
    ],
)
def test_a_name_that_stands_on_one_side_alone_is_doubtful(
    store: ClientStore, configured: dict[str, Any], keys: list[str], doubts: list[Doubt]
) -> None:
    for name in keys:
        add(store, name)
    assert list(book(store, clients=configured).doubts) == doubts


def test_rights_given_with_the_key_and_revoked_keys_are_not_doubtful(store: ClientStore) -> None:
    add(store, "bot", ClientSettings(policy=PermitSettings()))
    add(store, "gone")
    add(store, "idle")
    for name in ("gone", "idle"):
        store.revoke(name, now_ms=0)
    add(store, "other")
    clients = book(store, clients={"other": OWN, "idle": OWN})
    assert clients.doubts == ()


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"profiles": []}, "no profile, no limits, every read"),
        ({"read": ["market", "orders"]}, "profiles spot, no limits, reads market, orders"),
        ({"read": [], "read_only": True}, "read-only: profiles spot, no limits, reads none"),
        (
            {
                "profiles": ["spot", "earn"],
                "allow": ["POST /sapi/v1/asset/transfer"],
                "limits": [{"applies_to": "spot", "max_quote": 1}] * 2,
            },
            "profiles spot, earn, 1 allow line, 2 limits, every read",
        ),
    ],
)
def test_what_a_key_without_rights_may_do_is_told(
    store: ClientStore, policy: dict[str, Any], words: str
) -> None:
    add(store, "fut-bot")
    add(store, "other")
    assert list(book(store, clients={"other": OWN}, policy=policy).doubts) == [bare("fut-bot", words)]


def test_doubts_are_logged_when_asked_and_when_the_file_has_changed(store: ClientStore) -> None:
    add(store, "other")
    clients = book(store, clients={"other": OWN})
    with structlog.testing.capture_logs() as logs:
        clients.log_doubts()
        assert logs == []
        add(store, "fut-bot")
        clients.refresh()
        clients.log_doubts()
    warnings = [one["note"] for one in logs if one["log_level"] == "warning"]
    assert warnings == [bare("fut-bot").says] * 2
