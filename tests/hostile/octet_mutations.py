"""Requests from the hostile lists and from real client libraries, and changes of their octets that know nothing of HTTP."""

import base64
import json
import random
from typing import Final

from harness.gateway import ROOT
from tests.hostile.entries import raw_entries

LONGEST: Final = 100_000
"""Octets of one fuzzed request; longer seeds say nothing new and take long."""
TOKENS = (
    b"\r\n", b"\n", b"\r", b"\x00", b"\t", b" ", b":", b"\r\n\r\n", b"\r\n ", b"%", b"%00", b"%2e%2e",
    b"/..", b"//", b"#", b"?", b"&", b"=", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"Host: localhost\r\n",
    b"Host: evil.test\r\n", b"Origin: null\r\n", b"Sec-Fetch-Site: cross-site\r\n",
    b"Connection: close\r\n", b"Connection: upgrade\r\n", b"Upgrade: websocket\r\n", b"Upgrade: h2c\r\n",
    b"Expect: 100-continue\r\n", b"Content-Encoding: gzip\r\n", b"X-MBX-APIKEY: x\r\n",
    b"X-Gateway-Security: none\r\n", b"X-Gateway-Account: main\r\n", b"X-Gateway-Dry-Run: 1\r\n",
    b"&signature=x", b"&timestamp=1", b"%73ignature=1", b"&recvWindow=60001", b"&X-MBX-APIKEY=x",
    b"\xc3\xa9", b"\xff", b"{", b"[", b"0\r\n\r\n", b"0x5\r\n", b"GET", b"POST", b"DELETE", b"PUT",
    b"X-Gateway-Dry-Run: true\r\n", b"X-Gateway-Dry-Run: 1 \r\n", b"X-Gateway-Security: public\r\n", b"X-Gateway-Timing: 2\r\n",
    b"X-Gateway-Host: evil.test\r\n", b"X-Gateway-Foo: 1\r\n", b"X-Gateway-Repeat: yes\r\n", b"X-Gateway-Token: x\r\n",
    b"X-Forwarded-For: 203.0.113.7\r\n", b"Forwarded: for=203.0.113.7\r\n", b"CF-Connecting-IP: 203.0.113.7\r\n",
    b"X-Real-IP: 203.0.113.7\r\n", b"ngrok-trace-id: 1\r\n", b"Via: 1.1 x\r\n", b"X-Forwarded-Host: evil.test\r\n",
    b"Content-Type: application/x-www-form-urlencoded; charset=IBM037\r\n", b"; charset=UTF-16BE", b"; charset=utf-7",
    b"Content-Type: application/json\r\n", b"RTSP/1.0", b"ICE/1.0", b"HTTP/1.2", b"HTTP/0.9", b"SIP/2.0", b"\x16\x03\x01\x02\x00",
    b"X-HTTP-Method-Override: DELETE\r\n", b"X-Rewrite-URL: /sapi/v1/capital/withdraw/apply\r\n", b"[" * 1500, b"%ff%fe", b"%ed%a0%80",
    b"HTTP/1.0", b"HTTP/2.0", b"http://evil.test", b"/sapi/v1/capital/withdraw/apply",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Requests to begin with; their Host is `localhost`."""
    hostile = [entry.octets(8180) for entry in raw_entries()]
    recorded = []
    for line in (ROOT / "tests/data/captures.jsonl").read_text().splitlines():
        raw = base64.b64decode(json.loads(line).get("raw_b64", ""))
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = [
            b"Host: localhost" if part.lower().startswith(b"host:") else part for part in head.split(b"\r\n")
        ]
        recorded.append(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    return [seed for seed in hostile + recorded if 0 < len(seed) <= LONGEST]


def mutate(octets: bytes, chance: random.Random, pool: list[bytes]) -> bytes:
    """One to four changes: octets, tokens, lines, pieces of other requests."""
    text = bytearray(octets)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(8):
            case 0 if text:
                text[at % len(text)] = chance.randrange(256)
            case 1:
                del text[at : at + chance.choice((1, 1, 2, 8, 64))]
            case 2 | 3:
                text[at:at] = chance.choice(TOKENS)
            case 4:
                text[at:at] = text[at : at + chance.choice((4, 32, 200))] * chance.choice((1, 2, 3))
            case 5:
                lines = bytes(text).split(b"\r\n")
                lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
                text = bytearray(b"\r\n".join(lines))
            case 6:
                other = chance.choice(pool)
                cut = chance.randrange(len(other) + 1)
                text[at:] = other[cut:]
            case _:
                break_at = bytes(text).find(b"\r\n")
                text[max(break_at, 0) : max(break_at, 0)] = b"\r\n" + chance.choice(TOKENS).strip()
        if len(text) > LONGEST:
            del text[LONGEST:]
    return bytes(text)
