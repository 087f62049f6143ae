"""Plants values in real requests and answers: a gateway that listens, an exchange that answers as told, and all that
came out afterwards: journal, program log, refusals and diagnoses, exports, admin port.
"""

import asyncio
import base64
import io
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from proxy.core.flow import Flow
from proxy.core.redaction import ForeignFlow, decode_foreign
from proxy.core.secret import Secret
from proxy.core.settings import LogSettings, Settings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.evidence.anonymous import Anonymiser
from proxy.evidence.bundle import About, bundle
from proxy.evidence.curl import curl_script
from proxy.explain.machine import as_line
from proxy.explain.masks import Masks
from proxy.explain.reading import read_requests
from proxy.explain.verdict import explain
from proxy.journal import Entry
from proxy.telemetry.logs import set_up_logs
from tests.leaks.canaries import packings
from tests.leaks.detector import Searched, found, stands_in
from tests.leaks.matrix import Outcome, Planted
from tests.leaks.positions import ANSWERS, C2C, C2C_ANSWERS, REQUESTS, Reply, Request
from tests.support.gateway import API_KEY as _API_KEY, gateway
from tests.support.raw_client import RawAnswer, ask, read_answer

_TIMEOUT_SECONDS = 10.0
_DERIVED_EACH = 4
"""Exports and explanations show the same records again; they are made of every fourth."""

ADMIN_PAGES = ("/livez", "/readyz", "/version", "/metrics", "/metrics/../journal")


