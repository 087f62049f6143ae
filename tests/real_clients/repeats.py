"""What the Python clients of the repeat proof share: an order is sent until it is known what became of it."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

MOST_TRIES = 100


def until_known(price, send, read_error, lost_errors):
    """`send(price)` places it; `read_error(error)` is the body of an answer that the library raised, or None."""
    import time

    lost = 0
    for _ in range(MOST_TRIES):
        try:
            send(price)
        except Exception as error:
            body = read_error(error)
            token = body.get("error") if body else None
            if (
                body is None
                or token in ("upstream_no_answer", "upstream_timeout")
                or body.get("code") in (0, None)
            ):
                if body is None and not isinstance(error, lost_errors):
                    return {"price": price, "end": "rejected", "lost": lost, "why": repr(error)[:300]}
                lost += 1
                continue
            if token == "repeat_of_executed":
                named = body["order"].get("orderId") or body["order"].get("origClientOrderId")
                return {"price": price, "end": "known", "named": named, "lost": lost}
            if token == "repeat_of_unknown" and body["outcome"] == "pending":
                time.sleep(0.1)
                continue
            end = "undetermined" if token == "repeat_of_unknown" else "rejected"
            return {"price": price, "end": end, "lost": lost, "why": repr(body)[:300]}
        return {"price": price, "end": "placed", "lost": lost}
    return {"price": price, "end": "gave_up", "lost": lost}


def drive(make, read_error, lost_errors):
    """`make()` is a function that places an order with a client of its own, one for each thread."""
    import threading

    local = threading.local()

    def send(price):
        if not hasattr(local, "send"):
            local.send = make()
        return local.send(price)

    prices = json.load(sys.stdin)
    with ThreadPoolExecutor(int(sys.argv[3])) as pool:
        for line in pool.map(lambda price: until_known(price, send, read_error, lost_errors), prices):
            print(json.dumps(line), flush=True)
