"""HOST:PORT and URL forms that settings take."""

import ipaddress
import os
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

SOCKET: Final = "unix:"
THIS_MACHINE: Final = "127.0.0.1"
_LONGEST_SOCKET: Final = 103  # sun_path holds 104 on macOS and the BSDs, 108 on Linux, with a final zero
_PORT: Final = re.compile(r"[0-9]{1,5}")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})")


LOOPBACKS: Final = ("127.0.0.1", "::1")
_REACHED: Final = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # not bound


class Address(msgspec.Struct, frozen=True):
    """Where to listen. `host` has no brackets; `localhost` means both loopback addresses; port 0 takes a free one."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    def meets(self, other: "Address") -> bool:
        """Whether the two cannot both be listened on."""
        ours, theirs = (LOOPBACKS if one.host == "localhost" else (one.host,) for one in (self, other))
        return self.port == other.port != 0 and not set(ours).isdisjoint(theirs)


def reached_at(host: str) -> str:
    """The address at which this machine reaches who listens on `host`. Of `localhost` the one that the gateway always
    has: the other may be another program's."""
    return _REACHED.get(host, host)


def shown_host(host: str) -> str:
    """As a URL has it."""
    return f"[{host}]" if ":" in host else host


def parse_address(text: str) -> Address:
    """HOST:PORT with an IP address or `localhost`. Raises ValueError with what is wrong, without the text but for a
    port."""
    if "://" in text:
        raise ValueError("must be HOST:PORT alone, without http:// and without a path: 127.0.0.1:8180")
    if _PORT.fullmatch(text) and int(text) <= 65_535:
        raise ValueError(f"must be HOST:PORT; for this machine only write {THIS_MACHINE}:{int(text)}")
    host, colon, port = text.rpartition(":")
    if not colon or not _PORT.fullmatch(port) or int(port) > 65_535:
        raise ValueError("must be HOST:PORT, for example 127.0.0.1:8180")
    if not host:
        raise ValueError(f"names no host; write {THIS_MACHINE}:{int(port)} for this machine only")
    bracketed = host.startswith("[") and host.endswith("]")
    if (":" in host) is not bracketed:
        raise ValueError("must have an IPv6 address, and no other, in brackets: [::1]:8180")
    host = host[1:-1] if bracketed else host
    if host != "localhost":
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise ValueError("must have an IP address or localhost before the port") from None
    return Address(host, int(port))


def socket_path(text: str) -> str | None:
    """The path of `unix:/path`; None for anything else. Raises ValueError for a path that cannot be one."""
    if not text.startswith(SOCKET):
        return None
    path = text.removeprefix(SOCKET)
    if not path.startswith("/") or "\0" in path:
        raise ValueError("must have an absolute path: unix:/run/user/1000/gateway.sock")
    if len(os.fsencode(path)) > _LONGEST_SOCKET:
        raise ValueError(f"has a socket path longer than {_LONGEST_SOCKET} octets, which no system takes")
    return path


def is_loopback(host: str) -> bool:
    """127.0.0.0/8, ::1 or localhost, and nothing that merely begins like it."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_unsafe_url(text: str) -> None:
    """The base URL for tests: http or https to loopback. Raises ValueError with what is wrong."""
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http://HOST:PORT or https://HOST:PORT")
    if "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must be scheme, host and port only")
    if not is_loopback(parts.hostname):
        raise ValueError("may only lead to this machine: 127.0.0.1, [::1] or localhost")


def check_proxy_url(text: str) -> None:
    """The proxy for the way out. Raises ValueError with what is wrong."""
    parts = _split(text)
    if parts.scheme not in ("http", "socks5", "socks5h"):
        raise ValueError("must begin with http://, socks5:// or socks5h://")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user or password; put them into upstream.proxy_credentials_file")
    if not parts.hostname or parts.port is None or not _is_host(parts.hostname):
        raise ValueError("must name host and port, for example socks5h://127.0.0.1:1080")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must end after the port")


def _is_host(host: str) -> bool:
    return ":" in host or _HOST_NAME.fullmatch(host) is not None


def _split(text: str) -> SplitResult:
    """`urlsplit`, with its late complaints made now: a port out of range, brackets left open."""
    if not text.isascii() or any(character <= " " for character in text):
        raise ValueError("must not hold spaces or letters outside ASCII")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not a URL with a valid host and port") from None
    return parts
