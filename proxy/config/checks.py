"""What one setting's type cannot tell: forms, and settings that must fit each other.

Each check is a generator of problems and names the settings it looked at; it is not asked about settings that
could not be read. `CHECKS` is the whole list.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final

from proxy.config.addresses import (
    SOCKET,
    Address,
    check_proxy_url,
    check_unsafe_url,
    parse_address,
    socket_path,
)
from proxy.config.derived import catalogue_of, correction, policies
from proxy.config.policy_checks import allow_lines, confirm_lines, read_lines
from proxy.config.problems import Path, Problem, dotted
from proxy.core.catalogue import Catalogue, CatalogueError
from proxy.core.key_shapes import described, is_key_as_name
from proxy.core.settings import AccountSettings, Settings
from proxy.platform import sockets

type Check = Callable[[Settings], Iterator[Problem]]

ACCOUNT_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
KEY_AS_NAME: Final = (
    "names stand in the journal, in metrics and in answers: give it one that a person would; if this was a real key "
    "or secret, replace it at Binance"
)
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_ENV_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

SOURCES: Final = {
    "API key": ("api_key", "api_key_file", "api_key_env"),
    "secret or private key": (
        "api_secret_file",
        "api_secret_env",
        "api_secret_keyring",
        "private_key_file",
        "private_key_env",
        "private_key_keyring",
    ),
    "passphrase": ("passphrase_file", "passphrase_env"),
}
"""The settings of an account that give the same value: at most one of each line."""


def _addresses(settings: Settings) -> Iterator[Problem]:
    good: dict[str, Address] = {}
    for name, text in (("listen", settings.listen), ("admin", settings.admin)):
        if text is None:
            continue
        try:
            if name == "listen" and socket_path(text) is not None:
                if not sockets.UNIX:
                    yield Problem(
                        ((name,),),
                        "listen: this system has no Unix sockets",
                        "use 127.0.0.1:8180 or another port",
                    )
                continue
            good[name] = parse_address(text)
        except ValueError as error:
            yield Problem(((name,),), f"{name} {error}")
    for name, address in good.items():
        guarded = settings.token_file is not None or (name == "listen" and settings.clients_file is not None)
        if not address.loopback and not guarded:
            other = ", nor virtual keys (clients_file)" if name == "listen" else ""
            yield Problem(
                ((name,), ("token_file",)),
                f"{name} ({address.host}) can be reached from other machines and there is no client token: "
                f"token_file is not set{other}",
                "set token_file to a file of mode 0600 with a long random token, or use --"
                f"{name} 127.0.0.1:{address.port}",
            )
    if len(good) == 2 and good["listen"].meets(good["admin"]):
        yield Problem(
            (("admin",), ("listen",)), "admin and listen are the same address", "give them two ports"
        )


def _tls(settings: Settings) -> Iterator[Problem]:
    if (settings.tls_certificate_file is None) is not (settings.tls_key_file is None):
        yield Problem(
            (("tls_certificate_file",), ("tls_key_file",)),
            "tls_certificate_file and tls_key_file belong together, and one is not set",
            "one PEM file with both may be named twice",
        )
    elif settings.tls_key_file is not None and settings.listen.startswith(SOCKET):
        yield Problem((("tls_key_file",), ("listen",)), "a Unix socket has no TLS", "leave one of them away")


def _door_names(settings: Settings) -> Iterator[Problem]:
    for index, host in enumerate(settings.allow_hosts):
        if not _HOST_NAME.fullmatch(host):
            yield Problem(
                (("allow_hosts", index),),
                f"allow_hosts[{index}] must be a bare host name",
                "no scheme, no port, no wildcard: `gateway`",
            )
    for index, origin in enumerate(settings.allow_origins):
        if not _ORIGIN.fullmatch(origin):
            yield Problem(
                (("allow_origins", index),),
                f"allow_origins[{index}] must be an origin as browsers send it",
                "scheme, lower-case host and port, no slash at the end: http://localhost:3000",
            )


def _upstream(settings: Settings) -> Iterator[Problem]:
    upstream = settings.upstream
    forms = (
        ("unsafe_url", upstream.unsafe_url, check_unsafe_url),
        ("proxy", upstream.proxy, check_proxy_url),
    )
    for name, text, check in forms:
        if text is not None:
            try:
                check(text)
            except ValueError as error:
                yield Problem((("upstream", name),), f"upstream.{name} {error}")
    if upstream.local_address is not None:
        try:
            ipaddress.ip_address(upstream.local_address)
        except ValueError:
            yield Problem((("upstream", "local_address"),), "upstream.local_address must be an IP address")
    if upstream.proxy_credentials_file is not None and upstream.proxy is None:
        yield Problem(
            (("upstream", "proxy_credentials_file"), ("upstream", "proxy")),
            "upstream.proxy_credentials_file is set but upstream.proxy is not",
        )


def _sandbox(settings: Settings) -> Iterator[Problem]:
    """The sandbox has no fixed host: it is wherever `unsafe_url` says."""
    if settings.upstream.unsafe_url is not None:
        return
    places: list[Path] = [("environment",)] if settings.environment == "sandbox" else []
    places += [
        ("accounts", name, "environment")
        for name, account in settings.accounts.items()
        if account.environment == "sandbox"
    ]
    for place in places:
        yield Problem(
            (place, ("upstream", "unsafe_url")),
            f"{dotted(place)} is sandbox, and there is no address of a sandbox",
            "start `signing-proxy sandbox`, and name the address that it prints: upstream.unsafe_url, or run "
            "--unsafe-upstream http://127.0.0.1:8190",
        )


def _clients(settings: Settings) -> Iterator[Problem]:
    if settings.clients and settings.clients_file is None:
        yield Problem(
            (("clients",), ("clients_file",)),
            "clients are named, and there is no file for their virtual keys: clients_file is not set",
            "clients_file: clients.json, then: signing-proxy clients add NAME",
        )
    for name, client in settings.clients.items():
        if not ACCOUNT_NAME.fullmatch(name):
            yield Problem(
                (("clients", name),),
                "the name of a client must be letters, digits, dot, dash or underscore, at most 64",
            )
            continue
        if is_key_as_name(name):
            yield Problem((("clients", name),), _no_name("a client", name), KEY_AS_NAME)
            continue
        known = tuple(settings.accounts) or ("default",)
        for index, account in enumerate(client.accounts):
            if account not in known:
                yield Problem(
                    (("clients", name, "accounts", index), ("accounts",)),
                    f"clients.{name}.accounts[{index}] names no account",
                    "known: " + ", ".join(known),
                )


def _endpoints(settings: Settings) -> Iterator[Problem]:
    """Each row by itself, then all together: two may correct the same endpoint."""
    if not settings.endpoints:
        return
    catalogue, sound = Catalogue.builtin(), True
    for index, row in enumerate(settings.endpoints):
        try:
            catalogue.with_corrections([correction(row)])
        except CatalogueError as error:
            sound = False
            says = str(error).removeprefix(f"{row.endpoint}: ")
            yield Problem((("endpoints", index, "endpoint"),), f"endpoints[{index}]: {says}")
    if sound:
        try:
            catalogue_of(settings)
        except CatalogueError as error:
            yield Problem((("endpoints",),), f"endpoints: {error}")


def _accounts(settings: Settings) -> Iterator[Problem]:
    for name, account in settings.accounts.items():
        if not ACCOUNT_NAME.fullmatch(name):
            yield Problem(
                (("accounts", name),),
                "the name of an account must be letters, digits, dot, dash or underscore, at most 64",
                "it travels in the header X-Gateway-Account",
            )
            continue
        if is_key_as_name(name):
            yield Problem((("accounts", name),), _no_name("an account", name), KEY_AS_NAME)
            continue
        yield from _sources(name, account)


def _no_name(whose: str, name: str) -> str:
    return f"the name of {whose} is no name: {described(name)}"


def _sources(name: str, account: AccountSettings) -> Iterator[Problem]:
    for value, keys in SOURCES.items():
        used = [key for key in keys if getattr(account, key) is not None]
        if len(used) > 1:
            yield Problem(
                tuple(("accounts", name, key) for key in reversed(used)),
                f"accounts.{name} has {len(used)} sources for its {value}: {', '.join(used)}",
                "keep one of them",
            )
    for key in (key for keys in SOURCES.values() for key in keys):
        text = getattr(account, key)
        if text is None:
            continue
        if key.endswith("_env") and (not _ENV_NAME.fullmatch(text) or is_key_as_name(text)):
            yield Problem(
                (("accounts", name, key),),
                f"accounts.{name}.{key} must be the name of an environment variable",
                "the value itself does not belong here: BINANCE_API_SECRET, for example",
            )
        if key.endswith("_keyring") and (not all(text.partition("/")[::2]) or is_key_as_name(text)):
            yield Problem((("accounts", name, key),), f"accounts.{name}.{key} must be SERVICE/USER")


def _default_account(settings: Settings) -> Iterator[Problem]:
    wanted, names = settings.default_account, tuple(settings.accounts)
    if wanted is None or wanted in names or (wanted == "default" and not names):
        return
    close = difflib.get_close_matches(wanted, names, n=1)
    yield Problem(
        (("default_account",), ("accounts",)),
        "default_account names no account",
        f"did you mean {close[0]}?" if close else "known: " + (", ".join(names) or "none"),
    )


def _budget(settings: Settings) -> Iterator[Problem]:
    """/fapi and /dapi count together everywhere but on testnet and in demo mode (core/catalogue/rate_limits.py)."""
    usd_m, coin_m = settings.budget.fapi_weight, settings.budget.dapi_weight
    used = {settings.environment, *(account.environment for account in settings.accounts.values())}
    apart = settings.upstream.unsafe_url is None and not used & {"production", "sandbox"}
    if usd_m is not None and coin_m is not None and usd_m != coin_m and not apart:
        yield Problem(
            (("budget", "dapi_weight"), ("budget", "fapi_weight")),
            "budget.fapi_weight and budget.dapi_weight differ, and Binance counts both in one pool since 2026-06-30",
            "set fapi_weight to the limit of the pool, and leave dapi_weight away",
        )


def _journal(settings: Settings) -> Iterator[Problem]:
    if settings.journal.max_bytes < settings.journal.file_bytes:
        yield Problem(
            (("journal", "max_bytes"), ("journal", "file_bytes")),
            "journal.max_bytes is smaller than one file (journal.file_bytes)",
        )


def _limits(settings: Settings) -> Iterator[Problem]:
    if any(policy.limits for _, policy in policies(settings)):
        from proxy.config.limit_checks import limit_lines  # noqa: PLC0415  # not at start: most policies have none

        yield from limit_lines(settings)


CHECKS: Final[tuple[Check, ...]] = (
    _addresses,
    _tls,
    _door_names,
    _upstream,
    _sandbox,
    allow_lines,
    _limits,
    read_lines,
    confirm_lines,
    _clients,
    _endpoints,
    _accounts,
    _default_account,
    _budget,
    _journal,
)
