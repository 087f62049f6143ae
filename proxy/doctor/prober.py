"""Asks the exchange with an account's key: reads only, each at most once, within seconds. Each answer is a probe.

The rooms of the gateway's corridor do the work, so that what is tried is what the gateway would send. The
signature is recomputed from the octets that went out before they leave (RSA and Ed25519: verified with the public
half).
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec.structs import replace

from proxy.core.answer_code import answer_code, answer_code_and_message
from proxy.core.catalogue import Catalogue, Environment, Needs, PrefixFamily
from proxy.core.errors import UpstreamError
from proxy.core.flow import ClockReading
from proxy.core.head import Head, read_head
from proxy.core.http.outgoing import outgoing_headers, serialise
from proxy.core.http.prepare import clean_request
from proxy.core.probes import Probe, Recomputed, known_text
from proxy.core.routing import Route, route as route_of
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey, PreparedRequest, SignedRequest, finish, sign
from proxy.core.signing.algorithms import SigningKey
from proxy.core.wire import Header, first_value
from proxy.credentials.accounts import Account
from proxy.limits.holds import Holds
from proxy.runtime.clock import LocalClock
from proxy.upstream.faults import in_words
from proxy.upstream.response import UpstreamResponse
from proxy.upstream.sender import Sender

_MOST_OCTETS: Final = 256 * 1024
_REQUEST_IP: Final = re.compile(r"request ip: ([0-9A-Fa-f.:]{3,45})")
_EDGE_ID: Final = re.compile(rb"[A-Za-z0-9_=+/-]{6,80}")
_EDGE_HEADERS: Final = (b"x-mbx-uuid", b"x-amz-cf-id")
"""The exchange's own id first, then that of the network in front of it."""
_USED_HEADERS: Final = (b"x-mbx-used-weight-1m", b"x-sapi-used-ip-weight-1m", b"x-sapi-used-uid-weight-1m")
_ASKS_TO_WAIT: Final = frozenset({403, 418, 429})
"""Answers that may ask everybody behind this address to wait."""

type Now = Callable[[PrefixFamily], Awaitable[ClockReading]]
"""The exchange's time for a family, as well as it is known."""


class Asked(msgspec.Struct, frozen=True):
    """A probe, and what is too private or too large to be part of it: for the checks alone."""

    probe: Probe
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    request_ip: str = ""  # the address that the exchange saw, where it told


