"""What a reader hands over: stretches of a text that it recognised, each with what it says of a request.

A span never says what is *not* in the text: that is for the assembler, which sees all spans of a request together.
Offsets count characters of the text, so that no two readers take the same stretch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from proxy.core.wire import Header

type Scope = tuple[int, int]
"""Where a notation begins and ends, such as a call with its arguments: spans of one scope are one request."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text. `reader` is the notation in words, as it is shown."""

    start: int
    end: int
    reader: str
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class UrlSeen(Span):
    """Where a request goes: a URL or a path, as octets. It makes a request of the spans around it."""

    url: bytes = b""
    method: str | None = None  # upper case
    whole: bool = True  # False: a mention, such as a path in prose, which may leave its parameters out


@dataclass(frozen=True, slots=True)
class MethodSeen(Span):
    """The method, where it does not stand with the URL."""

    method: str = ""


@dataclass(frozen=True, slots=True)
class HeadersSeen(Span):
    """Headers of the request. `whole`: the notation shows every one that was set."""

    headers: tuple[Header, ...] = ()
    whole: bool = False
    key_unknown: bool = False  # the key's header is there, its value is a variable


@dataclass(frozen=True, slots=True)
class BodySeen(Span):
    """The body; empty where the notation shows that there is none."""

    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ReplySeen(Span):
    """What is seen of an answer: a status, a body with a code, or both."""

    status: int | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class GapSeen(Span):
    """A part that the text names and does not hold, such as a variable in a URL. Safe to show."""

    what: str = ""


@dataclass(frozen=True, slots=True)
class RemarkSeen(Span):
    """What a person should know of how it was read. Safe to show."""

    says: str = ""


type Finder = Callable[[str], Iterable[Span]]

VARIABLES: Final = "the values of variables"
