"""Real Binance keys with their secrets, from file, environment or keyring, judged before the first request.

Whatever is wrong with them stops the start with exit code 3 and one line each; no line holds a value.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Final

import msgspec

from proxy.config.problems import ConfigErrors, raise_all
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import AccountSettings, EnvironmentName, Settings
from proxy.core.signing.algorithms import HmacKey, PrivateKey, SigningKey, load_private_key
from proxy.credentials.mistakes import (
    check_api_key,
    check_hmac_secret,
    check_pem,
    is_private_pem,
    looks_like_futures_testnet,
)
from proxy.credentials.process_hardening import shield_process
from proxy.credentials.sources import (
    SETTINGS,
    VARIABLES,
    Keyring,
    Place,
    Role,
    Source,
    fetch,
    from_environment,
    from_settings,
)
from proxy.runtime.secret_file import read_secret_file

__all__ = [
    "Account",
    "Accounts",
    "Keyring",
    "load_accounts",
    "read_secret_file",
    "read_token",
    "remove_secrets",
    "shield_process",
]

DEFAULT: Final = "default"
"""The account that the BINANCE_* variables make or complete."""

_MIN_TOKEN: Final = 16


class Account(msgspec.Struct, frozen=True):
    """A real Binance key with what signs for it."""

    name: str
    environment: EnvironmentName
    api_key: str
    signing: SigningKey

    def __repr__(self) -> str:
        """Without the API key."""
        return f"Account(name={self.name!r}, environment={self.environment!r}, signing={self.signing!r})"


class Accounts(msgspec.Struct, frozen=True):
    """All accounts by name. `material` are secrets beyond HMAC ones (PEM, passphrase), for sweeping only.

    `doubts`: what is odd about them; `exposed`: what was read from where other programs can read it, too.
    """

    by_name: Mapping[str, Account] = msgspec.field(default_factory=dict)
    default_name: str | None = None
    material: tuple[Secret, ...] = ()
    doubts: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.doubts, *self.exposed)

    @property
    def default(self) -> Account | None:
        """The account of requests that name none."""
        return self.by_name.get(self.default_name) if self.default_name is not None else None

    def get(self, name: str) -> Account | None:
        return self.by_name.get(name)

    def __iter__(self) -> Iterator[Account]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not stand in any output."""
        hmac = tuple(one.signing.secret for one in self if isinstance(one.signing, HmacKey))
        return hmac + self.material


def load_accounts(
    settings: Settings, environ: Mapping[str, str], *, keyring: Keyring | None = None, keyless: bool = False
) -> Accounts:
    """Fetch and judge all keys. Raises ConfigError, or ConfigErrors with several of them.

    Call `shield_process` before and `remove_secrets` after. No account at all is no error: public endpoints
    need none. `keyless`: a secret is enough, for who only recomputes signatures; its account has the API key "".
    """
    loader = _Loader(settings, environ, keyring, keyless)
    plans, warnings = _plans(settings, environ)
    accounts: dict[str, Account] = {}
    problems: list[ConfigError] = []
    for name, sources in plans.items():
        try:
            accounts[name] = loader.account(name, sources)
        except ConfigErrors as error:
            problems += error.problems
        except ConfigError as error:
            problems.append(error)
    if settings.default_account is not None and settings.default_account not in plans:
        problems.append(
            ConfigError("default_account names no account", "set BINANCE_API_KEY and BINANCE_API_SECRET_FILE")
        )
    raise_all(problems)
    default = settings.default_account or _only_default(accounts)
    if len(accounts) > 1 and default is None:
        warnings.append(
            "several accounts and no default_account: requests must name one in X-Gateway-Account"
        )
    doubts = (*warnings, *loader.doubts)
    return Accounts(accounts, default, tuple(loader.material), doubts, tuple(loader.exposed))