class Prober:
    """Asks for one account; without one only public endpoints can be asked."""

    def __init__(
        self,
        settings: Settings,
        environment: Environment,
        catalogue: Catalogue,
        account: Account | None,
        sender: Sender,
        holds: Holds,
        local: LocalClock,
        now: Now,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._catalogue = catalogue
        self._account = account
        self._sender = sender
        self._holds = holds
        self._local = local
        self._now = now

    async def ask(self, method: str, target: str, body: bytes = b"") -> Asked:
        """Ask once. Faults end in the probe. Raises ValueError for what could change anything, or needs a key that
        is not there; RefusedError for a path that this environment does not have."""
        head = read_head(method, target.encode("ascii"), (1, 1), ((b"Host", b"localhost"),))
        route = self._route_of_read(head)
        reading = await self._now(route.family)
        clean = clean_request(head, body, route)
        signed = self._signed(head, route, clean.prepared, reading)
        account, host = self._account, route.base.partition("://")[2]
        headers = outgoing_headers(
            head,
            signed,
            host=host,
            api_key=account.api_key if account else None,
            content_type=clean.content_type,
            client_type=self._settings.signing.client_type,
        )
        blank = Probe(
            method=method,
            path=route.endpoint.path,
            host=host,
            account=account.name if account else "",
            at_ms=self._local.unix_ms(),
            needs=route.needs,
            signature=recompute(signed, account.signing) if account else Recomputed.UNCHECKED,
            clock_offset_ms=reading.offset_ms if reading.source == "exchange" else None,
            recv_window_ms=signed.recv_window_ms,
        )
        return await self._send(route, serialise(signed, headers), blank)

    def _route_of_read(self, head: Head) -> Route:
        route = route_of(head, self._catalogue, self._environment)
        if route.endpoint.mutates or not route.endpoint.listed:
            raise ValueError(f"{route.endpoint.name} is no read that is known")
        if route.needs is not Needs.NONE and self._account is None:
            raise ValueError(f"{route.endpoint.name} needs a key")
        return route

    def _signed(
        self, head: Head, route: Route, prepared: PreparedRequest, now: ClockReading
    ) -> SignedRequest:
        if route.needs is not Needs.SIGNED or self._account is None:
            return finish(head.method, head.path, prepared, route.needs)
        return sign(
            head.method,
            head.path,
            prepared,
            self._account.signing,
            timestamp_ms=now.exchange_ms,
            recv_window_ms=self._settings.signing.recv_window_ms,
        )

    async def _send(self, route: Route, octets: bytes, blank: Probe) -> Asked:
        if refusal := self._holds.refusal(route.endpoint, route.base, blank.account):
            left = dict(refusal.headers)["Retry-After"]
            return Asked(replace(blank, fault=f"not asked: a hold runs for {left} s more"))
        began = self._local.monotonic()
        try:
            answer = await self._sender.send(route.base, octets, repeatable=False)
            body = await answer.read_small(_MOST_OCTETS)
        except UpstreamError as error:
            return Asked(replace(blank, fault=in_words(error)))
        if body is None:
            answer.close()
            body = b""
        blank = replace(blank, round_trip_ms=round((self._local.monotonic() - began) * 1000, 1))
        code, message = answer_code_and_message(body)
        if answer.status in _ASKS_TO_WAIT:
            self._holds.note(
                route.endpoint,
                route.base,
                blank.account,
                status=answer.status,
                code=code,
                retry_after=answer.header("retry-after"),
                message=message,
            )
        return _answered(blank, answer, body, code, message)


def _answered(
    blank: Probe, answer: UpstreamResponse, body: bytes, code: int | str | None, message: str
) -> Asked:
    probe = replace(
        blank,
        status=answer.status,
        code=code if code is not None else answer_code(body),  # where `msg` is no text
        message=known_text(message),
        weight_used=_number(answer.headers, *_USED_HEADERS),
        retry_after_s=_number(answer.headers, b"retry-after"),
        edge_request_id=_edge_id(answer.headers),
    )
    found = _REQUEST_IP.search(message)
    return Asked(probe, answer.headers, body, found[1] if found else "")


def recompute(signed: SignedRequest, key: SigningKey) -> Recomputed:
    """Whether the signature in the octets that go out is right for these octets, told by other code than made it:
    HMAC by the standard library, RSA and Ed25519 by the public half."""
    text, mark, signature = signed.query.rpartition(b"&signature=")
    if not mark:
        return Recomputed.UNCHECKED
    sent = unquote_to_bytes(signature).decode("ascii", "replace")
    payload = text + (signed.body if signed.payload != text else b"")
    if isinstance(key, HmacKey):
        right = hmac.compare_digest(sent, hmac.new(key.secret.reveal(), payload, hashlib.sha256).hexdigest())
    else:
        right = key.verify(payload, sent)
    return Recomputed.RIGHT if right else Recomputed.WRONG


def _number(headers: tuple[Header, ...], *names: bytes) -> int | None:
    """The first of these headers, where it is a number of at most nine digits."""
    found = (value for name in names if (value := first_value(headers, name)) is not None)
    value = next(found, b"")
    return int(value) if value.isdigit() and len(value) <= 9 else None


def _edge_id(headers: tuple[Header, ...]) -> str:
    for name in _EDGE_HEADERS:
        value = first_value(headers, name)
        if value is not None and _EDGE_ID.fullmatch(value):
            return value.decode("ascii")
    return ""
