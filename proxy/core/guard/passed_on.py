"""A request that another proxy or a tunnel passed on: who asked is somebody else than who connects.

A tunnel (ngrok, cloudflared, a reverse proxy) connects from this machine, so that all the world looks local. What it
adds to a request betrays it: the names below. No client library, tool or runtime sends one of them by itself.
"""

from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Fields

NAMES: Final = frozenset(
    {
        b"forwarded",  # RFC 7239
        b"via",  # RFC 9110, section 7.6.3
        b"cdn-loop",  # RFC 8586
        b"x-real-ip",  # nginx's usual configuration, Traefik
        b"x-client-ip", b"client-ip", b"x-cluster-client-ip", b"x-remote-ip", b"x-remote-addr", b"remote-addr",
        b"x-originating-ip", b"x-proxyuser-ip",  # load balancers, by their manuals
        b"x-original-host", b"x-original-forwarded-for",  # Azure, ingress-nginx
        b"proxy-client-ip", b"wl-proxy-client-ip",  # WebLogic and its plug-ins
        b"true-client-ip",  # Akamai, Cloudflare
        b"x-appengine-user-ip", b"x-arr-clientip", b"do-connecting-ip", b"x-nf-client-connection-ip",
        b"x-amz-cf-id", b"x-akamai-edgescape", b"x-sucuri-clientip", b"incap-client-ip", b"x-varnish",
        b"x-webhook-relay", b"x-traefik-router",
    }
)  # fmt: skip
"""Each from the manual of who sends it."""
PREFIXES: Final = (
    b"x-forwarded-",  # the custom that RFC 7239 replaced; nginx, Caddy, HAProxy, ngrok, localtunnel, VS Code
    b"cf-",  # Cloudflare and cloudflared: CF-Connecting-IP, CF-Ray, CF-Visitor, CF-Worker
    b"ngrok-",
    b"tailscale-",  # serve and funnel: Tailscale-User-Login
    b"fly-", b"fastly-", b"x-vercel-", b"x-azure-", b"x-envoy-", b"x-pagekite-", b"x-tunnel-",
)  # fmt: skip

REFUSED: Final = Refusal(
    403,
    "proxied_refused",
    "the request came through another proxy or a tunnel (Via, X-Forwarded-*, CF-Connecting-IP or the like), so who "
    "asks is not known; call the gateway directly, give its callers virtual keys or a client token, or switch "
    "policy.forwarded on",
)


def was_passed_on(fields: Fields) -> bool:
    """Whether a proxy or a tunnel left its name in the head."""
    return any(name in NAMES or name.startswith(PREFIXES) for name in fields)
