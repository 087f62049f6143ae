"""The parts a signed text is made of, before they are joined."""

from collections.abc import Callable
from typing import NamedTuple


class Draft(NamedTuple):
    """Raw pairs without the signature, in order. On the WebSocket API all pairs stand in `query`."""

    query: tuple[bytes, ...]
    form: tuple[bytes, ...] = ()

    @property
    def query_text(self) -> bytes:
        return b"&".join(self.query)

    @property
    def form_text(self) -> bytes:
        return b"&".join(self.form)

    @property
    def text(self) -> bytes:
        """The payload: raw query directly followed by raw form (rest-api.md, SIGNED endpoint security)."""
        return b"&".join(self.query) + b"&".join(self.form)

    @property
    def pairs(self) -> tuple[bytes, ...]:
        return self.query + self.form

    def map(self, change: Callable[[bytes], bytes]) -> "Draft":
        """The same draft with every pair changed."""
        return Draft(tuple(map(change, self.query)), tuple(map(change, self.form)))

    def with_pairs(self, pairs: tuple[bytes, ...]) -> "Draft":
        """As many pairs as before, dealt out to query and form as before."""
        cut = len(self.query)
        return Draft(pairs[:cut], pairs[cut:])

    def without(self, indexes: frozenset[int]) -> "Draft":
        """The draft without the pairs at these positions (query first, then form)."""
        cut = len(self.query)
        query = tuple(pair for i, pair in enumerate(self.query) if i not in indexes)
        return Draft(query, tuple(pair for i, pair in enumerate(self.form, cut) if i not in indexes))
