"""Who may come in: checks on the head of a request, before anything is read, signed, resolved or connected.

Whoever reaches the port can trade, and a web page can reach it (a current Chromium still lets a public page
send a form POST to 127.0.0.1, and DNS rebinding makes a GET look same-origin). Hence three independent
checks, Host, Origin and Sec-Fetch-Site; never "Origin equals Host", and never `Sec-Fetch-Mode`, which
Node's fetch sends. The order of the checks is the tuple `CHECKS`.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

import msgspec

from proxy.core.errors import Refusal
from proxy.core.guard.controls import bad_control
from proxy.core.guard.passed_on import REFUSED, was_passed_on
from proxy.core.head import Head

METHODS: Final = ("GET", "POST", "PUT", "DELETE")
_LOCAL_NAMES: Final = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
_HOST_FORM: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_CANONICAL_PATH: Final = re.compile(rb"/[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+")
_ONE_PART_PATH: Final = re.compile(rb"/[A-Za-z0-9_.-]*[A-Za-z0-9][A-Za-z0-9_.-]*")
_VERSIONS: Final = ((1, 0), (1, 1))


_TOO_LARGE: Final = Refusal(431, "headers_too_large", "too many or too large headers; send fewer")
_VERSION: Final = Refusal(
    400, "bad_request", "the gateway speaks HTTP/1.1 (and takes 1.0); call it with that version"
)
_CODING: Final = Refusal(400, "bad_framing", "the only Transfer-Encoding taken is chunked, in HTTP/1.1")
_TWO_LENGTHS: Final = Refusal(400, "bad_framing", "Content-Length and Transfer-Encoding exclude each other")
_ABSOLUTE: Final = Refusal(
    400,
    "absolute_form_refused",
    "this is a reverse proxy, not a forward proxy: set it as the base URL of your tool, not as its HTTP proxy",
)
_HOST: Final = Refusal(
    403,
    "host_not_allowed",
    "the Host header does not name this gateway; call it as localhost or 127.0.0.1, "
    "or add the name to allow_hosts",
)
_ORIGIN: Final = Refusal(
    403,
    "origin_not_allowed",
    "the request comes from a web page (it has an Origin header); call the gateway from a program, "
    "or add the origin to allow_origins in the configuration, and restart the gateway",
)
_CROSS_SITE: Final = Refusal(
    403, "cross_site_refused", "a web page made the browser send this; call the gateway from a program"
)
_TOKEN: Final = Refusal(401, "token_required", "send the client token in the X-Gateway-Token header")
_METHOD: Final = Refusal(
    405,
    "method_not_allowed",
    "Binance's REST API knows GET, POST, PUT and DELETE only; use one of them",
    headers=(("Allow", ", ".join(METHODS)),),
)
_EXPECTATION: Final = Refusal(417, "expectation_failed", "the only expectation taken is 100-continue")
_UPGRADE: Final = Refusal(
    400, "upgrade_refused", "the gateway speaks plain HTTP/1.1; WebSocket APIs are not proxied"
)
_PATH: Final = Refusal(
    400,
    "path_not_canonical",
    "the path is not in the one form Binance uses: /letters/digits-and_dashes, no double or trailing slash, "
    "no dots, no percent-encoding; check how base URL and path are joined",
)
_ONE_PART: Final = Refusal(
    400,
    "path_not_canonical",
    "the path has one part alone, and Binance's begin with a product and a version, such as /api/v3/ or /sapi/v1/; "
    "check how base URL and path are joined",
)
_NO_PATH: Final = Refusal(
    400,
    "path_not_canonical",
    "this is the gateway, and no path was given; send what Binance's documentation names, such as /api/v3/time",
)
"""For whoever opens the address in a browser, or gives a tool the base URL as the whole URL."""


class IngressPolicy(msgspec.Struct, frozen=True):
    """Who may come in. `token_sha256` is the digest of the client token, where one is demanded; `forwarded` lets in
    what a proxy passed on; `keys_required` says that a virtual key tells who asks (`Guard.permit`)."""

    hosts: frozenset[bytes] = _LOCAL_NAMES
    origins: frozenset[bytes] = frozenset()
    token_sha256: bytes | None = None
    forwarded: bool = False
    keys_required: bool = False
    header_lines: int = 64
    header_octets: int = 32 * 1024

    @classmethod
    def build(
        cls,
        *,
        extra_hosts: tuple[str, ...],
        origins: tuple[str, ...],
        token: bytes | None,
        forwarded: bool = False,
        keys_required: bool = False,
    ) -> "IngressPolicy":
        names = frozenset(name.lower().encode("ascii") for name in extra_hosts)
        return cls(
            hosts=_LOCAL_NAMES | names,
            origins=frozenset(origin.encode("ascii") for origin in origins),
            token_sha256=hashlib.sha256(token).digest() if token else None,
            forwarded=forwarded,
            keys_required=keys_required,
        )

    def renewed(self, *, token: bytes | None, forwarded: bool) -> "IngressPolicy":
        """With another token and rule for what was passed on: a new object, so that heads are checked anew."""
        digest = hashlib.sha256(token).digest() if token else None
        return msgspec.structs.replace(self, token_sha256=digest, forwarded=forwarded)


def check_head(head: Head, policy: IngressPolicy) -> Refusal | None:
    """The first check that says no, or None. A head that this policy let in before is asked for its target only."""
    for check in TARGET_CHECKS if head.fields.admitted_by is policy else CHECKS:
        if refusal := check(head, policy):
            return refusal
    head.fields.admitted_by = policy
    return None


def check_preflight_head(head: Head, policy: IngressPolicy) -> Refusal | None:
    """As `check_head`, for what a browser asks before a page may."""
    return next((refusal for check in _PREFLIGHT_CHECKS if (refusal := check(head, policy))), None)


def check_page_head(head: Head, policy: IngressPolicy) -> Refusal | None:
    """As `check_head`, for `/`, which is no path of Binance's."""
    return next((refusal for check in _PAGE_CHECKS if (refusal := check(head, policy))), None)


