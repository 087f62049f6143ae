"""What the doctor remembers, all of it bounded: what keys did elsewhere, and what was concluded of which flow."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Final

from proxy.core.diagnosis.examination.observation import Neighbour

_FLOWS_A_KEY: Final = 200
_MOST_KEYS: Final = 64


class Neighbours:
    """The last flows of each API key: a -2008 can only be judged beside them."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[bytes, deque[Neighbour]] = OrderedDict()

    def of(self, api_key: bytes | None) -> tuple[Neighbour, ...]:
        """Oldest first; none for a request without a key."""
        return tuple(self._by_key.get(api_key, ())) if api_key else ()

    def add(self, api_key: bytes | None, neighbour: Neighbour) -> None:
        if not api_key:
            return
        flows = self._by_key.setdefault(api_key, deque(maxlen=_FLOWS_A_KEY))
        self._by_key.move_to_end(api_key)
        flows.append(neighbour)
        while len(self._by_key) > _MOST_KEYS:
            self._by_key.popitem(last=False)


class Shelf[K: Hashable, V]:
    """A mapping that forgets what was put there longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, key: K, value: V) -> None:
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self._most:
            self._items.popitem(last=False)

    def get(self, key: K) -> V | None:
        return self._items.get(key)

    def take(self, key: K) -> V | None:
        """Get and forget."""
        return self._items.pop(key, None)
