"""A request that another proxy or a tunnel passed on: who asked is somebody else than who connects.

A tunnel (ngrok, cloudflared, a reverse proxy) connects from this machine, so that all the world looks local. What it
adds to a request betrays it: the names below. No client library, tool or runtime sends one of them by itself; names
that tracing in local programs sends too (X-Request-Id, X-Amzn-Trace-Id) are none of them.
"""

from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Fields

NAMES: Final = frozenset(
    {
        b"forwarded",  # RFC 7239
        b"forwarded-for", b"z-forwarded-for",
        b"via",  # RFC 9110, section 7.6.3
        b"cdn-loop",  # RFC 8586
        b"x-proxy",  # zrok
        b"x-client-ip", b"client-ip", b"x-cluster-client-ip", b"x-remote-ip", b"x-remote-addr", b"remote-addr",
        b"x-originating-ip", b"x-proxyuser-ip", b"x-scheme", b"front-end-https", b"x-bluecoat-via",
        b"proxy-client-ip", b"wl-proxy-client-ip",  # WebLogic and its plug-ins
        b"true-client-ip",  # Akamai, Cloudflare
        b"akamai-origin-hop", b"x-akamai-edgescape", b"x-appengine-user-ip", b"x-arr-clientip", b"do-connecting-ip",
        b"x-amz-cf-id", b"x-sucuri-clientip", b"incap-client-ip", b"x-varnish", b"rndr-id",
        b"ali-cdn-real-ip", b"cdn-real-ip", b"x-cdn-src-ip",
    }
)  # fmt: skip
"""Said by load balancers, networks of delivery and hosts of tunnels of every request that they pass on."""
PREFIXES: Final = (
    b"x-forward",  # X-Forwarded-For and its misspellings; nginx, Caddy, HAProxy, ngrok, localtunnel, VS Code
    b"x-real-",  # nginx's usual configuration, Traefik
    b"x-original-",  # Azure, ingress-nginx
    b"cf-",  # Cloudflare and cloudflared: CF-Connecting-IP, CF-Ray, CF-Visitor, CF-Worker
    b"cloudfront-", b"ngrok-", b"x-ngrok-",
    b"tailscale-",  # serve and funnel: Tailscale-User-Login
    b"fly-", b"fastly-", b"x-vercel-", b"x-azure-", b"x-envoy-", b"x-nf-", b"x-railway-", b"x-replit-",
    b"x-pagekite-", b"x-tunnel-",
)  # fmt: skip

REFUSED: Final = Refusal(
    403,
    "proxied_refused",
    "the request came through another proxy or a tunnel (Via, X-Forwarded-*, CF-Connecting-IP or the like), so who "
    "asks is not known; call the gateway directly, or send a virtual key (X-MBX-APIKEY, at public endpoints too) or "
    "the client token; `policy.forwarded: true` in the configuration lets in everybody that the proxy lets in",
)


def was_passed_on(fields: Fields) -> bool:
    """Whether a proxy or a tunnel left its name in the head."""
    return any(
        name in NAMES or name.startswith(PREFIXES) for name in (one.replace(b"_", b"-") for one in fields)
    )
