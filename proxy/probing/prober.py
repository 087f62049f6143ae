"""Asks one call and makes a probe of what came of it. Signed by the gateway's own signer, sent once."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from proxy.core.answer_code import answer_code, answer_code_and_message, decoded_body
from proxy.core.catalogue import Catalogue, Environment, Needs, PrefixFamily
from proxy.core.errors import Execution, UpstreamError
from proxy.core.flow import Answer, ClockReading
from proxy.core.head import Head, read_head
from proxy.core.http.outgoing import serialise
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.http.signed import signed_request
from proxy.core.probes import Probe, Recomputed, known_text
from proxy.core.routing import Route, route as route_of
from proxy.core.settings import SigningSettings
from proxy.core.wire import Header
from proxy.credentials.accounts import Account
from proxy.limits.holds import Holds
from proxy.probing.call import Call
from proxy.probing.egress import request_ip
from proxy.probing.read_only import require_read
from proxy.probing.recomputed import recomputed
from proxy.runtime.clock import LocalClock
from proxy.upstream.faults import in_words
from proxy.upstream.response import UpstreamResponse
from proxy.upstream.sender import Sender

_MOST_OCTETS: Final = 8 * 1024 * 1024
_MOST_DECODED: Final = 64 * 1024
"""An error is shorter, and of a good answer nothing is looked at beyond this."""
_CALL_SECONDS: Final = 20.0
_ID: Final = re.compile(r"[A-Za-z0-9_=+/.:-]{1,100}")
_IDS: Final = ("x-mbx-uuid", "x-amz-cf-id", "x-request-id", "x-trace-id")
"""The exchange's own id first, then that of the network in front of it."""
_WEIGHTS: Final = ("x-mbx-used-weight-1m", "x-sapi-used-ip-weight-1m", "x-sapi-used-uid-weight-1m")

type Reading = Callable[[], ClockReading]
"""The exchange's time now, as well as it is known."""
type ClockOf = Callable[[Environment, PrefixFamily], Awaitable[Reading]]
"""The clock that requests of a family are judged by, once there was time to estimate it."""


class Asked(msgspec.Struct, frozen=True):
    """A probe, and what is too private or too large to be part of it; nothing but the probe is ever stored.

    `held_seconds`: until when nothing is sent, because Binance asked to wait; then this call was not sent either.
    `body`: without its Content-Encoding, at most its first 64 KiB. `request_ip`: the address that the exchange saw.
    """

    probe: Probe
    held_seconds: str = ""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    request_ip: str = ""