def _size(head: Head, policy: IngressPolicy) -> Refusal | None:
    lines = octets = 0
    for name, values in head.fields.items():
        lines += len(values)
        octets += sum(len(name) + len(value) + 4 for value in values)
    if lines > policy.header_lines or octets > policy.header_octets:
        return _TOO_LARGE
    return None


def _version(head: Head, policy: IngressPolicy) -> Refusal | None:
    if head.version in _VERSIONS:
        return None
    return _VERSION


def _framing(head: Head, policy: IngressPolicy) -> Refusal | None:
    coding = head.fields.get(b"transfer-encoding")
    if coding is None:
        return None
    if head.version < (1, 1) or len(coding) > 1 or coding[0].strip(b" \t").lower() != b"chunked":
        return _CODING
    if b"content-length" in head.fields:
        return _TWO_LENGTHS
    return None


def _target_form(head: Head, policy: IngressPolicy) -> Refusal | None:
    if head.target.startswith(b"/"):
        return None
    if head.method == "OPTIONS" and head.target == b"*":
        return None  # the method check answers it
    return _ABSOLUTE


def _host(head: Head, policy: IngressPolicy) -> Refusal | None:
    values = head.fields.get(b"host", [])
    form = _HOST_FORM.fullmatch(values[0].strip(b" \t")) if len(values) == 1 else None
    if form and form[1].lower() in policy.hosts:
        return None
    return _HOST


def _origin(head: Head, policy: IngressPolicy) -> Refusal | None:
    values = head.fields.get(b"origin")
    if values is None or (len(values) == 1 and values[0] in policy.origins):
        return None
    return _ORIGIN


