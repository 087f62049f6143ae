"""Remembers request heads by their octets: a tool sends the same one with each request."""

from typing import Final

from proxy.core.head import Fields, Head, head_of, read_fields
from proxy.core.wire import Header

_MOST: Final = 256
_LARGEST: Final = 2048
"""Octets of a head; together with the number above the bound of what is kept."""


class HeadMemory:
    """The heads of one server. What rooms note in their `Fields` holds for its clients alone."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[int, int], tuple[Header, ...]], Fields] = {}

    def read(self, method: str, target: bytes, version: tuple[int, int], headers: tuple[Header, ...]) -> Head:
        """A head, whose fields are the same object for the same method, version and header lines."""
        key = (method, version, headers)
        fields = self._known.get(key)
        if fields is None:
            fields = read_fields(headers)
            if sum([len(name) + len(value) for name, value in headers]) <= _LARGEST:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = fields
        return head_of(method, target, version, fields)