class Prober(msgspec.Struct, frozen=True):
    """Asks the exchange directly: no gateway has to run, and no policy stands between."""

    signing: SigningSettings
    sender: Sender
    holds: Holds
    local: LocalClock
    clock_of: ClockOf

    async def ask(self, call: Call, account: Account | None, environment: Environment) -> Asked:
        """One call, sent at most once and bounded in time; a fault ends in the probe.

        Raises UsageError for what is no listed read, RefusedError where the environment has it not,
        ValueError where it needs a key and `account` is None. Then nothing was sent.
        """
        require_read(Catalogue.builtin(), call.endpoint.method, call.endpoint.path)
        head = _head(call)
        route = route_of(head, Catalogue.builtin(), environment)
        clean = clean_request(head, call.body, route)
        if route.needs is not Needs.NONE and account is None:
            raise ValueError(f"{call.name} needs a key")
        reading = await self.clock_of(environment, route.family)
        if held := self.holds.refusal(route.endpoint, route.base, account.name if account else ""):
            seconds = dict(held.headers)["Retry-After"]
            blank = _blank(route, account, self.local.unix_ms())
            return Asked(replace(blank, fault=f"not asked: a hold runs for {seconds} s more"), seconds)
        return await self._sent(head, route, clean, reading, account)

    async def _sent(
        self, head: Head, route: Route, clean: CleanRequest, reading: Reading, account: Account | None
    ) -> Asked:
        made: list[tuple[bytes, ClockReading]] = []

        def octets(base: str) -> bytes:
            """The whole request for a host, signed for this moment."""
            now = reading()
            made.append((self._octets(head, route, clean, account, base, now.exchange_ms), now))
            return made[-1][0]

        at_ms, began = self.local.unix_ms(), self.local.monotonic()
        answer: UpstreamResponse | None = None
        body, fault, has_left = b"", "", True
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                answer = await self.sender.send(
                    route.base, octets(route.base), repeatable=head.method == "GET", again=octets
                )
                whole = await answer.read_small(_MOST_OCTETS)
            if whole is None:
                answer.close()
            body = whole or b""
        except UpstreamError as error:
            fault, answer = in_words(error), None
            has_left = error.refusal.execution is not Execution.NOT_SENT
        except TimeoutError:
            fault, answer = "head: no answer in time", None
        took_ms = (self.local.monotonic() - began) * 1000
        sent, now = made[-1]
        signed = route.needs is Needs.SIGNED
        probe = replace(
            _blank(route, account, at_ms),
            fault=fault,
            signature=recomputed(sent, account.signing)
            if signed and account and has_left
            else Recomputed.UNCHECKED,
            clock_offset_ms=round(now.offset_ms, 1) if now.source == "exchange" else None,
            recv_window_ms=self.signing.recv_window_ms if signed else None,
            round_trip_ms=round(took_ms, 1) if answer is not None else None,
        )
        return Asked(probe) if answer is None else self._told(probe, answer, body, route, now)

    def _told(
        self, probe: Probe, answer: UpstreamResponse, body: bytes, route: Route, now: ClockReading
    ) -> Asked:
        """The probe with what the answer says, which may also ask everybody to wait."""
        plain = decoded_body(Answer(answer.status, answer.headers, body), _MOST_DECODED) or b""
        code, message = answer_code_and_message(plain)
        code = answer_code(plain) if code is None else code  # where `msg` is no text
        retry_after = answer.header("retry-after")
        if answer.status >= 400:
            self.holds.note(
                route.endpoint,
                route.base,
                probe.account,
                status=answer.status,
                code=code,
                retry_after=retry_after,
                message=message,
                exchange_ms=now.exchange_ms,
            )
        if answer.status != 403 or code is not None:
            self.holds.host_answered(route.base)
        told = replace(
            probe,
            status=answer.status,
            code=_short(code),
            message=known_text(message),
            weight_used=_first_number(answer, _WEIGHTS),
            retry_after_s=int(retry_after)
            if retry_after and re.fullmatch("[0-9]{1,7}", retry_after)
            else None,
            edge_request_id=next(
                (found for name in _IDS if (found := answer.header(name)) and _ID.fullmatch(found)), ""
            ),
        )
        return Asked(told, headers=answer.headers, body=plain, request_ip=request_ip(message))

    def _octets(
        self,
        head: Head,
        route: Route,
        clean: CleanRequest,
        account: Account | None,
        base: str,
        exchange_ms: int,
    ) -> bytes:
        signed, headers = signed_request(
            head,
            clean.prepared,
            route.needs,
            base=base,
            api_key=account.api_key if account else None,
            key=account.signing if account else None,
            exchange_ms=exchange_ms if route.needs is Needs.SIGNED else None,
            content_type=clean.content_type,
            settings=self.signing,
        )
        return serialise(signed, headers)


def _head(call: Call) -> Head:
    headers = [(b"Accept-Encoding", b"gzip")]
    if call.body:
        kind = b"json" if call.body.startswith(b"{") else b"x-www-form-urlencoded"
        headers.append((b"Content-Type", b"application/" + kind))
    return read_head(call.endpoint.method, call.target, (1, 1), tuple(headers))


def _blank(route: Route, account: Account | None, at_ms: int) -> Probe:
    """A probe before anything was asked."""
    return Probe(
        method=route.endpoint.method,
        path=route.endpoint.path,
        host=route.base.partition("://")[2].removesuffix(":443"),
        account=account.name if account else "",
        at_ms=at_ms,
        needs=route.needs,
    )


def _short(code: int | str | None) -> int | str | None:
    """A code of Binance's own form; anything longer, or of another form, is not kept."""
    if isinstance(code, str):
        return code if re.fullmatch(r"-?[A-Za-z0-9_]{1,32}", code) else "unreadable"
    return code if code is None or abs(code) < 10**9 else "unreadable"


def _first_number(answer: UpstreamResponse, names: tuple[str, ...]) -> int | None:
    for name in names:
        value = answer.header(name)
        if value is not None and re.fullmatch("[0-9]{1,9}", value):
            return int(value)
    return None
