"""The filters of symbols, as answers of exchangeInfo that pass through tell them.

The list of all spot symbols has 15 MB. It is looked through while it passes, a piece in each turn of the event loop,
and of each symbol the text of its filters is kept, which is read when an order is refused.
"""

import asyncio
import re
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from proxy.core.catalogue import PrefixFamily
from proxy.core.flow import Flow
from proxy.core.market import market_of
from proxy.core.symbol_rules import SymbolRules, read_symbol
from proxy.core.wire import Header, first_value

_PATHS: Final = frozenset({"/api/v3/exchangeInfo", "/fapi/v1/exchangeInfo", "/dapi/v1/exchangeInfo"})
_PIECE_OCTETS: Final = 64 * 1024
"""What is looked through in one turn of the loop: a fraction of a millisecond."""
_WAITING_OCTETS: Final = 1024 * 1024
"""Where more waits, whoever brings more looks through it himself."""
_SYMBOL_OCTETS: Final = 256 * 1024
"""What one symbol may take in the list; the rest is left out."""
_KEPT_OCTETS: Final = 4 * 1024 * 1024
"""Of the filters of one market; all of spot take half of it."""
_START: Final = re.compile(rb'\{"symbol":"([^"\\]{1,60})"')
_CONTRACT: Final = re.compile(rb'"contractType":"[^"\\]{0,40}"')
_FILTERS: Final = re.compile(rb'"filters":\[[^\]]{0,16384}\]')
_CLOSED: Final = b'"status":"BREAK"'
"""Not traded: an order is refused for that, and for no filter. Half of the list is so."""

type _Place = tuple[str, PrefixFamily]
"""Environment, and whose symbols."""


class SymbolBook:
    """What is known of the symbols of each market. Nothing here raises, and nothing waits for it."""

    def __init__(self) -> None:
        self._shelves: dict[_Place, _Shelf] = {}  # as many as there are markets

    def listen(self, flow: Flow, status: int, headers: tuple[Header, ...]) -> "Listener | None":
        """Who hears this answer; None where it says nothing of symbols, or in a coding that is not read here."""
        place, endpoint = _place(flow), flow.endpoint
        if place is None or endpoint is None or endpoint.path not in _PATHS or status != 200:
            return None
        coding = (first_value(headers, b"content-encoding") or b"").strip().lower()
        shelf = self._shelves.setdefault(place, _Shelf())
        if coding in (b"", b"identity"):
            return Listener(shelf, None)
        if coding in (b"gzip", b"x-gzip", b"deflate"):
            return Listener(shelf, zlib.decompressobj(zlib.MAX_WBITS | 32))
        return None

    def rules(self, flow: Flow) -> Mapping[str, SymbolRules]:
        """The symbols of the market that a flow traded on."""
        place = _place(flow)
        return self._shelves.get(place, _NOTHING) if place is not None else _NOTHING


class _Shelf(Mapping[str, SymbolRules]):
    """The symbols of one market. The filters of a symbol are read when they are asked for."""

    def __init__(self) -> None:
        self._texts: dict[str, bytes] = {}
        self._octets = 0

    def __getitem__(self, symbol: str) -> SymbolRules:
        rules = read_symbol(self._texts[symbol])
        if rules is None:
            raise KeyError(symbol)
        return rules

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, symbol: str, text: bytes) -> None:
        """Keep what was told last, as long as there is room."""
        octets = self._octets + len(text) - len(self._texts.get(symbol, b""))
        if octets <= _KEPT_OCTETS:
            self._texts[symbol], self._octets = text, octets


_NOTHING: Final = _Shelf()


class Listener:
    """Hears one answer, in the order in which it passes."""

    def __init__(self, shelf: _Shelf, machine: "zlib._Decompress | None") -> None:
        self._shelf = shelf
        self._machine = machine
        self._waiting: deque[bytes] = deque()
        self._octets = 0
        self._left = b""
        self._ended = False

    def hear(self, chunk: bytes) -> None:
        """The next octets, as they travel."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._turn)
        self._waiting.append(chunk)
        self._octets += len(chunk)
        while self._octets > _WAITING_OCTETS:
            self._look()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        if self._waiting:
            self._look()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._turn)
        elif self._ended:
            self._keep(self._left)
            self._left = b""

    def _look(self) -> None:
        """At one piece of what waits. Damage in a coding ends it."""
        chunk = self._next()
        if self._machine is None:
            piece, rest = chunk[:_PIECE_OCTETS], chunk[_PIECE_OCTETS:]
        else:
            try:
                piece, rest = self._machine.decompress(chunk, _PIECE_OCTETS), self._machine.unconsumed_tail
            except zlib.error:
                self._waiting.clear()
                self._octets = 0
                return
        if rest:
            self._waiting.appendleft(rest)
            self._octets += len(rest)
        self._scan(piece)

    def _next(self) -> bytes:
        """What waits, small chunks together."""
        chunks = [self._waiting.popleft()]
        while self._waiting and len(chunks[0]) * len(chunks) < _PIECE_OCTETS:
            chunks.append(self._waiting.popleft())
        chunk = b"".join(chunks)
        self._octets -= len(chunk)
        return chunk

    def _scan(self, piece: bytes) -> None:
        """A symbol's object is what stands between its beginning and the next one."""
        text = self._left + piece
        starts = [found.start() for found in _START.finditer(text)]
        for begin, end in pairwise(starts):
            self._keep(text[begin:end])
        self._left = text[starts[-1] :] if starts else text
        if len(self._left) > _SYMBOL_OCTETS:
            self._left = b""

    def _keep(self, text: bytes) -> None:
        name, filters, contract = _START.match(text), _FILTERS.search(text), _CONTRACT.search(text)
        if name is None or filters is None or _CLOSED in text:
            return
        try:
            symbol = name[1].decode("utf-8")
        except UnicodeDecodeError:
            return
        kind = b"," + contract[0] if contract is not None else b""
        self._shelf.put(symbol, b"%b%b,%b}" % (name[0], kind, filters[0]))


def _place(flow: Flow) -> _Place | None:
    family = market_of(flow.endpoint) if flow.endpoint is not None else None
    return None if family is None else (flow.environment, family)
