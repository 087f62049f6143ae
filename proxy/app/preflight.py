"""What must hold before a port is opened. Each check raises ConfigError, which says what to change."""

from typing import Final

import structlog
from msgspec import structs

from proxy.config.addresses import parse_address, socket_path
from proxy.config.derived import catalogue_of, environments_of
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue, CatalogueError, Environment
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import LimitSettings, Settings
from proxy.credentials.accounts import Account, Accounts, read_token
from proxy.runtime.descriptors import for_clients, raise_limit

_LOG: Final = structlog.get_logger("gateway")


def require_c_parser() -> None:
    """The pure-Python parser is laxer: it takes raw octets in targets and hangs on some sizes."""
    from aiohttp import http_parser  # noqa: PLC0415  # looked at once, here only

    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise ConfigError(
            "aiohttp runs without its C parser, which judges requests strictly",
            "unset AIOHTTP_NO_EXTENSIONS, or install a binary wheel of aiohttp",
        )


def safe_environments(settings: Settings) -> dict[str, Environment]:
    """All environments by name. Keys go to Binance's own hosts over TLS only, but for the unsafe upstream."""
    environments = environments_of(settings)
    if settings.upstream.unsafe_url is None:
        for base in (base for one in environments.values() for base in one.bases.values()):
            if base.removeprefix("https://") not in ALLOWED_UPSTREAM_HOSTS:
                raise ConfigError(f"{base} is not among the hosts a key may go to")
    return environments


def require_bound_keys(accounts: Accounts) -> None:
    """A key belongs to one environment: the testnet's never goes to production, nor the reverse."""
    bound: dict[str, Account] = {}
    for account in accounts:
        other = bound.setdefault(account.api_key, account)
        if other.environment != account.environment:
            raise ConfigError(
                f"accounts {other.name} and {account.name} have the same API key and different environments",
                "a key is known to one environment only; give each account its own",
            )


def client_token(settings: Settings) -> Secret | None:
    """The token that clients must send. Whoever can be reached from other machines needs one."""
    if settings.token_file is not None:
        return read_token(settings.token_file)
    for address in (None if settings.clients_file else settings.listen, settings.admin):
        if address is not None and socket_path(address) is None and not parse_address(address).loopback:
            raise ConfigError(
                f"{address} can be reached from other machines and no client token is set",
                "set token_file to a file (mode 0600) with a long random token, or listen on 127.0.0.1",
            )
    return None


def corrected_catalogue(settings: Settings) -> Catalogue:
    """The table with the user's own lines."""
    try:
        return catalogue_of(settings)
    except CatalogueError as error:
        raise ConfigError(f"endpoints: {error}", "see docs/policy.md for what a correction may say") from None


def affordable(limits: LimitSettings) -> LimitSettings:
    """With no more connections than there are descriptors for."""
    most = for_clients(raise_limit(), limits.in_flight)
    if most >= limits.connections:
        return limits
    _LOG.warning(
        "configuration",
        note=f"the system gives this process so few file descriptors that {most} client connections are taken, not "
        f"{limits.connections}; raise the limit (ulimit -n, LimitNOFILE=) or set limits.connections to {most}",
    )
    return structs.replace(limits, connections=most)
