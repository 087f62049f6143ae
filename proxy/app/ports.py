"""Why an address cannot be listened on, and what to do instead."""

import errno
import socket
from typing import Final

from proxy.config.addresses import parse_address, socket_path
from proxy.core.errors import ConfigError

_UNPRIVILEGED: Final = "net.ipv4.ip_unprivileged_port_start"
_HINTS: Final = {
    errno.EADDRINUSE: "is another gateway running? choose other ports with --listen and --admin (port 0 takes "
    "a free one)",
    errno.EACCES: "ports below 1024 are for root: use a higher one, such as --listen 127.0.0.1:8180; or let "
    f"this user have them (Linux: sysctl {_UNPRIVILEGED}=80, or AmbientCapabilities=CAP_NET_BIND_SERVICE in "
    "the unit of systemd)",
    errno.EADDRNOTAVAIL: "no network interface of this machine has that address; --listen 127.0.0.1:8180 "
    "always works",
}


def cannot_listen(error: OSError, where: str) -> ConfigError:
    """At which port, what the system said, and a hint for it. asyncio writes its own text around it, and leaves the
    number."""
    number = errno.EACCES if error.errno == errno.EPERM else error.errno
    hint = _HINTS.get(number or 0, _HINTS[errno.EADDRINUSE])
    if isinstance(error, socket.gaierror):
        hint = _HINTS[errno.EADDRNOTAVAIL]
    place = "" if socket_path(where) is not None else f" on port {parse_address(where).port}"
    return ConfigError(f"cannot listen{place}: {error.strerror or type(error).__name__}", hint)
