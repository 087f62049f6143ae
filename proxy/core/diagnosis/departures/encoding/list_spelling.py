"""A list was signed in another spelling than it was sent: repeated names, brackets or commas."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText

_MOST_ITEMS = 300  # no list of Binance's takes more


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    for i, pair in enumerate(candidate.pairs[:30]):
        name, _, value = pair.partition(b"=")
        items = value.split(b"%2C") if b"%2C" in value else value.split(b",")
        if not 2 <= len(items) <= _MOST_ITEMS or name.endswith(b"timestamp"):
            continue
        for spelling in _spellings(name, items):
            yield candidate.replaced(i, *spelling)
    yield from _joined(candidate)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return islice(candidates(candidate, request), 140)


def _spellings(name: bytes, items: list[bytes]) -> Iterator[tuple[bytes, ...]]:
    yield tuple(name + b"=" + item for item in items)
    yield tuple(name + b"[]=" + item for item in items)
    yield tuple(name + b"%5B%5D=" + item for item in items)
    yield tuple(b"%b[%d]=%b" % (name, k, item) for k, item in enumerate(items))
    yield tuple(b"%b%%5B%d%%5D=%b" % (name, k, item) for k, item in enumerate(items))
    quoted = b",".join(b'"' + item + b'"' for item in items)
    yield (name + b"=[" + quoted + b"]",)
    yield (name + b"=%5B%22" + b"%22%2C%22".join(items) + b"%22%5D",)


type _Write = Callable[[list[bytes]], bytes]


def _printed(opening: bytes, quote: bytes, between: bytes, closing: bytes) -> _Write:
    """A list as a language or a serialiser prints it."""
    separator = quote + between + quote
    return lambda items: opening + quote + separator.join(items) + quote + closing


_WRITERS: Final[tuple[_Write, ...]] = (
    b",".join,
    b"%2C".join,
    _printed(b"[", b"'", b", ", b"]"),  # str() of a Python list
    _printed(b"[", b'"', b",", b"]"),  # JSON.stringify
    _printed(b"[", b'"', b", ", b"]"),  # json.dumps
    _printed(b"[", b"", b", ", b"]"),  # toString() of a Java list, a Python list of numbers
    _printed(b"[", b"", b",", b"]"),
    _printed(b"[", b"", b" ", b"]"),  # a Go slice
    _printed(b"%5B", b"%22", b"%2C", b"%5D"),
    _printed(b"%5B", b"%22", b"%2C+", b"%5D"),
    _printed(b"%5B", b"%22", b"%2C%20", b"%5D"),
    _printed(b"%5B", b"%27", b"%2C+", b"%5D"),
    _printed(b"%5B", b"%27", b"%2C%20", b"%5D"),
)
"""How one value holds what travels under a repeated name, as it was and percent-encoded."""


def _joined(candidate: Candidate) -> Iterator[Candidate]:
    """Repeated names, `name` or `name[]`, become one value: with commas, or as a list in one of its spellings."""
    names = [_bare(pair.partition(b"=")[0]) for pair in candidate.pairs]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    for write in _WRITERS if twice else ():
        yield Candidate(_merged(candidate.query, twice, write), _merged(candidate.form, twice, write))


def _bare(name: bytes) -> bytes:
    return name.removesuffix(b"[]").removesuffix(b"%5B%5D")


def _merged(pairs: tuple[bytes, ...], twice: list[bytes], write: _Write) -> tuple[bytes, ...]:
    values: dict[bytes, list[bytes]] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        values.setdefault(_bare(name) if _bare(name) in twice else pair, []).append(value)
    return tuple(key + b"=" + write(items) if key in twice else key for key, items in values.items())


RULE = PairsRule(
    about=RuleText(
        rule="enc-list-spelling",
        says="A list was signed in another spelling than it was sent.",
        why=(
            "One helper repeats the name for every item, another joins the items with commas, a third "
            "writes name[0]; print(list) gives ['BTC', 'ETH']."
        ),
        see="Repeated names in one text, commas or brackets in the other.",
        remedy="Write the list once, sign that text and send it.",
        example="asset=BTC&asset=ETH   # in both texts",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    narrow=narrow,
    size=223,
    composed=140,
    alike=frozenset({"enc-safe-characters-differ"}),
)
