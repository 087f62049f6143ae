"""The order in which a request is judged. Read `examine` from top to bottom: the first refusal wins.

Binance does not document the order. This one follows what public reports suggest: the firewall and the
limits, path and method, the key's form (-2014), the key (-2008), timestamp and signature present (-1102) and
well formed (-1100), duplicates (-1101), recvWindow (-1131), time (-1021), signature (-1022), address and
permission (-2015), and only then the business parameters.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from proxy.sandbox import refusals, verify
from proxy.sandbox.call import Call
from proxy.sandbox.endpoint import NUMBER, Endpoint, Security, Table, pattern
from proxy.sandbox.exchange import Sandbox, SignatureVerdict
from proxy.sandbox.keys import KEY_FORMAT, SandboxKey
from proxy.sandbox.refusals import Refusal, bad_request, unauthorized
from proxy.sandbox.values import read_values, refuse_duplicates, refuse_surplus, refuse_unread
from proxy.sandbox.wire import Pair, Received

_RECV_WINDOW = pattern(r"^[0-9]{1,20}(\.[0-9]{1,3})?$")
_MAX_RECV_WINDOW_MS = Decimal(60_000)
_DEFAULT_RECV_WINDOW = "5000"
_FIRST_MICROSECOND_VALUE = 10**15
_SQL = re.compile(
    rb"\b(select\b.+\bfrom\b|union\s+(all\s+)?select\b|drop\s+table\b|insert\s+into\b)", re.IGNORECASE
)


@dataclass(slots=True)
class Case:
    """What is known so far about one request; kept up to date so that a refusal can be told in full."""

    received: Received
    now_ms: int
    endpoint: Endpoint | None = None
    key: SandboxKey | None = None
    signature: SignatureVerdict = "unchecked"
    payload: bytes | None = None


def examine(sandbox: Sandbox, table: Table, case: Case) -> tuple[Endpoint, Call]:
    """Judges a request. Raises Refusal; returns the endpoint and what it is given."""
    received = case.received
    _pass_the_front(sandbox, case)
    endpoint = case.endpoint = _route(table, received)
    sandbox.limit_keeper.admit(endpoint, received.remote, case.now_ms)
    if endpoint.security is not Security.NONE:
        key = case.key = _find_key(sandbox, received, case.now_ms)
        sandbox.limit_keeper.admit_account(endpoint, key.account, received.remote, case.now_ms)
        if endpoint.security is Security.SIGNED:
            _check_signature(sandbox, case, endpoint, key)
        _check_permission(endpoint, key, received.remote)
        for gate in sandbox.gates.business:
            gate(received, case.now_ms)
    if endpoint.security is not Security.SIGNED:
        _refuse_needless_signature(sandbox, case, endpoint)
        if sandbox.repeated_parameters == "refuse":
            refuse_duplicates(endpoint, received.pairs)
    values = read_values(
        endpoint, received.pairs, sandbox.unknown_parameters, last=sandbox.repeated_parameters == "last"
    )
    call = Call(
        sandbox=sandbox,
        now_ms=case.now_ms,
        remote=received.remote,
        values=values.single,
        lists=values.lists,
        json=_read_json(received) if endpoint.json_body else None,
        client_type=received.header("clientType"),
        maybe_key=case.key,
        operation=f"{endpoint.method} {endpoint.path}",
    )
    return endpoint, call


def _pass_the_front(sandbox: Sandbox, case: Case) -> None:
    """What stands before the exchange proper: country, firewall, bans."""
    if sandbox.restricted_location:
        raise Refusal(451, 0, refusals.RESTRICTED_LOCATION)
    for gate in sandbox.gates.front:
        gate(case.received, case.now_ms)
    if case.received.method == "GET" and case.received.body:
        raise refusals.blocked()
    if any(_SQL.search(pair.value.encode()) for pair in case.received.pairs):
        raise refusals.blocked()
    sandbox.limit_keeper.refuse_if_banned(case.received.remote, case.now_ms)


# What each public host serves; other names (127.0.0.1) serve everything.
_HOSTS = (
    (re.compile(r"(api[1-4]?|api-gcp)\.binance\.com"), ("/api/", "/sapi/")),
    (re.compile(r"fapi\.binance\.com"), ("/fapi/",)),
    (re.compile(r"dapi\.binance\.com"), ("/dapi/",)),
    (re.compile(r"eapi\.binance\.com"), ("/eapi/",)),
    (re.compile(r"papi\.binance\.com"), ("/papi/",)),
    (re.compile(r"testnet\.binance\.vision"), ("/api/",)),
)


def _route(table: Table, received: Received) -> Endpoint:
    host = (received.header("Host") or "").partition(":")[0]
    for name, prefixes in _HOSTS:
        if name.fullmatch(host) and not received.path.startswith(prefixes):
            raise refusals.not_found()
    if table.is_gone(received.path):
        raise refusals.gone()
    methods = table.methods(received.path)
    if not methods:
        raise refusals.not_found()
    if received.method not in methods:
        raise refusals.wrong_method(", ".join(sorted(methods)))
    return methods[received.method]


def _find_key(sandbox: Sandbox, received: Received, now_ms: int) -> SandboxKey:
    api_key = received.header("X-MBX-APIKEY")
    if api_key is None or not KEY_FORMAT.fullmatch(api_key):
        raise unauthorized(-2014, refusals.BAD_KEY_FORMAT)
    key = sandbox.keys.get(api_key)
    if key is None:
        raise unauthorized(-2008, refusals.UNKNOWN_KEY)
    if key.is_unknown_at(received.path):
        raise Refusal(key.unknown_status, -2008, refusals.UNKNOWN_KEY)
    for gate in sandbox.gates.key:
        gate(received, now_ms)
    return key


def _check_signature(sandbox: Sandbox, case: Case, endpoint: Endpoint, key: SandboxKey) -> None:
    pairs = case.received.pairs
    case.signature = "absent" if _first(pairs, "signature") is None else "unchecked"
    timestamp = _mandatory(pairs, "timestamp").value
    signature = _mandatory(pairs, "signature")
    if not NUMBER.accepts(timestamp):
        raise refusals.illegal("timestamp", NUMBER.shown)
    if not verify.has_legal_form(key, signature.value):
        raise refusals.illegal("signature", verify.HMAC_LEGAL_RANGE)
    if sandbox.repeated_parameters == "refuse":
        refuse_duplicates(endpoint, pairs)
    _check_time(endpoint, pairs, int(timestamp), case.now_ms + sandbox.judging_shift_ms)
    case.payload = case.received.payload
    # Spot takes the signature wherever it stands; futures and /sapi ask for it as the last parameter.
    in_place = endpoint.family == "api" or signature.is_last
    covered = verify.covers(key, case.payload, signature.value)
    case.signature = "valid" if in_place and covered and case.received.payload_is_encoded else "invalid"
    if case.signature == "invalid":
        raise bad_request(-1022, refusals.BAD_SIGNATURE)


def _first(pairs: list[Pair], name: str) -> Pair | None:
    return next((pair for pair in pairs if pair.name == name), None)


def _mandatory(pairs: list[Pair], name: str) -> Pair:
    pair = _first(pairs, name)
    if pair is None or pair.value == "":
        raise refusals.missing(name)
    return pair


def _check_time(endpoint: Endpoint, pairs: list[Pair], timestamp: int, now_ms: int) -> None:
    """In microseconds throughout. Only spot detects a timestamp in microseconds, by its size."""
    window_pair = _first(pairs, "recvWindow")
    window = _DEFAULT_RECV_WINDOW if window_pair is None else window_pair.value
    if window == "":
        raise bad_request(-1105, "Parameter 'recvWindow' was empty.")
    if not _RECV_WINDOW.accepts(window):
        raise refusals.illegal("recvWindow", _RECV_WINDOW.shown)
    if Decimal(window) > _MAX_RECV_WINDOW_MS:
        raise bad_request(-1131, "recvWindow must be less than 60000")
    in_microseconds = endpoint.family == "api" and timestamp >= _FIRST_MICROSECOND_VALUE
    sent_us = timestamp if in_microseconds else timestamp * 1000
    now_us = now_ms * 1000
    if sent_us >= now_us + 1_000_000:
        raise bad_request(-1021, refusals.TOO_EARLY)
    if now_us - sent_us > Decimal(window) * 1000:
        raise bad_request(-1021, refusals.TOO_OLD)


def _check_permission(endpoint: Endpoint, key: SandboxKey, remote: str) -> None:
    refused_ip = key.allowed_ips is not None and remote not in key.allowed_ips
    lacks = endpoint.permission is not None and endpoint.permission not in key.permissions
    if lacks and endpoint.permission == "c2c" and not refused_ip:
        raise unauthorized(-1002, "You are not authorized to execute this request.")
    if refused_ip or lacks:
        seen = f", request ip: {remote}" if endpoint.family in ("fapi", "dapi") else ""
        raise unauthorized(-2015, refusals.REJECTED_KEY.rstrip(".") + seen if seen else refusals.REJECTED_KEY)


def _refuse_needless_signature(sandbox: Sandbox, case: Case, endpoint: Endpoint) -> None:
    """On `/api` the reading of values refuses it by itself (-1101, -1104), unless it passes over what is unknown."""
    sent = [pair for pair in case.received.pairs if pair.name == "signature"]
    case.signature = "unchecked" if sent else "absent"
    elsewhere = endpoint.family == "api" and sandbox.unknown_parameters != "pass_over"
    judged_here = not elsewhere and not endpoint.signed_too
    if sent and judged_here and sandbox.needless_signature == "refuse":
        refuse_surplus(endpoint, case.received.pairs)
        refuse_unread(endpoint, case.received.pairs)


def _read_json(received: Received) -> dict[str, object]:
    """A JSON object, or nothing at all. A form or a wrong label gives -1000, as C2C answers."""
    if not received.body:
        return {}
    unknown = bad_request(-1000, "An unknown error occurred while processing the request.")
    if received.content_type != "application/json":
        raise unknown
    try:
        read = json.loads(received.body)
    except ValueError:
        raise unknown from None
    if not isinstance(read, dict):
        raise unknown
    return read
