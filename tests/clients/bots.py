"""Two small trading programs that sign for themselves, written from Binance's documentation and not from our code.

They know nothing of the gateway but its address. The first puts everything into the query, the second sends forms and
sorts its parameters.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession
from yarl import URL

type Answer = tuple[int, Any, Any]


@dataclass
class QueryBot:
    """Signs the query string (rest-api.md, "SIGNED endpoint example")."""

    session: ClientSession
    base: str
    key: str
    secret: str

    async def call(self, method: str, path: str, **params: Any) -> Answer:
        text = urlencode({**params, "timestamp": int(time.time() * 1000)})
        signature = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return await self._send(method, f"{path}?{text}&signature={signature}", None)

    async def public(self, path: str) -> Answer:
        async with self.session.get(self.base + path) as answer:
            return answer.status, answer.headers, await answer.json()

    async def _send(self, method: str, target: str, body: str | None) -> Answer:
        headers = {"X-MBX-APIKEY": self.key}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = URL(self.base + target, encoded=True)
        async with self.session.request(method, url, headers=headers, data=body) as answer:
            return answer.status, answer.headers, await answer.json()


@dataclass
class FormBot(QueryBot):
    """Signs a form body, the signature in the form as well."""

    async def call(self, method: str, path: str, **params: Any) -> Answer:
        if method == "GET":
            return await super().call(method, path, **params)
        text = urlencode(sorted({**params, "timestamp": int(time.time() * 1000)}.items()))
        signature = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return await self._send(method, path, f"{text}&signature={signature}")


@dataclass
class WrongBot(QueryBot):
    """Forgets the form body: it signs the query alone and sends the parameters as a form."""

    async def call(self, method: str, path: str, **params: Any) -> Answer:
        query = urlencode({"timestamp": int(time.time() * 1000)})
        signature = hmac.new(self.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return await self._send(method, f"{path}?{query}&signature={signature}", urlencode(params))