def read_token(path: str) -> Secret:
    """The client token from its file: one word of at least 16 visible ASCII characters. Raises ConfigError."""
    token = read_secret_file(path, "the client token")
    octets = token.reveal()
    if len(octets) < _MIN_TOKEN or any(octet <= 0x20 or octet >= 0x7F for octet in octets):
        raise ConfigError(
            f"{path}: the client token must be one word of at least {_MIN_TOKEN} visible ASCII characters",
            f"umask 077; openssl rand -hex 32 > {path}",
        )
    return token


def remove_secrets(settings: Settings, environ: MutableMapping[str, str]) -> dict[str, Secret]:
    """Take the variables that held secrets out of the environment, so that no child process inherits them.

    Returns what they held, for who reads the configuration again. The API key stays: it is no secret.
    """
    names = [variable for variable, role in VARIABLES.items() if role is not Role.API_KEY]
    names += [
        source.reference
        for name, account in settings.accounts.items()
        for source in from_settings(name, account)
        if source.place is Place.ENVIRONMENT and source.role is not Role.API_KEY
    ]
    taken = {name: environ.pop(name, None) for name in dict.fromkeys(names)}
    return {name: Secret(os.fsencode(value)) for name, value in taken.items() if value is not None}


def _only_default(accounts: Mapping[str, Account]) -> str | None:
    if len(accounts) == 1:
        return next(iter(accounts))
    return DEFAULT if DEFAULT in accounts else None


def _plans(settings: Settings, environ: Mapping[str, str]) -> tuple[dict[str, tuple[Source, ...]], list[str]]:
    """The sources of each account by name, and warnings."""
    plans = {name: tuple(from_settings(name, account)) for name, account in settings.accounts.items()}
    variables = tuple(from_environment(environ))
    if not variables:
        return plans, []
    if plans and DEFAULT not in plans:
        names = ", ".join(source.named for source in variables)
        return plans, [
            f"{names}: not used, because the configuration names its accounts and none is `default`"
        ]
    plans[DEFAULT] = plans.get(DEFAULT, ()) + variables
    return plans, []


class _Loader(msgspec.Struct):
    """Builds accounts one by one and gathers what goes beside them."""

    settings: Settings
    environ: Mapping[str, str]
    keyring: Keyring | None
    keyless: bool = False
    material: list[Secret] = msgspec.field(default_factory=list)
    doubts: list[str] = msgspec.field(default_factory=list)
    exposed: list[str] = msgspec.field(default_factory=list)

    def account(self, name: str, sources: tuple[Source, ...]) -> Account:
        """Raises ConfigError with everything that is wrong with this one."""
        configured = self.settings.accounts.get(name, AccountSettings())
        environment = configured.environment or self.settings.environment
        lenient = environment == "sandbox" or self.settings.upstream.unsafe_url is not None
        rules = {"strict": not lenient, "production": environment == "production" and not lenient}
        unused = () if name == DEFAULT else tuple(from_environment(self.environ))
        key_source, signing_source, phrase_source = _one_of_each(name, sources, unused, keyless=self.keyless)
        api_key = self._fetch(key_source).reveal() if key_source is not None else b""
        problems: list[ConfigError] = []
        if key_source is not None:
            problems += _as_errors(key_source, check_api_key(api_key, **rules))
        secret = self._fetch(signing_source)
        role = self._role(signing_source, secret)
        if role is Role.HMAC:
            problems += _as_errors(signing_source, check_hmac_secret(secret, api_key, **rules))
            if phrase_source is not None:
                problems.append(
                    ConfigError(f"{phrase_source.label}: an HMAC secret has no passphrase", "remove it")
                )
        else:
            problems += _as_errors(signing_source, check_pem(secret))
        raise_all(problems)
        if rules["production"] and looks_like_futures_testnet(api_key):
            self.doubts.append(f"the API key of account {name} looks like one of the futures testnet")
        if role is Role.HMAC:
            return Account(name, environment, api_key.decode("ascii"), HmacKey(secret))
        signing = self._private_key(signing_source, secret, phrase_source)
        return Account(name, environment, api_key.decode("ascii"), signing)

    def _role(self, source: Source, secret: Secret) -> Role:
        """What signs. A private key that stands where the HMAC secret belongs stops the gateway; who only recomputes
        signatures takes it for what it is, because a client may have taken it for a secret as well."""
        if not (self.keyless and source.role is Role.HMAC and is_private_pem(secret)):
            return source.role
        self.doubts.append(
            f"{source.label}: this is a private key (PEM), not an HMAC secret: it is read as one here"
        )
        return Role.PEM

    def _fetch(self, source: Source) -> Secret:
        if source.place is Place.ENVIRONMENT and source.role is not Role.API_KEY:
            self.exposed.append(
                f"{source.reference}: a secret in the environment can be seen by other programs; "
                "better a file (mode 0600), then the OS keyring, then this"
            )
        return fetch(source, self.environ, self.keyring)

    def _private_key(self, source: Source, pem: Secret, phrase_source: Source | None) -> PrivateKey:
        phrase = self._fetch(phrase_source) if phrase_source is not None else None
        self.material += [pem, _one_line(pem), *([phrase] if phrase is not None else [])]
        try:
            return load_private_key(pem, phrase)
        except ConfigError as error:
            raise ConfigError(f"{source.label}: {error.message}", error.hint) from None


