"""One look: a signed GET of the gateway's own, with the account and on the host of the write, obeying holds."""

import asyncio
from typing import Final

import msgspec

from proxy.clock import ExchangeClock
from proxy.core.answers import answer_code_and_message
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.errors import Refusal
from proxy.core.outcomes import Question
from proxy.core.outgoing import USER_AGENT, serialise
from proxy.core.signing import prepare, sign
from proxy.core.wire import BodyKind
from proxy.credentials import Account
from proxy.holds import Holds
from proxy.upstream import SMALL_OCTETS, Sender, fault

_LOOK_SECONDS: Final = 5.0
_CLOCK_REFUSED: Final = -1021


class Way(msgspec.Struct, frozen=True):
    """With which account, to which host, by whose clock: those of the write."""

    account: Account
    base: str
    clock: ExchangeClock


class Seen(msgspec.Struct, frozen=True):
    """What the exchange answered, and the exchange time that was stamped on the question."""

    status: int
    body: bytes
    asked_ms: int


class Looker:
    """Asks the exchange about orders."""

    def __init__(self, sender: Sender, holds: Holds, catalogue: Catalogue, recv_window_ms: int) -> None:
        self._sender = sender
        self._holds = holds
        self._catalogue = catalogue
        self._recv_window_ms = recv_window_ms

    def held_seconds(self, way: Way, question: Question) -> float:
        """How long a hold forbids to ask; 0: not at all."""
        refusal = self._holds.refusal(self._endpoint(question), way.base, way.account.name)
        return _retry_after(refusal) if refusal is not None else 0.0

    async def look(self, way: Way, question: Question) -> Seen:
        """Ask once. Raises UpstreamError, also where no answer came within five seconds."""
        endpoint = self._endpoint(question)
        octets, asked_ms = self._signed(way, question)
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                answer = await self._sender.send(way.base, octets, repeatable=True)
                body = await answer.read_small(SMALL_OCTETS)
        except TimeoutError:
            raise fault("upstream_timeout", "head", "TimeoutError") from None
        if body is None:
            answer.close()
            raise fault("upstream_bad_answer", "body", "too large for an order")
        code, message = answer_code_and_message(body)
        if answer.status >= 400:
            self._holds.note(
                endpoint,
                way.base,
                way.account.name,
                status=answer.status,
                code=code,
                retry_after=answer.header("retry-after"),
                message=message,
                exchange_ms=asked_ms,
            )
        if code == _CLOCK_REFUSED:
            await way.clock.refresh()
        return Seen(answer.status, body, asked_ms)

    def _signed(self, way: Way, question: Question) -> tuple[bytes, int]:
        """The whole request, and its time stamp."""
        asked_ms = way.clock.reading().exchange_ms
        prepared = prepare(question.query, b"", BodyKind.EMPTY, signed=True)
        signed = sign(
            "GET",
            question.lookup.ask.encode("ascii"),
            prepared,
            way.account.signing,
            timestamp_ms=asked_ms,
            recv_window_ms=self._recv_window_ms,
        )
        headers = (
            (b"Host", way.base.partition("://")[2].encode("ascii")),
            (b"X-MBX-APIKEY", way.account.api_key.encode("ascii")),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", USER_AGENT),
        )
        return serialise(signed, headers), asked_ms

    def _endpoint(self, question: Question) -> Endpoint:
        found = self._catalogue.find("GET", question.lookup.ask)
        if found is None:
            raise LookupError(question.lookup.ask)  # a test holds the data against the catalogue
        return found


def _retry_after(refusal: Refusal) -> float:
    return float(dict(refusal.headers).get("Retry-After", "1"))
