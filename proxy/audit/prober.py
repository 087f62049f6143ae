"""Asks one call and makes a probe of what came of it. Signed by the gateway's own signer, sent once."""

import asyncio
import re
from typing import Final

import msgspec

from proxy.audit.calls import Call
from proxy.audit.key_facts import FACTS_PATH, facts_in
from proxy.audit.recomputed import recomputed
from proxy.audit.run import Skipped
from proxy.core.answer_code import answer_code_and_message, decoded_body
from proxy.core.catalogue import Catalogue, Environment, Needs
from proxy.core.errors import RefusedError, UpstreamError
from proxy.core.flow import Answer, ClockReading
from proxy.core.head import Head, read_head
from proxy.core.http.outgoing import outgoing_headers, serialise
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.probes import KeyFacts, Probe, Recomputed, known_text
from proxy.core.routing import Route, route as route_of
from proxy.core.settings import SigningSettings
from proxy.core.signing import finish, sign
from proxy.credentials.accounts import Account
from proxy.limits.holds import Holds
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks, ExchangeClock
from proxy.upstream.faults import in_words
from proxy.upstream.response import UpstreamResponse
from proxy.upstream.sender import Sender

_MOST_OCTETS: Final = 8 * 1024 * 1024
_MOST_DECODED: Final = 64 * 1024
"""An error is shorter, and of a good answer nothing is looked at beyond this."""
_CALL_SECONDS: Final = 20.0
_ID: Final = re.compile(r"[A-Za-z0-9_=+/.:-]{1,100}")
_IDS: Final = ("x-mbx-uuid", "x-amz-cf-id", "x-request-id", "x-trace-id")
_WEIGHTS: Final = ("x-mbx-used-weight-1m", "x-sapi-used-ip-weight-1m", "x-sapi-used-uid-weight-1m")


class Asked(msgspec.Struct, frozen=True):
    """A probe, and what the answer told of the key."""

    probe: Probe
    facts: KeyFacts | None = None


class Prober(msgspec.Struct, frozen=True):
    """Asks the exchange directly: no gateway has to run, and no policy stands between."""

    signing: SigningSettings
    sender: Sender
    clocks: Clocks
    holds: Holds
    local: LocalClock

    async def ask(self, call: Call, account: Account, environment: Environment) -> Asked | Skipped:
        """One call; bounded in time. Skipped where the environment has it not, or Binance asked to wait."""
        head = self._head(call)
        try:
            route = route_of(head, Catalogue.builtin(), environment)
            clean = clean_request(head, call.body, route)
        except RefusedError as refused:
            return Skipped(call.name, refused.refusal.message)
        clock = self.clocks.of(environment, route.family)
        await self.clocks.ensure_estimate(clock)
        if held := self.holds.refusal(route.endpoint, route.base, account.name):
            seconds = dict(held.headers).get("Retry-After", "some")
            return Skipped(call.name, f"Binance asked to wait, {seconds} s more")
        return await self._sent(head, route, clean, clock, account)

    def _head(self, call: Call) -> Head:
        headers = [(b"Accept-Encoding", b"gzip")]
        if call.body:
            kind = b"json" if call.body.startswith(b"{") else b"x-www-form-urlencoded"
            headers.append((b"Content-Type", b"application/" + kind))
        return read_head(call.endpoint.method, call.target, (1, 1), tuple(headers))

    async def _sent(
        self, head: Head, route: Route, clean: CleanRequest, clock: ExchangeClock, account: Account
    ) -> Asked:
        made: list[tuple[bytes, ClockReading]] = []

        def octets(base: str) -> bytes:
            """The whole request for a host, signed for this moment."""
            reading = clock.reading()
            made.append((self._octets(head, route, clean, account, base, reading.exchange_ms), reading))
            return made[-1][0]

        at_ms, began = self.local.unix_ms(), self.local.monotonic()
        answer: UpstreamResponse | None = None
        body, fault = b"", ""
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                answer = await self.sender.send(
                    route.base, octets(route.base), repeatable=head.method == "GET", again=octets
                )
                body = await answer.read_small(_MOST_OCTETS) or b""
        except UpstreamError as error:
            fault, answer = in_words(error), None
        except TimeoutError:
            fault, answer = "head: no answer in time", None
        took_ms = (self.local.monotonic() - began) * 1000
        sent, reading = made[-1]
        probe = Probe(
            method=route.endpoint.method,
            path=route.endpoint.path,
            host=route.base.partition("://")[2].removesuffix(":443"),
            account=account.name,
            at_ms=at_ms,
            needs=route.needs,
            fault=fault,
            signature=recomputed(sent, account.signing)
            if route.needs is Needs.SIGNED
            else Recomputed.UNCHECKED,
            clock_offset_ms=round(reading.offset_ms, 1) if reading.source == "exchange" else None,
            recv_window_ms=self.signing.recv_window_ms if route.needs is Needs.SIGNED else None,
            round_trip_ms=round(took_ms, 1) if answer is not None else None,
        )
        if answer is None:
            return Asked(probe)
        return self._told(probe, answer, body, route, reading)

    def _told(
        self, probe: Probe, answer: UpstreamResponse, body: bytes, route: Route, reading: ClockReading
    ) -> Asked:
        """The probe with what the answer says, which may also ask everybody to wait."""
        plain = decoded_body(Answer(answer.status, answer.headers, body), _MOST_DECODED) or b""
        code, message = answer_code_and_message(plain)
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
                exchange_ms=reading.exchange_ms,
            )
        else:
            self.holds.host_answered(route.base)
        told = msgspec.structs.replace(
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
        wanted = route.endpoint.path == FACTS_PATH and answer.status == 200
        return Asked(told, facts_in(plain) if wanted else None)

    def _octets(
        self, head: Head, route: Route, clean: CleanRequest, account: Account, base: str, exchange_ms: int
    ) -> bytes:
        if route.needs is Needs.SIGNED:
            signed = sign(
                head.method,
                head.path,
                clean.prepared,
                account.signing,
                timestamp_ms=exchange_ms,
                recv_window_ms=self.signing.recv_window_ms,
            )
        else:
            signed = finish(head.method, head.path, clean.prepared, route.needs)
        headers = outgoing_headers(
            head,
            signed,
            host=base.partition("://")[2],
            api_key=account.api_key,
            content_type=clean.content_type,
            client_type=self.signing.client_type,
        )
        return serialise(signed, headers)


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
