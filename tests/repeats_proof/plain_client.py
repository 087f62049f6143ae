"""A client without a library: one connection an order, closed when the time is over. Used by the sample in the suite."""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import urlsplit

MOST_TRIES = 100


async def _ask(url: str, price: int, seconds: float) -> tuple[int, Any]:
    """Status and answer. Raises TimeoutError."""
    address = urlsplit(url)
    form = f"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0002&price={price}"
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            head = f"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(form)}\r\n\r\n"
            writer.write((head + form).encode())
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            length = next(
                int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")
            )
            return int(lines[0].split()[1]), json.loads(await reader.readexactly(length))
        finally:
            writer.close()


async def order(url: str, price: int, seconds: float) -> dict[str, Any]:
    """Send it until it is known what became of it."""
    lost = 0
    for _ in range(MOST_TRIES):
        try:
            status, answer = await _ask(url, price, seconds)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            lost += 1
            continue
        if status == 200:
            return {"price": price, "end": "placed", "lost": lost}
        if status >= 500:
            lost += 1
            continue
        end = end_of(answer)
        if end["end"] != "wait":
            return {"price": price, "lost": lost, **end}
        await asyncio.sleep(0.1)
    return {"price": price, "end": "gave_up", "lost": lost}


def end_of(answer: dict[str, Any]) -> dict[str, Any]:
    """What an error tells: the order that is there already, to wait, or that there is none."""
    if answer.get("error") == "repeat_of_executed":
        named = answer["order"].get("orderId") or answer["order"].get("origClientOrderId")
        return {"end": "known", "named": named}
    if answer.get("error") == "repeat_of_unknown":
        return {"end": "wait" if answer["outcome"] == "pending" else "undetermined"}
    return {"end": "rejected", "why": json.dumps(answer)[:300]}


async def main() -> None:
    url, seconds, at_once = sys.argv[1], float(sys.argv[2]), asyncio.Semaphore(int(sys.argv[3]))

    async def one(price: int) -> None:
        async with at_once:
            print(json.dumps(await order(url, price, seconds)), flush=True)

    await asyncio.gather(*(one(price) for price in json.load(sys.stdin)))


if __name__ == "__main__":
    asyncio.run(main())
