"""Where the gateway of a configuration is reached from this machine."""

from typing import Final

from proxy.config.addresses import parse_address, reached_at, shown_host, socket_path
from proxy.core.settings import Settings

_DEFAULT_PORT: Final = 8180


def gateway_scheme(settings: Settings) -> str:
    """With which its clients speak to it."""
    return "https" if settings.tls_certificate_file else "http"


def gateway_base(settings: Settings) -> str | None:
    """Scheme, host and port; a free port is only known to the running gateway, so the usual one stands for it. None
    for a Unix socket."""
    if socket_path(settings.listen) is not None:
        return None
    where = parse_address(settings.listen)
    return f"{gateway_scheme(settings)}://{shown_host(reached_at(where.host))}:{where.port or _DEFAULT_PORT}"