def _fetch_site(head: Head, policy: IngressPolicy) -> Refusal | None:
    values = head.fields.get(b"sec-fetch-site")
    if values is None or (values == [b"none"] and head.method == "GET"):
        return None
    if b"origin" in head.fields:
        return None  # an allowed one: pages of other origins were refused just above
    return _CROSS_SITE


def _token(head: Head, policy: IngressPolicy) -> Refusal | None:
    if policy.token_sha256 is None:
        return None
    values = head.fields.get(b"x-gateway-token", [])
    if len(values) == 1 and hmac.compare_digest(hashlib.sha256(values[0]).digest(), policy.token_sha256):
        return None
    return _TOKEN


def _passed_on(head: Head, policy: IngressPolicy) -> Refusal | None:
    """A proxy may be open to people who cannot reach our port: reads tell them the account, writes trade on it."""
    if policy.token_sha256 is not None or policy.keys_required:
        return None
    return passed_on(head, policy)


def passed_on(head: Head, policy: IngressPolicy) -> Refusal | None:
    """The refusal of what a proxy or tunnel passed on, for a caller who is not known."""
    return REFUSED if not policy.forwarded and was_passed_on(head.fields) else None


def _controls(head: Head, policy: IngressPolicy) -> Refusal | None:
    return bad_control(head.fields)


def _method(head: Head, policy: IngressPolicy) -> Refusal | None:
    if head.method in METHODS:
        return None
    return _METHOD


def _expectation(head: Head, policy: IngressPolicy) -> Refusal | None:
    """RFC 9110 section 10.1.1; HTTP/1.0 knows no expectations and ignores them."""
    wanted = head.fields.get(b"expect")
    if wanted is None or head.version < (1, 1):
        return None
    if all(value.strip(b" \t").lower() == b"100-continue" for value in wanted):
        return None
    return _EXPECTATION


def _upgrade(head: Head, policy: IngressPolicy) -> Refusal | None:
    wanted = head.fields.get(b"upgrade")
    if wanted is None or all(value.strip(b" \t").lower() == b"h2c" for value in wanted):
        return None
    return _UPGRADE


def _path_form(head: Head, policy: IngressPolicy) -> Refusal | None:
    if _CANONICAL_PATH.fullmatch(head.path):
        return None
    if head.path == b"/":
        return _NO_PATH
    return _ONE_PART if _ONE_PART_PATH.fullmatch(head.path) else _PATH


CHECKS: Final[tuple[Callable[[Head, IngressPolicy], Refusal | None], ...]] = (
    _size,
    _version,
    _framing,
    _target_form,
    _host,
    _origin,
    _fetch_site,
    _token,
    _passed_on,
    _controls,
    _method,
    _expectation,
    _upgrade,
    _path_form,
)
"""The order of the checks. Sizes, version and framing belong to the parser's part. What needs the endpoint follows in
the pipeline: the policy (permit.py), then type and size of the body (body.py)."""

_PAGE_CHECKS: Final = tuple(check for check in CHECKS if check is not _path_form)
"""Those of `GET /`: all but the form of the path."""

TARGET_CHECKS: Final = (_target_form, _path_form)
"""Those that look at the target. All others depend on method, version and headers alone."""

_PREFLIGHT_CHECKS: Final = (_size, _version, _framing, _target_form, _host, _origin)
"""Those of the question whether a page may ask. It brings no token and no key: browsers leave them out."""

ADMIN_CHECKS: Final = (_size, _version, _framing, _target_form, _host, _origin, _fetch_site)


def check_admin_head(head: Head, policy: IngressPolicy) -> Refusal | None:
    """The checks of the admin port: no web page may read it either. Changes there need the admin token besides."""
    for check in ADMIN_CHECKS:
        if refusal := check(head, policy):
            return refusal
    return None if head.method in ADMIN_METHODS else GET_ONLY


ADMIN_METHODS: Final = ("GET", "POST", "DELETE")
GET_ONLY: Final = Refusal(
    405, "method_not_allowed", "this path of the admin port only answers GET", headers=(("Allow", "GET"),)
)
