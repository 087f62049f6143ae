"""A URL, or several: one a line, maybe with the method before it. Headers are not in this form."""

import re
from dataclasses import dataclass
from typing import Final

from proxy.core.catalogue import Catalogue
from proxy.core.wire import RawRequest, find_pairs
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.urls import Place, split_url

_LINE: Final = re.compile(
    r"[ \t\"'<]*(?:(GET|POST|PUT|DELETE|HEAD)[ \t]+)?((?:https?|wss?)://\S{1,20000}|/(?:api|sapi|[fdep]api)/\S{1,20000})"
)
_WRITES: Final = ("POST", "PUT", "DELETE")
GUESSED: Final = "the method is not in the text; taken as {}"


def read_urls(text: str) -> list[SeenRequest]:
    """Every line that begins with a URL, or with a path of Binance."""
    seen: list[SeenRequest] = []
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        url = found[2].rstrip("\"'>,;)")
        place = split_url(octets(url if "://" in url else f"https://api.binance.com{url}"))
        if place is not None:
            seen.append(_seen(found[1], place))
    return seen


@dataclass(frozen=True, slots=True)
class _Guess:
    method: str
    sure: bool


def _seen(method: str | None, place: Place) -> SeenRequest:
    guess = _Guess(method, sure=True) if method else _guess(place)
    return SeenRequest(
        RawRequest(guess.method, place.target, ((b"Host", place.authority),)),
        "URL",
        host=place.host,
        port=place.port,
        headers_seen=False,
        remarks=() if guess.sure else (GUESSED.format(guess.method),),
    )


def _guess(place: Place) -> _Guess:
    """GET where Binance offers it, but an order's `side` tells a POST."""
    path, _, query = place.target.partition(b"?")
    catalogue = Catalogue.builtin()
    offered = [
        method
        for method in ("GET", *_WRITES)
        if (endpoint := catalogue.find(method, path.decode("latin-1"))) is not None and endpoint.listed
    ]
    if "POST" in offered and find_pairs(query, b"side"):
        return _Guess("POST", sure=offered == ["POST"])
    return _Guess(offered[0] if offered else "GET", sure=len(offered) == 1)
