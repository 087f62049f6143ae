"""A request that another proxy or a tunnel passed on: who asked is somebody else than who connects.

A tunnel (ngrok, cloudflared, a reverse proxy) connects from this machine, so that all the world looks local. What it
adds to a request betrays it: the names below. No client library, tool or runtime sends one of them by itself; names
that tracing in local programs sends too (X-Request-Id, X-Amzn-Trace-Id) are none of them.
"""

from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Fields

_LISTED: Final = "npmjs.com/package/get-client-ip, which lists where proxies put an address"
_TRIED: Final = (
    "gist.github.com/felipecaon/313a6fb6f1c5273bd61169fba920016f, a list of names that servers believe"
)
_ARCJET: Final = "github.com/arcjet/arcjet-js, ip/index.ts and its tests"
_UNSOURCED: Final = "no documentation was at hand: kept, because nobody but a proxy has a reason to send it"

NAMES: Final = {
    b"forwarded": "RFC 7239, section 4; pinggy.io/docs/advanced/advanced_options",
    b"via": "RFC 9110, section 7.6.3; Azure, Alibaba Cloud and Google load balancers send it",
    b"cdn-loop": "RFC 8586; fastly.com/documentation/reference/http/http-headers/CDN-Loop",
    b"x-proxy": "zrok, which sends `X-Proxy: zrok`",
    b"forwarded-for": _LISTED,
    b"x-client-ip": _LISTED,
    b"x-cluster-client-ip": _LISTED,
    b"true-client-ip": f"{_LISTED}; Akamai, Cloudflare, Baidu (cloud.baidu.com/doc/CDN/s/Kjy6umyrm-en)",
    b"client-ip": _TRIED,
    b"x-originating-ip": _TRIED,
    b"x-remote-ip": _TRIED,
    b"x-remote-addr": _TRIED,
    b"x-client-scheme": "help.aliyun.com/knowledge_detail/155768.html",
    b"x-scheme": "traefik, pkg/middlewares/forwardedheaders",
    b"wl-proxy-client-ip": "docs.oracle.com/cd/E11035_01, servertype.weblogic-plugin-enabled",
    b"incap-client-ip": "rubydoc.info/gems/imperva-rails",
    b"do-connecting-ip": _ARCJET,
    b"cdn-real-ip": "blog.csdn.net/weixin_30789921/article/details/115153345",
    b"z-forwarded-for": _UNSOURCED,
    b"remote-addr": _UNSOURCED,
    b"x-proxyuser-ip": _UNSOURCED,
    b"front-end-https": _UNSOURCED,
    b"x-bluecoat-via": _UNSOURCED,
    b"proxy-client-ip": _UNSOURCED,
    b"akamai-origin-hop": _UNSOURCED,
    b"x-arr-clientip": _UNSOURCED,
    b"x-amz-cf-id": _UNSOURCED,
    b"x-sucuri-clientip": _UNSOURCED,
    b"x-varnish": _UNSOURCED,
    b"surrogate-capability": "W3C Note edge-arch, section 2.2: said by every surrogate",
    b"x-nginx-proxy": "`proxy_set_header X-NginX-Proxy true`, in many a configuration of nginx for Node programs",
    b"rndr-id": _UNSOURCED,
    b"x-cdn-src-ip": _UNSOURCED,
}
"""Said by load balancers, networks of delivery and hosts of tunnels of every request that they pass on; where that is
written (looked up in November 2026)."""
PREFIXES: Final = {
    b"x-forward": "X-Forwarded-For, -Host, -Proto, -Port, -Server: docs.aws.amazon.com/elasticloadbalancing, "
    "x-forwarded-headers; traefik (GHSA-62c8-mh53-4cqv lists them); Tailscale Serve, cloudflared, pinggy, Vercel; "
    "and misspellings",
    b"x-real-": "X-Real-Ip: traefik; the usual configuration of nginx; vercel, packages/edge/src/edge-headers.ts",
    b"x-original-": "X-Original-Host: Azure Application Gateway (host-name-preservation), ngrok with --host-header",
    b"cf-": "CF-Connecting-IP, CF-Ray, CF-Visitor: developers.cloudflare.com/fundamentals/reference/http-headers",
    b"cloudfront-": "docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers",
    b"tailscale-": "Tailscale-User-Login: tailscale.com/s/serve-headers",
    b"fly-": "Fly-Client-IP: fly.io/docs/networking/request-headers",
    b"fastly-": "Fastly-Client, -Client-IP, -FF, -SSL: fastly.com/documentation/reference/http/http-headers",
    b"x-vercel-": "vercel.com/docs/headers/request-headers",
    b"x-azure-": "X-Azure-ClientIP, -FDID: learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol",
    b"x-fd-": "X-FD-HealthProbe; reserved by Front Door: the same page",
    b"x-ms-forwarded-": "X-MS-Forwarded-Client-IP, of Web Application Proxy: MS-ADFSPIP, section 2.2.1.2",
    b"x-envoy-": "X-Envoy-External-Address, -Internal: envoyproxy.io, header_sanitizing",
    b"x-appengine-": "X-Appengine-Country: cloud.google.com/appengine/docs/flexible/reference/request-headers",
    b"x-akamai-": "X-Akamai-SR-Hop: blog.slinkyworks.net/how-to-use-nginx-to-show-request-headers",
    b"ali-cdn-": "Ali-Cdn-Real-Ip, -Real-Port: help.aliyun.com/knowledge_detail/155768.html",
    b"x-tunnel-": "@microsoft/dev-tunnels-contracts, TunnelHeaderNames",
    b"ngrok-": _UNSOURCED,
    b"x-ngrok-": _UNSOURCED,
    b"x-nf-": _UNSOURCED,
    b"x-railway-": _UNSOURCED,
    b"x-replit-": _UNSOURCED,
    b"x-pagekite-": _UNSOURCED,
}
"""The same by what names begin with."""

_BEGINNINGS: Final = tuple(PREFIXES)
_INSIDE: Final = (
    *(
        b"forwardedfor",
        b"forwardedhost",
        b"forwardedproto",
        b"forwardedby",
        b"realip",
        b"clientip",
        b"connectingip",
    ),
    *(b"originatingip", b"remoteip", b"remoteaddr"),
)
"""What such names say, wherever it stands in one and however its words are joined: somebody's own configuration of
a proxy invents names (`HTTP-X-Forwarded-For`, `X-RealIP`, `XForwardedFor`, `X-Orig-Client-IP`)."""

REFUSED: Final = Refusal(
    403,
    "proxied_refused",
    "the request came through another proxy or a tunnel (Via, X-Forwarded-*, CF-Connecting-IP or the like), so who "
    "asks is not known; call the gateway directly, or send a virtual key (X-MBX-APIKEY, at public endpoints too) or "
    "the client token; `policy.forwarded: true` in the configuration lets in everybody that the proxy lets in",
)


def was_passed_on(fields: Fields) -> bool:
    """Whether a proxy or a tunnel left its name in the head."""
    words = b"\n".join(fields).translate(None, b"-_.")
    return any(inside in words for inside in _INSIDE) or any(
        name in NAMES or name.startswith(_BEGINNINGS) for name in (one.replace(b"_", b"-") for one in fields)
    )
