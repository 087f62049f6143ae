"""Taking a URL apart without touching its octets."""

import re
from dataclasses import dataclass
from typing import Final

_URL: Final = re.compile(
    rb"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    rb"(?:[^/?#@]*@)?"
    rb"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^/?#:@\s]*)"
    rb"(?::(?P<port>[0-9]{0,5}))?"
    rb"(?P<target>[/?#].*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes. `target` is path and query as written, without the fragment."""

    scheme: str  # lower case; "" when the URL has none
    host: str  # lower case, without port
    port: int | None
    target: bytes

    @property
    def authority(self) -> bytes:
        """The Host header that a client makes of it: the port only where it is not the scheme's own."""
        usual = {"https": 443, "http": 80}.get(self.scheme)
        host = self.host.encode("utf-8", "surrogateescape")
        return host if self.port in (None, usual) else host + b":%d" % self.port


def split_url(url: bytes) -> Place | None:
    """None where no host can be found. A missing path becomes `/`, as every client sends it."""
    found = _URL.fullmatch(url.strip())
    if (
        found is None
        or not found["host"]
        or ((found["target"] or b"").startswith(b"//") and not found["scheme"])
    ):
        return None
    target = (found["target"] or b"").partition(b"#")[0]
    if not target.startswith(b"/"):
        target = b"/" + target
    return Place(
        scheme=(found["scheme"] or b"").decode("ascii").lower(),
        host=found["host"].decode("utf-8", "surrogateescape").lower(),
        port=int(found["port"]) if found["port"] else None,
        target=target,
    )


def split_authority(value: bytes) -> tuple[str | None, int | None]:
    """Host and port of a Host header."""
    place = split_url(value.strip())
    return (place.host, place.port) if place else (None, None)
