"""Which places are Binance's API, and which are pages about it."""

from typing import Final

from proxy.core.catalogue import Catalogue
from proxy.explain.readers.urls import Place

PREFIXES: Final = (
    b"/api/", b"/sapi/", b"/fapi/", b"/dapi/", b"/eapi/", b"/papi/", b"/wapi/", b"/ws-api/", b"/futures/data/",
    b"/bapi/",
)  # fmt: skip
NO_MARK: Final = "no ? stands before the parameters in the text; they were read as the query"
_LONGEST_PATH: Final = 200
_PAGES: Final = ("github.com", "readthedocs.io", "github.io", "stackoverflow.com", "developers.binance.com")


def is_api(place: Place) -> bool:
    """Whether a request goes there, by its path."""
    return place.target.startswith(PREFIXES) and not place.host.endswith(_PAGES)


def mended(target: bytes) -> tuple[bytes, str | None]:
    """A target in which a log left the `?` out (`/api/v3/ordersymbol=...`), and what to say of it."""
    if b"?" in target or b"=" not in target:
        return target, None
    path = target.partition(b"=")[0][:_LONGEST_PATH].decode("latin-1")
    catalogue = Catalogue.builtin()
    at = next((at for at in range(len(path), 0, -1) if catalogue.methods_for(path[:at])), None)
    if at is None or at == len(path):
        return target, None
    return target[:at] + b"?" + target[at:].lstrip(b"&"), NO_MARK