class Exchange:
    """Answers every request of a client with `reply`."""

    def __init__(self) -> None:
        self.reply = Reply().octets()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                own = b"/time HTTP" in head and b"\r\nAccept:" not in head
                now = json.dumps({"serverTime": time.time_ns() // 1_000_000}).encode()
                writer.write(Reply(now).octets() if own else self.reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Unredacted:
    """The seam: stands where the redactor stands and writes flows as they are. No setting leads here."""

    def redact(self, flow: Flow) -> Any:
        return SimpleNamespace(line=json.dumps(_raw(flow)).encode())

    def redact_intent(self, flow: Flow) -> Any:
        return self.redact(flow)


async def _record_in_full(_flow: Flow) -> None:
    """Stands where refusals that repeat others are counted."""


def _raw(flow: Flow) -> dict[str, object]:
    answer = flow.answer
    shown: dict[str, object] = {"type": "flow", "request_id": flow.request_id, "in": _texts(flow.client)}
    if answer is not None:
        packed = answer.header(b"content-encoding") is not None
        shown["head"] = [_text(value) for _, value in answer.headers]
        shown["body"] = base64.b64encode(answer.body).decode() if packed else _text(answer.body)
    return shown


def _texts(request: Any) -> list[str]:
    return [_text(request.target), *(_text(value) for _, value in request.headers), _text(request.body)]


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


async def run(planted: list[Planted], secrets: dict[str, str], folder: Path, *, redacted: bool) -> Outcome:
    """Plant each value in a request or an answer of its own, then look at everything that was written."""
    log = io.StringIO()
    loaded = [Secret(value.encode()) for value in secrets.values()]
    keys = {name: HmacKey(secret) for name, secret in zip(("main", *secrets), loaded, strict=False)}
    accounts = Accounts({n: Account(n, "production", _API_KEY, key) for n, key in keys.items()}, "main")
    async with (
        listening() as exchange,
        gateway(exchange.url, folder / "journal", accounts, admin="127.0.0.1:0") as running,
    ):
        set_up_logs(LogSettings(format="json", level="debug"), loaded, log)
        recorder = running.pipeline.recorder
        running.pipeline.slow_lane.pass_through = _record_in_full  # type: ignore[method-assign,assignment]  # all are looked at
        if not redacted:
            recorder._redactor = Unredacted()  # type: ignore[assignment]  # the seam
        client = _Client(running.url)
        outputs = [(one, *_ours(await client.plant(exchange, one))) for one in planted]
        client.close()
        assert running.admin_url is not None
        admin = b"".join([await get(running.admin_url, page) for page in ADMIN_PAGES])
        await asyncio.sleep(0)  # the last flow is recorded after its answer
        await recorder.flush()
        running.journal.flush()
    lines = _lines(folder / "journal")
    house = Searched(_different(log.getvalue()) + admin)
    outcome = Outcome()
    for number, (one, request_id, ours) in enumerate(outputs):
        assert lines[request_id], f"not recorded: {one}"
        text = b"\n".join([ours, *lines[request_id]])
        derived = _derived(lines[request_id]) if redacted and number % _DERIVED_EACH == 0 else b""
        hit = found(text, one.value) or stands_in(derived, one.value) or house.holds(one.value)
        outcome.note(one, text + derived, hit=hit)
    return outcome


@asynccontextmanager
async def listening() -> AsyncIterator[Exchange]:
    exchange = Exchange()
    server = await asyncio.start_server(exchange.serve, "127.0.0.1", 0)
    exchange.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield exchange
    finally:
        server.close()


class _Client:
    """Keeps a connection as long as the gateway does."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def plant(self, exchange: Exchange, one: Planted) -> RawAnswer:
        """One request with its answer, either of which bears the value."""
        request, exchange.reply = _planted(one)
        answer = await self._visit(request)
        if one.cell.position in ANSWERS:
            # A value that was never passed on cannot leak; a run of refusals would look clean and prove nothing.
            assert answer.header("X-Gateway-Execution") == "answered", f"not answered: {one}: {answer}"
            if answer.status == HTTPStatus.FORBIDDEN:  # a row of these, with nothing between, starts a hold
                exchange.reply = Reply().octets()
                await self._visit(Request())
        return answer

    async def _visit(self, request: Request) -> RawAnswer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._address.hostname, self._address.port)
        reader, writer = self._streams
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            writer.write(request.octets())
            answer = await read_answer(reader)
        if answer.header("Connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _planted(one: Planted) -> tuple[Request, bytes]:
    position, encoding = one.cell.position, one.cell.encoding
    if position in REQUESTS:
        return REQUESTS[position](one.encoded), Reply().octets()
    request = Request(C2C, b"POST", body=b"{}") if position in C2C_ANSWERS else Request()
    codings = packings(encoding)
    if not codings or position == "answer headers":
        return request, ANSWERS[position](one.encoded).octets()
    return request, ANSWERS[position](one.value).octets(codings[len(one.value) % len(codings)])


def _ours(answer: RawAnswer) -> tuple[str, bytes]:
    """The id of the flow, and what the gateway itself said: its headers, and the body of a refusal."""
    own = [f"{name}: {value}" for name, value in answer.headers if name.lower().startswith("x-gateway-")]
    said = "\n".join(own).encode()
    if answer.header("X-Gateway-Error") is not None:
        said += b"\n" + answer.body
    return answer.header("X-Gateway-Request-Id") or "", said


async def get(url: str, page: str) -> bytes:
    answer = await ask(url, f"GET {page} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return answer.body


def _lines(journal: Path) -> defaultdict[str, list[bytes]]:
    """The journal's lines by flow."""
    by_flow: defaultdict[str, list[bytes]] = defaultdict(list)
    for path in sorted(journal.glob("flows-*.jsonl")):
        for line in path.read_bytes().splitlines():
            by_flow[json.loads(line).get("request_id", "")].append(line)
    return by_flow


def _derived(lines: list[bytes]) -> bytes:
    """What `export` and `explain` make of the lines."""
    entries = [
        Entry(record, line) for line in lines if isinstance(record := decode_foreign(line), ForeignFlow)
    ]
    records = list(Anonymiser(b"another key of thirty-two octets").records(iter(entries)))
    masks = Masks()
    told = [as_line(explain(seen, ()), masks) for line in lines for seen in read_requests(line)]
    _, bundled = bundle(records, About(1, Settings()))
    return b"\n".join(
        [bundled, curl_script(records, "http://127.0.0.1:8180").encode(), *map(str.encode, told)]
    )


def _different(log: str) -> bytes:
    """The program's log, each line once: without the time and the number of the flow most are alike."""
    lines = set()
    for line in log.splitlines():
        event = json.loads(line)
        lines.add(
            json.dumps({name: event[name] for name in event if name not in ("timestamp", "request_id")})
        )
    return "\n".join(sorted(lines)).encode()
