"""Where the values of an account come from, and how each is fetched."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import AccountSettings
from proxy.runtime.secret_file import read_public_file, read_secret_file


class Role(StrEnum):
    """What a value is. HMAC secret and private key exclude each other: they are the same need."""

    API_KEY = "API key"
    HMAC = "HMAC secret"
    PEM = "private key"
    PASSPHRASE = "passphrase"


class Place(StrEnum):
    VALUE = "value"
    FILE = "file"
    ENVIRONMENT = "env"
    KEYRING = "keyring"


class Source(msgspec.Struct, frozen=True):
    """One place that gives one value. `reference` is a path, a variable's name, SERVICE/USER or the API key."""

    role: Role
    place: Place
    reference: str
    named: str  # the setting or variable that names it

    @property
    def label(self) -> str:
        """How messages call it."""
        if self.place in (Place.FILE, Place.KEYRING):
            return f"{self.reference} ({self.named})"
        return self.reference if self.place is Place.ENVIRONMENT else self.named


class Keyring(Protocol):
    """The part of the `keyring` package that is used."""

    def get_password(self, service_name: str, username: str, /) -> str | None: ...


SETTINGS: Final = {
    "api_key": (Role.API_KEY, Place.VALUE),
    "api_key_file": (Role.API_KEY, Place.FILE),
    "api_key_env": (Role.API_KEY, Place.ENVIRONMENT),
    "api_secret_file": (Role.HMAC, Place.FILE),
    "api_secret_env": (Role.HMAC, Place.ENVIRONMENT),
    "api_secret_keyring": (Role.HMAC, Place.KEYRING),
    "private_key_file": (Role.PEM, Place.FILE),
    "private_key_env": (Role.PEM, Place.ENVIRONMENT),
    "private_key_keyring": (Role.PEM, Place.KEYRING),
    "passphrase_file": (Role.PASSPHRASE, Place.FILE),
    "passphrase_env": (Role.PASSPHRASE, Place.ENVIRONMENT),
}
"""The settings of an account that name a source."""

VARIABLES: Final = {
    "BINANCE_API_KEY": Role.API_KEY,
    "BINANCE_API_SECRET": Role.HMAC,
    "BINANCE_SECRET_KEY": Role.HMAC,
    "BINANCE_PRIVATE_KEY": Role.PEM,
    "BINANCE_PRIVATE_KEY_PASSPHRASE": Role.PASSPHRASE,
}
"""Environment variables of the account `default`; each also with `_FILE` at its end."""


def from_settings(name: str, account: AccountSettings) -> Iterator[Source]:
    for key, (role, place) in SETTINGS.items():
        reference = getattr(account, key)
        if reference is not None:
            yield Source(role, place, reference, f"accounts.{name}.{key}")


def from_environment(environ: Mapping[str, str]) -> Iterator[Source]:
    """What the BINANCE_* variables give. An empty variable counts as not set: compose files leave such."""
    for variable, role in VARIABLES.items():
        if environ.get(variable):
            yield Source(role, Place.ENVIRONMENT, variable, variable)
        in_file = f"{variable}_FILE"
        if environ.get(in_file):
            yield Source(role, Place.FILE, environ[in_file], in_file)


def fetch(source: Source, environ: Mapping[str, str], keyring: Keyring | None) -> Secret:
    """The octets of a value, not judged yet. Raises ConfigError, never with a value in it."""
    match source.place:
        case Place.VALUE:
            return Secret(source.reference.encode())
        case Place.FILE if source.role is Role.API_KEY:
            return Secret(read_public_file(source.reference, source.named).encode())
        case Place.FILE:
            return read_secret_file(source.reference, source.named)
        case Place.ENVIRONMENT:
            return _variable(source, environ)
        case Place.KEYRING:
            return _entry(source, keyring or _system_keyring())


def _variable(source: Source, environ: Mapping[str, str]) -> Secret:
    value = environ.get(source.reference)
    if not value:
        state = "is empty" if value == "" else "is not set"
        raise ConfigError(f"{source.reference} {state} ({source.named})", "set it, or name a file instead")
    return Secret(value.encode("utf-8", "surrogateescape"))


def _entry(source: Source, keyring: Keyring) -> Secret:
    service, _, user = source.reference.partition("/")
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # each backend raises its own kinds, and some texts repeat the entry
        raise ConfigError(
            f"{source.label}: the OS keyring failed ({type(error).__name__})",
            "is it unlocked? a service without a desktop session needs a file instead",
        ) from None
    if value is None:
        raise ConfigError(f"{source.label}: no such entry", f"keyring set {service} {user}")
    return Secret(value.encode())


def _system_keyring() -> Keyring:
    try:
        import keyring  # noqa: PLC0415  # an optional extra
    except ImportError:
        raise ConfigError(
            "the OS keyring needs a package that is not installed",
            "pip install 'binance-signing-proxy[keyring]', or name a file instead",
        ) from None
    backend: Keyring = keyring
    return backend
