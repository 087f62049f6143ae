"""Imported by a gateway process whose PYTHONPATH names this folder: its resolver fails or hangs when told.

The file named by FAULTS_RESOLVER says `ok`, `fail` or `hang`, read at each look-up. `localhost` is 127.0.0.1 here,
whatever the machine's hosts file says.
"""

import ipaddress
import os
import socket
import time
from pathlib import Path

_MODE = Path(os.environ["FAULTS_RESOLVER"])
_LOOPBACK = "127.0.0.1"


def _getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):  # type: ignore[no-untyped-def]  # noqa: A002
    if _is_address(host):
        return _real(host, port, family, type, proto, flags)
    if _MODE.read_text() == "fail":
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    while _MODE.read_text() == "hang":
        time.sleep(0.02)
    return _real(_LOOPBACK if host == "localhost" else host, port, family, type, proto, flags)


def _is_address(host: str) -> bool:
    """Addresses need no name server."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_real, socket.getaddrinfo = socket.getaddrinfo, _getaddrinfo
