"""The way back: Binance's answer to the client, octets untouched."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from proxy.core.errors import Execution, UpstreamError
from proxy.core.flow import Answer, Flow
from proxy.core.outgoing import returning_lines
from proxy.server import SAFE_LINES, Reply, Visit, header_lines
from proxy.upstream import UpstreamAnswer

HELD_OCTETS: Final = 64 * 1024
"""An answer of at most this size is read whole before it is passed on; larger ones are streamed."""


type Diagnose = Callable[[Flow], Awaitable[str | None]]
"""The first stage of diagnosis: the sentence for the header, if one is found in time."""


@dataclass(frozen=True, slots=True)
class RelayBounds:
    """How much of an answer is looked at, how long a client may stall, how long the whole may take."""

    captured_octets: int
    progress_seconds: float
    total_seconds: float


async def relay(
    flow: Flow, visit: Visit, answer: UpstreamAnswer, bounds: RelayBounds, diagnose: Diagnose
) -> None:
    """Pass an answer on and note it in the flow.

    Raises UpstreamError if it breaks off before its first octet went to the client.
    """
    flow.answer = Answer(answer.status, answer.headers, complete=False)
    body = await answer.read_small(HELD_OCTETS)
    if body is None:
        await _stream(flow, visit, answer, bounds)
        return
    flow.answer = Answer(answer.status, answer.headers, body[: bounds.captured_octets], len(body))
    flow.execution = _execution(answer.status)
    lines = _lines(flow, answer)
    if answer.status >= 400 and (sentence := await diagnose(flow)):
        lines += header_lines([("X-Gateway-Diagnosis", sentence)])
    flow.client_gone = visit.gone
    await visit.answer(Reply(answer.status, lines, body))


async def _stream(flow: Flow, visit: Visit, answer: UpstreamAnswer, bounds: RelayBounds) -> None:
    """Chunk by chunk, with the client's pace. If the upstream breaks off, so do we: never a short body."""
    kept, octets, complete = bytearray(), 0, False
    try:
        async with asyncio.timeout(bounds.total_seconds):
            await visit.begin(answer.status, _lines(flow, answer), answer.length)
            async for chunk in answer.chunks():
                octets += len(chunk)
                kept += chunk[: bounds.captured_octets - len(kept)]
                await visit.write(chunk, bounds.progress_seconds)
            complete = True
            await visit.end()
    except ConnectionError:
        flow.client_gone = True
        answer.close()
    except TimeoutError:
        flow.fault_stage, flow.fault = "relay", "TimeoutError"
        answer.close()
        visit.break_off()
    except UpstreamError as error:
        flow.fault_stage, flow.fault = error.stage, error.detail
        visit.break_off()
    finally:
        flow.answer = Answer(answer.status, answer.headers, bytes(kept), octets, complete)
        flow.execution = _execution(answer.status) if complete or flow.client_gone else Execution.UNKNOWN


def _execution(status: int) -> Execution:
    """Any 5xx leaves the outcome open, whatever its text says (errors.md of Binance, "HTTP 5xx")."""
    return Execution.UNKNOWN if status >= 500 else Execution.ANSWERED


def _lines(flow: Flow, answer: UpstreamAnswer) -> bytes:
    """The answer's header lines, and ours."""
    return b"%bX-Gateway-Request-Id: %b\r\nX-Gateway-Execution: %b\r\n%b%b" % (
        returning_lines(answer.headers),
        flow.request_id.encode("ascii"),
        _execution(answer.status).value.encode("ascii"),
        b"X-Gateway-Outcome: %b\r\n" % flow.outcome.encode("ascii") if flow.outcome else b"",
        SAFE_LINES,
    )
