"""A text that may have been signed, in its parts: the pairs of the query and of the form."""

from collections.abc import Callable
from typing import NamedTuple


class Candidate(NamedTuple):
    """Raw pairs without the signature, in order. On the WebSocket API all pairs stand in `query`.

    The search begins with the pairs as they were sent; each departure makes other candidates of one.
    """

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
        query, form = self
        return b"&".join(query) + b"&".join(form) if form else b"&".join(query)

    @property
    def pairs(self) -> tuple[bytes, ...]:
        return self.query + self.form

    def map(self, change: Callable[[bytes], bytes]) -> "Candidate":
        """A candidate with every pair changed."""
        return Candidate(tuple(map(change, self.query)), tuple(map(change, self.form)))

    def with_pairs(self, pairs: tuple[bytes, ...]) -> "Candidate":
        """As many pairs as before, dealt out to query and form as before."""
        cut = len(self.query)
        return Candidate(pairs[:cut], pairs[cut:])

    def replaced(self, index: int, *pairs: bytes) -> "Candidate":
        """The candidate with other pairs in place of the one at this position (query first, then form)."""
        query, form = self
        if index < len(query):
            return Candidate((*query[:index], *pairs, *query[index + 1 :]), form)
        index -= len(query)
        return Candidate(query, (*form[:index], *pairs, *form[index + 1 :]))

    def cut(self, index: int) -> tuple["Candidate", "Candidate"]:
        """The first pairs, so many of them (query first, then form), and the others."""
        query, form = self
        behind = max(index - len(query), 0)
        return Candidate(query[:index], form[:behind]), Candidate(query[index:], form[behind:])

    def around(self, start: int, stop: int) -> tuple[bytes, bytes]:
        """What stands in front of a pair and behind it that takes the place of those from `start` up to `stop`, which
        are of one part; in place of none it stands in the query."""
        query, form = self
        if start == stop or start < len(query):
            return _led(query[:start]), _followed(query[stop:]) + self.form_text
        start, stop = start - len(query), stop - len(query)
        return self.query_text + _led(form[:start]), _followed(form[stop:])


def _led(pairs: tuple[bytes, ...]) -> bytes:
    return b"".join([pair + b"&" for pair in pairs])


def _followed(pairs: tuple[bytes, ...]) -> bytes:
    return b"".join([b"&" + pair for pair in pairs])
