"""Who asks? The virtual key in `X-MBX-APIKEY` names the client; without clients everyone is the local client.

The file of virtual keys is checked four times a second, so that adding, rotating and revoking need no restart. A
file that became unreadable changes nothing and is logged; one that is gone locks everybody out.
"""

import asyncio
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from proxy.clients.store import ClientStore, StoredClient, StoredKey, digest_of
from proxy.core.errors import ConfigError, Refusal, RefusedError
from proxy.core.guard import NOTHING, Policy
from proxy.core.guard.confirm import joined
from proxy.core.head import Head
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings, PermitSettings, Settings, SignatureRule
from proxy.core.signing import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.credentials.accounts import Account, Accounts

_LOG: Final = structlog.get_logger("clients")
_KEY: Final = b"x-mbx-apikey"
_REFRESH_SECONDS: Final = 0.25

UNKNOWN: Final = Refusal(
    401,
    "client_unknown",
    "X-MBX-APIKEY is no virtual key of this gateway, or it was revoked or has expired; "
    "signing-proxy clients add NAME makes one",
)
KEY_REQUIRED: Final = Refusal(
    401,
    "client_unknown",
    "this gateway knows its clients: send your virtual key in X-MBX-APIKEY; only public endpoints need none",
)
ACCOUNT_DENIED: Final = Refusal(
    403, "account_denied", "X-Gateway-Account names no account of yours; see `accounts:` in the configuration"
)


class Caller(msgspec.Struct, frozen=True):
    """Who asks, and what they may. `name` is None for the anonymous local client."""

    name: str | None
    policy: Policy
    accounts: Accounts  # those it may use, with its default
    signature: SignatureRule = "repair"
    signing: HmacKey | None = None  # its virtual secret
    expires_ms: int | None = None
    public_only: bool = False  # brought no key where keys are required

    def account_for(self, head: Head) -> Account | None:
        """The account that it names in X-Gateway-Account, or its default; None where it has none.

        Raises RefusedError for a name that is not one of its accounts.
        """
        wanted = head.controls.account
        if wanted is None:
            return self.accounts.default
        account = self.accounts.get(wanted)
        if account is None:
            raise RefusedError(ACCOUNT_DENIED)
        return account

    def known_key(self, head: Head) -> KnownKey:
        """What diagnosis needs to check the client's own signature: the key it sent, and its secret."""
        return KnownKey(f"client {self.name}", (head.first(_KEY) or b"").decode("latin-1"), self.signing)


@dataclass(slots=True)
class Clients:
    """All callers by the digest of their virtual key."""

    settings: Settings
    accounts: Accounts
    store: ClientStore | None
    on_change: Callable[[], None] = lambda: None
    _callers: Mapping[str, Caller] = field(default_factory=dict)
    _secrets: dict[str, Secret] = field(default_factory=dict)  # every one seen: a record may still be to come
    _stamp: tuple[int, int, int] | None = None
    doubts: "tuple[Doubt, ...]" = ()
    """What is odd about the names of clients, as of the last reading."""
    anonymous: Caller = field(init=False)
    """The local client without a name; where keys are required, a reader of public endpoints."""

    def __post_init__(self) -> None:
        if self.required:
            only_default = _accounts_of("nobody", ClientSettings(), self.accounts)
            public = replace(NOTHING, read=Policy.of(self.settings.policy).read)
            self.anonymous = Caller(None, public, only_default, public_only=True)
        else:
            self.anonymous = Caller(None, Policy.of(self.settings.policy), self.accounts)

    @classmethod
    def load(cls, settings: Settings, accounts: Accounts) -> "Clients":
        """Raises ConfigError if the file cannot be used, or names an account that does not exist."""
        store = ClientStore(settings.clients_file) if settings.clients_file is not None else None
        clients = cls(settings, accounts, store)
        if store is not None:
            clients._stamp = store.stamp()
            clients._take(store.read())
        return clients

    def take_over(self, other: "Clients") -> None:
        """Serve by what the other one has read. Secrets that were seen stay known: a record may still be to come."""
        self.settings, self.accounts, self.store = other.settings, other.accounts, other.store
        self.anonymous, self.doubts = other.anonymous, other.doubts
        self._callers, self._stamp = other._callers, other._stamp  # noqa: SLF001  # one of us
        self._secrets.update(other._secrets)  # noqa: SLF001  # one of us

    def __len__(self) -> int:
        """How many virtual keys there are."""
        return len(self._callers)

    @property
    def required(self) -> bool:
        """Whether a request that needs a key must bring a virtual one."""
        return self.store is not None

    def authenticate(self, head: Head, now_ms: int) -> Caller:
        """The caller by its key. A wrong key is refused on public endpoints too: a revoked client learns it at once.

        Raises RefusedError.
        """
        if self.store is None:
            return self.anonymous
        values = [value for value in head.fields.get(_KEY, ()) if value]
        if not values:
            return self.anonymous
        caller = self._callers.get(digest_of(values[0])) if len(values) == 1 else None
        if caller is None or (caller.expires_ms is not None and now_ms >= caller.expires_ms):
            raise RefusedError(UNKNOWN)
        return caller

    def policies(self) -> Iterator[Policy]:
        """The policy of each caller."""
        yield self.anonymous.policy
        for caller in self._callers.values():
            yield caller.policy

    def known_keys(self) -> tuple[KnownKey, ...]:
        """The secrets of all clients, for diagnosis: a request may be signed with another client's."""
        return tuple(
            KnownKey(f"client {caller.name}", None, caller.signing)
            for caller in self._callers.values()
            if caller.signing
        )

    def secrets(self) -> tuple[Secret, ...]:
        """What must not stand in any output."""
        return tuple(self._secrets.values())

    async def follow_file(self) -> None:
        """Read the file again whenever it changes, for ever."""
        while self.store is not None:
            await asyncio.sleep(_REFRESH_SECONDS)
            self.refresh()

    def refresh(self) -> None:
        """Read the file if it has changed."""
        if self.store is None or (stamp := self.store.stamp()) == self._stamp:
            return
        self._stamp = stamp
        try:
            self._take(self.store.read(), report=_log_left_out)
        except ConfigError as error:
            _LOG.error("clients_not_read", note=error.message, kept=len(self._callers))
            return
        _LOG.info("clients_read", keys=len(self._callers))
        self.log_doubts()
        self.on_change()

    def log_doubts(self) -> None:
        for doubt in self.doubts:
            _LOG.warning("configuration", note=doubt.says)

    def _take(
        self, stored: Mapping[str, StoredClient], report: Callable[[ConfigError], None] | None = None
    ) -> None:
        self._callers = self._read(stored, report)
        self.doubts = tuple(doubtful_clients(self.settings, stored))

    def _read(
        self, stored: Mapping[str, StoredClient], report: Callable[[ConfigError], None] | None = None
    ) -> Mapping[str, Caller]:
        """Callers by digest. A client that cannot be served is reported and left out; without `report` it raises."""
        callers: dict[str, Caller] = {}
        for name, client in stored.items():
            try:
                callers |= {key.key_sha256: self._caller(name, client, key) for key in client.keys}
            except ConfigError as error:
                if report is None:
                    raise
                report(error)
        return callers

    def _caller(self, name: str, client: StoredClient, key: StoredKey) -> Caller:
        rights = self.settings.clients.get(name, client.rights)
        if rights.signature == "require" and not key.secret:
            raise ConfigError(
                f"client {name}: signature is `require`, and its key has no secret to check with",
                f"signing-proxy clients revoke {name}, then clients add {name}",
            )
        secret = self._secrets.setdefault(key.key_sha256, Secret(key.secret.encode())) if key.secret else None
        return Caller(
            name=name,
            policy=policy_of(self.settings, name, rights),
            accounts=_accounts_of(name, rights, self.accounts),
            signature=rights.signature,
            signing=HmacKey(secret) if secret is not None else None,
            expires_ms=key.expires_ms,
        )


