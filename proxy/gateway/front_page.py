"""`GET /`: what this is, for whoever opens the address in a browser or gives a tool the base URL as the whole URL.

A static page without script, form or link: a link would make the browser ask again, and what a page makes a browser
send is refused. Nothing in it is of the request but the Host that the guard has let in. No flow comes of it.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import Final

from proxy.core.errors import Execution
from proxy.core.guard import IngressPolicy
from proxy.core.guard.ingress import check_page_head
from proxy.core.head import Head
from proxy.gateway.call import Call
from proxy.server import Reply, json_reply, reply

_NAME: Final = "binance-signing-proxy"
_WHAT: Final = (
    "A local gateway to Binance. Send it unsigned requests, as Binance's documentation names them: it adds "
    "timestamp, recvWindow, signature and key, and says why when Binance refuses."
)
_TRY: Final = (
    ("A public call", "curl {base}/api/v3/time"),
    ("A signed call, without signing anything", "curl {base}/api/v3/account"),
    (
        "What would be sent for an order; nothing is",
        "curl -H 'X-Gateway-Dry-Run: 1' {base}/api/v3/order -d 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001'",
    ),
)
_TOOLS: Final = (
    "In Postman, a bot or an SDK this address is the base URL. A browser cannot call more than this page."
)
_LOGS: Final = "What went through, and why something failed: signing-proxy logs."
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}"
    "code{display:block;padding:.6rem .8rem;border:1px solid #8886;border-radius:.4rem}"
    "code{white-space:pre-wrap;overflow-wrap:anywhere}h1{font-size:1.3rem}h2{font-size:1rem;margin:1.2rem 0 .3rem}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; sandbox; frame-ancestors 'none'"
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Gateway-Execution": Execution.NOT_SENT.value,
    "Vary": "Accept",
}


@dataclass(slots=True)
class FrontPage:
    """The page of one gateway. `admin_url` is known once the admin port is open; None: there is none."""

    scheme: str
    admin_url: str | None = None

    def is_asked_for(self, call: Call, ingress: IngressPolicy) -> bool:
        """Whether this is `GET /`, by somebody who may ask; everybody else is told by the corridor what is wrong."""
        head = call.head
        return (
            head.path == b"/"
            and head.method == "GET"
            and not call.has_body
            and check_page_head(head, ingress) is None
        )

    def reply(self, head: Head) -> Reply:
        """HTML for who names it in `Accept`, as browsers do; JSON for everybody else."""
        base = f"{self.scheme}://{(head.first(b'host') or b'').strip().decode('ascii')}"
        if not _wants_html(head):
            return json_reply(self._told(base), _HEADERS)
        return reply(200, {"Content-Type": "text/html; charset=utf-8", **_HEADERS}, self._page(base).encode())

    def _told(self, base: str) -> dict[str, object]:
        return {
            "name": _NAME,
            "msg": f"{_WHAT} No path was given.",
            "try": [{"what": what, "command": command.format(base=base)} for what, command in _TRY],
            "tools": _TOOLS,
            "logs": _LOGS,
            "admin": self.admin_url,
        }

    def _page(self, base: str) -> str:
        tries = "".join(
            f"<h2>{escape(what)}</h2><code>{escape(command.format(base=base))}</code>"
            for what, command in _TRY
        )
        admin = (
            f"Health, metrics, request weight and the kill switch are on the admin port: {self.admin_url}"
            if self.admin_url is not None
            else "The admin port is switched off (admin: null)."
        )
        told = "".join(f"<p>{escape(text)}</p>" for text in (_TOOLS, _LOGS, admin))
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_NAME}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
            f"<body><h1>{_NAME}</h1><p>{escape(_WHAT)}</p>{tries}{told}</body></html>\n"
        )


def _wants_html(head: Head) -> bool:
    """Whether `text/html` is named, and not to say that it is unwanted (RFC 9110, section 12.5.1)."""
    for item in b",".join(head.fields.get(b"accept", [])).lower().split(b","):
        kind, _, parameters = item.partition(b";")
        if kind.strip() == b"text/html":
            return parameters.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False
