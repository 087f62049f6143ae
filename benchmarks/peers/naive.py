"""The signing proxy that one writes in an hour: aiohttp on both sides, the logging module for the pairs.

It signs what `request.query` decoded and so gets awkward values wrong; for the benchmark's plain request that
does not matter. Environment: PORT, UPSTREAM_URL, API_KEY, API_SECRET, LOG_FILE.
"""

import hashlib
import hmac
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from aiohttp import ClientSession, web

SECRET = os.environ["API_SECRET"].encode()
DROPPED = {"host", "connection", "content-length", "transfer-encoding", "content-encoding"}
logging.basicConfig(filename=os.environ["LOG_FILE"], level=logging.INFO)
pairs = logging.getLogger("pairs")
SESSION = web.AppKey("session", ClientSession)


async def forward(request: web.Request) -> web.Response:
    body = await request.read()
    query = urlencode({**request.query, "recvWindow": 5000, "timestamp": int(time.time() * 1000)})
    signature = hmac.new(SECRET, query.encode() + body, hashlib.sha256).hexdigest()
    headers = {k: v for k, v in request.headers.items() if k.lower() not in DROPPED}
    headers["X-MBX-APIKEY"] = os.environ["API_KEY"]
    url = f"{os.environ['UPSTREAM_URL']}{request.path}?{query}&signature={signature}"
    async with request.app[SESSION].request(request.method, url, headers=headers, data=body) as answer:
        text = await answer.text()
        record = {
            "request": [request.method, request.path_qs, dict(request.headers), body.decode()],
            "answer": [answer.status, dict(answer.headers), text],
        }
        pairs.info(json.dumps(record))
        kept = {k: v for k, v in answer.headers.items() if k.lower() not in DROPPED}
        return web.Response(
            status=answer.status, text=text, headers={**kept, "Content-Type": "application/json"}
        )


async def session(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession() as opened:
        app[SESSION] = opened
        yield


app = web.Application()
app.cleanup_ctx.append(session)
app.router.add_route("*", "/{path:.*}", forward)
web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
