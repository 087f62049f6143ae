"""The head of a request: its line and its header fields, raw, with names to compare by.

Knows no policy: who may come in is decided in `core.guard.ingress`.
"""

from typing import Final

from msgspec import Struct

from proxy.core.wire import Header

_OURS: Final = b"x-gateway-"


class Controls(Struct, frozen=True):
    """What the caller asks of the gateway itself, in headers `X-Gateway-...`; never sent on."""

    account: str | None = None
    host: str | None = None
    security: str | None = None
    dry_run: bool = False
    timing: bool = False
    explain: str | None = None
    """Where the reason of an error stands: `message` or `header`; None leaves it to the configuration."""
    repeat: bool = False
    """An order equal to one whose answer was lost is meant."""


class Fields(dict[bytes, list[bytes]]):
    """Header fields by lower-cased name, and what was worked out from them once.

    A tool sends the same head with each request, and the server knows it again (server/heads.py). So rooms note here
    what depends on nothing but the head.
    """

    __slots__ = ("admitted_by", "controls", "outgoing")

    def __init__(self) -> None:
        super().__init__()
        self.controls = _NO_CONTROLS
        self.admitted_by: object = None
        """The ingress policy whose checks it passed."""
        self.outgoing: dict[object, tuple[Header, ...]] = {}
        """The headers that go out with it, by what else they depend on."""


class Head(Struct, frozen=True):
    """Request line and headers, names lower-cased; values stay raw and in order."""

    method: str
    target: bytes
    path: bytes
    version: tuple[int, int]
    fields: Fields
    controls: Controls

    def first(self, name: bytes) -> bytes | None:
        values = self.fields.get(name)
        return values[0] if values else None


def read_head(method: str, target: bytes, version: tuple[int, int], headers: tuple[Header, ...]) -> Head:
    """`target` is the raw request target; `version` is that of HTTP."""
    return head_of(method, target, version, read_fields(headers))


def head_of(method: str, target: bytes, version: tuple[int, int], fields: Fields) -> Head:
    """The same with fields that were read before."""
    return Head(method, target, target.partition(b"?")[0], version, fields, fields.controls)


def read_fields(headers: tuple[Header, ...]) -> Fields:
    """Header lines, in order, by name."""
    fields = Fields()
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    if any(name.startswith(_OURS) for name in fields):
        fields.controls = _controls(fields)
    return fields


def _controls(fields: Fields) -> Controls:
    return Controls(
        account=_text(fields, b"x-gateway-account"),
        host=_text(fields, b"x-gateway-host"),
        security=_text(fields, b"x-gateway-security"),
        dry_run=fields.get(b"x-gateway-dry-run", [b""])[0] == b"1",
        timing=fields.get(b"x-gateway-timing", [b""])[0] == b"1",
        explain=_text(fields, b"x-gateway-explain"),
        repeat=fields.get(b"x-gateway-repeat", [b""])[0] == b"yes",
    )


def _text(fields: Fields, name: bytes) -> str | None:
    values = fields.get(name)
    return values[0].decode("latin-1") if values else None


_NO_CONTROLS: Final = Controls()
