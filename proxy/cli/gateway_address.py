"""Where the gateway of a configuration is reached from this machine."""

from typing import Final

from proxy.config.addresses import parse_address, socket_path
from proxy.core.settings import Settings

_DEFAULT_PORT: Final = 8180
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound


def gateway_scheme(settings: Settings) -> str:
    """With which its clients speak to it."""
    return "https" if settings.tls_certificate_file else "http"


def gateway_base(settings: Settings) -> str | None:
    """Scheme, host and port; a free port is only known to the running gateway, so the usual one stands for it. None
    for a Unix socket."""
    if socket_path(settings.listen) is not None:
        return None
    where = parse_address(settings.listen)
    host = _EVERYWHERE.get(where.host, where.host)
    shown = f"[{host}]" if ":" in host else host
    return f"{gateway_scheme(settings)}://{shown}:{where.port or _DEFAULT_PORT}"
