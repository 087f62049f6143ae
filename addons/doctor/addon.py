"""The addon itself: mitmproxy's hooks, options and commands on one side, the core's diagnosis on the other."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import mitmproxy.types
from mitmproxy import contentviews, ctx, exceptions, flow, hooks, http
from mitmproxy.addonmanager import Loader
from mitmproxy.log import ALERT
from mitmproxy.websocket import WebSocketMessage

from addons.doctor import observation as translate
from addons.doctor.accounts import Keys, read_accounts
from addons.doctor.clock import ExchangeClocks
from addons.doctor.conclusion import Told, told
from addons.doctor.examine import Examiner, examine_now
from addons.doctor.memory import Neighbours, Shelf
from addons.doctor.options import OPTIONS
from addons.doctor.private_files import append, write_whole
from addons.doctor.record import Recorder
from addons.doctor.refusal import PrivateTargetGuard
from addons.doctor.view import BinanceSignature
from proxy.core.diagnosis.examination.observation import AnswerSeen, Observation, Transport
from proxy.core.errors import ConfigError, RedactionError
from proxy.core.foreign import Foreign

_LOG: Final = logging.getLogger("binance_doctor")
_TIMEOUT_SECONDS: Final = 0.5  # an answer waits so long for its diagnosis, then goes on without it
_MOST_TOLD: Final = 2000
_MOST_FRAMES: Final = 1000
_LAST_SECONDS: Final = 3.0  # at the end, for what is still under way
_NOT_BINANCE: Final = "This is not a request to Binance's API, or it has no answer yet."


class BinanceDoctor:
    """Diagnoses what passes. It changes no request and no answer; the guard beside it refuses private targets."""

    def __init__(self) -> None:
        self.addons = [PrivateTargetGuard()]
        self._keys = Keys()
        self._clocks = ExchangeClocks()
        self._neighbours = Neighbours()
        self._examiner = Examiner()
        self._told: Shelf[str, Told] = Shelf(_MOST_TOLD)
        self._frames: Shelf[tuple[str, str], WebSocketMessage] = Shelf(_MOST_FRAMES)
        self._tasks: set[asyncio.Task[None]] = set()
        self._recorder: Recorder | None = None
        self._running = False

    # -- life ----------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        for option in OPTIONS:
            loader.add_option(option.name, option.kind, option.default, option.help)
        loader.add_command("binance.explain", self.explain)
        loader.add_command("binance.export_redacted", self.export_redacted)
        contentviews.add(BinanceSignature(self._page, self._mistaken))

    def configure(self, updated: set[str]) -> None:
        if "binance_save_redacted" in updated:
            self._recorder = None
        if updated & {"binance_api_secret_file", "binance_accounts"}:
            self._read_keys()

    def running(self) -> None:
        self._running = True
        names = ", ".join(key.name for key in self._keys.known)
        _LOG.info(
            "[binance] doctor: %s", f"computes with {names}" if names else "no secret given, symptoms only"
        )

    def done(self) -> Awaitable[None]:
        """A task and not a coroutine: mitmproxy calls this from a place that cannot wait when it reloads scripts."""
        return asyncio.get_running_loop().create_task(self._finish())

    async def _finish(self) -> None:
        """What was asked is still told, also when mitmproxy ends right after the last answer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_SECONDS)
        self._examiner.close()

    def _read_keys(self) -> None:
        try:
            self._keys = read_accounts(ctx.options.binance_api_secret_file, ctx.options.binance_accounts)
            self._recorder = None  # it must know the new secrets
        except ConfigError as error:
            says = f"binance_doctor: {error.message}" + (f" ({error.hint})" if error.hint else "")
            if self._running:
                raise exceptions.OptionsError(says) from None  # type: ignore[no-untyped-call]  # mitmproxy's
            _LOG.error("%s", says)  # mitmproxy ends on it at start, without the traceback of an exception

    # -- hooks ---------------------------------------------------------------------------------------

    async def response(self, flow: http.HTTPFlow) -> None:
        if flow.websocket is None and flow.response is not None and translate.concerns_binance(flow):
            await self._beside(self._look_at(flow), flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """No answer came, or it broke off: there is nothing to diagnose, but the record must not lack it."""
        if flow.websocket is None and translate.concerns_binance(flow):
            self._save(flow)

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        if flow.websocket is not None and flow.websocket.messages and translate.concerns_binance(flow):
            await self._beside(self._look_at_message(flow, flow.websocket.messages[-1]), flow)

    async def _beside(self, work: Coroutine[Any, Any, None], flow: http.HTTPFlow) -> None:
        """Run beside the flow, which waits for a moment so that its mark is there when it is shown or saved."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait({task}, timeout=_TIMEOUT_SECONDS)
        if not done:
            task.add_done_callback(lambda _: _refresh(flow))

    # -- requests ------------------------------------------------------------------------------------

    async def _look_at(self, flow: http.HTTPFlow) -> None:
        try:
            answer = translate.answer_seen(flow)
            if answer is not None and "binance_refused" not in flow.metadata:
                observation = self._observation(flow, answer)
                diagnosis = await self._examiner.examine(observation)
                if diagnosis is not None:
                    self._tell(flow, flow.id, told(_endpoint(flow), answer, diagnosis))
        except Exception as error:  # a flow is never broken by its diagnosis
            _LOG.error("[binance] the doctor failed (%s); the flow was not touched", type(error).__name__)
        self._save(flow)

    def _observation(self, flow: http.HTTPFlow, answer: AnswerSeen) -> Observation:
        api_key, host = translate.api_key(flow), flow.request.host.lower()
        seen = translate.time_told(flow, answer)
        if seen is not None:
            self._clocks.learn(host, seen)
        observation = Observation(
            request=translate.raw_request(flow),
            host=host,
            answer=answer,
            keys=self._keys.for_request(api_key),
            exchange_ms=self._clocks.at(host, flow.request.timestamp_start * 1000),
            neighbours=self._neighbours.of(api_key),
            asked_ms=round(flow.request.timestamp_start * 1000),
        )
        self._neighbours.add(api_key, translate.neighbour(flow, answer))
        return observation

    def _tell(self, flow: http.HTTPFlow, shelf_key: str, found: Told) -> None:
        self._told.put(shelf_key, found)
        if ctx.options.binance_only_failures and not (found.refused or found.mistaken):
            return
        flow.marked = found.marker
        others = flow.comment.partition("Binance: ")[0].rstrip(" |")
        flow.comment = f"{others} | {found.comment}" if others else found.comment
        if found.refused or found.diagnosis.findings:
            for line in found.log_lines():
                _LOG.warning("%s", line)

    # -- WebSocket API frames ------------------------------------------------------------------------

    async def _look_at_message(self, flow: http.HTTPFlow, message: WebSocketMessage) -> None:
        try:
            if message.from_client:
                frame = translate.frame_of(message)
                if frame is not None:
                    self._frames.put((flow.id, frame.id), message)
                return
            frame_id = translate.answered_id(message)
            asked = self._frames.take((flow.id, frame_id)) if frame_id is not None else None
            if asked is None:
                return
            answer = translate.frame_answer(message)
            diagnosis = await self._examiner.examine(self._frame_evidence(flow, asked, answer))
            if diagnosis is not None:
                self._tell(flow, _frame_key(flow, asked), told(_frame_name(asked), answer, diagnosis))
        except Exception as error:  # see above
            _LOG.error("[binance] the doctor failed (%s); the frame was not touched", type(error).__name__)

    def _frame_evidence(
        self, flow: http.HTTPFlow, asked: WebSocketMessage, answer: AnswerSeen | None
    ) -> Observation:
        request, host = translate.frame_request(flow, asked), flow.request.host.lower()
        return Observation(
            request=request,
            host=host,
            transport=Transport.WEBSOCKET,
            answer=answer,
            keys=self._keys.for_request(translate.frame_key(request)),
            exchange_ms=self._clocks.at(host, asked.timestamp * 1000),
        )

    # -- what the user asks for ----------------------------------------------------------------------

    def explain(self, flows: Sequence[flow.Flow]) -> Sequence[str]:
        """Explain Binance's answers: what was signed, what should have been, and what to do next."""
        pages = [self._page(found, None) for found in flows if isinstance(found, http.HTTPFlow)]
        return [line for page in pages for line in (*page, "")][:-1] or [_NOT_BINANCE]

    def export_redacted(self, flows: Sequence[flow.Flow], path: mitmproxy.types.Path) -> None:
        """Write flows to Binance to a file for others, redacted: JSON lines that `signing-proxy explain` reads."""
        recorder = Recorder(self._keys.secrets)
        chosen = [
            found for found in flows if isinstance(found, http.HTTPFlow) and translate.concerns_binance(found)
        ]
        try:
            count = write_whole(Path(path), (self._line(recorder, found) for found in chosen))
        except RedactionError as error:
            raise exceptions.CommandError(f"nothing was written: {error.message}") from None
        except OSError as error:
            raise exceptions.CommandError(f"the file cannot be written ({error.strerror})") from None
        _LOG.log(ALERT, "[binance] %d redacted flows written, %d others left out", count, len(flows) - count)

    def _page(self, flow: http.HTTPFlow, message: WebSocketMessage | None) -> list[str]:
        if message is not None:
            return self._frame_page(flow, message)
        if flow.websocket is not None:
            pages = [self._frame_page(flow, frame) for frame in flow.websocket.messages if frame.from_client]
            return [line for page in pages for line in (*page, "")]
        answer = translate.answer_seen(flow)
        if answer is None or not translate.concerns_binance(flow):
            return [_NOT_BINANCE]
        kept = self._told.get(flow.id)
        return (kept or told(_endpoint(flow), answer, examine_now(self._observation(flow, answer)))).page()

    def _frame_page(self, flow: http.HTTPFlow, message: WebSocketMessage) -> list[str]:
        kept = self._told.get(_frame_key(flow, message))
        if kept is not None:
            return kept.page()
        if not message.from_client or translate.frame_of(message) is None:
            return ["This frame asks nothing of Binance's WebSocket API."]
        diagnosis = examine_now(self._frame_evidence(flow, message, None))
        return told(_frame_name(message), None, diagnosis).page()

    def _mistaken(self, flow: http.HTTPFlow, message: WebSocketMessage | None) -> bool:
        kept = self._told.get(flow.id if message is None else _frame_key(flow, message))
        return kept is not None and kept.mistaken

    # -- redacted files ------------------------------------------------------------------------------

    def _line(self, recorder: Recorder, flow: http.HTTPFlow) -> bytes:
        kept = self._told.get(flow.id)
        api_key = (translate.api_key(flow) or b"").decode("latin-1")
        key = next((known for known in self._keys.known if known.api_key == api_key), None)
        return recorder.line(flow, kept.diagnosis if kept else None, key)

    def _save(self, flow: http.HTTPFlow) -> None:
        path = ctx.options.binance_save_redacted
        if not path:
            return
        if self._recorder is None:
            self._recorder = Recorder(self._keys.secrets)
        try:
            append(Path(path), self._line(self._recorder, flow))
        except Exception as error:  # see above
            _LOG.error("[binance] a flow was not saved (%s)", type(error).__name__)


def _endpoint(flow: http.HTTPFlow) -> str:
    path = flow.request.data.path.partition(b"?")[0]
    return (
        f"{Foreign(flow.request.method).terminal_ascii()} {translate.shown_path(flow.request.method, path)}"
    )


def _frame_name(message: WebSocketMessage) -> str:
    frame = translate.frame_of(message)
    return f"WebSocket {frame.method}" if frame is not None else "WebSocket frame"


def _frame_key(flow: http.HTTPFlow, message: WebSocketMessage) -> str:
    return f"{flow.id} {message.timestamp!r}"


def _refresh(flow: http.HTTPFlow) -> None:
    """Tell the user interface that a flow changed after its last event."""
    ctx.master.addons.trigger(hooks.UpdateHook([flow]))
