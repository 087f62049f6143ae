"""The exchange's part in the benchmark: HTTPS, verifies every signature, counts, answers an account's balances.

    python -m benchmarks.upstream CERTIFICATE SECRET      prints its port, then serves

`GET /count` tells what was verified and what was refused since the start.
"""

import asyncio
import hashlib
import hmac
import json
import ssl
import sys
import time
from typing import cast

ACCOUNT = json.dumps(
    {
        "makerCommission": 10,
        "canTrade": True,
        "accountType": "SPOT",
        "balances": [{"asset": f"T{n:02}", "free": "1.00000000", "locked": "0.00000000"} for n in range(28)],
    }
).encode()
HEAD = (
    "HTTP/1.1 {status}\r\nContent-Type: application/json;charset=UTF-8\r\nX-MBX-USED-WEIGHT-1M: 20\r\n"
    "Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: {length}\r\n\r\n"
)
COUNTS = {"verified": 0, "refused": 0}


def answer(status: str, body: bytes) -> bytes:
    return HEAD.format(status=status, length=len(body)).encode() + body


GOOD = answer("200 OK", ACCOUNT)
BIG = answer("200 OK", (ACCOUNT[:1024] * 20480))
"""20 MiB; whether it is JSON does not matter to those who pass it on."""
BAD = answer("400 Bad Request", b'{"code":-1022,"msg":"Signature for this request is not valid."}')


class Exchange(asyncio.Protocol):
    """Requests with a Content-Length or without a body; that is all the peers send."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = 0
            lower = head.lower()
            if (at := lower.find(b"content-length:")) >= 0:
                length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            body = self.buffer[end + 4 : end + 4 + length]
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(self.judge(head.split(b" ", 2)[1], body))

    def judge(self, target: bytes, body: bytes) -> bytes:
        path, _, query = target.partition(b"?")
        if path.endswith(b"/time"):
            return answer("200 OK", b'{"serverTime":%d}' % (time.time() * 1000))
        if path.endswith(b"/exchangeInfo"):
            return BIG
        if path == b"/count":
            return answer("200 OK", json.dumps(COUNTS).encode())
        payload, _, signature = query.rpartition(b"&signature=")
        right = hmac.new(self.secret, payload + body, hashlib.sha256).hexdigest().encode()
        verified = hmac.compare_digest(right, signature)
        COUNTS["verified" if verified else "refused"] += 1
        return GOOD if verified else BAD


async def main(certificate: str, secret: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Exchange(secret.encode()), "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(*sys.argv[1:3]))
