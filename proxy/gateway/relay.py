"""Passes Binance's answer on to the client, octets untouched."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from proxy.core.errors import Execution, UpstreamError
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.http.explained import outcome_in_words, with_words
from proxy.core.http.outgoing import returning_lines
from proxy.core.http.repairs import repair_header
from proxy.core.settings import ExplainPlace
from proxy.core.wire import Header
from proxy.diagnosis.live import words_for_message
from proxy.diagnosis.symbol_book import SymbolBook
from proxy.gateway.call import Call
from proxy.server import SAFE_LINES, Reply, header_lines
from proxy.upstream.connection import SMALL_OCTETS
from proxy.upstream.response import UpstreamResponse

REPAIR_HEADER: Final = "X-Gateway-Repair"

type Diagnose = Callable[[Flow], Awaitable[str | None]]
"""The first stage of diagnosis: the sentence for the header, if one is found in time."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Passes answers on and notes them in their flows."""

    diagnose: Diagnose
    symbols: SymbolBook
    now: Callable[[], float]
    captured_octets: int  # how much of an answer is kept for its record
    progress_seconds: float  # how long a client may stall
    total_seconds: float  # how long the whole may take
    explain: ExplainPlace = "header"  # where the reason of an error stands, unless the call says otherwise

    async def pass_on(self, flow: Flow, call: Call, answer: UpstreamResponse) -> None:
        """Raises UpstreamError if the answer breaks off before its first octet went to the client."""
        try:
            body = await answer.read_small(SMALL_OCTETS)
        except UpstreamError:
            flow.answer = Answer(answer.status, answer.headers, complete=False)
            raise
        if body is None:
            await self._stream(flow, call, answer)
            return
        flow.answer = Answer(answer.status, answer.headers, body[: self.captured_octets], len(body))
        if (listener := self.symbols.listen(flow, answer.status, answer.headers)) is not None:
            listener.hear(body)
            listener.end()
        flow.execution = execution = Execution.after(answer.status)
        sentence = await self.diagnose(flow) if answer.status >= 400 else None
        headers, body, said = self._explained(flow, call, answer, body)
        lines = self._lines(flow, headers, execution) + said
        if sentence:
            lines += header_lines([("X-Gateway-Diagnosis", sentence)])
        flow.client_gone = call.hung_up() if flow.watched else call.gone
        await call.answer(Reply(answer.status, lines, body))

    async def _stream(self, flow: Flow, call: Call, answer: UpstreamResponse) -> None:
        """Chunk by chunk, with the client's pace. If the upstream breaks off, so do we: never a short body."""
        kept, octets, complete = bytearray(), 0, False
        listener = self.symbols.listen(flow, answer.status, answer.headers)
        try:
            async with asyncio.timeout(self.total_seconds):
                lines = self._lines(flow, answer.headers, Execution.after(answer.status))
                call.begin(answer.status, lines, answer.length)
                async for chunk in answer.chunks():
                    octets += len(chunk)
                    kept += chunk[: self.captured_octets - len(kept)]
                    if listener is not None:
                        listener.hear(chunk)
                    await call.write(chunk, self.progress_seconds)
                complete = True
                call.end()
        except ConnectionError:
            flow.client_gone = True
            answer.close()
        except TimeoutError:
            flow.fault_stage, flow.fault = "relay", "TimeoutError"
            answer.close()
            call.break_off()
        except UpstreamError as error:
            flow.fault_stage, flow.fault = error.stage, error.detail
            call.break_off()
        finally:
            if listener is not None:
                listener.end()
            flow.answer = Answer(answer.status, answer.headers, bytes(kept), octets, complete)
            done = complete or flow.client_gone
            flow.execution = Execution.after(answer.status) if done else Execution.UNKNOWN

    def explains(self, call: Call) -> bool:
        """Whether this caller wants reasons in `msg`."""
        return (call.head.controls.explain or self.explain).strip() == "message"

    def _explained(
        self, flow: Flow, call: Call, answer: UpstreamResponse, body: bytes
    ) -> tuple[tuple[Header, ...], bytes, bytes]:
        """Headers and body as the client gets them, and a line that says so where they differ from Binance's."""
        if answer.status >= 400 and self.explains(call):
            outcome = outcome_in_words(flow.outcome) if flow.unknown_write else ""
            told = " ".join(filter(None, (words_for_message(flow.diagnosis), outcome)))
            if told and (said := with_words(answer.headers, body, told)) is not None:
                return *said, _EXPLAINED_LINE
        return answer.headers, body, b""

    def _lines(self, flow: Flow, headers: tuple[Header, ...], execution: Execution) -> bytes:
        """The answer's header lines, and ours."""
        lines = b"%bX-Gateway-Request-Id: %b\r\n%b%b" % (
            returning_lines(headers),
            flow.request_id.encode("ascii"),
            _EXECUTION_LINES[execution],
            SAFE_LINES,
        )
        if flow.findings and (repair := repair_header(flow.findings)) is not None:
            lines += header_lines([(REPAIR_HEADER, repair)])
        if flow.outcome:
            lines += header_lines([("X-Gateway-Outcome", flow.outcome)])
        return lines + server_timing(flow.timings, self.now()) if flow.timed else lines


def server_timing(times: Timings, now: float) -> bytes:
    """Where the time went, as a browser's tools and clients show it (W3C Server Timing; milliseconds).

    `gateway` is our own share, `connection` the wait for one to Binance, `upstream` the wait for its answer.
    """
    if times.permitted is None or times.connected is None or times.sent is None or times.head is None:
        return b""
    connection, upstream = times.connected - times.permitted, times.head - times.sent
    shares = {
        "gateway": now - times.accepted - connection - upstream,
        "connection": connection,
        "upstream": upstream,
    }
    value = ", ".join(f"{name};dur={seconds * 1000:.3f}" for name, seconds in shares.items())
    return header_lines([("Server-Timing", value)])


_EXECUTION_LINES: Final = {state: header_lines([("X-Gateway-Execution", state.value)]) for state in Execution}
_EXPLAINED_LINE: Final = header_lines([("X-Gateway-Explain", "message")])
