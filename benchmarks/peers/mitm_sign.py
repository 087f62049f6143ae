"""A mitmproxy addon that signs and writes the pairs; for `mitmdump --mode reverse:...`."""

import hashlib
import hmac
import json
import os
import time
from pathlib import Path

from mitmproxy import http

SECRET = os.environ["API_SECRET"].encode()
LOG = Path(os.environ["LOG_FILE"]).open("a", encoding="utf-8")  # noqa: SIM115  # as long as the process lives


def request(flow: http.HTTPFlow) -> None:
    path, _, query = flow.request.path.partition("?")
    query = f"{query}&recvWindow=5000&timestamp={int(time.time() * 1000)}".lstrip("&")
    payload = query.encode() + (flow.request.raw_content or b"")
    signature = hmac.new(SECRET, payload, hashlib.sha256).hexdigest()
    flow.request.path = f"{path}?{query}&signature={signature}"
    flow.request.headers["X-MBX-APIKEY"] = os.environ["API_KEY"]


def response(flow: http.HTTPFlow) -> None:
    assert flow.response is not None
    asked, answered = flow.request.headers.items(), flow.response.headers.items()  # type: ignore[no-untyped-call]  # mitmproxy's
    record = {
        "request": [flow.request.method, flow.request.path, list(asked)],
        "answer": [flow.response.status_code, list(answered), flow.response.text],
    }
    LOG.write(json.dumps(record) + "\n")
