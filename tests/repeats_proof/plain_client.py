"""A client without a library: one connection an order, closed when the time is over. Used by the sample in the suite."""

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

MOST_TRIES = 100


def _ask(url: str, price: int, seconds: float) -> tuple[int, Any]:
    """Status and answer. Raises OSError. It blocks, so that an answer is either read or left in the kernel: what a
    program has read and throws away nobody else can see."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)
    form = f"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0002&price={price}"
    try:
        connection.request("POST", "/api/v3/order", form)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def order(url: str, price: int, seconds: float) -> dict[str, Any]:
    """Send it until it is known what became of it."""
    lost = 0
    for _ in range(MOST_TRIES):
        try:
            status, answer = _ask(url, price, seconds)
        except (OSError, http.client.HTTPException):
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
        time.sleep(0.1)
    return {"price": price, "end": "gave_up", "lost": lost}


def end_of(answer: dict[str, Any]) -> dict[str, Any]:
    """What an error tells: the order that is there already, to wait, or that there is none."""
    if answer.get("error") == "repeat_of_executed":
        named = answer["order"].get("orderId") or answer["order"].get("origClientOrderId")
        return {"end": "known", "named": named}
    if answer.get("error") == "repeat_of_unknown":
        return {"end": "wait" if answer["outcome"] == "pending" else "undetermined"}
    return {"end": "rejected", "why": json.dumps(answer)[:300]}


def main() -> None:
    url, seconds = sys.argv[1], float(sys.argv[2])
    with ThreadPoolExecutor(int(sys.argv[3])) as pool:
        for line in pool.map(lambda price: order(url, price, seconds), json.load(sys.stdin)):
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