def policy_of(settings: Settings, name: str, rights: ClientSettings) -> Policy:
    """The policy that holds for a client: its own, or the gateway's; read-only there is read-only here, and what a
    person must approve there must be approved here.

    Its own names its own reads: without `read` it reads everything, whatever the gateway's names.
    """
    general = Policy.of(settings.policy)
    if rights.policy is None:
        return general
    own = Policy.of(rights.policy, f"clients.{name}.policy")
    return replace(
        own, read_only=own.read_only or general.read_only, confirm=joined(own.confirm, general.confirm)
    )


class Doubt(msgspec.Struct, frozen=True):
    """A name that stands in the configuration or in the file of virtual keys alone, and what that means."""

    client: str
    close: str | None
    """The name that was probably meant."""
    says: str


def doubtful_clients(settings: Settings, stored: Mapping[str, StoredClient]) -> Iterator[Doubt]:
    """Rights without a key, and keys without rights where others have some: mostly two spellings of one name.

    A misspelt name would otherwise give its tool the gateway's own policy, and tell nobody.
    """
    bare = [
        name
        for name, client in stored.items()
        if client.keys and name not in settings.clients and client.rights.policy is None
    ]
    for name in settings.clients:
        if name not in stored:
            close = _closest(name, bare)
            meant = f"did you mean {close}?" if close else f"signing-proxy clients add {name} makes one"
            yield Doubt(name, close, f"clients.{name} has no virtual key; {meant}")
    if any(rights.policy is not None for rights in settings.clients.values()):
        for name in bare:
            says = (
                f"client {name} has a virtual key and no entry under `clients:`, so it has the gateway's own policy: "
                f"{_in_words(settings.policy)}; if that is meant, write `{name}: {{}}` there"
            )
            yield Doubt(name, None, says)


def _closest(name: str, names: Iterable[str]) -> str | None:
    """The name that is most like this one, whatever the letter case."""
    folded = {one.lower(): one for one in names}
    return next((folded[one] for one in difflib.get_close_matches(name.lower(), folded, n=1)), None)


def _in_words(policy: PermitSettings) -> str:
    """What a policy lets through, in short."""
    told = [("profiles " + ", ".join(policy.profiles)) if policy.profiles else "no profile"]
    if policy.allow:
        told.append(_count(len(policy.allow), "allow line"))
    told.append(_count(len(policy.limits), "limit") if policy.limits else "no limits")
    told.append("every read" if policy.read is None else "reads " + (", ".join(policy.read) or "none"))
    return ("read-only: " if policy.read_only else "") + ", ".join(told)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _log_left_out(error: ConfigError) -> None:
    _LOG.error("client_left_out", note=error.message)


def _accounts_of(name: str, rights: ClientSettings, accounts: Accounts) -> Accounts:
    """The accounts of a client. Raises ConfigError for a name that is none."""
    if not rights.accounts:
        default = accounts.default
        return Accounts({default.name: default}, default.name) if default else Accounts()
    found = {wanted: accounts.get(wanted) for wanted in rights.accounts}
    missing = next((wanted for wanted, account in found.items() if account is None), None)
    if missing is not None:
        raise ConfigError(
            f"client {name}: there is no account {missing}",
            "known: " + (", ".join(account.name for account in accounts) or "none"),
        )
    by_name = {wanted: account for wanted, account in found.items() if account is not None}
    return Accounts(by_name, rights.accounts[0])
