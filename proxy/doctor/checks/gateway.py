"""`gateway`: is the gateway of these settings running, and does it take requests?"""

import asyncio
import contextlib
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from proxy.config.addresses import LOOPBACKS, parse_address, reached_at, socket_path
from proxy.core.foreign import Foreign
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped, warning
from proxy.platform import sockets
from proxy.upstream.reasons import reason_of


class _Reason(Struct):
    says: str


class _Told(Struct):
    """What `/readyz` says (`admin/readiness.py`)."""

    status: str
    reasons: list[_Reason]


_DECODER: Final = Decoder(_Told)
_SECONDS: Final = 3.0
_MOST_OCTETS: Final = 4096
_ASK_READY: Final = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_ASK_FRONT: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_OURS: Final = b"\r\nServer: binance-signing-proxy\r\n"


async def run(patient: Patient) -> Finding:
    settings = patient.settings
    if socket_path(settings.listen) is None and parse_address(settings.listen).port == 0:
        return skipped("listen has port 0: nobody knows which port it took")
    trouble = await _reach(settings.listen)
    if trouble is not None:
        return warning(
            f"nothing listens at {settings.listen} ({trouble}): the gateway is not running",
            "start it with `signing-proxy run`, or name its address with --listen",
        )
    if settings.tls_certificate_file is None and (other := await _other_loopback(settings.listen)):
        return warning(
            f"another program has {other}: what clients send to localhost may reach that one, not the gateway",
            "end that program, or write 127.0.0.1 for localhost in every client",
        )
    if settings.admin is None:
        return good(f"something listens at {settings.listen}; without an admin port nobody can ask it more")
    status, body = await _ready(settings.admin)
    if status == b"200":
        return good(f"{settings.listen} takes requests; {settings.admin} says ready")
    if status == b"503":
        return _not_ready(settings.admin, body)
    return failed(
        f"{settings.listen} is taken, and {settings.admin} is no admin port of a gateway",
        "another program has one of the ports: choose others with --listen and --admin",
    )


async def _reach(place: str) -> str | None:
    """Why no connection can be made; None: one can."""
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await _connect(place)
    except OSError as error:
        return reason_of(error)
    writer.close()
    return None


async def _other_loopback(place: str) -> str:
    """The address under which `localhost` leads to another program than the gateway; "" where it does not."""
    if socket_path(place) is not None or (where := parse_address(place)).host != "localhost":
        return ""
    other = f"[{LOOPBACKS[1]}]:{where.port}"
    if await _reach(other) is not None:  # nobody is there: clients go on with the other address
        return ""
    return "" if _OURS in await _asked(other, _ASK_FRONT) else other


def _not_ready(admin: str, body: bytes) -> Finding:
    try:
        told = read_json(body, _DECODER)
    except UnreadableError:
        return failed(f"{admin} says that it is not ready, and not why", "its log tells more")
    if told.status == "draining":
        return failed(f"{admin} says that it is stopping", "wait until it has ended, or start another one")
    reasons = "; ".join(Foreign(one.says).terminal() for one in told.reasons)
    return failed(f"{admin} says that it is not ready: {reasons}", "the other checks say what to do about it")


async def _ready(admin: str) -> tuple[bytes | None, bytes]:
    """The status that /readyz answers, and its body; no status where that is no HTTP, or nothing."""
    answer = await _asked(admin, _ASK_READY)
    head, _, body = answer.partition(b"\r\n\r\n")
    version, _, rest = head.partition(b" ")
    return (rest[:3], body) if version == b"HTTP/1.1" else (None, b"")


async def _asked(place: str, question: bytes) -> bytes:
    """The beginning of what is answered; empty where nothing is."""
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await _connect(place)
            with contextlib.closing(writer):
                writer.write(question)
                return await _whole(reader)
    except OSError:
        return b""


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """What comes until the end, within bounds; whoever hangs up at once may have said all."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while len(answer) < _MOST_OCTETS and (more := await reader.read(_MOST_OCTETS)):
            answer += more
    return answer


async def _connect(place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    path = socket_path(place)
    if path is not None:
        return await sockets.connect_unix(path)
    address = parse_address(place)
    return await asyncio.open_connection(reached_at(address.host), address.port)


CHECK = Check(name="gateway", looks_at="whether the gateway runs and is ready", run=run)
