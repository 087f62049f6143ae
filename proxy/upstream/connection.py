"""One connection to the upstream: aiohttp's response parser (C) over a transport of our own.

Below `ClientSession` on purpose: it re-sends PUT and DELETE by itself when a connection dies, follows redirects
with the key header, and re-quotes URLs. Here an octet string goes out once and an answer comes back.
`aiohttp.client_proto.ResponseHandler` is semi-internal: pyproject.toml pins aiohttp to one minor version.
"""

import asyncio
import re
import select
from dataclasses import dataclass
from typing import Final

from aiohttp import http_exceptions
from aiohttp.client_exceptions import ClientError
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from proxy.core.wire import Header
from proxy.upstream.faults import fault

_MOST_INTERIMS: Final = 20
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_MOST_HEADERS: Final = 128


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of an answer, and the reader of its body."""

    status: int
    headers: tuple[Header, ...]
    body: StreamReader
    length: int | None  # Content-Length, if the upstream gave one


class Connection(ResponseHandler):
    """Octets out, an answer in. `octets_seen` counts what came back since the last `write`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, base: str) -> None:
        super().__init__(loop)
        self.base = base
        self.used = 0.0  # instant of the last use, kept by the sender
        self.octets_seen = 0
        self.set_response_params(
            read_until_eof=True, auto_decompress=False, max_headers=_MOST_HEADERS, max_field_size=16_384
        )

    def data_received(self, data: bytes) -> None:
        self.octets_seen += len(data)
        super().data_received(data)

    def write(self, octets: bytes) -> None:
        """Hand a whole request to the transport. From here on its execution is unknown until answered."""
        assert self.transport is not None
        self.octets_seen = 0
        self.transport.write(octets)

    def looks_alive(self) -> bool:
        """Whether nothing came and nothing ended since the last answer: asked of the kernel just before use."""
        if not self.is_connected() or self.should_close:
            return False
        assert self.transport is not None
        sock = self.transport.get_extra_info("socket")
        poll = select.poll()
        poll.register(sock.fileno(), select.POLLIN | select.POLLRDHUP)
        return not poll.poll(0)

    async def head(self) -> Head:
        """The head of the final answer; interim ones (100, 103) are dropped. Raises UpstreamError."""
        try:
            for _ in range(_MOST_INTERIMS + 1):
                message, body = await self.read()
                if message.code >= 200 or message.code == 101:
                    break
            else:
                raise fault("upstream_bad_answer", "head", "interim answers without end")
        except http_exceptions.HttpProcessingError as error:
            raise fault("upstream_bad_answer", "head", type(error).__name__) from None
        except (ClientError, ConnectionError) as error:
            raise fault("upstream_no_answer", "head", type(error).__name__) from None
        headers = tuple(message.raw_headers)
        return Head(message.code, headers, body, _checked_length(message.code, headers))

    def finished(self, body: StreamReader) -> bool:
        """Whether the answer was read to its end and the connection may serve another request."""
        return (body is EMPTY_PAYLOAD or body.is_eof()) and not self.should_close and self.is_connected()


def _checked_length(status: int, headers: tuple[Header, ...]) -> int | None:
    """Refuse what the lenient parser lets pass: two framings, control characters in a field."""
    if status == 101:
        raise fault("upstream_bad_answer", "head", "unasked protocol switch")
    length: int | None = None
    chunked = False
    for name, value in headers:
        if _CONTROL.search(value):
            raise fault("upstream_bad_answer", "head", "control character in a header")
        lower = name.lower()
        if lower == b"content-length":
            if length is not None or not value.strip().isdigit():
                raise fault("upstream_bad_answer", "head", "Content-Length")
            length = int(value)
        elif lower == b"transfer-encoding":
            chunked = True
    if chunked and length is not None:
        raise fault("upstream_bad_answer", "head", "Content-Length with Transfer-Encoding")
    return length


async def read_some(body: StreamReader) -> bytes:
    """The next octets of a body, b"" at its end. Raises UpstreamError where the answer breaks off."""
    try:
        return await body.readany()
    except http_exceptions.HttpProcessingError as error:
        raise fault("upstream_bad_answer", "body", type(error).__name__) from None
    except (ClientError, ConnectionError) as error:
        raise fault("upstream_no_answer", "body", type(error).__name__) from None
