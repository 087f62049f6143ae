"""The file of virtual keys: JSON of mode 0600, changed by `signing-proxy clients`, read by the gateway.

A virtual key has the form of a Binance key (64 letters and digits), so that SDKs take it. Its SHA-256 is stored,
never itself. The virtual secret is stored as it is, because checking an HMAC needs it; it opens nothing at Binance.
A revoked client keeps its name and loses its keys.
"""

import hashlib
import secrets
import string
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from proxy.core.errors import ConfigError, UsageError
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.key_shapes import described, is_key_as_name, shown_place
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings
from proxy.platform import files as system
from proxy.runtime.files import Stamp, remove_drafts, replace_whole, require_name, stamp
from proxy.runtime.secret_file import MAX_OCTETS, read_secret_file

SCHEMA: Final = 1
_LETTERS: Final = string.ascii_letters + string.digits
_LENGTH: Final = 64


class StoredKey(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One virtual key. Times are Unix milliseconds."""

    key_sha256: str
    secret: str = ""
    """Empty: presence of the key is all that is checked."""
    created_ms: int
    expires_ms: int | None = None

    def __repr__(self) -> str:
        return f"StoredKey({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Names the key to people without a part of it."""
        return self.key_sha256[:12]

    def expired(self, now_ms: int) -> bool:
        return self.expires_ms is not None and now_ms >= self.expires_ms


class StoredClient(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A client with its keys, newest last. `rights` count where the configuration does not name the client."""

    keys: list[StoredKey] = []
    rights: ClientSettings = ClientSettings()
    revoked_ms: int | None = None


class _File(Struct, kw_only=True, forbid_unknown_fields=True):
    schema: int = SCHEMA
    clients: dict[str, StoredClient] = {}


_DECODER: Final = msgspec.json.Decoder(_File)


class NewKey(msgspec.Struct, frozen=True):
    """A new key and secret, as they are shown once."""

    api_key: str
    api_secret: Secret | None

    def __repr__(self) -> str:
        """Without the key."""
        return f"NewKey(api_secret={self.api_secret!r})"


class ClientStore(msgspec.Struct, frozen=True):
    """The file of clients. A change reads, changes and replaces it whole, under a lock: readers see old or new."""

    path: str

    def read(self) -> dict[str, StoredClient]:
        """All clients by name; none where the file does not exist yet. Raises ConfigError."""
        if not Path(self.path).expanduser().exists():
            return {}
        octets = read_secret_file(self.path, "virtual keys").reveal()
        try:
            content = read_json(octets, _DECODER)
        except UnreadableError:
            raise ConfigError(
                f"{self.path}: is not a file of virtual keys", "signing-proxy clients add NAME makes one"
            ) from None
        if content.schema != SCHEMA:
            raise ConfigError(
                f"{self.path}: has schema {content.schema}, and {SCHEMA} is understood here",
                "use the version of signing-proxy that wrote it",
            )
        for number, name in enumerate(content.clients, 1):
            if is_key_as_name(name):
                raise ConfigError(
                    f"{self.path}: the name of client {number} is no name: {described(name)}",
                    "give it another one in this file; if it was a real key or secret, replace it",
                )
        return content.clients

    def secrets(self) -> list[Secret]:
        """All virtual secrets, for whoever must not show them. Raises ConfigError."""
        keys = (key for client in self.read().values() for key in client.keys)
        return [Secret(key.secret.encode()) for key in keys if key.secret]

    def stamp(self) -> Stamp | None:
        """Changes whenever the file does; None where there is none."""
        return stamp(Path(self.path).expanduser())

    def add(self, name: str, rights: ClientSettings, *, with_secret: bool, now_ms: int) -> NewKey:
        """A new client, or a revoked one anew. Raises UsageError if the name is taken."""
        with self._edited() as clients:
            known = clients.get(name)
            if known is not None and known.keys:
                raise UsageError(
                    f"there is a client {name} already",
                    f"signing-proxy clients rotate {name}, or another name",
                )
            new, stored = _new_key(now_ms, with_secret=with_secret)
            clients[name] = StoredClient(keys=[stored], rights=rights)
        return new

    def rotate(self, name: str, *, overlap_ms: int, now_ms: int) -> NewKey:
        """A second key beside the last one, which ends after the overlap; older ones end now."""
        with self._edited() as clients:
            client = _client_with_key(clients, name)
            last = client.keys[-1]
            new, stored = _new_key(now_ms, with_secret=bool(last.secret))
            ends_ms = now_ms + overlap_ms
            last.expires_ms = ends_ms if last.expires_ms is None else min(last.expires_ms, ends_ms)
            client.keys = [stored] if last.expired(now_ms) else [last, stored]
        return new

    def revoke(self, name: str, *, now_ms: int) -> None:
        """Remove all keys of a client, and keep its name."""
        with self._edited() as clients:
            client = _client_with_key(clients, name)
            client.keys, client.revoked_ms = [], now_ms

    @contextmanager
    def _edited(self) -> Iterator[dict[str, StoredClient]]:
        """The clients to be changed; written when the block ends without an exception. Raises ConfigError."""
        target = Path(self.path).expanduser()
        require_name(target)
        with ExitStack() as stack:
            try:
                stack.enter_context(system.locked_directory(target.parent))
            except OSError as error:
                # of the whole, since the half of a key that was given for it may look like a directory
                raise ConfigError(
                    f"{shown_place(target)}: its directory: {error.strerror} (virtual keys)",
                    "make the directory, with mode 0700",
                ) from None
            clients = self.read()
            yield clients
            try:
                remove_drafts(target)
                replace_whole(target, self._encoded(clients), durable=True)
            except OSError as error:
                raise ConfigError(f"{self.path}: cannot be written: {error.strerror}") from None

    def _encoded(self, clients: dict[str, StoredClient]) -> bytes:
        content = msgspec.json.format(msgspec.json.encode(_File(clients=clients)), indent=1) + b"\n"
        if len(content) > MAX_OCTETS:  # it could be written, and never read again
            raise ConfigError(
                f"{self.path}: holds as many clients as it may ({MAX_OCTETS // 1024} KiB)",
                "remove revoked ones from it by hand, or let several tools share a client",
            )
        return content


def digest_of(api_key: bytes) -> str:
    """How a virtual key is stored and looked up. Plain SHA-256: 64 random letters and digits cannot be guessed."""
    return hashlib.sha256(api_key).hexdigest()


def _client_with_key(clients: dict[str, StoredClient], name: str) -> StoredClient:
    client = clients.get(name)
    if client is None or not client.keys:
        known = ", ".join(other for other, one in clients.items() if one.keys) or "none"
        raise UsageError("there is no client of that name with a key", f"known: {known}")
    return client


def _new_key(now_ms: int, *, with_secret: bool) -> tuple[NewKey, StoredKey]:
    api_key, secret = _random(), _random() if with_secret else ""
    new = NewKey(api_key, Secret(secret.encode("ascii")) if secret else None)
    return new, StoredKey(key_sha256=digest_of(api_key.encode("ascii")), secret=secret, created_ms=now_ms)


def _random() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