def _one_line(pem: Secret) -> Secret:
    """The base64 of a PEM without its frame and line breaks, the way it looks when pasted elsewhere."""
    lines = pem.reveal().splitlines()
    return Secret(
        b"".join(line.strip() for line in lines if not line.startswith(b"-----") and b":" not in line)
    )


def _as_errors(source: Source, verdict: tuple[str, str] | None) -> Iterator[ConfigError]:
    if verdict is not None:
        says, hint = verdict
        yield ConfigError(f"{source.label}: the {source.role.value} {says}", hint)


def _one_of_each(
    name: str, sources: Iterable[Source], unused: Iterable[Source], *, keyless: bool
) -> tuple[Source | None, Source, Source | None]:
    """API key, what signs, and the passphrase if there is one. Raises ConfigError for two or none.

    `unused`: the variables that are set, and do not count for this account.
    """
    groups = ((Role.API_KEY,), (Role.HMAC, Role.PEM), (Role.PASSPHRASE,))
    found = [[one for one in sources if one.role in roles] for roles in groups]
    problems = [
        ConfigError(
            f"account {name} has {len(group)} sources for its {_either(roles)}: "
            + ", ".join(one.named for one in group),
            "keep one of them",
        )
        for roles, group in zip(groups, found, strict=True)
        if len(group) > 1
    ]
    problems += [
        ConfigError(f"account {name} has no {_either(roles)}", _ways(name, roles, unused))
        for roles, group in zip(groups[:2], found[:2], strict=True)
        if not group and not (keyless and roles is groups[0])
    ]
    raise_all(problems)
    return found[0][0] if found[0] else None, found[1][0], found[2][0] if found[2] else None


def _either(roles: tuple[Role, ...]) -> str:
    return " or ".join(role.value for role in roles)


def _ways(name: str, roles: tuple[Role, ...], unused: Iterable[Source]) -> str:
    """How to give a missing value. The variables make the account `default` and no other."""
    files = [f"{variable}_FILE" for variable, role in VARIABLES.items() if role in roles]
    keys = [
        key for key, (role, place) in SETTINGS.items() if role in roles and place is not Place.ENVIRONMENT
    ]
    if name == DEFAULT:
        return f"set {' or '.join(files)}, or in the configuration one of {', '.join(keys)}"
    below = f"write one of {', '.join(keys)} under accounts.{name} in the configuration"
    given = next((source for source in unused if source.role in roles), None)
    if given is None:
        return below
    return f"{given.named} counts for the account `{DEFAULT}` alone; call this one so, or {below}"
